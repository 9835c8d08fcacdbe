import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import composition
from features.elements import is_anion
from features.filler import ESTIMATED_DENSITY, describe, dictionary

COMPOSITION = [feature.name for feature in composition.dictionary()]
ACIDITY = "filler_field_strength_per_A2"


def families_of(described):
    return {name.removeprefix("filler_family_"): n for name, n in described.items() if "_family_" in name and n}


def test_without_a_filler_nothing_is_said_of_one(library):
    described = describe("", library)
    assert described["filler_is_present"] == described["filler_n_components"] == 0
    assert not families_of(described)
    said = {name for name, number in described.items() if not math.isnan(number)}
    assert said - {"filler_is_present", "filler_n_components"} == {name for name in described if "_family_" in name}


def test_a_filler_without_a_formula_still_has_its_family(library):
    described = describe("LDH", library)
    assert described["filler_is_present"] == 1
    assert families_of(described) == {"clay": 1}
    assert all(math.isnan(described[name]) for name in COMPOSITION)


@pytest.mark.parametrize(
    ("filler", "is_active", "family"),
    [
        ("LLZTO", 1, "garnet"),
        ("LATP", 1, "nasicon"),
        ("LLTO", 1, "perovskite"),
        ("LGPS", 1, "thio_lisicon"),
        ("Li6PS5Cl", 1, "argyrodite"),
        ("SiO2", 0, "inert_oxide"),
        ("BaTiO3", 0, "ferroelectric"),
        ("LiAlO2", 0, "inert_oxide"),
        ("g-C3N4", 0, "nitride"),
    ],
)
def test_a_filler_has_one_family_and_conducts_lithium_or_not(library, filler, is_active, family):
    described = describe(filler, library)
    assert described["filler_is_active"] == is_active
    assert families_of(described) == {family: 1}


@pytest.mark.parametrize(
    ("formula", "family"),
    [
        ("Li6.5La3Zr1.5Ta0.5O12", "garnet"),
        ("Li6.4La3Zr1.4Ta0.6O12", "garnet"),
        ("Li6.55Ga0.15La3Zr2O12", "garnet"),
        ("Li1.4Al0.4Ti1.6P3O12", "nasicon"),
        ("Li1.2Al0.2Ti1.8(PO4)3", "nasicon"),
        ("Li0.34La0.51TiO2.94", "perovskite"),
        ("Li6PS5Cl0.5Br0.5", "argyrodite"),
    ],
)
def test_a_formula_between_known_ones_is_of_their_family_and_active(library, formula, family):
    described = describe(formula, library)
    assert families_of(described) == {family: 1}
    assert described["filler_is_active"] == 1


@pytest.mark.parametrize(("formula", "is_active"), [("MgAl2O4", 0), ("La2O3", 0), ("Li2O", 1), ("LiLa2TaO6", 1)])
def test_a_formula_far_from_all_has_no_family_and_is_active_if_it_holds_lithium(library, formula, is_active):
    described = describe(formula, library)
    assert not families_of(described)
    assert described["filler_is_active"] == is_active
    assert math.isnan(described["filler_lithium_excess"])


@pytest.mark.parametrize(
    ("filler", "excess"), [("LLZTO", 3.75), ("Li6.5La3Zr1.5Ta0.5O12", 3.5), ("LATP", 0.3), ("Li6PS5Cl", -1)]
)
def test_the_lithium_excess_follows_from_the_family(library, filler, excess):
    assert describe(filler, library)["filler_lithium_excess"] == pytest.approx(excess)


def test_a_name_and_its_formula_have_one_composition(library):
    by_name, by_formula = describe("LLZTO", library), describe("Li27La12Zr7TaO48", library)
    assert [by_name[name] for name in COMPOSITION] == pytest.approx([by_formula[name] for name in COMPOSITION])
    assert math.isnan(by_formula["filler_density_g_cm3"])


