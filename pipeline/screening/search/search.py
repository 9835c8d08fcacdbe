"""The exact best of a product of levels, without listing it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, tabulate
from pipeline.learning import N_NEAREST, Ensemble
from pipeline.screening.search.forest import Forest
from pipeline.screening.search.kernel import Floats, Found, Integers, Objective, Plan, Trees
from pipeline.screening.search.kernel import count as count_plan
from pipeline.screening.search.kernel import search as search_plan
from pipeline.screening.search.lattice import Lattice, build
from pipeline.screening.search.plan import make_plan

Allowed = tuple[tuple[str, ...], npt.NDArray[np.bool_]]
"""Axes, and which combinations of their levels may be made."""


@dataclass(frozen=True)
class Aim:
    """What is to be as large as possible.

    Attributes:
        ensemble: The model of it.
        confidence: Nominal coverage of the interval whose lower end counts; the predicted value counts if None.
    """

    ensemble: Ensemble
    confidence: float | None = None


@dataclass(frozen=True)
class Floor:
    """What another model has to predict at least.

    Attributes:
        ensemble: The model.
        least: On its learned scale.
    """

    ensemble: Ensemble
    least: float


@dataclass(frozen=True)
class Scope:
    """What is searched.

    Attributes:
        levels: The axes, in the order in which indices run, and their levels, as `features.tabulate` reads them.
        distinct: Axes that tell results apart: of mixtures that differ in the others only, the best is found.
        allowed: Limits on combinations of levels.
        floors: Limits on what other models predict.
        kinds: For an axis, by name, of which kind each of its levels is, numbered from 0: levels of one kind, such as
            blends of the same polymers, are not distinct.
    """

    levels: Mapping[str, pd.DataFrame]
    distinct: tuple[str, ...]
    allowed: tuple[Allowed, ...] = ()
    floors: tuple[Floor, ...] = ()
    kinds: Mapping[str, npt.NDArray[np.intp]] = field(default_factory=dict)


class Prepared(NamedTuple):
    """All that the kernel needs: arrays and numbers only, so that it can be sent to another process."""

    plan: Plan
    trees: Trees
    objective: Objective


@dataclass(frozen=True)
class Best:
    """The best mixtures, one for each combination of the distinct axes.

    Attributes:
        indices: Their indices, best first; of equal ones the lowest index first.
        numbers: What was to be large, falling.
        n_opened: Nodes of the search that were opened.
        n_judged: Nodes that were judged.
    """

    indices: Integers
    numbers: Floats
    n_opened: int
    n_judged: int


Searcher = Callable[[Prepared, int], Best]
"""What finds the best of what is prepared, at most so many."""


def prepare(scope: Scope, aim: Aim, library: Library) -> Prepared:
    """Make ready to search: read the models, tabulate the features, merge what nothing tells apart.

    Raises:
        ValueError: A model cannot be searched; see `Forest.of`.
    """
    ensembles = [aim.ensemble, *(floor.ensemble for floor in scope.floors)]
    if any(ensemble.phases is not None for ensemble in ensembles):
        raise ValueError("a model that reads the predictions of other models cannot be searched")
    members = aim.ensemble.members if aim.confidence is not None else ()
    boosters = [aim.ensemble.model, *members, *(floor.ensemble.model for floor in scope.floors)]
    names = [aim.ensemble.feature_names] * (1 + len(members)) + [e.feature_names for e in ensembles[1:]]
    forest = Forest.of(list(zip(boosters, names, strict=True)))
    sizes, strides, distinct, allowed = _with_kinds(scope)
    lattice = build(sizes, tabulate(forest.features, scope.levels, library), forest, allowed)
    plan = make_plan(lattice, strides, _order(lattice, forest, distinct), len(distinct))
    trees = Trees(forest.leaf_values, forest.starts, forest.base_scores)
    return Prepared(plan, trees, _objective(aim, forest, scope.floors))


def search(prepared: Prepared, k: int) -> Best:
    """Find the best k without looking at what cannot be among them."""
    return _search(prepared, k, is_pruned=True)


def search_unpruned(prepared: Prepared, k: int) -> Best:
    """Find the same by looking at everything that the models tell apart."""
    return _search(prepared, k, is_pruned=False)


def _search(prepared: Prepared, k: int, is_pruned: bool) -> Best:
    found = nothing_found(k)
    every = np.arange(prepared.plan.n_classes[0])
    n_opened, n_judged = search_plan(*prepared, found, every, is_pruned)
    return in_order(found, n_opened, n_judged)


def count(scope: Scope, library: Library) -> int:
    """Count exactly the mixtures that are allowed and keep all floors, without listing them.

    Raises:
        ValueError: A model cannot be searched; see `Forest.of`.
    """
    forest = Forest.of([(floor.ensemble.model, floor.ensemble.feature_names) for floor in scope.floors])
    sizes = {axis: len(table) for axis, table in scope.levels.items()}
    lattice = build(sizes, tabulate(forest.features, scope.levels, library), forest, scope.allowed)
    limited = [axis for axis in sizes if any(axis in axes for axes, _ in scope.allowed)]
    order = [*limited, *(axis for axis in sizes if axis not in limited)]
    plan = make_plan(lattice, strides_of(sizes), order, 0)
    numbers = np.array([len(levels) for axis in order for levels in lattice.members[axis]], dtype=np.int64)
    trees = Trees(forest.leaf_values, forest.starts, forest.base_scores)
    objective = _objective(Aim(scope.floors[0].ensemble), forest, scope.floors)
    return int(count_plan(plan, trees, objective, len(limited), numbers))


def nothing_found(k: int) -> Found:
    """Return room for k results."""
    return Found(np.full(k, -np.inf), np.zeros(k, dtype=np.int64), np.zeros(1, dtype=np.int64))


def in_order(found: Found, n_opened: int, n_judged: int) -> Best:
    """Sort what was found."""
    n_found = int(found.n_found[0])
    numbers, indices = found.numbers[:n_found], found.indices[:n_found]
    order = np.lexsort((indices, -numbers))
    return Best(indices[order], numbers[order], n_opened, n_judged)


def strides_of(sizes: Mapping[str, int]) -> dict[str, int]:
    """Return what one level more on each axis adds to the index of a mixture."""
    lengths = list(sizes.values())
    return {axis: prod(lengths[place + 1 :]) for place, axis in enumerate(sizes)}


def _with_kinds(scope: Scope) -> tuple[dict[str, int], dict[str, int], tuple[str, ...], tuple[Allowed, ...]]:
    """Make the kinds of a distinct axis' levels an axis of their own, which decides no index: each level has one kind.

    Returns:
        Sizes, strides, distinct axes and limits.
    """
    sizes = {axis: len(table) for axis, table in scope.levels.items()}
    strides = strides_of(sizes)
    kinds = {axis: kind for axis, kind in scope.kinds.items() if axis in scope.distinct}
    names = {axis: f"kind of {axis}" for axis in kinds}
    membership = [
        ((names[axis], axis), np.arange(kind.max() + 1)[:, None] == kind[None, :]) for axis, kind in kinds.items()
    ]
    return (
        {names[axis]: int(kind.max()) + 1 for axis, kind in kinds.items()} | sizes,
        dict.fromkeys(names.values(), 0) | strides,
        tuple(names.get(axis, axis) for axis in scope.distinct),
        (*membership, *scope.allowed),
    )


def _order(lattice: Lattice, forest: Forest, distinct: Sequence[str]) -> list[str]:
    """Decide first what the models find to matter most, whatever limits say; the distinct axes before the others."""
    of_models = replace(lattice, factors=tuple(f for f in lattice.factors if len(f.axes) == 1 or (f.masks != 0).all()))
    spread = {axis: _spread(of_models, forest, axis) for axis in lattice.members}
    return sorted(lattice.members, key=lambda axis: (axis not in distinct, -spread[axis]))


def _spread(lattice: Lattice, forest: Forest, axis: str) -> float:
    """Return how far the bounds of an axis' classes lie below the best of them, on average."""
    others = [other for other in lattice.members if other != axis]
    plan = make_plan(lattice, dict.fromkeys(lattice.members, 0), [axis, *others], 0)
    bounds = first_bounds(plan, Trees(forest.leaf_values, forest.starts, forest.base_scores))
    return float(bounds.max() - bounds.mean()) if len(bounds) else 0.0


