"""Which of several candidates are best in some weighing of the goals: fronts, and how much of the goals they reach."""

from __future__ import annotations

import moocore
import numpy as np
import numpy.typing as npt

from pipeline.learning import Floats


def ranks(points: Floats) -> npt.NDArray[np.intp]:
    """Return the front on which each of n candidates lies, from 1: those that no other one dominates.

    One dominates another if it is as good in every goal and better in one. Equal candidates share a front. The second
    front are those that only the first dominates, and so on (nondominated sorting: Deb et al., IEEE Trans. Evol.
    Comput. 6, 182 (2002), doi 10.1109/4235.996017).

    Only the order within each goal counts, so the places in that order are ranked: moocore 0.3.2 misplaces infinite
    numbers.

    Args:
        points: More is better, shape (n, m); an unknown number, NaN, counts as worse than any other.
    """
    if points.size == 0:
        return np.ones(len(points), dtype=np.intp)
    places = np.column_stack([np.unique(column, return_inverse=True)[1] for column in _worst_if_unknown(points).T])
    return np.asarray(moocore.pareto_rank(places.astype(float), maximise=True), dtype=np.intp) + 1


def hypervolume_share(points: Floats, reference: Floats, ideal: Floats) -> float:
    """Return the share of the box from a reference point to an ideal one that n candidates dominate, from 0 to 1.

    Zitzler and Thiele, IEEE Trans. Evol. Comput. 3, 257 (1999), doi 10.1109/4235.797969, with each goal in units of its
    side of the box.

    Args:
        points: More is better, shape (n, m); unknown numbers, NaN, count as worse than any other.
        reference: The worst corner, shape (m,).
        ideal: The best corner, shape (m,), above the reference in every goal.

    Raises:
        ValueError: The ideal does not lie above the reference.
    """
    if not (ideal > reference).all():
        raise ValueError(f"an ideal above the reference was expected: {reference=}, {ideal=}")
    if points.size == 0:
        return 0.0
    inside = np.clip((_worst_if_unknown(points) - reference) / (ideal - reference), 0.0, 1.0)
    front = inside[moocore.is_nondominated(inside, maximise=True)]
    return float(moocore.hypervolume(front, ref=0.0, maximise=True))


def _worst_if_unknown(points: Floats) -> Floats:
    return np.where(np.isnan(points), -np.inf, points)
