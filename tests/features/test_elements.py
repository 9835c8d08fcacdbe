import math

import pytest
from pymatgen.core import Composition

from features.elements import CRITICAL, cost_per_kg, field_strength, is_anion, oxidation_state, properties
from features.polarizabilities import POLARIZABILITIES


@pytest.mark.parametrize(
    ("symbol", "name", "expected"),
    [
        ("Li", "electronegativity", 0.98),
        ("O", "electronegativity", 3.44),
        ("Ti", "electronegativity", 1.54),
        ("Li", "ionic_radius", 0.90),
        ("O", "atomic_mass", 15.999),
        ("La", "atomic_mass", 138.905),
        ("Ta", "valence", 5),
        ("O", "valence", 2),
    ],
)
def test_an_element_has_the_number_of_the_textbook(symbol, name, expected):
    assert properties(symbol, {symbol: 1.0})[name] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("symbol", "atomic_units"),
    [("H", 4.507), ("Li", 164.1), ("C", 11.3), ("O", 5.3), ("S", 19.4), ("Zr", 112), ("La", 215), ("Ta", 74)],
)
def test_a_polarizability_is_that_of_schwerdtfeger_and_nagle(symbol, atomic_units):
    assert properties(symbol, {symbol: 1.0})["polarizability"] == pytest.approx(atomic_units, abs=0.05)


def test_no_atom_has_a_polarizability_of_zero_or_below():
    assert min(POLARIZABILITIES.values()) > 0


@pytest.mark.parametrize(("soft", "hard"), [("S", "O"), ("Se", "S"), ("I", "Cl"), ("Cl", "F"), ("Li", "Be")])
def test_the_larger_atom_is_the_more_polarizable(soft, hard):
    assert POLARIZABILITIES[soft] > POLARIZABILITIES[hard]


def test_all_is_known_of_every_element_of_the_library_s_fillers(library):
    formulas = [row["formula"] for row in library.fillers.values() if row["formula"]]
    symbols = {element.symbol for formula in formulas for element in Composition(formula)}
    assert {"Li", "La", "Zr", "P", "S", "O"} < symbols
    for symbol in symbols:
        assert all(math.isfinite(number) for number in properties(symbol, {symbol: 1.0}).values()), symbol
        assert cost_per_kg(symbol) > 0, symbol


@pytest.mark.parametrize(("charge", "symbols"), [(1, "Li"), (2, "Mg"), (3, "Al La"), (4, "Zr Ti Ge"), (5, "P Ta Nb")])
def test_a_cation_has_its_highest_common_charge(charge, symbols):
    assert {oxidation_state(symbol, {symbol: 1.0}) for symbol in symbols.split()} == {charge}


@pytest.mark.parametrize(("charge", "symbols"), [(-1, "F Cl Br I"), (-2, "O S Se"), (-3, "N")])
def test_an_anion_has_its_lowest_charge(charge, symbols):
    assert {oxidation_state(symbol, {symbol: 1.0}) for symbol in symbols.split()} == {charge}


@pytest.mark.parametrize(
    "filler", ["LLZO", "LLZTO", "Ga-LLZO", "LATP", "LAGP", "Li5La3Nb2O12", "LISICON", "LGPS", "Li6PS5Cl", "Li3YCl6"]
)
def test_the_charges_of_a_ceramic_conductor_add_up_to_nothing(library, filler):
    assert _charge(library.fillers[filler]["formula"]) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "formula", ["Al2O3", "TiO2", "SiO2", "BaTiO3", "LiF", "Li3N", "BaSO4", "LiNO3", "Li3Nd3Te2O12"]
)
def test_the_charges_of_a_binary_or_a_perovskite_add_up_to_nothing(formula):
    assert _charge(formula) == 0


def _charge(formula):
    atoms = {element.symbol: float(amount) for element, amount in Composition(formula).items()}
    return sum(amount * oxidation_state(symbol, atoms) for symbol, amount in atoms.items())


@pytest.mark.parametrize(
    ("symbol", "charge", "radius"), [("Al", 3, 0.675), ("Zr", 4, 0.86), ("La", 3, 1.172), ("Li", 1, 0.90)]
)
def test_the_field_strength_is_the_charge_over_shannon_s_radius_squared(symbol, charge, radius):
    assert field_strength(symbol, {symbol: 1.0}) == pytest.approx(charge / radius**2)


def test_small_and_highly_charged_cations_are_the_strongest_lewis_acids():
    strengths = [field_strength(symbol, {symbol: 1.0}) for symbol in ("P", "Si", "Al", "Zr", "Mg", "La", "Li")]
    assert strengths == sorted(strengths, reverse=True)


@pytest.mark.parametrize("anion", ["O", "S", "Se", "N", "F", "Cl", "Br", "I"])
def test_an_anion_draws_no_electron_pair(anion):
    assert math.isnan(field_strength(anion, {anion: 1.0}))


def test_carbon_is_no_lewis_acid():
    assert math.isnan(field_strength("C", {"C": 1.0, "O": 2.0}))


@pytest.mark.parametrize(("centre", "oxygens", "stands_as_anion"), [("S", 4, False), ("N", 3, False), ("S", 1, True)])
def test_the_centre_of_an_oxoanion_is_no_anion_itself(centre, oxygens, stands_as_anion):
    assert is_anion(centre, {centre: 1.0, "O": oxygens}) == stands_as_anion


@pytest.mark.parametrize("symbol", ["La", "Ta", "Ge", "Nb", "Ga", "Co", "Mg"])
def test_regulation_2024_1252_lists_the_element(symbol):
    assert symbol in CRITICAL


@pytest.mark.parametrize("symbol", ["Zr", "Zn", "Li", "Al", "Si", "O", "P", "S", "Sn", "Mo"])
def test_the_element_is_not_counted_as_scarce(symbol):
    assert symbol not in CRITICAL


@pytest.mark.parametrize(("dear", "cheap"), [("Ge", "Ti"), ("La", "Si"), ("Ta", "Al"), ("Au", "Ag"), ("Li", "Fe")])
def test_one_element_costs_more_than_another(dear, cheap):
    assert cost_per_kg(dear) > cost_per_kg(cheap) > 0
