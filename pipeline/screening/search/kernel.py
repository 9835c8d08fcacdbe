"""The search itself, compiled: depth first, best bound first, exact to the last bit.

A node has decided the first axes of a plan. In each tree it can still reach some leaves; the best of them, summed tree
by tree in the order and the precision in which XGBoost sums, bounds from above what any mixture below the node is
predicted. Rounding is monotone, so the bound holds to the last bit and needs no slack. The same is true of the lower
end of an interval: it rises with what each member predicts and falls with the distance to what was measured.

All that is compiled stands in this one file, with the tuples that it takes: numba's cache on disk notices a change in
the file of a function, but not in the files of what it calls.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Masks = npt.NDArray[np.unsignedinteger[Any]]
_WORD = 16
_LOWEST_BIT = np.array([0, *((word & -word).bit_length() - 1 for word in range(1, 1 << _WORD))], dtype=np.int8)
_HIGHEST_BIT = np.array([0, *(word.bit_length() - 1 for word in range(1, 1 << _WORD))], dtype=np.int64)
_NOWHERE = np.iinfo(np.int64).max
compiled = numba.njit(cache=True, nogil=True)


class Plan(NamedTuple):
    """What can be reached, as flat arrays. Axes stand in the order in which they are decided.

    A factor takes part in the decision on each of its axes. Its key after a decision is the number of the combination
    of its rows so far; by its key it says which leaves can still be reached, whatever the axes to come hold.

    Attributes:
        rows: Masks, shape (rows, trees).
        root: The leaves that are reachable before any decision.
        n_classes: Number of classes of each axis.
        first_part: For each axis, where its parts start in the four arrays below; the last number is their number.
        part_factor: Which factor takes part.
        part_size: By what its key is multiplied before this axis' row is added.
        part_place: Where, in `places`, the rows of the axis' classes start.
        part_table: Where, in `tables`, the masks by key start.
        places: Row of a factor for each class of an axis.
        tables: Row of `rows` for each key.
        first_class: For each axis, where its classes start in `first_offset` and `first_member`.
        first_offset: What the first level of each class adds to the index of a mixture.
        first_member: For each class, where its levels start in `offsets`; the last number is their number.
        offsets: What each level of each class adds to the index, rising within a class.
        by_index: The distinct axes, in the order in which indices run.
        n_distinct: How many axes, the first ones, tell results apart.
        n_factors: Number of factors.
    """

    rows: Masks
    root: Masks
    n_classes: Integers
    first_part: Integers
    part_factor: Integers
    part_size: Integers
    part_place: Integers
    part_table: Integers
    places: Integers
    tables: npt.NDArray[np.int32]
    first_class: Integers
    first_offset: Integers
    first_member: Integers
    offsets: Integers
    by_index: Integers
    n_distinct: int
    n_factors: int


class Trees(NamedTuple):
    """Leaf values, where each booster's trees start, and what it adds them to; see `Forest`."""

    leaf_values: Singles
    starts: Integers
    base_scores: Singles


class Objective(NamedTuple):
    """What is to be as large as possible: the prediction of booster 0, or the lower end of its interval.

    Attributes:
        is_lower: Whether it is the lower end.
        lowest: Smallest possible prediction.
        highest: Largest possible prediction.
        scores: Held-out errors of all members, end to end, rising within each.
        first_score: Where those of each member start; the last number is their number.
        n_below: How many of the bounds that the scores give lie below the one that counts; -1 if there are too few.
        references: Leaves of what was measured in the trees of booster 0, a bit each, shape (trees, references).
        n_nearest: References that count.
        at_zero: Expected error at distance 0.
        slope: Its rise with the distance.
        least: Smallest expected error.
        floors: For each booster, what it must predict; -inf where it need not.
    """

    is_lower: bool
    lowest: float
    highest: float
    scores: Floats
    first_score: Integers
    n_below: int
    references: Masks
    n_nearest: int
    at_zero: float
    slope: float
    least: float
    floors: Floats


class Found(NamedTuple):
    """The best so far: a heap whose root is the worst of them.

    Attributes:
        numbers: What was to be large, shape (k,).
        indices: Indices of the mixtures.
        n_found: How many there are, shape (1,).
    """

    numbers: Floats
    indices: Integers
    n_found: Integers


