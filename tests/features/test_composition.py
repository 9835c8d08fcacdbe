import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.composition import atomic_fractions, describe, dictionary, lithium_excess
from features.elements import cost_per_kg

LLZO = "Li7La3Zr2O12"
LLZTO = "Li6.75La3Zr1.75Ta0.25O12"
LATP = "Li1.3Al0.3Ti1.7P3O12"
LAGP = "Li1.5Al0.5Ge1.5P3O12"
ARGYRODITE = "Li6PS5Cl"
SYMBOLS = ["Li", "La", "Zr", "Ta", "Al", "Ti", "Ge", "Si", "P", "O", "S", "Cl"]


@pytest.mark.parametrize(
    ("formula", "name", "expected"),
    [
        (LLZTO, "lithium", 6.75 / 23.75),
        (LLZTO, "oxygen", 12 / 23.75),
        (LLZTO, "reducible", 0),
        (LLZO, "lithium", 7 / 24),
        (LATP, "lithium", 1.3 / 18.3),
        (LATP, "oxygen", 12 / 18.3),
        (LATP, "reducible", 1.7 / 18.3),
        (LAGP, "reducible", 1.5 / 18.5),
        ("Li10GeP2S12", "sulfur", 12 / 25),
        ("Li10GeP2S12", "reducible", 1 / 25),
        ("Li10GeP2S12", "oxygen", 0),
        (ARGYRODITE, "halogen", 1 / 13),
        ("MoSe2", "sulfur", 2 / 3),
        ("SiO2", "lithium", 0),
        ("ZnC8H10N4", "carbon", 8 / 23),
        (LLZTO, "critical", 3.25 / 23.75),
        (LATP, "critical", 0),
        (LAGP, "critical", 1.5 / 18.5),
        ("ZrO2", "critical", 0),
        ("ZnO", "critical", 0),
    ],
)
def test_an_atomic_fraction_is_that_of_the_formula(formula, name, expected):
    assert describe(formula)[f"filler_{name}_fraction"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("formula", "electronegativity"),
    [
        ("Al2O3", (2 * 1.61 + 3 * 3.44) / 5),
        ("LiF", (0.98 + 3.98) / 2),
        (LATP, (1.3 * 0.98 + 0.3 * 1.61 + 1.7 * 1.54 + 3 * 2.19 + 12 * 3.44) / 18.3),
    ],
)
def test_the_mean_electronegativity_is_that_of_pauling_s_values(formula, electronegativity):
    assert describe(formula)["filler_electronegativity_mean"] == pytest.approx(electronegativity)


@pytest.mark.parametrize(
    ("formula", "name", "expected"),
    [
        ("Al2O3", "valence", (2 * 3 + 3 * 2) / 5),
        (LLZO, "valence", (7 * 1 + 3 * 3 + 2 * 4 + 12 * 2) / 24),
        ("LiF", "atomic_mass", 25.94 / 2),
        ("Li2O", "polarizability", (2 * 164.113 + 5.3) / 3),
    ],
)
def test_a_mean_counts_each_atom_once(formula, name, expected):
    assert describe(formula)[f"filler_{name}_mean"] == pytest.approx(expected, rel=1e-4)


def test_two_elements_at_two_to_three_spread_by_the_root_of_six_over_five_of_their_distance():
    assert describe("Al2O3")["filler_electronegativity_spread"] == pytest.approx(math.sqrt(6) / 5 * (3.44 - 1.61))


def test_lithium_and_fluorine_in_equal_amounts_spread_by_half_their_distance():
    assert describe("LiF")["filler_electronegativity_spread"] == pytest.approx((3.98 - 0.98) / 2)


def test_an_element_alone_has_no_spread():
    described = describe("C")
    spreads = [number for name, number in described.items() if name.endswith("_spread")]
    assert spreads == [0] * 5
    assert described["filler_carbon_fraction"] == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Al2O3", "Al4O6"),
        ("LiCl", "ClLi"),
        ("Li1.3Al0.3Ti1.7(PO4)3", LATP),
        (LLZTO, "Li27La12Zr7TaO48"),
        ("O12Ta0.25Zr1.75La3Li6.75", LLZTO),
    ],
)
def test_one_composition_has_one_description(one, other):
    assert describe(one) == pytest.approx(describe(other), nan_ok=True)


@given(st.dictionaries(st.sampled_from(SYMBOLS), st.integers(1, 12), min_size=1), st.integers(2, 4))
def test_a_formula_says_the_same_in_any_multiple_and_order(amounts, factor):
    formula = "".join(f"{symbol}{n}" for symbol, n in amounts.items())
    multiple = "".join(f"{symbol}{n * factor}" for symbol, n in reversed(amounts.items()))
    assert describe(multiple) == pytest.approx(describe(formula), nan_ok=True, abs=1e-7)


