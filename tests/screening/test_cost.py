import numpy as np
import pandas as pd
import pytest

from features import element_cost, featurize, ions_formula
from pipeline.screening.cost import element_costs

UNSTATED = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "salt_ratio": np.nan,
    "salt_ratio_unit": "",
    "filler": "LLZO",
    "filler_wt_fraction": 0.2,
    "filler_vol_fraction": np.nan,
    "particle_size_nm": np.nan,
    "architecture_tags": "particles",
    "additives": "",
    "temperature_C": 30.0,
}
LLZO_USD_KG = 175.2
"""By hand: 839.74 g of Li7La3Zr2O12 hold 48.59 g of Li at 3.87 USD/kg, 416.72 g of La at 350.09, 182.45 g of Zr at 2.65
and 191.99 g of O at 3.00, which is 0.188 + 145.891 + 0.483 + 0.576 = 147.138 USD."""


@pytest.fixture
def cost(library):
    def of(**stated):
        mixtures = pd.DataFrame([UNSTATED | stated], index=[7])
        costs = element_costs(mixtures, featurize(mixtures, library), library)
        assert costs.index.tolist() == [7]
        return costs.iloc[0]

    return of


def test_llzo_costs_its_lanthanum():
    assert element_cost("Li7La3Zr2O12") == pytest.approx(LLZO_USD_KG, rel=1e-3)


def test_a_fifth_of_llzo_costs_a_fifth_of_its_elements(cost):
    assert cost()["element_cost_USD_kg"] == pytest.approx(LLZO_USD_KG / 5, rel=1e-3)
    assert np.isnan(cost()["salt_cost_USD_kg"])


def test_the_salt_counts_by_its_mass_where_its_ratio_is_stated(cost):
    found = cost(salt_ratio=25.0, salt_ratio_unit="wt%")
    assert found["salt_cost_USD_kg"] == pytest.approx(0.8 * 0.25 * element_cost("C2F6LiNO4S2"))
    assert found["element_cost_USD_kg"] == pytest.approx(found["filler_cost_USD_kg"] + found["salt_cost_USD_kg"])


def test_litfsi_costs_its_fluorine():
    """By hand: 287.09 g of C2F6LiNO4S2 hold 113.99 g of F at 1900 USD/kg (216.58 USD) and 0.82 USD of the others."""
    assert element_cost("C2F6LiNO4S2") == pytest.approx((216.58 + 0.82) / 0.28709, rel=1e-3)


@pytest.mark.parametrize(
    ("salt", "formula"),
    [("LiTFSI", "C2F6LiNO4S2"), ("LiClO4", "LiClO4"), ("LiBOB", "LiBC4O8"), ("LiPF6", "LiPF6"), ("LiI", "LiI")],
)
def test_the_ions_of_a_salt_give_the_formula_of_the_handbook(library, salt, formula):
    assert element_cost(ions_formula(library.salts[salt]["smiles"])) == pytest.approx(element_cost(formula))


@pytest.mark.parametrize("ratio", [{"salt": "none"}, {"salt_ratio": np.nan}, {"salt": ""}])
def test_without_a_salt_or_its_ratio_the_filler_alone_counts(cost, ratio):
    assert cost(**ratio)["element_cost_USD_kg"] == pytest.approx(LLZO_USD_KG / 5, rel=1e-3)


@pytest.mark.parametrize("loading", [{"filler": "", "filler_wt_fraction": np.nan}, {"filler_wt_fraction": 0.0}])
def test_without_a_filler_only_the_salt_counts(cost, loading):
    found = cost(**loading, salt_ratio=30.0, salt_ratio_unit="wt%")
    assert found["filler_cost_USD_kg"] == 0
    assert found["element_cost_USD_kg"] == pytest.approx(0.3 * element_cost("C2F6LiNO4S2"))


@pytest.mark.parametrize("unknown", [{"filler": "MOF"}, {"filler": "LLZO + MOF"}, {"filler_wt_fraction": np.nan}])
def test_what_the_filler_is_made_of_or_how_much_there_is_has_to_be_known(cost, unknown):
    assert np.isnan(cost(**unknown)["element_cost_USD_kg"])


def test_a_mixture_of_fillers_costs_by_the_shares_of_its_mass(cost):
    found = cost(filler="LLZO:0.7 + SiO2:0.3", filler_wt_fraction=1.0, polymer="")
    expected = 0.7 * element_cost("Li7La3Zr2O12") + 0.3 * element_cost("SiO2")
    assert found["element_cost_USD_kg"] == pytest.approx(expected)


def test_a_bare_formula_costs_what_its_name_costs(cost):
    assert cost(filler="Li7La3Zr2O12").equals(cost(filler="LLZO"))


def test_more_of_a_dear_filler_costs_more_and_more_of_a_cheap_one_than_the_salt_less(cost):
    def rising(filler):
        stated = {"filler": filler, "salt_ratio": 30.0, "salt_ratio_unit": "wt%", "salt": "LiClO4"}
        return [cost(filler_wt_fraction=w, **stated)["element_cost_USD_kg"] for w in (0.1, 0.3, 0.6, 0.9)]

    assert rising("LAGP") == sorted(rising("LAGP"))
    assert rising("LLZO") > rising("SiO2")


def test_the_cost_of_every_salt_of_the_library_is_known(library, cost):
    costs = [cost(salt=salt, salt_ratio=20.0, salt_ratio_unit="wt%")["salt_cost_USD_kg"] for salt in library.salts]
    assert len(costs) > 20
    assert min(costs) > 0