class _State(NamedTuple):
    """Where the search stands; a row a depth unless said otherwise.

    Attributes:
        masks: What can be reached.
        keys: Key of each factor.
        offset: What the decided distinct axes add to the index, at least.
        free_offset: The same of the other axes.
        error: The error that is expected at least.
        choices: Classes of the axis to decide, by falling bound.
        bounds: Their bounds.
        n_open: How many there are.
        position: Which of them comes next.
        chosen: What was decided for each axis.
        best_value: Of the free axes below the distinct ones: the best value so far, shape (1,).
        best_offset: What its free axes add to the index, shape (1,).
        highest: What each booster predicts at most, shape (boosters,).
        counts: Nodes opened and judged.
        turn: Which level of each class is next, when results are put in.
        cursor: Which score of each member is next.
        shared: Trees whose leaf each reference may share, shape (references,).
        nearest: The most of them, falling.
    """

    masks: Masks
    keys: Integers
    offset: Integers
    free_offset: Integers
    error: Floats
    choices: Integers
    bounds: Floats
    n_open: Integers
    position: Integers
    chosen: Integers
    best_value: Floats
    best_offset: Integers
    highest: Floats
    counts: Integers
    turn: Integers
    cursor: Integers
    shared: npt.NDArray[np.uint16]
    nearest: Integers


@compiled
def search(
    plan: Plan, trees: Trees, objective: Objective, found: Found, first_choices: Integers, is_pruned: bool
) -> Any:
    """Find the best mixtures, one for each combination of the distinct axes.

    Args:
        plan: What is reachable.
        trees: The boosters: the model, its members, and those that only set floors.
        objective: What is to be large.
        found: The best so far; what is found is put in.
        first_choices: Classes of the first axis that are searched.
        is_pruned: Whether to leave out what cannot be among the best.

    Returns:
        How many nodes were opened, and how many were judged.
    """
    state = _start(plan, trees, objective)
    depth = -1
    if _is_possible(plan.root) and plan.n_classes.min() > 0:
        depth = 0
        _open(plan, trees, objective, state, 0, first_choices, _least(plan, found, state, 0, is_pruned))
    while depth >= 0:
        if state.position[depth] == state.n_open[depth]:
            if depth == plan.n_distinct and state.best_offset[0] != _NOWHERE:
                _enter_all(plan, found, state, state.best_value[0], state.best_offset[0])
            depth -= 1
            continue
        place = state.position[depth]
        choice, bound = state.choices[depth, place], state.bounds[depth, place]
        state.position[depth] += 1
        added = plan.first_offset[plan.first_class[depth] + choice]
        if is_pruned:
            if bound < _least(plan, found, state, depth, is_pruned):
                state.position[depth] = state.n_open[depth]
                continue
            if not _may_win(plan, found, state, depth, bound, state.offset[depth], state.free_offset[depth] + added):
                continue
        bound = _descend(plan, trees, objective, state, depth, choice, bound, added)
        depth += 1
        if depth == len(plan.n_classes):
            depth -= 1
            if depth < plan.n_distinct:
                _enter_all(plan, found, state, bound, 0)
            elif not _is_worse(bound, state.free_offset[depth + 1], state.best_value[0], state.best_offset[0]):
                state.best_value[0], state.best_offset[0] = bound, state.free_offset[depth + 1]
        elif is_pruned and not _may_win(
            plan, found, state, depth - 1, bound, state.offset[depth], state.free_offset[depth]
        ):
            depth -= 1
        else:
            if depth == plan.n_distinct:
                state.best_value[0], state.best_offset[0] = -np.inf, _NOWHERE
            least = _least(plan, found, state, depth, is_pruned)
            _open(plan, trees, objective, state, depth, np.arange(plan.n_classes[depth]), least)
    return state.counts[0], state.counts[1]


