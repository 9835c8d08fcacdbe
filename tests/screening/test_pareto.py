from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from pipeline.screening.pareto import hypervolume_share, ranks

grids = arrays.arrays(float, st.tuples(st.integers(1, 12), st.integers(1, 5)), elements=st.integers(0, 3).map(float))
gapped = arrays.arrays(
    float, st.tuples(st.integers(1, 12), st.integers(1, 4)), elements=st.sampled_from([0.0, 1.0, 2.0, np.nan, -np.inf])
)


def dominates(one, other):
    return (one >= other).all() and (one > other).any()


def peeled(points):
    """Fronts by definition: take off what nothing left dominates, again and again."""
    found, left, rank = np.zeros(len(points), dtype=int), set(range(len(points))), 1
    while left:
        front = {i for i in left if not any(dominates(points[j], points[i]) for j in left)}
        found[list(front)] = rank
        left, rank = left - front, rank + 1
    return found.tolist()


@given(grids)
def test_ranks_are_what_taking_off_front_after_front_gives(points):
    assert ranks(points).tolist() == peeled(points)


@given(gapped)
def test_what_is_not_known_counts_as_worse_than_anything_known(points):
    assert ranks(points).tolist() == peeled(np.where(np.isnan(points), -np.inf, points))


@given(grids, st.randoms(use_true_random=False))
def test_the_order_of_candidates_and_goals_changes_no_rank(points, random):
    rows, columns = list(range(points.shape[0])), list(range(points.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    assert ranks(points[rows][:, columns]).tolist() == ranks(points)[rows].tolist()


@given(grids, st.floats(0.01, 100), st.floats(-50, 50))
def test_ranks_do_not_depend_on_the_unit_of_a_goal(points, factor, shift):
    other = points.copy()
    other[:, 0] = factor * other[:, 0] + shift
    assert ranks(other).tolist() == ranks(points).tolist()


@given(grids)
def test_a_goal_that_is_the_same_for_all_changes_no_rank(points):
    assert ranks(np.column_stack([points, np.full(len(points), 7.0)])).tolist() == ranks(points).tolist()


def test_equal_candidates_share_a_rank():
    assert ranks(np.array([[1.0, 2.0], [1.0, 2.0], [0.0, 0.0]])).tolist() == [1, 1, 2]


@pytest.mark.parametrize("shape", [(0, 3), (4, 0)])
def test_without_goals_none_is_worse_and_without_candidates_there_is_none(shape):
    assert ranks(np.empty(shape)).tolist() == [1] * shape[0]


def test_two_steps_of_a_staircase_fill_three_quarters_of_a_square():
    """Of the unit square (1, 0.5) and (0.5, 1) dominate all but a corner of a half by a half."""
    steps = np.array([[1.0, 0.5], [0.5, 1.0]])
    assert hypervolume_share(steps, np.zeros(2), np.ones(2)) == pytest.approx(0.75)


@given(grids.filter(lambda points: points.shape[1] <= 3))
def test_the_share_is_that_of_the_cells_that_a_candidate_dominates(points):
    """On whole numbers from 0 to 3 the box falls into cells of side one, each dominated as a whole or not at all."""
    goals = points.shape[1]
    cells = np.stack(np.meshgrid(*[np.arange(1.0, 4.0)] * goals, indexing="ij"), axis=-1).reshape(-1, goals)
    dominated = (points[None] >= cells[:, None]).all(axis=2).any(axis=1)
    share = hypervolume_share(points, np.zeros(goals), np.full(goals, 3.0))
    assert share == pytest.approx(dominated.mean())


def test_a_candidate_that_is_not_above_the_reference_adds_nothing():
    box = np.zeros(2), np.ones(2)
    with_it = hypervolume_share(np.array([[0.5, 0.5], [-1.0, 9.0], [np.nan, 1.0]]), *box)
    assert with_it == hypervolume_share(np.array([[0.5, 0.5]]), *box) == 0.25


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_one_at_the_ideal_fills_the_box(order):
    ideal = np.array([2.0, 5.0, -1.0])[list(order)]
    assert hypervolume_share(ideal[None], ideal - 3, ideal) == pytest.approx(1)


def test_an_ideal_that_is_no_better_than_the_reference_is_refused():
    with pytest.raises(ValueError, match="an ideal above the reference"):
        hypervolume_share(np.zeros((1, 2)), np.zeros(2), np.array([1.0, 0.0]))
