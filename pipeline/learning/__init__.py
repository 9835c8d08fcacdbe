"""Targets, splits by primary work, baselines, tuning, intervals, and models on disk."""

from pipeline.learning.ablation import compare_sets, feature_sets
from pipeline.learning.boosting import CONSTANT
from pipeline.learning.comparison import LEARNERS, WITH_PUBLIC, compare
from pipeline.learning.ensemble import Ensemble, fit_ensemble
from pipeline.learning.evidence import Evidence, gather_evidence
from pipeline.learning.novelty import NOVELTIES, leave_each_out
from pipeline.learning.scores import gain_between, is_proven, point_scores, summary
from pipeline.learning.splits import Fold, folds_by_work
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
    "NOVELTIES",
    "STABILITY_WINDOW",
    "TARGETS",
    "TENSILE_STRENGTH",
    "TRANSFERENCE_NUMBER",
    "WITH_PUBLIC",
    "Ensemble",
    "Evidence",
    "Floats",
    "Fold",
    "Target",
    "Trial",
    "best",
    "compare",
    "compare_sets",
    "feature_sets",
    "fit_ensemble",
    "folds_by_work",
    "gain_between",
    "gather_evidence",
    "is_proven",
    "leave_each_out",
    "load",
    "load_all",
    "point_scores",
    "read_manifest",
    "save",
    "summary",
    "tune",
]
