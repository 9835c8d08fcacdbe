"""From intervals at several coverages to a distribution: how probable a value is, and what it is worth beyond one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.learning import Floats

_MEDIAN = 0.5


@dataclass(frozen=True)
class Predictive:
    """What n predictions may turn out to be, each as a distribution of its own.

    The ends of a central interval of coverage c are the (1 - c)/2 and (1 + c)/2 quantiles, the predicted value is the
    median; between two of them the values are equally probable, so that the distribution function is linear there.
    Beyond the outermost ends the density of the last piece goes on and dies off exponentially, with as much mass as the
    outermost interval leaves to that side. Two ends that coincide hold their mass in one point.

    Attributes:
        knots: The quantiles, rising, shape (k, n).
        masses: Probability below the first knot, between each two, and above the last, shape (k + 1, n); of each
            prediction they sum to 1.
        scales: Mean distance of what lies below the first knot and above the last from it, shape (2, n): 0 where it is
            that point, infinite where nothing is known of that side.
    """

    knots: Floats
    masses: Floats
    scales: Floats

    @classmethod
    def of(cls, middle: Floats, intervals: Mapping[float, tuple[Floats, Floats]]) -> Predictive:
        """Join the predictions and their central intervals.

        Ends that cross are put into order (monotone rearrangement: Chernozhukov, Fernández-Val and Galichon,
        Econometrica 78, 1093 (2010), doi 10.3982/ECTA7880). An end that is infinite says nothing: what is beyond the
        next finite one belongs to the tail; without any, half of the mass lies infinitely far away.

        Args:
            middle: The predicted values, shape (n,); where one is not a number, neither is any answer.
            intervals: Lower and upper ends, each of shape (n,), by nominal coverage.

        Raises:
            ValueError: No interval, a coverage that is not between 0 and 1, or ends of another shape.
        """
        if not intervals or not all(0 < level < 1 for level in intervals):
            raise ValueError(f"coverages between 0 and 1 were expected, got {list(intervals)}")
        levels = sorted(intervals)
        lower, upper = ([intervals[level][end] for level in levels] for end in (0, 1))
        if {np.shape(ends) for ends in (*lower, *upper)} != {np.shape(middle)}:
            raise ValueError(f"ends of shape {np.shape(middle)} were expected, as of the predictions")
        tails = [(1.0 - level) / 2.0 for level in levels]
        probabilities = np.array([*tails[::-1], _MEDIAN, *(1.0 - tail for tail in tails)])
        ends = np.array([*lower[::-1], middle, *upper], dtype=float)
        ordered = np.sort(np.where(np.isfinite(middle), ends, np.nan), axis=0)
        return cls(*_without_infinite(ordered, probabilities))

    def exceeds(self, thresholds: Floats | float) -> Floats:
        """Return the probability of at least a threshold, shape (n,).

        Args:
            thresholds: One for all, or one for each prediction, on the predicted scale.
        """
        depth, height = self._beyond(thresholds)
        lowest, *between, highest = self.masses
        in_reach = np.where(self.scales[0] == 0, self.knots[0] >= thresholds, -np.expm1(-_over(depth, self.scales[0])))
        pieces = np.array(between) * _share_above(self.knots[:-1], self.knots[1:], thresholds)
        total = lowest * in_reach + pieces.sum(axis=0) + highest * np.exp(-_over(height, self.scales[1]))
        return self._known(np.clip(total, 0.0, 1.0))

    def cdf(self, thresholds: Floats | float) -> Floats:
        """Return the probability of at most a threshold, shape (n,); thresholds as for `exceeds`."""
        return self.mirrored().exceeds(-np.asarray(thresholds))

    def expected_excess(self, thresholds: Floats | float) -> Floats:
        """Return the mean of what lies above a threshold, E[max(X - t, 0)], shape (n,), on the predicted scale.

        Against the best value so far this is the expected improvement (Jones, Schonlau and Welch, J. Glob. Optim. 13,
        455 (1998), doi 10.1023/A:1008306431147), here in closed form for this distribution.

        Args:
            thresholds: As for `exceeds`.
        """
        depth, height = self._beyond(thresholds)
        lowest, *between, highest = self.masses
        lower_scale, upper_scale = self.scales
        with np.errstate(invalid="ignore"):
            shortened = np.where(depth > 0, -lower_scale * np.expm1(-_over(depth, lower_scale)), 0.0)
        of_lowest = np.where(np.isinf(lower_scale), 0.0, depth - shortened)
        pieces = np.array(between) * _mean_above(self.knots[:-1], self.knots[1:], thresholds)
        of_highest = np.maximum(self.knots[-1] - thresholds, 0.0) + upper_scale * np.exp(-_over(height, upper_scale))
        return self._known(lowest * of_lowest + pieces.sum(axis=0) + highest * of_highest)

    def quantile(self, probability: float) -> Floats:
        """Return the value below which a share of the distribution lies, shape (n,).

        Raises:
            ValueError: The share is not between 0 and 1, these left out.
        """
        if not 0 < probability < 1:
            raise ValueError(f"a probability between 0 and 1 was expected, got {probability}")
        lowest, *_, highest = self.masses
        reached = np.cumsum(self.masses, axis=0)[:-2]
        between = self.masses[1:-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(between > 0, np.clip((probability - reached) / between, 0.0, 1.0), 0.0)
            below = np.where(probability < lowest, self.scales[0] * np.log(probability / lowest), 0.0)
            above = np.where(1 - probability < highest, -self.scales[1] * np.log((1 - probability) / highest), 0.0)
        return self._known(self.knots[0] + (np.diff(self.knots, axis=0) * share).sum(axis=0) + below + above)

    def mirrored(self) -> Predictive:
        """Return the distributions of the negative values."""
        return Predictive(-self.knots[::-1], self.masses[::-1], self.scales[::-1])

    def _beyond(self, thresholds: Floats | float) -> tuple[Floats, Floats]:
        """Return how far thresholds lie below the first knot and above the last, 0 where they do not."""
        return np.maximum(self.knots[0] - thresholds, 0.0), np.maximum(thresholds - self.knots[-1], 0.0)

    def _known(self, answers: Floats) -> Floats:
        return np.where(np.isnan(self.knots).any(axis=0), np.nan, answers)


def _without_infinite(ends: Floats, probabilities: Floats) -> tuple[Floats, Floats, Floats]:
    """Move what infinite ends bound into the tails; returns knots, masses and scales as `Predictive` has them."""
    is_finite = ~np.isinf(ends)
    first, last = is_finite.argmax(axis=0), len(ends) - 1 - is_finite[::-1].argmax(axis=0)
    columns = np.arange(ends.shape[1])
    place = np.arange(len(ends))[:, None]
    knots = np.where(place < first, ends[first, columns], np.where(place > last, ends[last, columns], ends))
    is_between = (place[:-1] >= first) & (place[1:] <= last)
    between = np.where(is_between, np.diff(probabilities)[:, None], 0.0)
    lowest, highest = probabilities[first], 1.0 - probabilities[last]
    middle = len(ends) // 2
    scales = [
        _scale(lowest, knots, between, np.minimum(first, middle - 1), first == middle),
        _scale(highest, knots, between, np.maximum(last - 1, middle), last == middle),
    ]
    return knots, np.vstack([lowest, between, highest]), np.array(scales)


def _scale(
    tail: Floats, knots: Floats, between: Floats, piece: npt.NDArray[np.intp], is_unknown: npt.NDArray[np.bool_]
) -> Floats:
    """Return tail mass over the density of the outermost piece; infinite where there is no piece on that side."""
    columns = np.arange(knots.shape[1])
    width, mass = np.diff(knots, axis=0)[piece, columns], between[piece, columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(is_unknown, np.inf, tail * width / mass)


def _share_above(starts: Floats, stops: Floats, thresholds: Floats | float) -> Floats:
    """Return the share of values at or above a threshold, of values spread evenly from start to stop."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = np.clip((stops - thresholds) / (stops - starts), 0.0, 1.0)
    return np.where(stops > starts, share, starts >= thresholds)


def _mean_above(starts: Floats, stops: Floats, thresholds: Floats | float) -> Floats:
    """Return the mean excess over a threshold of values spread evenly from start to stop."""
    reached = np.clip(thresholds, starts, stops)
    with np.errstate(divide="ignore", invalid="ignore"):
        within = (stops - reached) ** 2 / (2.0 * (stops - starts))
    return np.where(stops > starts, within, 0.0) + np.maximum(starts - thresholds, 0.0)


def _over(distance: Floats, scale: Floats) -> Floats:
    """Return a distance in units of the scale; nothing is 0 scales away, and all is where the scale is infinite."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.where(distance == 0, 0.0, distance / scale)