@compiled
def count(plan: Plan, trees: Trees, objective: Objective, n_limited: int, numbers: Integers) -> Any:
    """Count the mixtures that are allowed and keep all floors, without listing those that a decision settles together.

    Args:
        plan: What is reachable; the axes that limits are about stand first.
        trees: The boosters that set floors.
        objective: Gives the floors.
        n_limited: How many axes limits are about.
        numbers: For each class of each axis the number of its levels, end to end.

    Returns:
        Their number.
    """
    n_axes = len(plan.n_classes)
    state = _start(plan, trees, objective)
    together = np.ones(n_axes + 1, dtype=np.int64)
    below = np.ones(n_axes + 1, dtype=np.int64)
    for axis in range(n_axes - 1, -1, -1):
        below[axis] = below[axis + 1] * numbers[plan.first_class[axis] : plan.first_class[axis + 1]].sum()
    total, depth = 0, 0 if _is_possible(plan.root) and plan.n_classes.min() > 0 else -1
    while depth >= 0:
        choice = state.position[depth]
        if choice == plan.n_classes[depth]:
            state.position[depth] = 0
            depth -= 1
            continue
        state.position[depth] += 1
        if not _decide(plan, state, depth, choice, depth + 1):
            continue
        _predict(trees, objective, state, depth + 1)
        if not _keeps_floors(objective, state.highest):
            continue
        together[depth + 1] = together[depth] * numbers[plan.first_class[depth] + choice]
        if depth + 1 >= n_limited and _surely_keeps_floors(trees, objective, state.masks[depth + 1]):
            total += together[depth + 1] * below[depth + 1]
        else:
            depth += 1
    return total


@compiled
def _surely_keeps_floors(trees: Trees, objective: Objective, mask: Masks) -> Any:
    """Say whether even the worst leaves that can be reached keep every floor."""
    for booster in range(len(trees.base_scores)):
        total = trees.base_scores[booster]
        for tree in range(trees.starts[booster], trees.starts[booster + 1]):
            total += trees.leaf_values[tree, _highest_bit(mask[tree])]
        if total < objective.floors[booster]:
            return False
    return True


@compiled
def _start(plan: Plan, trees: Trees, objective: Objective) -> Any:
    n_axes, n_boosters = len(plan.n_classes), len(trees.base_scores)
    widest = max(1, plan.n_classes.max())
    state = _State(
        np.empty((n_axes + 2, len(plan.root)), dtype=plan.rows.dtype),
        np.zeros((n_axes + 2, plan.n_factors + 1), dtype=np.int64),
        np.zeros(n_axes + 1, dtype=np.int64),
        np.zeros(n_axes + 1, dtype=np.int64),
        np.zeros(n_axes + 1),
        np.zeros((n_axes, widest), dtype=np.int64),
        np.zeros((n_axes, widest)),
        np.zeros(n_axes, dtype=np.int64),
        np.zeros(n_axes, dtype=np.int64),
        np.zeros(n_axes, dtype=np.int64),
        np.full(1, -np.inf),
        np.full(1, _NOWHERE),
        np.zeros(n_boosters),
        np.zeros(2, dtype=np.int64),
        np.zeros(n_axes, dtype=np.int64),
        np.zeros(len(objective.first_score), dtype=np.int64),
        np.zeros(objective.references.shape[1], dtype=np.uint16),
        np.zeros(objective.n_nearest + 1, dtype=np.int64),
    )
    state.masks[0] = plan.root
    if objective.is_lower and _is_possible(plan.root):
        state.error[0] = _least_error(objective, plan.root, state)
    return state


@compiled
def _open(
    plan: Plan, trees: Trees, objective: Objective, state: _State, depth: int, choices: Integers, least: float
) -> None:
    """Judge the classes of the axis to decide; keep, by falling bound, those that may reach `least`."""
    spare = len(plan.n_classes) + 1
    bounds, kept = np.empty(len(choices)), np.empty(len(choices), dtype=np.int64)
    n_kept = 0
    for choice in choices:
        if not _decide(plan, state, depth, choice, spare):
            continue
        state.counts[1] += 1
        _predict(trees, objective, state, spare)
        if _keeps_floors(objective, state.highest) and _may_reach(objective, state, state.error[depth], least):
            bounds[n_kept], kept[n_kept] = -_value(objective, state, state.error[depth]), choice
            n_kept += 1
    order = np.argsort(bounds[:n_kept], kind="mergesort")
    for place in range(n_kept):
        state.choices[depth, place], state.bounds[depth, place] = kept[order[place]], -bounds[order[place]]
    state.n_open[depth], state.position[depth] = n_kept, 0
    state.counts[0] += 1


@compiled
def _descend(
    plan: Plan, trees: Trees, objective: Objective, state: _State, depth: int, choice: int, bound: float, added: int
) -> Any:
    """Make a decision; returns the bound of what is left, closer now that its own distance is known."""
    below = depth + 1
    state.chosen[depth] = choice
    _decide(plan, state, depth, choice, below)
    is_distinct = depth < plan.n_distinct
    state.offset[below] = state.offset[depth] + (added if is_distinct else 0)
    state.free_offset[below] = state.free_offset[depth] + (0 if is_distinct else added)
    if objective.is_lower:
        state.error[below] = _least_error(objective, state.masks[below], state)
        _predict(trees, objective, state, below)
        return _value(objective, state, state.error[below])
    return bound


