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
    return best_of(scope, score_all(scope, aim, library), k)


def score_all(scope: Scope, aim: Aim, library: Library) -> Floats:
    """Judge every mixture of a space, shape (size,); NaN where another model's floor is not reached."""
    space = Space(scope.levels)
    ensembles = [aim.ensemble, *(floor.ensemble for floor in scope.floors)]
    read = list(dict.fromkeys(name for ensemble in ensembles for name in ensemble.feature_names))
    numbers = []
    for indices in chunks(space):
        features = featurize(space.mixtures(indices), library)
        first, inverse = _distinct(features[read])
        reached = np.where(keeps_floors(first, scope.floors), judge(first, aim), np.nan)
        numbers.append(reached[inverse])
    return np.concatenate(numbers)


def _distinct(features: pd.DataFrame) -> tuple[pd.DataFrame, npt.NDArray[np.intp]]:
    """Find rows that differ, and which of them each row is: what is the same is judged once."""
    table = np.ascontiguousarray(features.to_numpy(np.float64))
    rows = table.view(np.dtype((np.void, table.dtype.itemsize * table.shape[1]))).ravel()
    _, first, inverse = np.unique(rows, return_index=True, return_inverse=True)
    return features.iloc[first], inverse


def best_of(scope: Scope, numbers: Floats, k: int) -> tuple[Indices, Floats]:
    """Name the best k of all mixtures, one for each combination of the distinct axes.

    Args:
        scope: What is searched.
        numbers: What each mixture of the space reaches, shape (size,); NaN where it cannot be made.
        k: How many at most.

    Returns:
        As `best_listed`.
    """
    space = Space(scope.levels)
    indices = np.flatnonzero(~np.isnan(numbers))
    indices = indices[is_allowed(space, indices, scope.allowed)]
    indices = indices[np.lexsort((indices, -numbers[indices]))]
    _, first = np.unique(_combination(space, indices, scope), return_index=True)
    chosen = indices[np.sort(first)][:k]
    return chosen, numbers[chosen]


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
