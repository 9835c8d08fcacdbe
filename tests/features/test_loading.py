from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import INPUT_COLUMNS, featurize
from features.loading import first_known

LOADING = ["filler_wt_fraction", "filler_vol_fraction", "filler_vol_fraction_is_estimated"]
NUMBERS = ("salt_ratio", "filler_wt_fraction", "filler_vol_fraction", "particle_size_nm", "temperature_C")
DENSITIES = {("fillers", "LLZO", "density_g_cm3"): 5.0, ("polymers", "PEO", "density_g_cm3"): 1.25}


def loading(library, **cells):
    empty = dict.fromkeys(INPUT_COLUMNS, "") | dict.fromkeys(NUMBERS, np.nan)
    mixture = pd.DataFrame([empty | {"polymer": "PEO", "filler": "LLZO"} | cells])
    return featurize(mixture, library)[LOADING].iloc[0].tolist()


@pytest.fixture(scope="module")
def dense(library):
    """Know two densities only: 5 g/cm³ of LLZO and 1.25 of PEO, a ratio of 4."""
    return replace(library, constants=DENSITIES)


def test_half_the_mass_in_a_filler_four_times_as_dense_is_a_fifth_of_the_volume(dense):
    assert loading(dense, filler_wt_fraction=0.5) == pytest.approx([0.5, 0.2, 0])
    assert loading(dense, filler_vol_fraction=0.2) == pytest.approx([0.5, 0.2, 0])


def test_20_wt_percent_of_llzto_in_peo_are_5_1_vol_percent(library):
    assert loading(library, filler="LLZTO", filler_wt_fraction=0.2) == pytest.approx([0.2, 0.05125, 0], abs=1e-5)


def test_of_two_loadings_that_are_stated_each_is_kept(dense):
    assert loading(dense, filler_wt_fraction=0.5, filler_vol_fraction=0.3) == [0.5, 0.3, 0]


@given(st.floats(0.001, 0.999))
def test_a_weight_that_went_through_the_volume_is_the_same(dense, weight):
    volume = loading(dense, filler_wt_fraction=weight)[1]
    assert volume < weight
    assert loading(dense, filler_vol_fraction=volume)[0] == pytest.approx(weight)


@pytest.mark.parametrize("cells", [{}, {"filler_wt_fraction": 0.3}, {"filler_vol_fraction": 0.3}])
def test_without_a_filler_the_loading_is_nothing(dense, cells):
    assert loading(dense, filler="", **cells) == [0, 0, 0]


@pytest.mark.parametrize("cells", [{}, {"filler_wt_fraction": 0.8}, {"filler_vol_fraction": 0.8}])
def test_without_a_polymer_the_filler_is_all(dense, cells):
    assert loading(dense, polymer="", **cells) == [1, 1, 0]


def test_a_loading_that_is_not_stated_is_unknown(dense):
    assert np.isnan(loading(dense)).all()


def test_a_garnet_of_unknown_density_has_that_of_garnets_and_says_so(dense):
    formula = "Li6.5La3Zr1.5Ta0.5O12"
    assert loading(dense, filler=formula, filler_wt_fraction=0.5) == pytest.approx([0.5, 0.2, 1])
    assert loading(dense, filler=formula, filler_vol_fraction=0.2) == pytest.approx([0.5, 0.2, 0])


def test_a_polymer_of_unknown_density_has_that_of_its_structure_and_says_so(library):
    only_llzo = replace(library, constants={("fillers", "LLZO", "density_g_cm3"): 5.0})
    weight, volume, is_estimated = loading(only_llzo, filler_wt_fraction=0.5)
    assert (weight, is_estimated) == (0.5, 1)
    assert volume == pytest.approx(1.132 / (1.132 + 5.0), rel=0.1)


@pytest.mark.parametrize("cells", [{"filler": "MgAl2O4"}, {"filler": "LATP"}, {"polymer": "TPU"}])
def test_without_any_density_only_what_is_stated_is_known(dense, cells):
    assert loading(dense, filler_wt_fraction=0.5, **cells) == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)
    assert loading(dense, filler_vol_fraction=0.2, **cells) == pytest.approx([np.nan, 0.2, 0], nan_ok=True)


def test_a_measured_number_goes_before_an_estimated_one():
    numbers, is_estimated = first_known(np.array([1.0, np.nan, np.nan]), np.array([9.0, 9.0, np.nan]))
    assert numbers.tolist() == pytest.approx([1, 9, np.nan], nan_ok=True)
    assert is_estimated.tolist() == [False, True, True]
