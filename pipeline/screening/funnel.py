"""How many mixtures each limit leaves: counted on the product of the axes, without listing one mixture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.screening.restriction import Allowed, Restriction

_LARGEST_IN_64_BITS = 2**63 - 1
_ALL = "all combinations"
Counts = npt.NDArray[Any]
"""int64, or Python's own integers where 64 bits are too few."""
Factor = tuple[tuple[str, ...], Counts]


@dataclass(frozen=True)
class Gate:
    """One limit and what it did.

    Attributes:
        name: The limit's key.
        reason: What falls or is left, in words.
        source: Where that is stated.
        n_left: Mixtures left behind this gate and all before it.
        alone: Mixtures that this limit would drop if it were the only one.
    """

    name: str
    reason: str
    source: str
    n_left: int
    alone: int


def funnel(shape: Mapping[str, int], restrictions: Sequence[Restriction]) -> list[Gate]:
    """Count how many mixtures of a product of axes each restriction in turn leaves.

    The counts are exact integers. Levels of an axis that every restriction treats alike are counted as one with a
    weight; then the axes are summed out one after the other, always the one that leaves the smallest table (variable
    elimination: R. Dechter, Artif. Intell. 113, 41 (1999)). Memory and time follow the number of distinct levels, not
    the number of mixtures.

    Args:
        shape: Number of levels of each axis.
        restrictions: The limits, in the order of the gates.

    Returns:
        One gate more than there are restrictions; the first is all combinations.

    Raises:
        ValueError: A restriction's table has not the shape of its axes.
    """
    _check(shape, restrictions)
    size = prod(shape.values())
    grouped, weights = _grouped(shape, restrictions, size)
    gates = [Gate(_ALL, "every level of each axis with every other", "", size, 0)]
    for n_gates, restriction in enumerate(restrictions, start=1):
        others = prod(length for axis, length in shape.items() if axis not in restriction.axes)
        alone = (restriction.allowed.size - int(restriction.allowed.sum())) * others
        n_left = _count(_merged(grouped[:n_gates]), weights) if gates[-1].n_left else 0
        gates.append(Gate(restriction.name, restriction.reason, restriction.source, n_left, alone))
    return gates


def _check(shape: Mapping[str, int], restrictions: Iterable[Restriction]) -> None:
    for restriction in restrictions:
        expected = tuple(shape[axis] for axis in restriction.axes)
        if restriction.allowed.shape != expected or len(set(restriction.axes)) < len(restriction.axes):
            raise ValueError(
                f"{restriction.name}: {restriction.allowed.shape=} over {restriction.axes}, {expected} was expected"
            )


def _grouped(
    shape: Mapping[str, int], restrictions: Sequence[Restriction], size: int
) -> tuple[list[tuple[tuple[str, ...], Allowed]], dict[str, Counts]]:
    """Put levels that all restrictions treat alike together; their numbers are the weights."""
    dtype = np.int64 if size <= _LARGEST_IN_64_BITS else object
    tables = [(restriction.axes, restriction.allowed) for restriction in restrictions]
    weights: dict[str, Counts] = {}
    for axis, length in shape.items():
        treated = [
            np.moveaxis(allowed, axes.index(axis), 0).reshape(length, -1) for axes, allowed in tables if axis in axes
        ]
        if not treated or not length:
            weights[axis] = np.array([length], dtype=dtype)
            continue
        packed = np.packbits(np.hstack(treated), axis=1)
        _, first, numbers = np.unique(packed, axis=0, return_index=True, return_counts=True)
        weights[axis] = numbers.astype(dtype)
        tables = [
            (axes, np.take(allowed, first, axis=axes.index(axis)) if axis in axes else allowed)
            for axes, allowed in tables
        ]
    return tables, weights


def _merged(tables: Iterable[tuple[tuple[str, ...], Allowed]]) -> list[tuple[tuple[str, ...], Allowed]]:
    """Put restrictions on the same axes together, whatever the order in which they name them."""
    together: dict[frozenset[str], tuple[tuple[str, ...], Allowed]] = {}
    for axes, allowed in tables:
        held = together.get(frozenset(axes))
        if held is None:
            together[frozenset(axes)] = axes, allowed
        else:
            turned = allowed.transpose([axes.index(axis) for axis in held[0]])
            together[frozenset(axes)] = held[0], held[1] & turned
    return list(together.values())


def _count(tables: Iterable[tuple[tuple[str, ...], Allowed]], weights: Mapping[str, Counts]) -> int:
    """Sum the product of all tables and weights over all axes."""
    some = next(iter(weights.values()), np.ones(1, dtype=np.int64))
    factors: list[Factor] = [(axes, allowed.astype(some.dtype)) for axes, allowed in tables]
    waiting = dict(weights)
    total = 1
    while waiting:
        axis = min(waiting, key=lambda name: _cost(name, factors))
        touching = [factor for factor in factors if axis in factor[0]]
        factors = [factor for factor in factors if axis not in factor[0]]
        axes, summed = _summed_out(axis, [*touching, ((axis,), waiting.pop(axis))])
        if axes:
            factors.append((axes, summed))
        else:
            total *= int(summed)
    return total


def _cost(axis: str, factors: Iterable[Factor]) -> int:
    """Return the size of the table that summing out an axis leaves."""
    lengths = {name: n for axes, table in factors if axis in axes for name, n in zip(axes, table.shape, strict=True)}
    return prod(n for name, n in lengths.items() if name != axis)


def _summed_out(axis: str, factors: Sequence[Factor]) -> Factor:
    """Multiply tables and sum over one of their axes, two tables at a time so that none grows more than it must."""
    left = tuple(dict.fromkeys(name for axes, _ in factors for name in axes if name != axis))
    number = {name: place for place, name in enumerate((*left, axis))}
    operands: list[Any] = []
    for axes, table in factors:
        operands += [table, [number[name] for name in axes]]
    return left, np.einsum(*operands, [number[name] for name in left], optimize="greedy")