@compiled
def _decide(plan: Plan, state: _State, depth: int, choice: int, below: int) -> Any:
    """Write what a decision leaves reachable into another row; returns whether anything is."""
    state.keys[below] = state.keys[depth]
    state.masks[below] = state.masks[depth]
    mask = state.masks[below]
    for part in range(plan.first_part[depth], plan.first_part[depth + 1]):
        factor = plan.part_factor[part]
        key = state.keys[depth, factor] * plan.part_size[part] + plan.places[plan.part_place[part] + choice]
        state.keys[below, factor] = key
        row = plan.rows[plan.tables[plan.part_table[part] + key]]
        for tree in range(len(mask)):
            mask[tree] &= row[tree]
    return _is_possible(mask)


@compiled
def _is_possible(mask: Masks) -> Any:
    """Say whether every tree has a leaf left: where limits forbid all that is below, some have none."""
    n_empty = 0
    for tree in range(len(mask)):
        n_empty += mask[tree] == 0
    return n_empty == 0


@compiled
def _predict(trees: Trees, objective: Objective, state: _State, row: int) -> None:
    """Sum, for each booster, the best leaves that can be reached, in the precision and order of XGBoost."""
    mask = state.masks[row]
    for booster in range(len(trees.base_scores)):
        total = trees.base_scores[booster]
        for tree in range(trees.starts[booster], trees.starts[booster + 1]):
            total += trees.leaf_values[tree, _lowest_bit(mask, tree)]
        is_free = objective.floors[booster] == -np.inf
        state.highest[booster] = _clipped(objective, total) if is_free else np.float64(total)


@compiled
def _value(objective: Objective, state: _State, error: float) -> Any:
    """Return what is to be large, at most, for boosters that predict `highest` and an expected error."""
    return _lower_end(objective, state, error) if objective.is_lower else state.highest[0]


@compiled
def _lower_end(objective: Objective, state: _State, error: float) -> Any:
    """Return the lower end of the CV+ interval: of all members' predictions less their errors, the one of that rank."""
    if objective.n_below < 0:
        return objective.lowest
    n_members = len(objective.first_score) - 1
    for member in range(n_members):
        state.cursor[member] = objective.first_score[member + 1] - 1
    smallest = 0.0
    for _ in range(objective.n_below + 1):
        chosen = -1
        for member in range(n_members):
            place = state.cursor[member]
            if place >= objective.first_score[member]:
                bound = state.highest[member + 1] - error * objective.scores[place]
                if chosen < 0 or bound < smallest:
                    chosen, smallest = member, bound
        state.cursor[chosen] -= 1
    return _clipped(objective, min(smallest, state.highest[0]))


@compiled
def _may_reach(objective: Objective, state: _State, error: float, least: float) -> Any:
    """Say whether `_value` is `least` or more, without sorting the bounds that the scores give."""
    if state.highest[0] < least:
        return False
    if not objective.is_lower or least <= objective.lowest:
        return True
    n_smaller = 0
    for member in range(len(objective.first_score) - 1):
        first, stop = objective.first_score[member], objective.first_score[member + 1]
        low, high = first, stop
        while low < high:
            middle = (low + high) // 2
            if state.highest[member + 1] - error * objective.scores[middle] < least:
                high = middle
            else:
                low = middle + 1
        n_smaller += stop - low
    return n_smaller <= objective.n_below


@compiled
def _least_error(objective: Objective, mask: Masks, state: _State) -> Any:
    """Return the error that is expected of a reachable mixture if it is as near to what was measured as it can be."""
    shared, nearest, n_nearest = state.shared, state.nearest, objective.n_nearest
    n_trees = len(objective.references)
    shared[:] = 0
    for tree in range(n_trees):
        leaves, reachable = objective.references[tree], mask[tree]
        for reference in range(len(shared)):
            shared[reference] += (leaves[reference] & reachable) != 0
    nearest[:] = 0
    for reference in range(len(shared)):
        if shared[reference] > nearest[n_nearest - 1]:
            place = n_nearest - 1
            while place > 0 and nearest[place - 1] < shared[reference]:
                nearest[place] = nearest[place - 1]
                place -= 1
            nearest[place] = shared[reference]
    total = 0.0
    for place in range(n_nearest):
        total += 1 - nearest[place] / n_trees
    return max(objective.at_zero + objective.slope * (total / n_nearest), objective.least)


