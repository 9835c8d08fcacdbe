"""Targets, splits by primary work, baselines, tuning, intervals, and models on disk."""

from pipeline.learning.boosting import CONSTANT
from pipeline.learning.comparison import LEARNERS, compare
from pipeline.learning.ensemble import Ensemble, fit_ensemble
from pipeline.learning.scores import champion, summary
from pipeline.learning.splits import folds_by_work
from pipeline.learning.store import load, load_all, read_manifest, save
from pipeline.learning.targets import (
    CONDUCTIVITY,
    STABILITY_WINDOW,
    TARGETS,
    TENSILE_STRENGTH,
    TRANSFERENCE_NUMBER,
    Floats,
    Target,
)
from pipeline.learning.tuning import Trial, best, tune

__all__ = [
    "CONDUCTIVITY",
    "CONSTANT",
    "LEARNERS",
    "STABILITY_WINDOW",
    "TARGETS",
    "TENSILE_STRENGTH",
    "TRANSFERENCE_NUMBER",
    "Ensemble",
    "Floats",
    "Target",
    "Trial",
    "best",
    "champion",
    "compare",
    "fit_ensemble",
    "folds_by_work",
    "load",
    "load_all",
    "read_manifest",
    "save",
    "summary",
    "tune",
]
