import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.condition import reciprocal_temperature


@pytest.mark.parametrize(("celsius", "kelvin"), [(25.0, 298.15), (0.0, 273.15), (60.0, 333.15), (-73.15, 200.0)])
def test_the_abscissa_is_1000_over_the_absolute_temperature(celsius, kelvin):
    assert reciprocal_temperature(np.array([celsius])) == pytest.approx(1000 / kelvin)


def test_a_temperature_that_is_not_stated_stays_unknown():
    assert np.isnan(reciprocal_temperature(np.array([np.nan, 25.0]))).tolist() == [True, False]


@given(st.floats(-150, 599), st.floats(0.1, 100))
def test_the_warmer_the_smaller_the_reciprocal(celsius, rise):
    cold, warm = reciprocal_temperature(np.array([celsius, celsius + rise]))
    assert cold > warm > 0