@compiled
def _keeps_floors(objective: Objective, highest: Floats) -> Any:
    return np.all(highest >= objective.floors)


@compiled
def _clipped(objective: Objective, number: Any) -> Any:
    return min(max(np.float64(number), objective.lowest), objective.highest)


@compiled
def _lowest_bit(mask: Masks, tree: int) -> Any:
    if mask.itemsize * 8 <= _WORD:
        return _LOWEST_BIT[mask[tree]]
    word, shift = np.uint64(mask[tree]), 0
    while word & np.uint64(0xFFFF) == 0:
        word >>= np.uint64(_WORD)
        shift += _WORD
    return shift + _LOWEST_BIT[word & np.uint64(0xFFFF)]


@compiled
def _highest_bit(mask: Any) -> Any:
    word, shift = np.uint64(mask), 0
    while word > np.uint64(0xFFFF):
        word >>= np.uint64(_WORD)
        shift += _WORD
    return shift + _HIGHEST_BIT[word]


@compiled
def _is_worse(value: float, index: int, other_value: float, other_index: int) -> Any:
    return value < other_value or (value == other_value and index > other_index)


@compiled
def _least(plan: Plan, found: Found, state: _State, depth: int, is_pruned: bool) -> Any:
    """Return what has to be reached to win, whatever the index."""
    least = -np.inf
    if is_pruned and found.n_found[0] == len(found.numbers):
        least = found.numbers[0]
    if is_pruned and depth >= plan.n_distinct:
        least = max(least, state.best_value[0])
    return least


@compiled
def _may_win(plan: Plan, found: Found, state: _State, depth: int, bound: float, offset: int, free_offset: int) -> Any:
    """Say whether something with this bound could enter, and beat what the free axes have given so far."""
    if not _may_enter(found, bound, offset + free_offset):
        return False
    return depth < plan.n_distinct or not _is_worse(bound, free_offset, state.best_value[0], state.best_offset[0])


@compiled
def _may_enter(found: Found, value: float, index: int) -> Any:
    is_full = found.n_found[0] == len(found.numbers)
    return not is_full or _is_worse(found.numbers[0], found.indices[0], value, index)


@compiled
def _enter_all(plan: Plan, found: Found, state: _State, value: float, free_offset: int) -> None:
    """Put in the results that a decision on classes of the distinct axes stands for, by rising index."""
    n_distinct, turn = plan.n_distinct, state.turn
    turn[:] = 0
    while True:
        index = free_offset
        for axis in range(n_distinct):
            number = plan.first_class[axis] + state.chosen[axis]
            index += plan.offsets[plan.first_member[number] + turn[axis]]
        if not _may_enter(found, value, index):
            return
        _enter(found, value, index)
        step = n_distinct - 1
        while step >= 0:
            axis = plan.by_index[step]
            number = plan.first_class[axis] + state.chosen[axis]
            turn[axis] += 1
            if turn[axis] < plan.first_member[number + 1] - plan.first_member[number]:
                break
            turn[axis] = 0
            step -= 1
        if step < 0:
            return


@compiled
def _enter(found: Found, value: float, index: int) -> None:
    """Put a result into the heap; the worst leaves if there is no room."""
    k = len(found.numbers)
    if found.n_found[0] < k:
        place = found.n_found[0]
        found.n_found[0] += 1
        while place > 0:
            parent = (place - 1) // 2
            if not _is_worse(value, index, found.numbers[parent], found.indices[parent]):
                break
            found.numbers[place], found.indices[place] = found.numbers[parent], found.indices[parent]
            place = parent
    else:
        place = 0
        while 2 * place + 1 < k:
            child = 2 * place + 1
            if child + 1 < k and _is_worse(
                found.numbers[child + 1], found.indices[child + 1], found.numbers[child], found.indices[child]
            ):
                child += 1
            if not _is_worse(found.numbers[child], found.indices[child], value, index):
                break
            found.numbers[place], found.indices[place] = found.numbers[child], found.indices[child]
            place = child
    found.numbers[place], found.indices[place] = value, index
