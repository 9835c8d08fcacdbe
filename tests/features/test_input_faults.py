"""Whatever is typed as a structure or a formula is one canonical thing that can be described, or is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import filler, polymer, salt
from features.chemistry import canonical_formula, canonical_ions, canonical_repeat_unit
from tests.hostile import DIGITS, EVERY, SOME, again_if_slow, mutated, read_or_told, refused_at_most

UNITS = (
    "*CCO*",
    "*CC(C)(C(=O)OC)*",
    "*C(F)(F)C*.*C(F)(F)C(F)(C(F)(F)F)*",
    "[*]CC[*]",
    "*c1ccc(S(=O)(=O)O)cc1*",
    "*CC(C#N)*",
)
ATOMS = (
    "C",
    "O",
    "N",
    "F",
    "S",
    "c",
    "n",
    "[Si]",
    "[N+]",
    "[O-]",
    "[Li+]",
    "[13C]",
    "[C@@H]",
    "*",
    "=",
    "#",
    "(",
    ")",
    "1",
    "%10",
    ".",
    "/",
    "[",
)
IONS = (
    "[Li+].[I-]",
    "[Li+].F[P-](F)(F)(F)(F)F",
    "[Li+].[O-]Cl(=O)(=O)=O",
    "[Li+].[Li+].[O-]C(=O)C(=O)[O-]",
    "[Li+].[N-](S(=O)(=O)C(F)(F)F)S(=O)(=O)C(F)(F)F",
)
FORMULAS = (
    "Li7La3Zr2O12",
    "Li1.3Al0.3Ti1.7(PO4)3",
    "Li6PS5Cl",
    "Al2O3",
    "Li[Ni0.8Co0.1]O2",
    "BaTiO3",
    "Li10GeP2S12",
    "(Li2O)0.5(B2O3)0.5",
)
SYMBOLS = (
    "Li",
    "La",
    "O",
    "Uue",
    "D",
    "X",
    "(",
    ")",
    "[",
    "]",
    "0",
    "1",
    "12",
    ".",
    "0.5",
    "1e3",
    "1e300",
    "9" * 40,
    "-",
    "+",
    *DIGITS,
)


def built(sound, parts):
    return st.one_of(mutated(sound), st.lists(st.sampled_from(parts), max_size=10).map("".join), mutated(parts))


@pytest.fixture(scope="module")
def shelf(library):
    """The library behind a function, since hypothesis would print all of it; what takes long to import is there."""
    polymer.describe("*CCO*", library), salt.describe("[Li+].[I-]", library), filler.describe("Li2O", library)
    return lambda: library


def canonical(read, text):
    """The one spelling of what is read, which reads as itself; "" where it is refused, with a reason."""
    found, told = read_or_told(read, text)
    if found is None:
        assert len(told) > 20
        return ""
    assert read(found) == found
    return found


def described(describe, name, library):
    numbers = describe(name, library)
    assert all(isinstance(number, int | float) and not math.isinf(number) for number in numbers.values())
    return numbers


@pytest.mark.fault("7 input: SMILES of polymers")
@EVERY
@given(built(UNITS, ATOMS))
@again_if_slow
def test_a_repeat_unit_is_canonical_and_described_or_refused(tally, shelf, text):
    with tally.attempt(), refused_at_most():
        if unit := canonical(canonical_repeat_unit, text):
            described(polymer.describe, unit, shelf())


@pytest.mark.fault("7 input: SMILES of salts")
@SOME
@given(built(IONS, (*ATOMS, "[Li+].", "[I-]", "+999", "-2", "--")))
@again_if_slow
def test_ions_are_canonical_and_described_or_refused(tally, shelf, text):
    with tally.attempt(), refused_at_most():
        if "[Li+]" in text and (ions := canonical(canonical_ions, text)):
            described(salt.describe, ions, shelf())


@pytest.mark.fault("7 input: formulas")
@EVERY
@given(built(FORMULAS, SYMBOLS))
@again_if_slow
def test_a_formula_is_canonical_and_described_or_refused(tally, shelf, text):
    with tally.attempt(), refused_at_most():
        if formula := canonical(canonical_formula, text):
            described(filler.describe, formula, shelf())


def test_sound_structures_are_read():
    assert all(canonical_repeat_unit(unit) for unit in UNITS)
    assert all(canonical_ions(ions) for ions in IONS)
    assert all(canonical_formula(formula) for formula in FORMULAS)