@pytest.mark.parametrize(
    ("filler", "name", "expected"),
    [
        ("LLZTO", "log10_conductivity_25C", math.log10(8.7e-4)),
        ("TiO2", "log10_dielectric_constant", math.log10(math.sqrt(80 * 100))),
        ("TiO2", "typical_size_nm", 21),
        ("LLZTO", "density_g_cm3", 5.24),
        ("LATP", "is_stable_against_lithium", 0),
        ("LLZO", "is_stable_against_lithium", 1),
    ],
)
def test_a_constant_is_the_measured_one_and_what_spans_decades_is_a_logarithm(library, filler, name, expected):
    assert describe(filler, library)[f"filler_{name}"] == pytest.approx(expected, rel=1e-3)


def test_two_fillers_are_the_mean_of_both_by_share(library):
    described = describe("LLZO:0.8 + SiO2:0.2", library)
    assert described["filler_n_components"] == 2
    assert described["filler_is_active"] == pytest.approx(0.8)
    assert families_of(described) == pytest.approx({"garnet": 0.8, "inert_oxide": 0.2})
    assert described["filler_oxygen_fraction"] == pytest.approx(0.8 / 2 + 0.2 * 2 / 3)
    assert described == pytest.approx(describe("SiO2:0.2 + LLZO:0.8", library), nan_ok=True)


def test_what_is_known_of_one_filler_only_is_taken_from_it(library):
    described = describe("LLZO:0.8 + SiO2:0.2", library)
    assert described["filler_lithium_excess"] == pytest.approx(4)
    assert described["filler_log10_conductivity_25C"] == describe("LLZO", library)["filler_log10_conductivity_25C"]


@given(st.floats(0.01, 0.99))
def test_every_number_of_two_fillers_lies_between_those_of_each(library, share):
    one, other = describe("LLZTO", library), describe("LATP", library)
    mixed = describe(f"LLZTO:{share:.4f} + LATP:{1 - round(share, 4):.4f}", library)
    for name in set(mixed) - {"filler_n_components"}:
        ends = [end for end in (one[name], other[name]) if not math.isnan(end)]
        if not ends:
            assert math.isnan(mixed[name])
        else:
            assert min(ends) - 1e-9 <= mixed[name] <= max(ends) + 1e-9 * max(map(abs, ends))


def test_a_filler_of_unknown_density_may_have_the_median_density_of_its_family(library):
    garnets = [name for name, row in library.fillers.items() if row["family"] == "garnet"]
    densities = [library.constant("fillers", name, "density_g_cm3") for name in garnets]
    known = [density for density in densities if not math.isnan(density)]
    estimate = describe("Li6.5La3Zr1.5Ta0.5O12", library)[ESTIMATED_DENSITY]
    assert min(known) <= estimate <= max(known)
    assert 5.0 < estimate < 5.6
    assert math.isnan(describe("MgAl2O4", library)[ESTIMATED_DENSITY])


def test_every_filler_of_the_library_is_described_and_of_one_family(library):
    names = {feature.name for feature in dictionary(library)}
    for filler, row in library.fillers.items():
        described = describe(filler, library)
        assert described.keys() - {ESTIMATED_DENSITY} == names
        assert sum(families_of(described).values()) == 1
        known = {name for name in COMPOSITION if not math.isnan(described[name])}
        assert known - {ACIDITY} == (set(COMPOSITION) - {ACIDITY} if row["formula"] else set()), filler


def test_only_fillers_of_lithium_carbon_and_anions_alone_have_no_acidity(library):
    formulas = {row["formula"] for row in library.fillers.values() if row["formula"]}
    without = {formula for formula in formulas if math.isnan(describe(formula, library)[ACIDITY])}
    bare = {formula for formula in formulas if _cations(formula) <= {"Li", "H", "C"}}
    assert without == bare


def _cations(formula):
    atoms = composition.atomic_fractions(formula)
    return {symbol for symbol in atoms if not is_anion(symbol, atoms)}


def test_the_bounds_of_the_dictionary_hold_for_every_filler_of_the_library(library):
    for filler in library.fillers:
        described = describe(filler, library)
        for feature in dictionary(library):
            number = described[feature.name]
            assert math.isnan(number) or feature.lowest <= number <= feature.highest, (filler, feature.name)
