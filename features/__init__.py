"""Components and mixtures → numbers. Knows chemistry; knows no files, no model, no DVC and no MLflow.

`features.transformers` has the same for scikit-learn, which takes a second or two to import and not everybody needs.
"""

from features.chemistry import canonical_formula, canonical_repeat_unit
from features.composition import element_cost
from features.crystal import UnitCell
from features.crystal import describe as describe_cell
from features.crystal import dictionary as crystal_dictionary
from features.dictionary import Feature
from features.families import filler_families, filler_family, polymer_family, repeat_units
from features.informative import why_left_out
from features.joining import RECIPROCAL_TEMPERATURE
from features.library import Library
from features.mixture import join_lists, join_mixture, split_mixture
from features.physics import TEMPERATURE_RISES
from features.product import FeatureTable, tabulate
from features.salt import ions_formula
from features.table import INPUT_COLUMNS, dictionary, featurize

__all__ = [
    "INPUT_COLUMNS",
    "RECIPROCAL_TEMPERATURE",
    "TEMPERATURE_RISES",
    "Feature",
    "FeatureTable",
    "Library",
    "UnitCell",
    "canonical_formula",
    "canonical_repeat_unit",
    "crystal_dictionary",
    "describe_cell",
    "dictionary",
    "element_cost",
    "featurize",
    "filler_families",
    "filler_family",
    "ions_formula",
    "join_lists",
    "join_mixture",
    "polymer_family",
    "repeat_units",
    "split_mixture",
    "tabulate",
    "why_left_out",
]
