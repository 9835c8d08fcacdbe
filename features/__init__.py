"""Components and mixtures → numbers. Knows chemistry; knows no files, no model, no DVC and no MLflow."""

from features.chemistry import canonical_formula, canonical_repeat_unit
from features.condition import RECIPROCAL_TEMPERATURE
from features.dictionary import Feature
from features.library import Library
from features.mixture import join_mixture, split_mixture
from features.table import INPUT_COLUMNS, dictionary, featurize

__all__ = [
    "INPUT_COLUMNS",
    "RECIPROCAL_TEMPERATURE",
    "Feature",
    "Library",
    "canonical_formula",
    "canonical_repeat_unit",
    "dictionary",
    "featurize",
    "join_mixture",
    "split_mixture",
]
