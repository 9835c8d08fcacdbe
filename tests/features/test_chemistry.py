import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.chemistry import canonical_formula, canonical_ions, canonical_repeat_unit
from tests.hostile import refused_at_most


@pytest.mark.parametrize("spelling", ["[*]OCC[*]", "*OCC*", "O(*)CC*", "*C-C-O*"])
def test_one_repeat_unit_has_one_form_however_it_is_written(spelling):
    assert canonical_repeat_unit(spelling) == canonical_repeat_unit("*CCO*")


@pytest.mark.parametrize("other", ["*CCCO*", "*CCS*", "*CC(C)O*"])
def test_another_repeat_unit_has_another_form(other):
    assert canonical_repeat_unit(other) != canonical_repeat_unit("*CCO*")


def test_a_copolymer_does_not_depend_on_the_order_of_its_units():
    assert canonical_repeat_unit("*CC(F)(F)*.*CCO*") == canonical_repeat_unit("*CCO*.*CC(F)(F)*")


def test_every_repeat_unit_of_the_library_keeps_its_canonical_form(library):
    units = [canonical_repeat_unit(row["psmiles"]) for row in library.polymers.values() if row["psmiles"]]
    assert len(units) > 40
    assert [canonical_repeat_unit(unit) for unit in units] == units


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("CCO", "0 chain ends"),
        ("*CCO", "1 chain ends"),
        ("*CC(*)O*", "3 chain ends"),
        ("*CCO*.CC", "0 chain ends"),
        ("*CC(*", "not a SMILES"),
        ("*C(F)(F)(F)(F)*", "not a SMILES"),
        ("*" + "C" * 400 + "*", "402 atoms"),
        ("*" + "C" * 5000 + "*", "longer than"),
    ],
)
def test_what_is_no_chain_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        canonical_repeat_unit(text)


@pytest.mark.parametrize(
    ("spelling", "same"),
    [
        ("La3Zr2Li7O12", "Li7La3Zr2O12"),
        ("Li1.3Al0.3Ti1.7(PO4)3", "Li1.3Al0.3Ti1.7P3O12"),
        ("Li14Zn(GeO4)4", "Li14ZnGe4O16"),
        ("Li7.0La3Zr2O12", "Li7La3Zr2O12"),
    ],
)
def test_one_formula_has_one_form_however_it_is_written(spelling, same):
    assert canonical_formula(spelling) == canonical_formula(same)


@pytest.mark.parametrize("other", ["Li6.4La3Zr1.4Ta0.6O12", "Li7La3Hf2O12"])
def test_another_composition_has_another_form(other):
    assert canonical_formula(other) != canonical_formula("Li7La3Zr2O12")


@given(
    st.lists(st.sampled_from(["Li", "La", "Zr", "Ta", "O", "P", "S"]), unique=True, min_size=1).flatmap(
        lambda symbols: st.tuples(
            st.permutations(symbols), st.permutations(symbols), st.integers(min_value=1, max_value=1200)
        )
    )
)
def test_the_order_of_the_elements_does_not_matter(drawn):
    one, other, hundredths = drawn
    amounts = {symbol: f"{symbol}{(hundredths + 7 * len(symbol)) / 100:.2f}" for symbol in one}
    canonical = canonical_formula("".join(amounts[symbol] for symbol in one))
    assert canonical == canonical_formula("".join(amounts[symbol] for symbol in other))
    assert canonical == canonical_formula(canonical)


