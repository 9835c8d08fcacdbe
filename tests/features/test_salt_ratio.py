import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import polymer
from features.salt_ratio import FEATURES, join, molality, salt_wt_fraction, units_per_lithium

PEO, PVDF = 44.053, 64.034
LITFSI, LICLO4 = 287.09, 106.39
MASSES = st.floats(20.0, 500.0)
RATIOS = st.floats(0.5, 100.0)


def wt_fraction(ratio, unit, unit_mass=PEO, salt_mass=LITFSI):
    return salt_wt_fraction(*columns(ratio, unit, unit_mass, salt_mass))[0]


def columns(ratio, unit, *numbers):
    return np.array([ratio], float), np.array([unit], object), *(np.array([number], float) for number in numbers)


def joined(ratio, unit, unit_mass=PEO, salt_mass=LITFSI, is_present=1.0, is_tagged=0.0):
    ratios, units = columns(ratio, unit)
    described = {
        polymer.UNIT_MASS: unit_mass,
        "salt_molar_mass_g_mol": salt_mass,
        "salt_is_present": is_present,
        "architecture_polymer_in_salt": is_tagged,
    }
    arrays = {name: np.array([number], float) for name, number in described.items()}
    described = join({"salt_ratio": ratios, "salt_ratio_unit": units}, arrays)
    return {name: column.item() for name, column in described.items()}


def test_eo_li_18_of_litfsi_in_peo_is_26_58_percent_by_weight_and_1_26_mol_kg():
    # 287.09 / (18 × 44.053 + 287.09) = 0.2658; 1000 / (18 × 44.053) = 1.261 mol/kg
    described = joined(18, "EO:Li")
    assert described["salt_wt_fraction"] == pytest.approx(0.2658, abs=5e-5)
    assert described["salt_molality_mol_kg"] == pytest.approx(1.2611, abs=5e-5)
    assert described["salt_units_per_lithium"] == 18
    assert described["salt_outweighs_polymer"] == 0


@pytest.mark.parametrize(
    ("ratio", "unit", "unit_mass", "salt_mass", "fraction"),
    [
        (20, "wt%", PEO, LITFSI, 0.2),
        (4, "polymer:salt", PEO, LITFSI, 0.2),
        (1, "polymer:salt", PVDF, LICLO4, 0.5),
        (1, "mol/kg", PEO, LITFSI, 287.09 / 1287.09),
        (5, "mol%", PEO, LITFSI, 287.09 / (20 * 44.053 + 287.09)),
        (8, "EO:Li", PEO, LICLO4, 106.39 / (8 * 44.053 + 106.39)),
        (3, "EO:Li", PVDF, LICLO4, 106.39 / (3 * 64.034 + 106.39)),
    ],
)
def test_a_ratio_is_a_mass_of_salt_for_a_mass_of_polymer(ratio, unit, unit_mass, salt_mass, fraction):
    assert wt_fraction(ratio, unit, unit_mass, salt_mass) == pytest.approx(fraction)


def test_equal_masses_of_pvdf_and_litfsi_hold_four_and_a_half_units_per_lithium():
    assert joined(50, "wt%", PVDF)["salt_units_per_lithium"] == pytest.approx(287.09 / 64.034)


@given(RATIOS, MASSES, MASSES)
def test_one_electrolyte_is_the_same_in_whichever_ratio_it_is_stated(eo_li, unit_mass, salt_mass):
    share = wt_fraction(eo_li, "EO:Li", unit_mass, salt_mass)
    per_kg = molality(np.array([share]), np.array([salt_mass])).item()
    stated = {
        "EO:Li": eo_li,
        "wt%": 100 * share,
        "polymer:salt": (1 - share) / share,
        "mol%": 100 / eo_li,
        "mol/kg": per_kg,
    }
    for unit, ratio in stated.items():
        described = joined(ratio, unit, unit_mass, salt_mass)
        assert described["salt_wt_fraction"] == pytest.approx(share), unit
        assert described["salt_molality_mol_kg"] == pytest.approx(per_kg), unit
        assert described["salt_units_per_lithium"] == pytest.approx(eo_li), unit


