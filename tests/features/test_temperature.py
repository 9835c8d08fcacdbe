import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.temperature import (
    BOLTZMANN_EV_PER_K,
    arrhenius,
    arrhenius_gain,
    kelvin,
    reciprocal_temperature,
    vogel_fulcher_tammann,
)

celsius = st.floats(-100, 300)


def at(*numbers):
    return np.array(numbers, dtype=float)


@pytest.mark.parametrize(("degrees", "absolute"), [(25, 298.15), (0, 273.15), (60, 333.15), (-73.15, 200)])
def test_the_abscissa_is_1000_over_the_absolute_temperature(degrees, absolute):
    assert kelvin(at(degrees)) == pytest.approx(absolute)
    assert reciprocal_temperature(at(degrees)) == pytest.approx(1000 / absolute)


def test_a_temperature_that_is_not_stated_stays_unknown():
    assert np.isnan(reciprocal_temperature(at(np.nan, 25))).tolist() == [True, False]


@given(st.floats(-150, 599), st.floats(0.1, 100))
def test_the_warmer_the_smaller_the_reciprocal(degrees, rise):
    cold, warm = reciprocal_temperature(at(degrees, degrees + rise))
    assert cold > warm > 0


def test_0_30_ev_are_0_53_decades_from_25_to_60_degrees():
    # 0.30 eV / (8.6173e-5 eV/K) = 3481.4 K; 1/298.15 − 1/333.15 = 3.5236e-4 /K; 1.2267 / ln 10 = 0.5328
    assert arrhenius(at(-4), at(0.30), at(60)) == pytest.approx(-4 + 0.5328, abs=1e-4)


def test_at_25_degrees_a_conductivity_is_that_of_25_degrees():
    assert arrhenius(at(-3.2), at(0.4), at(25)).tolist() == [-3.2]


@given(celsius, celsius, st.floats(100, 20_000))
def test_there_and_back_the_gain_is_nothing(start, end, b):
    there, back = arrhenius_gain(at(b), at(start), at(end)), arrhenius_gain(at(b), at(end), at(start))
    assert there + back == pytest.approx(0, abs=1e-9)


@given(celsius, st.floats(0.1, 100), st.floats(0.01, 2))
def test_conduction_that_is_activated_rises_with_temperature(degrees, rise, energy):
    cold, warm = arrhenius(at(-4, -4), at(energy, energy), at(degrees, degrees + rise))
    assert warm > cold


@given(st.floats(0.01, 2), celsius)
def test_a_vft_law_that_counts_from_absolute_zero_is_arrhenius_law(energy, degrees):
    b = energy / BOLTZMANN_EV_PER_K
    room = vogel_fulcher_tammann(at(10), at(b), at(0), at(25))
    vft = vogel_fulcher_tammann(at(10), at(b), at(0), at(degrees))
    assert vft == pytest.approx(arrhenius(room, at(energy), at(degrees)), rel=1e-9, abs=1e-9)


def test_a_vft_law_loses_one_decade_where_b_over_t_minus_t0_is_ln_10():
    law = vogel_fulcher_tammann(at(0.5), at(100 * math.log(10)), at(200), at(300 - 273.15))
    assert law == pytest.approx(math.log10(0.5) - 1)


@given(st.floats(0, 150), st.floats(0.01, 100))
def test_a_vft_law_says_nothing_at_and_below_its_zero(degrees, difference):
    zero = kelvin(at(degrees))
    temperatures = at(degrees - difference, degrees, degrees + difference)
    law = vogel_fulcher_tammann(at(1), at(1000), zero, temperatures)
    assert np.isnan(law).tolist() == [True, True, False]
