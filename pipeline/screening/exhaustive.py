"""The slow, obvious way: list every mixture, describe it, predict it, sort. What the exact search is held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, featurize
from pipeline.learning import Floats
from pipeline.screening.search import Aim, Allowed, Floor, Scope
from pipeline.screening.space import Indices, Space

CHUNK = 100_000


def best_listed(scope: Scope, aim: Aim, library: Library, k: int) -> tuple[Indices, Floats]:
    """Find the best k mixtures, one for each combination of the distinct axes, by listing all of them.

    Args:
        scope: What is searched.
        aim: What is to be large.
        library: Describes components.
        k: How many at most.

    Returns:
        Their indices and what was to be large, best first; of equal ones the lowest index first.
    """
    space = Space(scope.levels)
    kept, numbers = [], []
    for indices in chunks(space):
        indices = indices[is_allowed(space, indices, scope.allowed)]
        features = featurize(space.mixtures(indices), library)
        keeps = keeps_floors(features, scope.floors)
        kept.append(indices[keeps])
        numbers.append(judge(features[keeps], aim))
    indices, reached = np.concatenate(kept), np.concatenate(numbers)
    order = np.lexsort((indices, -reached))
    _, first = np.unique(_combination(space, indices[order], scope), return_index=True)
    chosen = order[np.sort(first)][:k]
    return indices[chosen], reached[chosen]


def chunks(space: Space) -> Iterator[Indices]:
    """Return the indices of all mixtures, some at a time."""
    return (np.arange(start, min(start + CHUNK, space.size)) for start in range(0, space.size, CHUNK))


def judge(features: pd.DataFrame, aim: Aim) -> Floats:
    """Return what is to be large of n rows of features, shape (n,), as the ensemble itself predicts it."""
    if aim.confidence is None:
        return aim.ensemble.predict(features)
    return aim.ensemble.interval(features, aim.confidence)[0]


def is_allowed(space: Space, indices: Indices, allowed: Sequence[Allowed]) -> npt.NDArray[np.bool_]:
    """Say which of n mixtures the limits on combinations of levels allow, shape (n,)."""
    places = space.places(indices)
    keeps = np.ones(len(indices), dtype=bool)
    for axes, combinations in allowed:
        keeps &= combinations[tuple(places[axis] for axis in axes)]
    return keeps


def keeps_floors(features: pd.DataFrame, floors: Sequence[Floor]) -> npt.NDArray[np.bool_]:
    """Say which of n rows of features keep what other models have to predict, shape (n,)."""
    keeps = np.ones(len(features), dtype=bool)
    for floor in floors:
        keeps &= floor.ensemble.predict(features) >= floor.least
    return keeps


def _combination(space: Space, indices: Indices, scope: Scope) -> npt.NDArray[np.intp]:
    places = space.places(indices)
    kinds = {axis: scope.kinds.get(axis, np.arange(space.shape[axis])) for axis in scope.distinct}
    return np.ravel_multi_index(
        tuple(kind[places[axis]] for axis, kind in kinds.items()), tuple(int(kind.max()) + 1 for kind in kinds.values())
    )
