import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning import Bounds

numbers = st.floats(-20, 20, allow_subnormal=False)
ENDS = Bounds(np.array([-4.0, -5.0, -np.inf, 4.9]), np.array([-4.0, -3.0, -10.0, np.inf]))


def test_the_middle_of_a_range_is_its_number_and_one_bound_alone_is_none():
    assert ENDS.middle == pytest.approx([-4, -4, np.nan, np.nan], nan_ok=True)


def test_only_a_number_is_exact():
    assert ENDS.is_exact.tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("predicted", "distance"),
    [([-4.5, -6.0, -12.0, 6.0], [-0.5, -1.0, 0.0, 0.0]), ([-3.0, -3.5, -9.0, 4.4], [1.0, 0.0, 1.0, -0.5])],
)
def test_distances_worked_out_by_hand(predicted, distance):
    assert ENDS.distance(np.array(predicted)) == pytest.approx(distance)


@given(numbers, st.floats(0, 10), numbers)
def test_nothing_between_two_bounds_is_off_and_nothing_beyond_them_is_not(lower, width, predicted):
    bounds = Bounds(np.array([lower]), np.array([lower + width]))
    distance = bounds.distance(np.array([predicted]))[0]
    assert (distance == 0) == (lower <= predicted <= lower + width)
    assert (distance > 0) == (predicted > lower + width)


@given(numbers, numbers)
def test_the_distance_to_a_number_is_the_difference(number, predicted):
    assert Bounds.exactly(np.array([number])).distance(np.array([predicted]))[0] == predicted - number


def test_a_mask_and_positions_choose_the_same_bounds():
    by_mask, by_position = ENDS[np.array([False, True, False, True])], ENDS[np.array([1, 3])]
    assert len(by_mask) == 2
    assert (by_mask.lower.tolist(), by_mask.upper.tolist()) == ([-5, 4.9], [-3, np.inf])
    assert (by_position.lower.tolist(), by_position.upper.tolist()) == ([-5, 4.9], [-3, np.inf])
