"""The product of levels as a model sees it: levels that nothing tells apart are one, and each split knows its axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from features import FeatureTable
from pipeline.screening.search.forest import Forest
from pipeline.screening.search.kernel import Masks

Places = npt.NDArray[np.intp]
Codes = npt.NDArray[np.int32]
_MOST_ABSORBED = 100_000
"""Combinations for which a limit is joined with what its axes leave reachable."""


@dataclass(frozen=True)
class Factor:
    """What the levels of some axes leave reachable, jointly.

    Attributes:
        axes: Their names.
        places: For each axis, which row of `codes` each of its levels takes.
        codes: Which row of `masks` each combination takes, as many dimensions as axes.
        masks: The leaves that are reachable, shape (rows, trees); none where the combination is not allowed.
    """

    axes: tuple[str, ...]
    places: tuple[Places, ...]
    codes: Codes
    masks: Masks


@dataclass(frozen=True)
class Lattice:
    """Classes of levels, and factors over them.

    Attributes:
        members: For each axis its classes: the levels of each, rising; classes in the order of their first levels.
            Levels that no mixture may hold are in no class.
        factors: Over classes instead of levels.
        full: All leaves of each tree.
    """

    members: Mapping[str, tuple[Places, ...]]
    factors: tuple[Factor, ...]
    full: Masks


def build(
    sizes: Mapping[str, int],
    tables: Mapping[str, FeatureTable],
    forest: Forest,
    allowed: Sequence[tuple[tuple[str, ...], npt.NDArray[np.bool_]]],
) -> Lattice:
    """Merge levels that neither a split nor a limit tells apart.

    Args:
        sizes: Number of levels of each axis, in the order of the product.
        tables: The features that the forest splits on.
        forest: The models.
        allowed: Limits: axes, and which combinations of their levels may be made.
    """
    full = forest.full
    grouped: dict[tuple[str, ...], list[Factor]] = {}
    for place, name in enumerate(forest.features):
        factor = _minimal(_of_feature(tables[name], place, forest))
        grouped.setdefault(factor.axes, []).append(factor)
    for axes, combinations in allowed:
        ordered = tuple(axis for axis in sizes if axis in axes)
        turned = combinations.transpose([axes.index(axis) for axis in ordered])
        factor = _minimal(_of_limit(ordered, turned, full))
        grouped.setdefault(factor.axes, []).append(factor)
    order = {axis: place for place, axis in enumerate(sizes)}
    in_order = sorted(grouped, key=lambda axes: [order[axis] for axis in axes])
    factors = _absorbing({axes: _merged(grouped[axes], axes) for axes in in_order})
    return _by_class(sizes, factors, full)


def _of_feature(table: FeatureTable, place: int, forest: Forest) -> Factor:
    return Factor(table.axes, table.places, forest.codes(place, table.numbers), forest.masks[place])


def _of_limit(axes: tuple[str, ...], allowed: npt.NDArray[np.bool_], full: Masks) -> Factor:
    places = tuple(np.arange(size) for size in allowed.shape)
    return Factor(axes, places, allowed.astype(np.int32), np.array([np.zeros_like(full), full]))


def _minimal(factor: Factor) -> Factor:
    """Merge rows of an axis that nothing tells apart; an axis of which one row is left is left out."""
    kept, rows = distinct_rows(factor.masks)
    codes, masks = rows.astype(np.int32)[factor.codes], factor.masks[kept]
    axes: list[str] = []
    places: list[Places] = []
    for axis, place in zip(factor.axes, factor.places, strict=True):
        dimension = len(axes)
        slices = np.moveaxis(codes, dimension, 0).reshape(codes.shape[dimension], -1)
        first, inverse = distinct_rows(slices)
        codes = codes.take(first, axis=dimension)
        if len(first) > 1:
            axes.append(axis)
            places.append(inverse[place])
        else:
            codes = np.asarray(codes.take(0, axis=dimension))
    return Factor(tuple(axes), tuple(places), codes, masks)


def _merged(factors: Sequence[Factor], axes: tuple[str, ...]) -> Factor:
    """Make one factor of several whose axes are among some."""
    if len(factors) == 1 and factors[0].axes == axes:
        return factors[0]
    kept, places = [], []
    for axis in axes:
        held = [factor.places[factor.axes.index(axis)] for factor in factors if axis in factor.axes]
        rows, inverse = distinct_rows(np.stack(held, axis=1))
        kept.append(rows)
        places.append(inverse)
    stacked = np.stack(np.broadcast_arrays(*(_spread(factor, axes, kept) for factor in factors)), axis=-1)
    listed = stacked.reshape(-1, len(factors))
    rows, inverse = distinct_rows(listed)
    masks = reduce(np.bitwise_and, (factor.masks[listed[rows, number]] for number, factor in enumerate(factors)))
    return Factor(axes, tuple(places), inverse.reshape(stacked.shape[:-1]).astype(np.int32), masks)


def _spread(factor: Factor, axes: tuple[str, ...], kept: Sequence[Places]) -> Codes:
    """Return a factor's codes for some levels of each of some axes; 1 long on an axis that it does not have."""
    if not factor.axes:
        return factor.codes.reshape((1,) * len(axes))
    levels = [place[kept[axes.index(axis)]] for axis, place in zip(factor.axes, factor.places, strict=True)]
    lengths = [len(kept[place]) if axis in factor.axes else 1 for place, axis in enumerate(axes)]
    codes = factor.codes[np.ix_(*levels)].transpose(np.argsort([axes.index(axis) for axis in factor.axes]))
    return codes.reshape(lengths)


