"""How skill shrinks as what is held out is less like what was learned: random rows, formulations, works, families."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import GroupKFold

from pipeline.learning import boosting
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.bounds import Bounds, Floats
from pipeline.learning.censored import fit_process
from pipeline.learning.scores import point_scores
from pipeline.learning.targets import CONDUCTIVITY

Names = npt.NDArray[np.object_]
Positions = npt.NDArray[np.intp]
RANDOM = "random"
"""The rung on which every row may have its neighbours among what was learned."""
_N_THREADS = 1


@dataclass(frozen=True)
class Sheet:
    """What was measured of n rows, and how they are alike.

    Attributes:
        features: n rows of numbers; NaN where unknown.
        bounds: What is known of log₁₀ of the conductivity in S/cm, n bounds.
        groups: By rung of the ladder, the group of each row, shape (n,); rows of one group are held out together.
        weights: What each row counts in learning, shape (n,).
    """

    features: pd.DataFrame
    bounds: Bounds
    groups: Mapping[str, Names]
    weights: Floats

    def __len__(self) -> int:
        return len(self.bounds)

    def take(self, rows: Positions | npt.NDArray[np.bool_]) -> Sheet:
        """Return the rows that a mask of shape (n,), or positions, choose."""
        return Sheet(
            self.features.iloc[rows].reset_index(drop=True),
            self.bounds[rows],
            {rung: names[rows] for rung, names in self.groups.items()},
            self.weights[rows],
        )

    def with_bounds(self, bounds: Bounds) -> Sheet:
        """Return the same rows with other bounds."""
        return Sheet(self.features, bounds, self.groups, self.weights)


SheetLearner = Callable[[Sheet, pd.DataFrame, int], Floats]
"""Learns from a sheet and predicts n rows of features, shape (n,), on the learned scale; the last is a seed."""


def median(known: Sheet, unseen: pd.DataFrame, seed: int) -> Floats:  # noqa: ARG001
    """Predict the median of what was measured for every row."""
    middle = np.where(np.isfinite(known.bounds.middle), known.bounds.middle, known.bounds.upper)
    return np.full(len(unseen), boosting.weighted_median(middle, np.ones(len(known))))


def boosters(hyperparameters: Hyperparameters, n_members: int) -> SheetLearner:
    """Return a learner: the mean of several boosters that draw rows and columns by different seeds."""

    def learn(known: Sheet, unseen: pd.DataFrame, seed: int) -> Floats:
        seeds = range(n_members * seed, n_members * (seed + 1))
        fitted = (
            boosting.fit(known.features, known.bounds, CONDUCTIVITY, hyperparameters, s, _N_THREADS, known.weights)
            for s in seeds
        )
        return CONDUCTIVITY.clip(np.mean([boosting.margin(booster, unseen) for booster in fitted], axis=0))

    return learn


def process(known: Sheet, unseen: pd.DataFrame, seed: int) -> Floats:  # noqa: ARG001
    """Predict by a Gaussian process, which draws nothing."""
    return CONDUCTIVITY.clip(fit_process(known.features, known.bounds).predict(unseen))


def sheet_scores(bounds: Bounds, predicted: Floats) -> dict[str, float]:
    """Return mean absolute error, root mean square error, R² and Spearman's ρ over n rows.

    Where only bounds are known, the number within them that is nearest to the prediction counts as measured, so that
    a prediction between the bounds has no error.
    """
    measured = np.clip(predicted, bounds.lower, bounds.upper)
    return point_scores(measured, predicted, np.ones(len(predicted)))


def hold_out(sheet: Sheet, rung: str, learner: SheetLearner, n_folds: int, seed: int) -> Floats:
    """Predict every row, shape (n,), by models that have seen no row of its group.

    Args:
        sheet: n rows.
        rung: One of the sheet's groups, or `RANDOM`.
        learner: Learns and predicts.
        n_folds: Number of folds; fewer where there are fewer groups.
        seed: Deals groups into folds, and goes to the learner.

    Raises:
        ValueError: Fewer than two groups.
    """
    predicted = np.full(len(sheet), np.nan)
    for known, unseen in _folds(sheet, rung, n_folds, seed):
        predicted[unseen] = learner(sheet.take(known), sheet.features.iloc[unseen], seed)
    return predicted


def _folds(sheet: Sheet, rung: str, n_folds: int, seed: int) -> Iterator[tuple[Positions, Positions]]:
    groups = np.arange(len(sheet)).astype(object) if rung == RANDOM else sheet.groups[rung]
    n_groups = len(set(groups))
    if n_groups < 2:
        raise ValueError(f"{n_groups} groups cannot be split {rung}; two are needed")
    splitter = GroupKFold(min(n_folds, n_groups), shuffle=True, random_state=seed)
    folds: Iterator[tuple[Positions, Positions]] = splitter.split(groups, groups=groups)
    return folds
