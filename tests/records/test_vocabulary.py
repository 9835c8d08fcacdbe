import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common.errors import UserError
from pipeline.common.layout import COMPONENTS
from pipeline.records import load_vocabulary

ROOT = Path(__file__).parents[2]
TYPED = st.one_of(
    st.text(max_size=30),
    st.text("*CONFScnos()=#[]+-.:;12 @/", max_size=20),
    st.text("LiAlPOSZr2.()[]{}0", max_size=14),
    st.lists(st.sampled_from(["PEO", "LLZTO", "LiTFSI", " + ", ":", "0.5", "*CCO*", "none", ";"])).map("".join),
)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("PEO", "PEO"),
        ("peo", "PEO"),
        ("poly(ethylene oxide)", "PEO"),
        ("Poly(Ethylene  Oxide)", "PEO"),
        ("PVDF–HFP", "PVDF-HFP"),
        ("PVDF HFP", "PVDF-HFP"),
        ("P(VDF-HFP)", "PVDF-HFP"),
        ("*CCO*", "PEO"),
        ("[*]OCC[*]", "PEO"),
        ("C(#N)C(*)C*", "PAN"),
    ],
)
def test_a_polymer_is_known_by_name_alias_and_repeat_unit(vocabulary, typed, name):
    assert vocabulary.polymer(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("LLZTO", "LLZTO"),
        ("Ta-doped LLZO", "LLZTO"),
        ("Li6.75La3Zr1.75Ta0.25O12", "LLZTO"),
        ("O12Ta0.25Zr1.75La3Li6.75", "LLZTO"),
        ("Li1.3Al0.3Ti1.7(PO4)3", "LATP"),
        ("Li10GeP2S12", "LGPS"),
        ("alumina", "Al2O3"),
    ],
)
def test_a_filler_is_known_by_name_alias_and_formula(vocabulary, typed, name):
    assert vocabulary.filler(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("LiTFSI", "LiTFSI"),
        ("LiN(SO2CF3)2", "LiTFSI"),
        ("lithium perchlorate", "LiClO4"),
        ("none", "none"),
        ("None", "none"),
    ],
)
def test_a_salt_is_known_by_name_and_alias_and_none_is_none(vocabulary, typed, name):
    assert vocabulary.salt(typed) == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("[Li+].O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F", "LiTFSI"),
        ("FC(F)(F)S(=O)(=O)[N-]S(=O)(=O)C(F)(F)F.[Li+]", "LiTFSI"),
        ("[Li+].[O-]Cl(=O)(=O)=O", "LiClO4"),
        ("[Li+].[O-][Cl+3]([O-])([O-])[O-]", "LiClO4"),
        ("[I-].[Li+]", "LiI"),
        ("LiTFSI + [Li+].[I-]", "LiI + LiTFSI"),
        ("[Li+].[I-]:0.25 + LiTFSI:0.75", "LiI:0.25 + LiTFSI:0.75"),
    ],
)
def test_a_salt_is_known_by_its_ions(vocabulary, typed, name):
    assert vocabulary.salt(typed) == name


def test_every_salt_of_the_library_is_known_by_its_ions(vocabulary):
    assert [vocabulary.salt(row["smiles"]) for row in vocabulary.library.salts.values()] == [*vocabulary.library.salts]


def test_ions_that_the_library_does_not_hold_are_taken_in_their_canonical_form(vocabulary):
    one, other = vocabulary.salt("[Li+].[O-]C(=O)C(F)(F)F"), vocabulary.salt("FC(F)(F)C([O-])=O.[Li+]")
    assert one == other == vocabulary.salt(one)
    assert "[Li+]" in one


@pytest.mark.parametrize("typed", ["[Li+]", "[Li+].CCO", "[Li+].C-C", "[Li+].[I-", "[Li+].[I-] + [Li+].C"])
def test_ions_without_an_anion_are_no_salt(vocabulary, typed):
    with pytest.raises(ValueError, match="are no ions"):
        vocabulary.salt(typed)


def test_every_spelling_in_the_component_tables_leads_to_its_name(vocabulary):
    readers = {"polymers": vocabulary.polymer, "salts": vocabulary.salt, "fillers": vocabulary.filler}
    for kind, read in readers.items():
        for name, row in getattr(vocabulary.library, kind).items():
            for spelling in [name, *filter(None, row["aliases"].split(";"))]:
                assert read(spelling.strip()) == name


@pytest.mark.parametrize(("one", "other"), [("PEO + PVDF", "PVDF + PEO"), ("PEO:0.7 + PAN:0.3", "PAN:.3 + *CCO*:.7")])
def test_a_blend_has_one_name_whatever_its_order(vocabulary, one, other):
    assert vocabulary.polymer(one) == vocabulary.polymer(other)


def test_a_blend_of_other_shares_is_another_blend(vocabulary):
    assert vocabulary.polymer("PEO:0.7 + PAN:0.3") != vocabulary.polymer("PEO:0.3 + PAN:0.7")


