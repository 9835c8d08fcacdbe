"""A booster on all records, one for each left-out fold, and the intervals that these give (CV+)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.learning import boosting
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.splits import Fold
from pipeline.learning.targets import Floats, Target

_CHUNK_ROWS = 20_000


@dataclass(frozen=True)
class Ensemble:
    """What predicts one target.

    Attributes:
        target: What is predicted.
        feature_names: The columns it reads, in order.
        hyperparameters: Those of every booster.
        model: The booster fitted to all records; gives the predicted value.
        members: Boosters, each fitted without one fold of works.
        residuals: For each member, the absolute errors on the records of its left-out fold.
    """

    target: Target
    feature_names: tuple[str, ...]
    hyperparameters: Hyperparameters
    model: Any
    members: tuple[Any, ...]
    residuals: tuple[Floats, ...]

    def predict(self, features: pd.DataFrame) -> Floats:
        """Predict n rows, shape (n,), on the learned scale."""
        return boosting.predict(self.model, self._columns(features), self.target)

    def interval(self, features: pd.DataFrame, confidence: float) -> tuple[Floats, Floats]:
        """Return the CV+ interval of n rows as two arrays of shape (n,), on the learned scale.

        Barber, Candès, Ramdas and Tibshirani, Ann. Statist. 49, 486 (2021), doi 10.1214/20-AOS1965, with folds made of
        whole primary works, so that an error counts as it would for a new paper. Only the records of left-out
        works enter; the interval is widened where needed to hold the predicted value.

        Args:
            features: n rows; columns beyond those of the model are not read.
            confidence: Nominal coverage, between 0 and 1.
        """
        used = self._columns(features)
        lower, upper = np.empty(len(used)), np.empty(len(used))
        for start in range(0, len(used), _CHUNK_ROWS):
            chunk = used.iloc[start : start + _CHUNK_ROWS]
            by_member = [boosting.predict(member, chunk, self.target) for member in self.members]
            stop = start + len(chunk)
            lower[start:stop], upper[start:stop] = cv_plus(by_member, self.residuals, confidence)
        middle = self.predict(used)
        return (self.target.clip(np.minimum(lower, middle)), self.target.clip(np.maximum(upper, middle)))

    def leaves(self, features: pd.DataFrame) -> npt.NDArray[np.int32]:
        """Return the leaf in which each of n rows ends, in each tree, shape (n, trees)."""
        return boosting.leaves(self.model, self._columns(features))

    def _columns(self, features: pd.DataFrame) -> pd.DataFrame:
        return features.reindex(columns=list(self.feature_names))


def fit_ensemble(
    features: pd.DataFrame,
    labels: Floats,
    target: Target,
    folds: list[Fold],
    hyperparameters: Hyperparameters,
    seed: int,
    n_threads: int,
    weights: Floats | None = None,
) -> Ensemble:
    """Fit the booster on all rows and one without each fold.

    Args:
        features: n rows of features.
        labels: The target on its learned scale, shape (n,).
        target: What is predicted.
        folds: Splits of the n rows by primary work.
        hyperparameters: Those of every booster.
        seed: Seed of the boosters.
        n_threads: XGBoost threads.
        weights: What each row counts, shape (n,); all the same if None.
    """

    def fitted_to(rows: npt.NDArray[np.intp]) -> Any:
        known, counts = features.iloc[rows], None if weights is None else weights[rows]
        return boosting.fit(known, labels[rows], target, hyperparameters, seed, n_threads, counts)

    members, residuals = [], []
    for fold in folds:
        member = fitted_to(fold.train)
        held_out = boosting.predict(member, features.iloc[fold.test], target)
        members.append(member)
        residuals.append(np.sort(np.abs(labels[fold.test] - held_out)))
    model = fitted_to(np.arange(len(labels)))
    return Ensemble(target, tuple(features.columns), hyperparameters, model, tuple(members), tuple(residuals))


def cv_plus(by_member: list[Floats], residuals: tuple[Floats, ...], confidence: float) -> tuple[Floats, Floats]:
    """Combine the members' predictions with their held-out errors into CV+ bounds.

    Args:
        by_member: Each member's prediction of the same n rows, shape (n,).
        residuals: Each member's absolute errors on its left-out records.
        confidence: Nominal coverage 1 - α.

    Returns:
        Lower and upper bounds, each of shape (n,); infinite where there are too few residuals for the coverage.
    """
    n_residuals = sum(len(errors) for errors in residuals)
    rank = int(np.ceil(confidence * (n_residuals + 1)))
    if rank > n_residuals:
        unbounded = np.full(len(by_member[0]), np.inf)
        return -unbounded, unbounded
    below = np.concatenate([p[:, None] - errors for p, errors in zip(by_member, residuals, strict=True)], axis=1)
    above = np.concatenate([p[:, None] + errors for p, errors in zip(by_member, residuals, strict=True)], axis=1)
    lower = np.partition(below, n_residuals - rank, axis=1)[:, n_residuals - rank]
    upper = np.partition(above, rank - 1, axis=1)[:, rank - 1]
    return lower, upper
