import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.screening.desirability import desirability, overall

shares = st.lists(st.floats(0, 1), min_size=2, max_size=5)


def test_halfway_from_the_worst_to_the_target_is_half_as_desirable():
    assert desirability(np.array([3.0, 4.0, 4.5, 5.0, 6.0]), 4.0, 5.0, 1.0).tolist() == [0, 0, 0.5, 1, 1]


def test_less_is_better_where_the_target_lies_below_the_worst():
    assert desirability(np.array([600.0, 500.0, 400.0, 100.0, 1.0]), 500.0, 100.0, 1.0).tolist() == [0, 0, 0.25, 1, 1]


@pytest.mark.parametrize(("shape", "expected"), [(0.5, 0.5), (1.0, 0.25), (2.0, 0.0625)])
def test_the_shape_is_the_exponent_of_derringer_and_suich(shape, expected):
    assert desirability(np.array([0.25]), 0.0, 1.0, shape) == pytest.approx(expected)


@given(st.floats(-10, 10), st.floats(-10, 10), st.floats(0.1, 10), st.floats(-5, 5), st.floats(0.01, 100))
def test_another_unit_changes_no_desirability(value, worst, span, shift, factor):
    one = desirability(np.array([value]), worst, worst + span, 1.5)
    other = desirability(
        np.array([factor * value + shift]), factor * worst + shift, factor * (worst + span) + shift, 1.5
    )
    assert other == pytest.approx(one, abs=1e-6)


def test_what_is_not_known_is_not_desirable_to_a_known_degree():
    assert np.isnan(desirability(np.array([np.nan]), 0.0, 1.0, 1.0)).all()
    assert np.isnan(overall([np.array([np.nan]), np.array([1.0])], [1, 1])).all()


def test_the_overall_desirability_of_four_tenths_and_nine_tenths_is_six_tenths():
    assert overall([np.array([0.4]), np.array([0.9])], [1, 1]) == pytest.approx(0.6)


def test_a_weight_of_two_counts_a_goal_twice():
    one, other = np.array([0.2, 0.7]), np.array([0.9, 0.3])
    assert overall([one, other], [2, 1]) == pytest.approx(overall([one, one, other], [1, 1, 1]))


def test_what_fails_one_goal_is_worth_nothing_however_good_else():
    assert overall([np.array([0.0]), np.array([1.0])], [1, 1000]).tolist() == [0.0]


@given(shares)
def test_the_overall_desirability_lies_between_the_worst_and_the_best(single):
    found = overall([np.array([d]) for d in single], [1.0] * len(single))[0]
    assert min(single) - 1e-9 <= found <= max(single) + 1e-9


@given(shares, st.floats(0.1, 10))
def test_neither_the_order_of_the_goals_nor_the_scale_of_the_weights_counts(single, factor):
    weights = [1.0 + k for k in range(len(single))]
    arrays = [np.array([d]) for d in single]
    found = overall(arrays, weights)
    assert overall(arrays[::-1], weights[::-1]) == pytest.approx(found)
    assert overall(arrays, [factor * w for w in weights]) == pytest.approx(found)


@pytest.mark.parametrize(("worst", "target", "shape"), [(1.0, 1.0, 1.0), (0.0, 1.0, 0.0), (0.0, 1.0, -1.0)])
def test_ends_that_are_one_and_shapes_that_turn_it_around_are_refused(worst, target, shape):
    with pytest.raises(ValueError, match="a target other than the worst"):
        desirability(np.array([0.5]), worst, target, shape)


@pytest.mark.parametrize(("single", "weights"), [([], []), ([np.ones(1)], [0]), ([np.ones(1)], [1, 1])])
def test_every_goal_has_a_weight_above_zero(single, weights):
    with pytest.raises(ValueError, match="a weight above 0"):
        overall(single, weights)