def test_an_unlisted_structure_is_taken_in_its_canonical_form(vocabulary):
    assert vocabulary.polymer("*CCCCCO*") == vocabulary.polymer("*OCCCCC*") != ""
    assert vocabulary.filler("Li6.4La3Zr1.4Ta0.6O12") == vocabulary.filler("La3Zr1.4Ta0.6O12Li6.4") != ""


@pytest.mark.parametrize(
    ("kind", "typed", "hint"),
    [
        ("polymer", "PVDF-HFPP", "did you mean PVDF-HFP"),
        ("salt", "LiTSFI", "did you mean LiTFSI"),
        ("filler", "LLZT", "did you mean LLZTO"),
        ("filler", "garnet?", "fillers.csv"),
        ("additives", "dimethylformamid", "did you mean DMF"),
        ("tags", "sandwhich", "did you mean sandwich"),
        ("polymer", "PEO+PVDF", "polymers.csv"),
        ("polymer", "P" * 1601, "1600 characters"),
    ],
)
def test_an_unknown_name_is_refused_with_a_hint(vocabulary, kind, typed, hint):
    with pytest.raises(ValueError, match=hint):
        getattr(vocabulary, kind)(typed)


def test_tags_come_sorted_once_and_with_those_that_they_imply(vocabulary):
    assert vocabulary.tags("sandwich; cross-linked;sandwich") == ["cross_linked", "layered", "sandwich"]


def test_additives_come_sorted_and_once(vocabulary):
    assert vocabulary.additives("succinonitrile; EC ;SN;") == ["EC", "SN"]


@given(TYPED, st.sampled_from(["polymer", "filler", "salt", "additives", "tags"]))
def test_any_text_is_a_name_or_refused(vocabulary, typed, kind):
    try:
        resolved = getattr(vocabulary, kind)(typed)
    except ValueError:
        return
    assert isinstance(resolved, list if kind in ("additives", "tags") else str)


@pytest.fixture
def components(tmp_path):
    return shutil.copytree(ROOT / COMPONENTS, tmp_path / "components")


def _append(path, line):
    path.write_text(path.read_text("utf-8") + line + "\n", "utf-8")


@pytest.mark.parametrize(
    ("file", "line", "reason"),
    [
        ("polymers.csv", "polyox,PEO,*CCO*,,polyether,x,", "already means 'PEO'"),
        ("polymers.csv", "PEO,,*CCO*,,polyether,x,", "unique name"),
        ("polymers.csv", ",,*CCO*,,polyether,x,", "unique name"),
        ("polymers.csv", "new,,CCO,,polyether,x,", "0 chain ends"),
        ("polymers.csv", "new,,*CCO*.*CC*,0.9,polyether,x,", "one number for each repeat unit"),
        ("polymers.csv", "new,,*CCO*.*CC*,0.9;0.2,polyether,x,", "adding up to 1"),
        ("polymers.csv", "new,,*CCO*.*CC*,0.9;most,polyether,x,", "adding up to 1"),
        ("fillers.csv", "new,,Qq2,,garnet,true,x,", "is not a formula"),
        ("fillers.csv", "l l z o,,Li7La3Zr2O12,,garnet,true,x,", "already means 'LLZO'"),
    ],
)
def test_a_fault_in_a_component_table_is_named_with_file_and_row(components, file, line, reason):
    n_lines = len((components / file).read_text("utf-8").splitlines())
    _append(components / file, line)
    with pytest.raises(UserError, match=reason) as refusal:
        load_vocabulary(components)
    assert f"{components / file}, row {n_lines + 1}" in str(refusal.value)


def test_a_component_table_without_a_column_is_refused(components):
    path = components / "salts.csv"
    path.write_text(path.read_text("utf-8").replace("smiles", "smile", 1), "utf-8")
    with pytest.raises(UserError, match="column smiles: this column is missing"):
        load_vocabulary(components)


@pytest.mark.parametrize("word", ["NaN", "null", "N/A", "none", "-"])
def test_a_word_for_nothing_is_no_filler(vocabulary, word):
    with pytest.raises(ValueError, match="leave the cell empty"):
        vocabulary.filler(word)


@pytest.mark.parametrize("blend", ["PEO/PVDF", "PEO+PVDF"])
def test_a_blend_written_otherwise_is_told_how_to_be_written(vocabulary, blend):
    with pytest.raises(ValueError, match=r"PEO \+ PVDF"):
        vocabulary.polymer(blend)


@pytest.mark.parametrize("blend", ["PEO:0.99999995 + PVDF", "PEO:0.0000001 + PVDF"])
def test_a_trace_is_no_component_of_a_blend(vocabulary, blend):
    with pytest.raises(ValueError, match="leave that component out"):
        vocabulary.polymer(blend)


def test_a_salt_has_the_formula_of_its_ions(library):
    from pymatgen.core import Composition
    from rdkit import Chem
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    for name, row in library.salts.items():
        ions = Composition(CalcMolFormula(Chem.MolFromSmiles(row["smiles"])))
        assert Composition(row["formula"]) == ions, name
    assert Composition(library.salts["LiTFSI"]["formula"]) == Composition("LiN(SO2CF3)2")
