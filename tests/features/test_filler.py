import math

import pytest

from features.filler import describe, describe_formula, dictionary, loading_dictionary

STATISTICS = ("electronegativity_mean", "ionic_radius_spread", "atomic_mass_range", "lithium_fraction")


@pytest.mark.parametrize(
    ("filler", "fraction", "expected"),
    [
        ("LLZTO", "lithium", 6.75 / 23.75),
        ("LLZTO", "oxygen", 12 / 23.75),
        ("LLZO", "lithium", 7 / 24),
        ("LATP", "lithium", 1.3 / 18.3),
        ("LATP", "oxygen", 12 / 18.3),
        ("LATP", "reducible", 1.7 / 18.3),
        ("LAGP", "reducible", 1.5 / 18.5),
        ("LLZTO", "reducible", 0),
        ("LGPS", "sulfur", 12 / 25),
        ("LGPS", "reducible", 1 / 25),
        ("LGPS", "oxygen", 0),
        ("Li6PS5Cl", "halogen", 1 / 13),
        ("MoSe2", "sulfur", 2 / 3),
        ("SiO2", "lithium", 0),
        ("ZIF-8", "carbon", 8 / 23),
    ],
)
def test_an_atomic_fraction_is_that_of_the_formula(library, filler, fraction, expected):
    assert describe(filler, library)[f"filler_{fraction}_fraction"] == pytest.approx(expected)


def test_alumina_has_the_electronegativity_of_two_aluminium_and_three_oxygen():
    described = describe_formula("Al2O3")  # Pauling: Al 1.61, O 3.44
    assert described["filler_electronegativity_mean"] == pytest.approx((2 * 1.61 + 3 * 3.44) / 5)
    assert described["filler_electronegativity_range"] == pytest.approx(3.44 - 1.61)


def test_lithium_fluoride_spans_group_1_to_17_and_weighs_25_94():
    described = describe_formula("LiF")
    assert described["filler_group_mean"] == pytest.approx((1 + 17) / 2)
    assert described["filler_group_range"] == pytest.approx(16)
    assert 2 * described["filler_atomic_mass_mean"] == pytest.approx(25.94, abs=0.01)


def test_of_two_elements_in_equal_amounts_the_spread_is_half_the_range():
    described = describe_formula("MgO")
    for name in ("electronegativity", "ionic_radius", "atomic_mass", "group"):
        assert described[f"filler_{name}_spread"] == pytest.approx(described[f"filler_{name}_range"] / 2)


def test_an_element_alone_has_no_spread():
    described = describe_formula("C")
    assert described["filler_electronegativity_spread"] == described["filler_atomic_mass_range"] == 0
    assert described["filler_carbon_fraction"] == 1


@pytest.mark.parametrize(
    ("one", "other"), [("Al2O3", "Al4O6"), ("Li1.3Al0.3Ti1.7(PO4)3", "Li1.3Al0.3Ti1.7P3O12"), ("LiCl", "ClLi")]
)
def test_one_composition_has_one_description(one, other):
    assert describe_formula(one) == pytest.approx(describe_formula(other))


def test_without_a_filler_nothing_is_said_of_one(library):
    described = describe("", library)
    assert described["filler_is_present"] == described["filler_n_components"] == 0
    assert sum(number for name, number in described.items() if "_family_" in name) == 0
    assert math.isnan(described["filler_is_active"])
    assert all(math.isnan(described[f"filler_{name}"]) for name in STATISTICS)


def test_a_filler_without_a_formula_still_has_its_family(library):
    described = describe("LDH", library)
    assert described["filler_is_present"] == described["filler_family_clay"] == 1
    assert all(math.isnan(described[f"filler_{name}"]) for name in STATISTICS)


@pytest.mark.parametrize(
    ("filler", "is_active", "family"),
    [
        ("LLZTO", 1, "garnet"),
        ("LATP", 1, "nasicon"),
        ("LGPS", 1, "thio_lisicon"),
        ("Li6PS5Cl", 1, "argyrodite"),
        ("SiO2", 0, "inert_oxide"),
        ("BaTiO3", 0, "ferroelectric"),
        ("LiAlO2", 0, "inert_oxide"),
    ],
)
def test_a_filler_has_one_family_and_conducts_lithium_or_not(library, filler, is_active, family):
    described = describe(filler, library)
    assert described["filler_is_active"] == is_active
    assert {name: n for name, n in described.items() if "_family_" in name and n} == {f"filler_family_{family}": 1}


@pytest.mark.parametrize(("formula", "is_active"), [("Li6.4La3Zr1.4Ta0.6O12", 1), ("MgAl2O4", 0)])
def test_an_unlisted_formula_is_active_if_it_holds_lithium_and_has_no_family(library, formula, is_active):
    described = describe(formula, library)
    assert described["filler_is_active"] == is_active
    assert not any(number for name, number in described.items() if "_family_" in name)


def test_two_fillers_are_the_mean_of_both_by_share(library):
    described = describe("LLZO:0.8 + SiO2:0.2", library)
    assert described["filler_n_components"] == 2
    assert described["filler_is_active"] == described["filler_family_garnet"] == pytest.approx(0.8)
    assert described["filler_family_inert_oxide"] == pytest.approx(0.2)
    assert described["filler_oxygen_fraction"] == pytest.approx(0.8 / 2 + 0.2 * 2 / 3)
    assert described == pytest.approx(describe("SiO2:0.2 + LLZO:0.8", library))


def test_every_filler_of_the_library_is_described_and_of_one_family(library):
    names = [feature.name for feature in dictionary(library)]
    for filler, row in library.fillers.items():
        described = describe(filler, library)
        assert list(described) == names
        assert sum(number for name, number in described.items() if "_family_" in name) == 1
        assert all(map(math.isfinite, described.values())) == bool(row["formula"]), filler


def test_loading_is_stated_by_weight_and_by_volume():
    assert [feature.name for feature in loading_dictionary()] == ["filler_wt_fraction", "filler_vol_fraction"]