@pytest.mark.parametrize(
    "text", ["", "PEO", "Li0", "Qq2O3", "Li7 La3", "()", "Li)", "Li" + "2" * 200, "Li9999", "garnet"]
)
def test_what_is_no_formula_is_refused(text):
    with pytest.raises(ValueError, match="is not a formula"):
        canonical_formula(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("[Li+].[O-]Cl(=O)(=O)=O", "[Li+].[O-][Cl+3]([O-])([O-])[O-]"),
        ("[Li+].[I-]", "[I-].[Li+]"),
        ("[Li+].[O-]S(=O)(=O)C(F)(F)F", "[Li+].[O-][S+2]([O-])([O-])C(F)(F)F"),
        ("[Li+].O=[N+]([O-])[O-]", "[Li+].O=N(=O)[O-]"),
        ("[Li+].FC(F)(F)S(=O)(=O)[O-]", "[O-]S(=O)(=O)C(F)(F)F.[Li+]"),
    ],
)
def test_the_ions_of_one_salt_have_one_form_however_they_are_written(one, other):
    assert canonical_ions(one) == canonical_ions(other) == canonical_ions(canonical_ions(one))


def test_the_salts_of_the_library_are_of_different_ions(library):
    ions = [canonical_ions(row["smiles"]) for row in library.salts.values()]
    assert len(set(ions)) == len(ions) > 20


@pytest.mark.parametrize("text", ["", "LiTFSI", "[Li+]", "CCO", "[Li+].C-C", "[Li+].[NH3+]CC([O-])=O", "[Li+].[I-"])
def test_what_holds_no_anion_is_refused(text):
    with pytest.raises(ValueError, match="are no ions"):
        canonical_ions(text)


@pytest.mark.parametrize("text", ["[Li+].[I-]." + "C" * 400, "[Li+].[I-]" + ".[Li+].[I-]" * 150])
def test_ions_larger_than_any_salt_are_refused(text):
    with pytest.raises(ValueError, match="are no ions"):
        canonical_ions(text)


@pytest.mark.parametrize(
    "formula", ["Li0.000000001O", "Li0.00001La3Zr2O12", "(Li0.001)0.00000001O", "D2O", "T2O", "LiD"]
)
def test_no_element_of_a_formula_gets_lost(formula):
    """pymatgen leaves amounts below 1e-8 out, and reads deuterium as hydrogen."""
    with pytest.raises(ValueError, match="is not a formula"):
        canonical_formula(formula)


def test_an_element_of_the_amount_0_ends_a_series_of_dopings():
    assert canonical_formula("Li7La3Zr2Ta0O12") == canonical_formula("Li7La3Zr2O12")


@pytest.mark.parametrize("formula", ["O0.99999999Li2", "Li1.0000001O", "Li2O1"])
def test_a_canonical_formula_is_one_of_itself(formula):
    assert canonical_formula(canonical_formula(formula)) == canonical_formula(formula)


@pytest.mark.parametrize("smiles", ["[Li+].[I-999]", "[Li+].[I-25]", "[Li+].[I----------]"])
def test_a_charge_that_no_ion_has_is_refused(smiles):
    """RDKit counts it round: -999 as +25."""
    with pytest.raises(ValueError, match="are no ions"):
        canonical_ions(smiles)
    with pytest.raises(ValueError, match="not a SMILES"):
        canonical_repeat_unit(f"*C{smiles[6:]}*")


ENDLESS = {
    "a chain of 10,000 atoms": "*" + "C" * 10_000 + "*",
    "a formula of 10^300": "Li1e300",
    "a formula of 300 digits": "Li" + "9" * 300,
    "10,000 brackets": "(" * 10_000 + "Li" + ")" * 10_000,
    "10,000 open brackets": "(" * 10_000,
    "powers in brackets": "(" * 20 + "Li9" + ")9" * 20,
    "10,000 ions": "[Li+].[I-]" * 10_000,
}


@pytest.mark.fault("7 input: structures and formulas without end")
@pytest.mark.parametrize("kind", ENDLESS)
def test_what_has_no_end_is_refused_at_once(tally, kind):
    canonical_repeat_unit("*CCO*"), canonical_ions("[Li+].[I-]"), canonical_formula("Li2O")  # what takes long to import
    with tally.attempt(), refused_at_most():
        for read in (canonical_repeat_unit, canonical_ions, canonical_formula):
            with pytest.raises(ValueError, match=r"expected|give one repeat unit"):
                read(ENDLESS[kind])
