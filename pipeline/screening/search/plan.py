"""The order in which axes are decided, and what is still reachable after each decision: flat arrays for the kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.screening.search.kernel import Masks, Plan
from pipeline.screening.search.lattice import Factor, Lattice, distinct_rows

_CHUNK = 4_000_000


class _Flat:
    """Collects arrays end to end."""

    def __init__(self, kind: Any = np.int64) -> None:
        self._kind = kind
        self._parts: list[npt.NDArray[Any]] = []
        self.length = 0

    def add(self, part: npt.NDArray[Any]) -> int:
        """Append an array; returns where it starts."""
        start = self.length
        self._parts.append(np.asarray(part, dtype=self._kind).ravel())
        self.length += self._parts[-1].size
        return start

    def all(self) -> npt.NDArray[Any]:
        """Return all of it."""
        return np.concatenate([np.empty(0, dtype=self._kind), *self._parts])


def make_plan(lattice: Lattice, strides: Mapping[str, int], order: Sequence[str], n_distinct: int) -> Plan:
    """Flatten a lattice for a search that decides its axes in a given order.

    Args:
        lattice: Classes and factors.
        strides: What one level more on an axis adds to the index of a mixture.
        order: All axes.
        n_distinct: How many of them, the first ones, tell results apart.
    """
    masks: list[Masks] = []
    parts: dict[str, list[tuple[int, int, int, int]]] = {axis: [] for axis in order}
    tables, places = _Flat(np.int32), _Flat()
    n_rows = 0
    constant = [factor for factor in lattice.factors if not factor.axes]
    factors = [_in_order(factor, order) for factor in lattice.factors if factor.axes]
    for number, factor in enumerate(factors):
        for axis, place, (keys, reachable) in zip(factor.axes, factor.places, _projections(factor), strict=True):
            parts[axis].append((number, keys.shape[-1], places.add(place), tables.add(keys + n_rows)))
            masks.append(reachable)
            n_rows += len(reachable)
    root = np.bitwise_and.reduce([lattice.full, *(factor.masks[int(factor.codes)] for factor in constant)], axis=0)
    listed = np.array([part for axis in order for part in parts[axis]], dtype=np.int64).reshape(-1, 4)
    classes = [lattice.members[axis] for axis in order]
    members = [levels * strides[axis] for axis in order for levels in lattice.members[axis]]
    offsets = np.concatenate([np.empty(0, dtype=np.int64), *members])
    distinct = list(order[:n_distinct])
    return Plan(
        rows=np.concatenate([*masks, lattice.full[None]]),
        root=np.asarray(root, dtype=lattice.full.dtype),
        n_classes=np.array([len(levels) for levels in classes], dtype=np.int64),
        first_part=np.cumsum([0, *(len(parts[axis]) for axis in order)], dtype=np.int64),
        part_factor=np.ascontiguousarray(listed[:, 0]),
        part_size=np.ascontiguousarray(listed[:, 1]),
        part_place=np.ascontiguousarray(listed[:, 2]),
        part_table=np.ascontiguousarray(listed[:, 3]),
        places=places.all(),
        tables=tables.all(),
        first_class=np.cumsum([0, *(len(levels) for levels in classes)], dtype=np.int64),
        first_offset=np.array([levels[0] for levels in members], dtype=np.int64),
        first_member=np.cumsum([0, *(len(levels) for levels in members)], dtype=np.int64),
        offsets=np.asarray(offsets, dtype=np.int64),
        by_index=np.array(sorted(range(n_distinct), key=lambda place: -strides[distinct[place]]), dtype=np.int64),
        n_distinct=n_distinct,
        n_factors=len(factors),
    )


def _in_order(factor: Factor, order: Sequence[str]) -> Factor:
    """Bring a factor's axes into the order of the decisions."""
    turned = sorted(range(len(factor.axes)), key=lambda place: order.index(factor.axes[place]))
    return Factor(
        tuple(factor.axes[place] for place in turned),
        tuple(factor.places[place] for place in turned),
        np.ascontiguousarray(factor.codes.transpose(turned)),
        factor.masks,
    )


def _projections(factor: Factor) -> list[tuple[npt.NDArray[np.int32], Masks]]:
    """Return for each of a factor's axes, once it and those before it are decided, the masks by key."""
    codes, masks = factor.codes, factor.masks
    found = [(codes, masks)]
    while codes.ndim > 1:
        codes, masks = _whatever_the_last_axis_holds(codes, masks)
        found.append((codes, masks))
    return found[::-1]


def _whatever_the_last_axis_holds(codes: npt.NDArray[np.int32], masks: Masks) -> tuple[npt.NDArray[np.int32], Masks]:
    """Join, over the last axis, the leaves that can be reached."""
    first, inverse = distinct_rows(codes.reshape(-1, codes.shape[-1]))
    slices = codes.reshape(-1, codes.shape[-1])[first]
    step = max(1, _CHUNK // max(1, slices.shape[1] * masks.shape[1]))
    joined = np.concatenate(
        [np.bitwise_or.reduce(masks[slices[start : start + step]], axis=1) for start in range(0, len(slices), step)]
    )
    kept, rows = distinct_rows(joined)
    return rows[inverse].reshape(codes.shape[:-1]).astype(np.int32), joined[kept]
