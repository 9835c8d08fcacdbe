import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.percolation import (
    interface_area_per_nm,
    interphase_fraction,
    threshold,
    vol_fraction,
    wt_fraction,
)

densities = st.floats(0.5, 12)
fractions = st.floats(0, 0.999)


def at(*numbers):
    return np.array(numbers, dtype=float)


def test_20_wt_percent_of_llzto_in_peo_is_5_1_vol_percent(library):
    llzto = library.constant("fillers", "LLZTO", "density_g_cm3")
    peo = library.constant("polymers", "PEO", "density_g_cm3")
    assert (llzto, peo) == pytest.approx((5.239, 1.132), abs=0.001)
    by_hand = (20 / 5.239) / (20 / 5.239 + 80 / 1.132)  # 3.818 cm³ of 74.49 cm³
    assert vol_fraction(at(0.2), at(llzto), at(peo)) == pytest.approx(by_hand) == pytest.approx(0.05125, abs=1e-5)


def test_at_equal_densities_weight_and_volume_are_one():
    assert vol_fraction(at(0.3), at(2.0), at(2.0)) == pytest.approx(0.3)


@given(st.floats(0, 1), densities, densities)
def test_weight_to_volume_and_back_is_the_same_weight(weight, filler, host):
    volume = vol_fraction(at(weight), at(filler), at(host))
    assert 0 <= volume <= 1
    assert wt_fraction(volume, at(filler), at(host)) == pytest.approx(weight, abs=1e-12)


@given(st.floats(0.001, 0.999), st.floats(0.5, 6), st.floats(1.01, 3))
def test_a_filler_denser_than_its_host_takes_less_volume_than_weight(weight, host, ratio):
    assert vol_fraction(at(weight), at(host * ratio), at(host)) < weight


@pytest.mark.parametrize(("dimensionality", "expected"), [(0, 0.2854), (1, 0.08703), (2, 0.1058), (3, 0)])
def test_a_shape_percolates_at_garboczi_s_threshold(dimensionality, expected):
    assert threshold(at(dimensionality)) == expected


def test_elongated_and_flat_units_connect_earlier_than_spheres_and_a_framework_is_connected():
    spheres, wires, sheets, framework = threshold(at(0, 1, 2, 3))
    assert spheres > max(wires, sheets) > framework == 0


def test_an_unknown_shape_has_no_threshold_and_no_interface():
    assert np.isnan(threshold(at(np.nan))).all()
    assert np.isnan(interface_area_per_nm(at(0.1, 0.1), at(50, 50), at(np.nan, 3))).all()


def test_spheres_of_60_nm_at_10_vol_percent_have_a_hundredth_of_a_square_nanometre_of_surface_a_cubic_one():
    sphere = 4 * np.pi * 30**2 / (4 / 3 * np.pi * 30**3)
    assert interface_area_per_nm(at(0.1), at(60), at(0)) == pytest.approx(0.1 * sphere) == pytest.approx(0.01)


def test_of_one_width_spheres_have_three_halves_the_surface_of_wires_and_three_times_that_of_sheets():
    spheres, wires, sheets = interface_area_per_nm(at(0.2, 0.2, 0.2), at(40, 40, 40), at(0, 1, 2))
    assert (spheres / wires, spheres / sheets) == pytest.approx((1.5, 3))


@given(fractions, st.floats(1, 1e5))
def test_a_shell_without_thickness_has_no_volume(fraction, size):
    assert interphase_fraction(at(fraction), at(size), 0.0) == pytest.approx(0, abs=1e-12)


@given(st.floats(5, 1000), st.floats(0.1, 20))
def test_dilute_spheres_have_the_shell_of_each_alone(size, thickness):
    alone = 1e-7 * ((1 + thickness / (size / 2)) ** 3 - 1)
    assert interphase_fraction(at(1e-7), at(size), thickness) == pytest.approx(alone, rel=1e-3)


@given(st.floats(0, 1), st.floats(0.1, 1e6), st.floats(0.01, 100))
def test_the_shells_fill_at_most_what_the_spheres_leave(fraction, size, thickness):
    shell = interphase_fraction(at(fraction), at(size), thickness)
    assert 0 <= shell <= 1 - fraction


@given(fractions, st.floats(1, 1e4), st.floats(0, 20), st.floats(0, 20))
def test_a_thicker_shell_takes_no_less(fraction, size, thickness, more):
    thin, thick = (interphase_fraction(at(fraction), at(size), d) for d in (thickness, thickness + more))
    assert thick >= thin


def test_shells_around_hard_spheres_fill_what_a_count_of_random_points_finds():
    fraction, n_spheres, thickness = 0.1, 150, 0.5
    generator = np.random.default_rng(5)
    side = (n_spheres * 4 / 3 * np.pi / fraction) ** (1 / 3)

    def nearest(points, centres):
        apart = np.abs(points[:, None] - centres)
        return np.sqrt((np.minimum(apart, side - apart) ** 2).sum(axis=2)).min(axis=1)

    centres = generator.uniform(0, side, (1, 3))
    while len(centres) < n_spheres:
        centre = generator.uniform(0, side, (1, 3))
        if nearest(centre, centres)[0] >= 2:
            centres = np.concatenate([centres, centre])
    distance = nearest(generator.uniform(0, side, (20_000, 3)), centres)
    counted = np.mean((distance > 1) & (distance < 1 + thickness))
    assert interphase_fraction(at(fraction), at(2), thickness) == pytest.approx(counted, abs=0.008)
