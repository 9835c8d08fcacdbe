import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.mixing import INSULATOR_LOG10, bruggeman, general_effective_medium, maxwell

MEDIA = {
    "maxwell": maxwell,
    "bruggeman": bruggeman,
    "gem": lambda host, filler, fraction: general_effective_medium(host, filler, fraction, at(0.2854), 2.0),
    "gem of a framework": lambda host, filler, fraction: general_effective_medium(host, filler, fraction, at(0), 2.0),
}
every_medium = pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
decades = st.floats(-16, 0)
fractions = st.floats(0, 1)


def at(*numbers):
    return np.array(numbers, dtype=float)


def ratio(medium, filler, fraction):
    """Return what a medium conducts over what its host does, for a filler that conducts so many times the host."""
    return 10 ** (medium(at(-5.0), np.log10(filler) + at(-5.0), at(fraction))[0] + 5)


@every_medium
@given(decades, decades)
def test_without_filler_a_medium_conducts_as_its_host_and_without_host_as_its_filler(medium, host, filler):
    assert medium(at(host), at(filler), at(0)) == pytest.approx(host, abs=1e-8)
    assert medium(at(host), at(filler), at(1)) == pytest.approx(filler, abs=1e-8)


@every_medium
@given(decades, fractions)
def test_two_equal_phases_conduct_as_one(medium, conductivity, fraction):
    assert medium(at(conductivity), at(conductivity), at(fraction)) == pytest.approx(conductivity, abs=1e-9)


@every_medium
@given(decades, decades, fractions, fractions)
def test_more_of_the_better_conductor_never_conducts_worse(medium, one, other, fraction, another):
    host, filler = sorted([one, other])
    less, more = (medium(at(host), at(filler), at(part)) for part in sorted([fraction, another]))
    assert more >= less - 1e-9


@every_medium
@given(decades, decades, st.floats(0, 5), fractions)
def test_a_better_filler_never_makes_a_worse_composite(medium, host, filler, better, fraction):
    worse, improved = (medium(at(host), at(number), at(fraction)) for number in (filler, filler + better))
    assert improved >= worse - 1e-9


@pytest.mark.parametrize("medium", [maxwell, bruggeman])
@given(decades, decades, fractions)
def test_a_medium_lies_between_phases_in_series_and_side_by_side(medium, host, filler, fraction):
    side_by_side = np.log10((1 - fraction) * 10**host + fraction * 10**filler)
    series = -np.log10((1 - fraction) * 10**-host + fraction * 10**-filler)
    assert series - 1e-9 <= medium(at(host), at(filler), at(fraction))[0] <= side_by_side + 1e-9


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.3, 0.5, 0.6])
def test_insulating_spheres_take_three_halves_of_their_volume_from_bruggeman_s_medium(fraction):
    assert ratio(bruggeman, 1e-12, fraction) == pytest.approx(1 - 1.5 * fraction)


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.2, 0.3])
def test_perfect_conductors_short_bruggeman_s_medium_at_one_third(fraction):
    assert ratio(bruggeman, 1e12, fraction) == pytest.approx(1 / (1 - 3 * fraction))


@pytest.mark.parametrize(("filler", "expected"), [(0.1, 0.4), (5, 2.5), (10, 4)])
def test_two_phases_in_equal_amounts_conduct_by_the_root_of_bruggeman_s_quadratic(filler, expected):
    # 2s² − s(1 + r)/2 − r = 0, so s = (1 + r + √(r² + 34r + 1))/8; the root is 2.1, 14 and 21.
    assert ratio(bruggeman, filler, 0.5) == pytest.approx(expected)


@given(decades, decades, fractions)
def test_bruggeman_s_medium_does_not_know_which_phase_is_the_host(host, filler, fraction):
    other_way = bruggeman(at(filler), at(host), at(1 - fraction))
    assert bruggeman(at(host), at(filler), at(fraction)) == pytest.approx(other_way, abs=1e-6)


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.3, 0.7, 0.99])
def test_insulating_spheres_that_do_not_touch_leave_maxwell_s_share(fraction):
    assert ratio(maxwell, 1e-12, fraction) == pytest.approx(2 * (1 - fraction) / (2 + fraction))


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.3, 0.7])
def test_perfectly_conducting_spheres_that_do_not_touch_add_maxwell_s_share(fraction):
    assert ratio(maxwell, 1e12, fraction) == pytest.approx((1 + 2 * fraction) / (1 - fraction))


@pytest.mark.parametrize("medium", [maxwell, bruggeman])
@pytest.mark.parametrize("filler", [1e-3, 0.5, 2, 50])
def test_a_trace_of_spheres_adds_three_times_its_volume_by_the_contrast(medium, filler):
    slope = (ratio(medium, filler, 1e-5) - 1) / 1e-5
    assert slope == pytest.approx(3 * (filler - 1) / (filler + 2), rel=2e-3)


@given(decades, decades, fractions)
def test_the_general_medium_of_threshold_one_third_and_exponent_one_is_bruggeman_s(host, filler, fraction):
    general = general_effective_medium(at(host), at(filler), at(fraction), at(1 / 3), 1.0)
    assert general == pytest.approx(bruggeman(at(host), at(filler), at(fraction)), abs=1e-12)


@given(decades, decades, fractions)
def test_the_general_medium_that_percolates_at_once_conducts_side_by_side(host, filler, fraction):
    side_by_side = np.log10((1 - fraction) * 10**host + fraction * 10**filler)
    general = general_effective_medium(at(host), at(filler), at(fraction), at(0), 1.0)
    assert general == pytest.approx(side_by_side, abs=1e-9)


@given(decades, decades, fractions, st.floats(0, 0.9), st.floats(1, 3))
def test_the_general_medium_solves_mclachlan_s_equation(host, filler, fraction, threshold, exponent):
    mixed = general_effective_medium(at(host), at(filler), at(fraction), at(threshold), exponent)[0]
    x, x_host, x_filler = 10 ** ((np.array([mixed, host, filler]) - max(host, filler)) / exponent)
    terms = [
        part * (phase - x) / (threshold * phase + (1 - threshold) * x)
        for part, phase in ((1 - fraction, x_host), (fraction, x_filler))
    ]
    assert sum(terms) == pytest.approx(0, abs=1e-6 * max(1, *map(abs, terms)))


@pytest.mark.parametrize(("fraction", "expected"), [(0.5, (0.3 / 0.8) ** 2), (0.9, (0.7 / 0.8) ** 2)])
def test_in_an_insulator_a_filler_conducts_by_the_power_of_its_distance_from_the_threshold(fraction, expected):
    mixed = general_effective_medium(at(INSULATOR_LOG10), at(-3), at(fraction), at(0.2), 2.0)
    assert 10 ** (mixed + 3) == pytest.approx(expected, rel=1e-4)


def test_below_its_threshold_a_filler_conducts_nothing_through_an_insulator():
    mixed = general_effective_medium(at(INSULATOR_LOG10), at(-3), at(0.1), at(0.2), 2.0)
    assert mixed < -14
