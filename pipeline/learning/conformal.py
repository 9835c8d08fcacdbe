"""Intervals that hold for a new paper: CV+ with folds of whole works, wider where less like it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.learning.bounds import Floats

_LEAST_SHARE = 0.5
"""The difficulty of the easiest record is at least this share of the mean one."""
_CAP = 0.95


@dataclass(frozen=True)
class Difficulty:
    """How far off predictions are expected to be, as a line over the distance to what was measured.

    Attributes:
        at_zero: Expected error at distance 0, on the learned scale.
        slope: Its rise with the distance; never negative, so that leaving the domain never narrows an interval.
        least: Smallest expected error.
    """

    at_zero: float
    slope: float
    least: float

    def at(self, distance: Floats) -> Floats:
        """Return the expected error at n distances, shape (n,)."""
        return np.maximum(self.at_zero + self.slope * distance, self.least)


def fit_difficulty(distances: Floats, errors: Floats) -> Difficulty:
    """Fit the line to the absolute errors of left-out works; the largest twentieth of them counts as its smallest.

    Args:
        distances: Distance of each left-out record, shape (n,).
        errors: Its absolute error, shape (n,); without any, one error is expected everywhere.
    """
    if not len(errors):
        return Difficulty(1.0, 0.0, 1.0)
    capped = np.minimum(errors, np.quantile(errors, _CAP))
    mean, centred = float(capped.mean()), distances - distances.mean()
    spread = float(centred @ centred)
    slope = max(float(centred @ capped) / spread, 0.0) if spread > 0 else 0.0
    least = max(_LEAST_SHARE * mean, float(np.finfo(float).eps))
    return Difficulty(mean - slope * float(distances.mean()), slope, least)


def cv_plus(
    by_member: Sequence[Floats], scores: Sequence[Floats], difficulty: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """Combine the members' predictions with their held-out errors into CV+ bounds.

    Barber, Candès, Ramdas and Tibshirani, Ann. Statist. 49, 486 (2021), doi 10.1214/20-AOS1965; errors count relative
    to their difficulty (normalised conformity scores; Lei et al., J. Am. Stat. Assoc. 113, 1094 (2018),
    doi 10.1080/01621459.2017.1307116).

    Args:
        by_member: Each member's prediction of the same n rows, shape (n,).
        scores: Each member's absolute errors on its left-out records, each over its own difficulty.
        difficulty: Expected error of the n rows, shape (n,).
        confidence: Nominal coverage 1 - α.

    Returns:
        Lower and upper bounds, each of shape (n,); infinite where there are too few scores for the coverage.
    """
    n_scores = sum(len(errors) for errors in scores)
    rank = int(np.ceil(confidence * (n_scores + 1)))
    if rank > n_scores:
        unbounded = np.full(len(difficulty), np.inf)
        return -unbounded, unbounded
    width = [np.outer(difficulty, errors) for errors in scores]
    below = np.concatenate([p[:, None] - w for p, w in zip(by_member, width, strict=True)], axis=1)
    above = np.concatenate([p[:, None] + w for p, w in zip(by_member, width, strict=True)], axis=1)
    lower = np.partition(below, n_scores - rank, axis=1)[:, n_scores - rank]
    upper = np.partition(above, rank - 1, axis=1)[:, rank - 1]
    return lower, upper