@given(st.dictionaries(st.sampled_from(SYMBOLS), st.integers(1, 12), min_size=1))
def test_every_number_lies_within_the_limits_that_the_dictionary_states(amounts):
    described = describe("".join(f"{symbol}{n}" for symbol, n in amounts.items()))
    assert set(described) == {feature.name for feature in dictionary()}
    for feature in dictionary():
        number = described[feature.name]
        assert math.isnan(number) or feature.lowest <= number <= feature.highest, feature.name


def test_what_is_learned_of_a_formula_are_shares_of_its_atoms_and_the_field_strength():
    fractions = [
        f"filler_{name}_fraction" for name in ("lithium", "oxygen", "sulfur", "halogen", "reducible", "carbon")
    ]
    learned = {feature.name for feature in dictionary() if feature.is_learned}
    assert learned == {*fractions, "filler_field_strength_per_A2"}
    limits = {(feature.lowest, feature.highest) for feature in dictionary() if feature.name.endswith("_fraction")}
    assert limits == {(0, 1)}


def test_the_shares_of_a_doped_garnet_add_up_to_one():
    shares = atomic_fractions(LLZTO)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["Ta"] == pytest.approx(0.25 / 23.75)


@pytest.mark.parametrize(
    ("formula", "family", "excess"),
    [
        ("Li3Nd3Te2O12", "garnet", 0),
        ("Li6.5La3Zr1.75Te0.25O12", "garnet", 3.5),
        (LLZO, "garnet", 4),
        (LLZTO, "garnet", 3.75),
        ("LiTi2(PO4)3", "nasicon", 0),
        (LATP, "nasicon", 0.3),
        (LAGP, "nasicon", 0.5),
        ("Li2.6Al0.6Ti3.4P6O24", "nasicon", 0.3),
        ("Li0.33La0.557TiO3", "perovskite", 0.33),
        ("BaTiO3", "perovskite", 0),
        ("Li7PS6", "argyrodite", 0),
        (ARGYRODITE, "argyrodite", -1),
        ("Li14Zn(GeO4)4", "lisicon", -0.5),
    ],
)
def test_the_lithium_excess_counts_from_the_parent_of_the_family(formula, family, excess):
    assert lithium_excess(formula, family) == pytest.approx(excess)


@pytest.mark.parametrize(("formula", "family"), [("Al2O3", "inert_oxide"), ("Li3PS4", ""), ("Li", "garnet")])
def test_without_a_parent_or_anions_there_is_no_excess(formula, family):
    assert math.isnan(lithium_excess(formula, family))


def test_aluminium_lends_alumina_the_most_acidic_surface_and_lanthanum_the_least():
    alumina, zirconia, lanthana = (
        describe(formula)["filler_field_strength_per_A2"] for formula in ("Al2O3", "ZrO2", "La2O3")
    )
    assert alumina == pytest.approx(3 / 0.675**2)
    assert alumina > zirconia > lanthana


def test_the_field_strength_is_the_mean_of_the_cations_beside_lithium():
    expected = (3 * 3 / 1.172**2 + 2 * 4 / 0.86**2) / 5
    assert describe(LLZO)["filler_field_strength_per_A2"] == pytest.approx(expected)


def test_lithium_does_not_change_the_field_strength():
    acidity = [describe(formula)["filler_field_strength_per_A2"] for formula in ("Al2O3", "LiAlO2", "Li5AlO4")]
    assert acidity == pytest.approx([acidity[0]] * 3)


@pytest.mark.parametrize("formula", ["LiF", "Li2O", "Li3N", "S"])
def test_without_a_cation_beside_lithium_the_field_strength_is_unknown(formula):
    assert math.isnan(describe(formula)["filler_field_strength_per_A2"])


def test_lanthana_costs_more_than_silica_and_a_garnet_lies_between():
    lanthana, llzo, silica = (
        describe(formula)["filler_log10_element_cost_USD_kg"] for formula in ("La2O3", LLZO, "SiO2")
    )
    assert lanthana > llzo > silica


def test_alumina_costs_its_elements_by_mass():
    by_mass = (2 * 26.982 * cost_per_kg("Al") + 3 * 15.999 * cost_per_kg("O")) / 101.961
    assert describe("Al2O3")["filler_log10_element_cost_USD_kg"] == pytest.approx(math.log10(by_mass), abs=1e-4)


@pytest.mark.parametrize("text", ["", "PEO?", "Xx2O3", "Li-1O"])
def test_a_text_that_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match=r"."):
        describe(text)
