"""What a measurement may give: a distribution for each candidate, made of calibrated intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from pipeline.learning import Ensemble, Floats, Leaves

LEVELS = (0.2, 0.4, 0.6, 0.8, 0.9, 0.95)
"""Nominal coverages of the intervals that make a distribution."""


@dataclass(frozen=True)
class Predictive:
    """Distributions of what n measurements may give, on the learned scale.

    Each is a quantile function, a broken line over the standard normal score z: the value that a standard normal
    number z stands for. A straight line is a normal distribution. Beyond the outermost quantiles the tails are normal,
    with the slope of the line from the median to the outermost quantile of that side, so that a tail is as wide as the
    half of the distribution that it ends, and no value is impossible.

    Attributes:
        scores: Standard normal scores of the quantiles, rising, 0 (the median) among them, shape (k,).
        values: The quantiles of each row, never falling, shape (n, k).
    """

    scores: Floats
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def from_intervals(cls, middle: Floats, intervals: Mapping[float, tuple[Floats, Floats]]) -> Predictive:
        """Read intervals as quantiles: the ends of one with coverage c as those of (1 - c)/2 and (1 + c)/2.

        CV+ promises the coverage of the two ends together; that as much lies below as above is taken for granted. Where
        an interval reaches less far than one of smaller coverage, it is widened to it.

        Args:
            middle: The predicted values, taken as the medians, shape (n,).
            intervals: Lower and upper ends, each of shape (n,), by nominal coverage. A coverage whose ends are
                infinite, since too few errors are known for it, is left out.
        """
        levels = [level for level in sorted(intervals) if np.isfinite(intervals[level]).all()]
        lower = [middle, *(intervals[level][0] for level in levels)]
        upper = [middle, *(intervals[level][1] for level in levels)]
        below = np.minimum.accumulate(lower, axis=0)[:0:-1]
        above = np.maximum.accumulate(upper, axis=0)
        outward = ndtri((1 + np.array(levels)) / 2)
        return cls(np.concatenate([-outward[::-1], [0.0], outward]), np.vstack([below, above]).T)

    @classmethod
    def normal(cls, mean: Floats, deviation: Floats) -> Predictive:
        """Return normal distributions, shapes (n,)."""
        scores = np.array([-1.0, 0.0, 1.0])
        return cls(scores, mean[:, None] + deviation[:, None] * scores)

    def at(self, score: float) -> Floats:
        """Return the values that a standard normal score stands for, at most the outermost quantiles, shape (n,)."""
        place = float(np.interp(score, self.scores, np.arange(len(self.scores))))
        low, high = int(np.floor(place)), int(np.ceil(place))
        return np.asarray(self.values[:, low] + (place - low) * (self.values[:, high] - self.values[:, low]))

    def probability_above(self, threshold: float) -> Floats:
        """Return the probability that the value is the threshold or more, shape (n,)."""
        start, end, _, _ = self._pieces_above(threshold)
        return np.asarray((ndtr(-start) - ndtr(-end)).sum(axis=1).clip(0, 1), dtype=np.float64)

    def mean_excess(self, threshold: float) -> Floats:
        """Return the mean of max(value - threshold, 0), in closed form, shape (n,)."""
        start, end, offset, slope = self._pieces_above(threshold)
        mass = ndtr(-start) - ndtr(-end)
        excess = ((offset - threshold) * mass + slope * (_density(start) - _density(end))).sum(axis=1)
        return np.asarray(np.maximum(excess, 0), dtype=np.float64)

    def _pieces_above(self, threshold: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the pieces value = offset + slope·z, and from which to which z each lies above a threshold."""
        k, middle = len(self.scores), int(np.searchsorted(self.scores, 0.0))
        slope = np.zeros((len(self.values), k + 1))
        if k > 1:
            slope[:, 1:-1] = np.diff(self.values, axis=1) / np.diff(self.scores)
            slope[:, 0] = (self.values[:, middle] - self.values[:, 0]) / -self.scores[0]
            slope[:, -1] = (self.values[:, -1] - self.values[:, middle]) / self.scores[-1]
        knot = np.concatenate([[0], np.arange(k)])
        offset = self.values[:, knot] - slope * self.scores[knot]
        edges = np.concatenate([[-np.inf], self.scores, [np.inf]])
        is_flat = slope == 0
        crossing = (threshold - offset) / np.where(is_flat, 1.0, slope)
        crossing = np.where(is_flat, np.where(offset >= threshold, -np.inf, np.inf), crossing)
        end = np.broadcast_to(edges[1:], slope.shape)
        return np.clip(crossing, edges[:-1], end), end, offset, slope


def _density(scores: Floats) -> Floats:
    return np.asarray(np.exp(-(scores**2) / 2) / np.sqrt(2 * np.pi), dtype=np.float64)


@dataclass(frozen=True)
class Forecast:
    """What a model says of n candidates and of p mixtures that are being made.

    Attributes:
        predictive: What a measurement of each candidate may give.
        leaves: The leaf of each candidate in each tree, shape (n, trees); no columns for a model without trees.
        pending_leaves: The same of what is being made, shape (p, trees).
    """

    predictive: Predictive
    leaves: Leaves
    pending_leaves: Leaves


def predictive_of(ensemble: Ensemble, features: pd.DataFrame) -> Predictive:
    """Return what the model's calibrated intervals say of n rows of features.

    Coverages for which the model knows too few errors are left out: their ends are no more than what is physically
    possible.
    """
    n_errors = sum(len(errors) for errors in ensemble.scores)
    levels = [level for level in LEVELS if np.ceil(level * (n_errors + 1)) <= n_errors]
    return Predictive.from_intervals(ensemble.predict(features), ensemble.intervals(features, levels))


def forecast(ensemble: Ensemble, features: pd.DataFrame, pending: pd.DataFrame) -> Forecast:
    """Return what a model says of n candidates and p mixtures that are being made, given their features."""
    return Forecast(predictive_of(ensemble, features), ensemble.leaves(features), ensemble.leaves(pending))
