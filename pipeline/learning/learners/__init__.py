"""All learners, by name: each predicts the same held-out works."""

from collections.abc import Mapping

from pipeline.learning.evidence import Evidence
from pipeline.learning.learners.boosted import (
    mixing_rule,
    mixing_rule_and_xgboost,
    xgboost,
    xgboost_on_bounds,
    xgboost_with_public,
)
from pipeline.learning.learners.forests import extra_trees, names_instead, random_forest, random_forest_on_names
from pipeline.learning.learners.learner import Learner, Task
from pipeline.learning.learners.medians import family_median, median
from pipeline.learning.learners.phases import PhaseModels, fit_phase_models, xgboost_with_phases
from pipeline.learning.learners.smooth import gaussian_process, ridge
from pipeline.learning.targets import CONDUCTIVITY, Target

XGBOOST = "xgboost"
MEDIAN = "median"
FAMILY_MEDIAN = "family_median"
NAMES = "random_forest_on_names"
BOUNDS = "xgboost_on_bounds"
WITH_PUBLIC = "xgboost_with_public"
WITH_PHASES = "xgboost_with_phases"
LEARNERS: Mapping[str, Learner] = {
    XGBOOST: xgboost,
    BOUNDS: xgboost_on_bounds,
    "mixing_rule_and_xgboost": mixing_rule_and_xgboost,
    "random_forest": random_forest,
    "extra_trees": extra_trees,
    NAMES: random_forest_on_names,
    "gaussian_process": gaussian_process,
    "ridge": ridge,
    "mixing_rule": mixing_rule,
    FAMILY_MEDIAN: family_median,
    MEDIAN: median,
}
"""Those that need no public sets."""
TRANSFER: Mapping[str, Learner] = {WITH_PUBLIC: xgboost_with_public, WITH_PHASES: xgboost_with_phases}
"""Those that learn from public sets as well."""
PHYSICS = frozenset({"mixing_rule", "mixing_rule_and_xgboost"})
"""Those that know the conductivity alone."""


def learners_of(evidence: Evidence, target: Target) -> dict[str, Learner]:
    """Return the learners that have something to say of a target."""
    learners = {**LEARNERS, **(TRANSFER if evidence.is_public.any() else {})}
    return {name: each for name, each in learners.items() if target == CONDUCTIVITY or name not in PHYSICS}


__all__ = [
    "BOUNDS",
    "FAMILY_MEDIAN",
    "LEARNERS",
    "MEDIAN",
    "NAMES",
    "TRANSFER",
    "WITH_PHASES",
    "WITH_PUBLIC",
    "XGBOOST",
    "Learner",
    "PhaseModels",
    "Task",
    "fit_phase_models",
    "learners_of",
    "names_instead",
]