def first_bounds(plan: Plan, trees: Trees) -> Floats:
    """Return what booster 0 predicts at most, but for its base score, for each class of the first axis, shape (n,).

    It is summed in another order than the kernel sums: good enough to sort by, not to leave anything out.
    """
    masks = np.repeat(plan.root[None], plan.n_classes[0], axis=0)
    for part in range(plan.first_part[0], plan.first_part[1]):
        start = plan.part_place[part]
        masks &= plan.rows[plan.tables[plan.part_table[part] + plan.places[start : start + len(masks)]]]
    n_trees = trees.starts[1]
    is_reachable = masks[:, :n_trees, None] >> np.arange(trees.leaf_values.shape[1], dtype=masks.dtype) & 1
    best = is_reachable.argmax(axis=2)
    return np.asarray(trees.leaf_values[np.arange(n_trees), best].sum(axis=1), dtype=np.float64)


def _objective(aim: Aim, forest: Forest, floors: Sequence[Floor]) -> Objective:
    ensemble, target, is_lower = aim.ensemble, aim.ensemble.target, aim.confidence is not None
    errors = ensemble.scores if is_lower else ()
    n_scores = sum(len(part) for part in errors)
    rank = int(np.ceil((aim.confidence or 0) * (n_scores + 1)))
    references = forest.bits(ensemble.leaves(ensemble.references), 0)
    n_others = len(forest.base_scores) - len(floors)
    least = [floor.least if floor.least > floor.ensemble.target.lowest else -np.inf for floor in floors]
    return Objective(
        is_lower=is_lower,
        lowest=float(target.lowest),
        highest=float(target.highest),
        scores=np.concatenate([np.empty(0), *errors]),
        first_score=np.cumsum([0, *(len(part) for part in errors)], dtype=np.int64),
        n_below=n_scores - rank if rank <= n_scores else -1,
        references=np.ascontiguousarray(references.T),
        n_nearest=min(N_NEAREST, len(references)),
        at_zero=ensemble.difficulty.at_zero,
        slope=ensemble.difficulty.slope,
        least=ensemble.difficulty.least,
        floors=np.array([*[-np.inf] * n_others, *least]),
    )
