"""Learners judged on the same held-out works: nested, so that nothing tuned has seen what it is judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.learning import boosting
from pipeline.learning.evidence import Evidence
from pipeline.learning.journal import Notes
from pipeline.learning.kept import KEPT, fit_kept
from pipeline.learning.learners import XGBOOST, Task, learners_of
from pipeline.learning.splits import Fold, folds_by_work
from pipeline.learning.targets import Target
from pipeline.learning.tuning import Effort, Search, best, tune

KEYS = ("record_id", "work_id", "polymer_family", "filler_family")
"""Columns that say of which record a prediction is."""
DISTANCE = "distance"
HELD_OUT_TEXTS = (*KEYS, "target", "left_out", "component")
"""Columns that are text in the tables of predictions of held-out records."""


@dataclass(frozen=True)
class Comparison:
    """How learners are compared.

    Attributes:
        target: What is predicted.
        seed: Decides the folds, and whatever else is drawn.
        n_outer_folds: Folds of works on which the learners are judged.
        n_inner_folds: Folds of the works that are left, for tuning and for intervals.
        effort: How much is tuned in each outer fold.
        confidences: Nominal coverages of the intervals.
        n_trees: Trees of a forest.
        n_threads: XGBoost threads.
        notes: Where searches are noted.
        device: Where XGBoost computes.
    """

    target: Target
    seed: int
    n_outer_folds: int
    n_inner_folds: int
    effort: Effort
    confidences: tuple[float, ...]
    n_trees: int
    n_threads: int
    notes: Notes | None = None
    device: str = boosting.CPU

    def folds(self, evidence: Evidence) -> list[Fold]:
        """Return the outer folds."""
        return folds_by_work(evidence, self.n_outer_folds, self.seed)


def bound_columns(learner: str, confidence: float) -> tuple[str, str]:
    """Name the columns of an interval's ends: `xgboost_lower_80` and `xgboost_upper_80`."""
    level = f"{confidence:.0%}".rstrip("%")
    return f"{learner}_lower_{level}", f"{learner}_upper_{level}"


def judge(evidence: Evidence, fold: Fold, comparison: Comparison) -> pd.DataFrame:
    """Predict the held-out records of one fold by every learner, none of which has seen their primary works.

    XGBoost is tuned on inner folds of the other works, and all learners that boost trees share what was found.

    Args:
        evidence: The records that hold the target.
        fold: What is learned from, and what is predicted.
        comparison: How learners are compared.

    Returns:
        One row a held-out record: the columns of `KEYS`; `measured` (NaN where only one bound is known),
        `measured_lower` and `measured_upper`; one column a learner; the ends of the intervals of what can be kept;
        `distance` to what was measured, in XGBoost's leaves.
    """
    known, held_out = evidence.take(fold.train), evidence.take(fold.test)
    unseen = held_out.unlabelled()
    task = _tuned(known, comparison)
    columns: dict[str, Any] = {
        "measured": held_out.labels,
        "measured_lower": held_out.bounds.lower,
        "measured_upper": held_out.bounds.upper,
    }
    for name, learner in learners_of(evidence, comparison.target).items():
        if name not in KEPT:
            columns[name] = learner(known, unseen, task)
            continue
        ensemble = fit_kept(name, known, comparison.n_inner_folds, task)
        columns[name] = ensemble.predict(unseen.features)
        for confidence, ends in ensemble.intervals(unseen.features, comparison.confidences).items():
            columns |= dict(zip(bound_columns(name, confidence), ends, strict=True))
        if name == XGBOOST:
            columns[DISTANCE] = ensemble.distance(unseen.features)
    return pd.concat([held_out.keys[list(KEYS)], pd.DataFrame(columns)], axis=1)


def _tuned(known: Evidence, comparison: Comparison) -> Task:
    """Tune XGBoost on inner folds of what is known."""
    own = known.numbers()
    inner = folds_by_work(own, comparison.n_inner_folds, comparison.seed)
    search = Search(
        comparison.target,
        comparison.effort,
        comparison.seed,
        comparison.n_threads,
        notes=comparison.notes,
        device=comparison.device,
    )
    hyperparameters = best(tune(own, inner, search)).hyperparameters
    return Task(
        comparison.target,
        hyperparameters,
        comparison.seed,
        comparison.n_threads,
        comparison.n_trees,
        comparison.device,
    )


def mean_absolute_error(held_out: pd.DataFrame, learner: str) -> float:
    """Return the mean absolute error of one learner on the rows whose target is a number, as plain mean."""
    return float(np.nanmean((held_out[learner] - held_out["measured"]).abs()))
