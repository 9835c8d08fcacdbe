"""How far apart candidates lie, and choices that are good and unlike each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.learning import Floats, Leaves

_WIDEST = 3.0
"""Spreads beyond which a descriptor tells rows no further apart."""
_SMALLEST_SPREAD = 1e-9
_NOTHING_NEW = 1e-9
"""What is left of a row's variance once the chosen ones explain it; less is rounding."""


@dataclass(frozen=True)
class Places:
    """Where n rows lie: by their descriptors, and by a model's leaves.

    Attributes:
        scaled: Standardised descriptors, divided so that a row's distance to another is the root of their mean squared
            difference; two rows that have nothing to do with each other lie about √2 apart, shape (n, columns).
        leaves: The leaf of each in each tree, shape (n, trees); no columns without a model.
    """

    scaled: Floats
    leaves: Leaves

    def distances_to(self, row: int) -> Floats:
        """Return the distance of each row's descriptors to those of one, shape (n,)."""
        return np.asarray(np.sqrt(((self.scaled - self.scaled[row]) ** 2).sum(axis=1)), dtype=np.float64)

    def similarities_to(self, row: int) -> Floats:
        """Return how like one row each is, from 0 to 1, shape (n,).

        The mean of two kernels: exp(-d²) of the descriptors' distance, and the share of the trees that put both rows
        into one leaf; the first alone without a model. Both are positive semidefinite, so their mean is.
        """
        by_descriptors = np.exp(-(self.distances_to(row) ** 2))
        if self.leaves.shape[1] == 0:
            return np.asarray(by_descriptors, dtype=np.float64)
        by_leaves = (self.leaves == self.leaves[row]).mean(axis=1)
        return np.asarray((by_descriptors + by_leaves) / 2, dtype=np.float64)


def scaled(features: pd.DataFrame, references: pd.DataFrame) -> Floats:
    """Standardise n rows of descriptors by m references.

    An unknown number counts as the mean; whether a number is known is a column of its own.

    Args:
        features: n rows.
        references: m rows with the same columns, whose mean and standard deviation count.

    Returns:
        Shape (n, columns of `Places.scaled`).
    """
    numbers, known = references.to_numpy(float), references.notna().to_numpy()
    n_known = np.maximum(known.sum(axis=0), 1)
    centre = np.where(known, numbers, 0).sum(axis=0) / n_known
    spread = np.sqrt(np.where(known, (numbers - centre) ** 2, 0).sum(axis=0) / n_known)
    is_constant = spread <= _SMALLEST_SPREAD * np.maximum(np.abs(centre), 1)
    own = features[list(references.columns)].to_numpy(float)
    parts = np.clip((own - centre) / np.where(is_constant, 1, spread), -_WIDEST, _WIDEST)
    has_gaps = ~(known.all(axis=0) & np.isfinite(own).all(axis=0))
    table = np.hstack([np.nan_to_num(parts), np.isfinite(own[:, has_gaps]).astype(float)])
    return np.asarray(table / np.sqrt(max(len(references.columns), 1)), dtype=np.float64)


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Attributes:
        rows: Chosen rows, in order.
        merits: What each was worth when it was chosen, in the light of those before it.
    """

    rows: list[int]
    merits: list[float]


def choose_diverse(
    places: Places, worth: Floats, kinds: npt.NDArray[np.int64], weight: float, n: int, chosen: Sequence[int] = ()
) -> Choice:
    """Choose rows that are worth much and unlike each other, one after the other.

    Greedy search for the likeliest set of a determinantal point process (Kulesza and Taskar, Found. Trends Mach. Learn.
    5, 123 (2012), doi 10.1561/2200000044) by updating one Cholesky factor (Chen, Zhang and Zhou, NeurIPS 31 (2018),
    arXiv 1709.05135): each step takes the row with the largest worth · v^weight, where v is what the similarities to
    the chosen rows leave of its variance: 1 for a row like none of them, 0 for a copy. Of equal ones the most
    different, then the first.

    Args:
        places: Where n rows lie.
        worth: What each is worth by itself, 0 or more, shape (n,); rows with NaN are never chosen.
        kinds: Rows of one kind are never chosen together, shape (n,).
        weight: What difference counts; 0: nothing but that kinds differ.
        n: How many to choose; fewer where no kind is left.
        chosen: Rows that count as chosen before.
    """
    left = np.ones(len(worth))
    explained: list[Floats] = []
    is_open = np.isfinite(worth)

    def take(row: int) -> None:
        np.logical_and(is_open, kinds != kinds[row], out=is_open)
        if left[row] > _NOTHING_NEW:
            shared = places.similarities_to(row) - sum((part * part[row] for part in explained), np.zeros(len(left)))
            explained.append(shared / np.sqrt(left[row]))
            np.maximum(left - explained[-1] ** 2, 0, out=left)

    for row in chosen:
        take(row)
    choice = Choice([], [])
    while len(choice.rows) < n and is_open.any():
        value = np.where(is_open, worth * left**weight, -np.inf)
        row = _first_best(value, left)
        choice.rows.append(row)
        choice.merits.append(float(value[row]))
        take(row)
    return choice


def cover(places: Places, worth: Floats, kinds: npt.NDArray[np.int64], n: int, chosen: Sequence[int] = ()) -> Choice:
    """Choose rows that leave no row far from a chosen one: each step takes the one farthest from those chosen.

    Gonzalez, Theor. Comput. Sci. 38, 293 (1985), doi 10.1016/0304-3975(85)90224-5: the farthest row is then at most
    twice as far off as for the best choice. Where none is chosen before, the first is the one nearest to the mean.

    Args:
        places: Where n rows lie.
        worth: By what distances are multiplied, shape (n,); all 1 for plain covering; rows with NaN are never chosen.
        kinds: Rows of one kind are never chosen together, shape (n,).
        n: How many to choose; fewer where no kind is left.
        chosen: Rows that count as chosen before.
    """
    is_open = np.isfinite(worth)
    gap = np.full(len(worth), np.inf)
    choice = Choice([], [])

    def take(row: int) -> None:
        np.logical_and(is_open, kinds != kinds[row], out=is_open)
        np.minimum(gap, places.distances_to(row), out=gap)

    for row in chosen:
        take(row)
    while len(choice.rows) < n and is_open.any():
        closeness = 1 / (1 + np.linalg.norm(places.scaled - places.scaled.mean(axis=0), axis=1))
        value = np.where(is_open, worth * (gap if np.isfinite(gap).all() else closeness), -np.inf)
        row = int(np.argmax(value))
        choice.rows.append(row)
        choice.merits.append(float(gap[row]) if np.isfinite(gap[row]) else 0.0)
        take(row)
    return choice


def _first_best(value: Floats, tie: Floats) -> int:
    best = np.flatnonzero(value == value.max())
    return int(best[np.argmax(tie[best])])