def _absorbing(factors: Mapping[tuple[str, ...], Factor]) -> list[Factor]:
    """Let a limit on several axes know what each of them alone leaves reachable: what it closes then closes leaves."""
    found = []
    for axes, factor in factors.items():
        alone = [factors[axis,] for axis in axes if (axis,) in factors]
        is_limit = len(axes) > 1 and (factor.masks[:, 0] == 0).any()
        n_combinations = prod(
            len(factors[axis,].masks) if (axis,) in factors else n
            for axis, n in zip(axes, factor.codes.shape, strict=True)
        )
        is_small = n_combinations <= _MOST_ABSORBED
        found.append(_merged([factor, *alone], axes) if is_limit and alone and is_small else factor)
    return found


def _by_class(sizes: Mapping[str, int], factors: Sequence[Factor], full: Masks) -> Lattice:
    members: dict[str, tuple[Places, ...]] = {}
    firsts: dict[str, Places] = {}
    for axis, size in sizes.items():
        held = [factor.places[factor.axes.index(axis)] for factor in factors if axis in factor.axes]
        first, inverse = distinct_rows(np.stack([np.zeros(size, dtype=np.intp), *held], axis=1))
        is_closed = _closed(axis, factors, first)
        classes = [np.flatnonzero(inverse == number) for number in range(len(first)) if not is_closed[number]]
        members[axis] = tuple(classes)
        firsts[axis] = first[~is_closed]
    narrowed = [
        Factor(
            factor.axes,
            tuple(place[firsts[axis]] for axis, place in zip(factor.axes, factor.places, strict=True)),
            factor.codes,
            factor.masks,
        )
        for factor in factors
    ]
    return Lattice(members, tuple(narrowed), full)


def _closed(axis: str, factors: Sequence[Factor], first: Places) -> npt.NDArray[np.bool_]:
    """Say which classes of an axis a limit on that axis alone forbids."""
    closed = np.zeros(len(first), dtype=bool)
    for factor in factors:
        if factor.axes == (axis,):
            closed |= factor.masks[factor.codes[factor.places[0][first]], 0] == 0
    return closed


def distinct_rows(table: npt.NDArray[np.integer[Any]]) -> tuple[Places, Places]:
    """Find the distinct rows of a table, in the order in which they come first.

    Rows are looked up by their bytes, which is some ten times as fast as `np.unique(axis=0)`, which sorts them.

    Args:
        table: n rows of whole numbers.

    Returns:
        Where each of m distinct rows stands first, shape (m,), rising; and for each row which of these it is,
        shape (n,).
    """
    if not table.size:
        return np.arange(min(len(table), 1)), np.zeros(len(table), dtype=np.intp)
    rows = np.ascontiguousarray(table).reshape(len(table), -1)
    width = rows.dtype.itemsize * rows.shape[1]
    seen: dict[bytes, int] = {}
    keys: list[Any] = rows.view(np.dtype((np.void, width))).reshape(-1).tolist()
    which = np.fromiter((seen.setdefault(key, len(seen)) for key in keys), dtype=np.intp, count=len(rows))
    return np.unique(which, return_index=True)[1], which