@given(RATIOS, st.floats(1.01, 3.0), st.sampled_from(["wt%", "mol%", "mol/kg", "EO:Li", "polymer:salt"]))
def test_more_salt_is_more_weight_or_less_polymer_for_each_lithium(ratio, factor, unit):
    more, less = wt_fraction(ratio * factor / 3, unit), wt_fraction(ratio / 3, unit)
    assert (more > less) == (unit in {"wt%", "mol%", "mol/kg"})


@pytest.mark.parametrize(
    ("ratio", "unit", "is_present"), [(np.nan, "", 0), (0, "wt%", 1), (0, "mol%", 1), (0, "mol/kg", 1)]
)
def test_without_salt_there_is_none_in_the_polymer_and_no_lithium_to_count_units_for(ratio, unit, is_present):
    described = joined(ratio, unit, is_present=is_present, salt_mass=LITFSI if is_present else np.nan)
    assert described["salt_wt_fraction"] == described["salt_molality_mol_kg"] == 0
    assert described["salt_outweighs_polymer"] == 0
    assert np.isnan(described["salt_units_per_lithium"])


@pytest.mark.parametrize("unit", ["M", "mol/L", ""])
def test_mol_for_a_litre_of_liquid_says_nothing_of_the_polymer(unit):
    assert np.isnan(list(joined(1.0, unit).values())).all()


@pytest.mark.parametrize("unit", ["wt%", "mol%", "mol/kg", "EO:Li", "polymer:salt"])
def test_a_ratio_that_is_not_stated_is_not_known(unit):
    assert np.isnan(list(joined(np.nan, unit).values())).all()


@pytest.mark.parametrize(
    ("unit", "known"),
    [
        ("wt%", {"salt_wt_fraction", "salt_molality_mol_kg", "salt_outweighs_polymer"}),
        ("polymer:salt", {"salt_wt_fraction", "salt_molality_mol_kg", "salt_outweighs_polymer"}),
        ("mol/kg", {"salt_wt_fraction", "salt_molality_mol_kg", "salt_outweighs_polymer"}),
        ("EO:Li", {"salt_units_per_lithium"}),
        ("mol%", {"salt_units_per_lithium"}),
    ],
)
def test_of_a_polymer_without_structure_only_what_needs_no_repeat_unit_is_known(unit, known):
    described = joined(2.0, unit, unit_mass=np.nan)
    assert {name for name, number in described.items() if np.isfinite(number)} == known


@pytest.mark.parametrize(
    ("wt_percent", "is_tagged", "outweighs"), [(49, 0, 0), (50, 0, 0), (51, 0, 1), (20, 1, 1), (np.nan, 1, 1)]
)
def test_polymer_in_salt_is_more_salt_than_polymer_or_tagged_so(wt_percent, is_tagged, outweighs):
    assert joined(wt_percent, "wt%", is_tagged=is_tagged)["salt_outweighs_polymer"] == outweighs


def test_pure_salt_has_no_molality_in_a_polymer():
    assert np.isnan(molality(np.array([1.0]), np.array([LITFSI])).item())


def test_each_row_is_converted_by_its_own_unit():
    ratio, unit = np.array([18.0, 25.0, 1.0]), np.array(["EO:Li", "wt%", "M"], object)
    unit_mass, salt_mass = np.full(3, PEO), np.full(3, LITFSI)
    share = salt_wt_fraction(ratio, unit, unit_mass, salt_mass)
    np.testing.assert_allclose(share, [0.26582, 0.25, np.nan], atol=5e-5)
    np.testing.assert_allclose(
        units_per_lithium(ratio, unit, share, unit_mass, salt_mass), [18, 3 * 287.09 / 44.053, np.nan]
    )


def test_the_dictionary_names_what_is_computed():
    assert [feature.name for feature in FEATURES] == list(joined(18, "EO:Li"))


def test_a_share_and_a_yes_end_at_one_and_nothing_else_is_bounded():
    highest = {feature.name: feature.highest for feature in FEATURES}
    bounded = {name for name, end in highest.items() if end != np.inf}
    assert bounded == {"salt_wt_fraction", "salt_outweighs_polymer"}
    assert {highest[name] for name in bounded} == {1}
