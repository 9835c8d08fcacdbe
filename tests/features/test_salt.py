import math

import pytest

from features.salt import SALT_FREE, describe, describe_anion, dictionary


@pytest.mark.parametrize(
    ("salt", "heavy_atoms", "fluorines", "oxygens", "nitrogens", "molar_mass"),
    [
        ("LiTFSI", 15, 6, 4, 1, 280.15),
        ("LiFSI", 9, 2, 4, 1, 180.13),
        ("LiClO4", 5, 0, 4, 0, 99.45),
        ("LiPF6", 7, 6, 0, 0, 144.96),
        ("LiBF4", 5, 4, 0, 0, 86.80),
        ("LiBOB", 13, 0, 8, 0, 186.85),
        ("LiSO3CF3", 8, 3, 3, 0, 149.07),
        ("LiI", 1, 0, 0, 0, 126.90),
    ],
)
def test_the_anion_has_the_atoms_of_its_formula(library, salt, heavy_atoms, fluorines, oxygens, nitrogens, molar_mass):
    described = describe(salt, library)
    assert described["salt_anion_heavy_atoms"] == heavy_atoms
    assert described["salt_anion_fluorines"] == fluorines
    assert described["salt_anion_oxygens"] == oxygens
    assert described["salt_anion_nitrogens"] == nitrogens
    assert described["salt_anion_molar_mass"] == pytest.approx(molar_mass, abs=0.02)


def test_two_salts_are_described_by_the_mean_of_their_anions(library):
    described = describe("LiTFSI:0.75 + LiClO4:0.25", library)
    assert described["salt_n_components"] == 2
    assert described["salt_anion_fluorines"] == pytest.approx(0.75 * 6)
    assert described["salt_anion_oxygens"] == pytest.approx(4)


def test_a_salt_that_is_not_stated_differs_from_no_salt(library):
    unstated, absent = describe("", library), describe(SALT_FREE, library)
    assert unstated["salt_is_stated"] == 0
    assert math.isnan(unstated["salt_is_present"])
    assert absent["salt_is_stated"] == 1
    assert absent["salt_is_present"] == absent["salt_n_components"] == 0
    assert math.isnan(absent["salt_anion_heavy_atoms"])


def test_every_salt_of_the_library_is_one_lithium_and_an_anion_of_charge_minus_one(library):
    chem = pytest.importorskip("rdkit.Chem")
    for name, row in library.salts.items():
        assert row["smiles"].startswith("[Li+]."), name
        assert chem.GetFormalCharge(chem.MolFromSmiles(row["smiles"])) == 0, name


def test_every_salt_of_the_library_is_described_in_full(library):
    names = [feature.name for feature in dictionary()]
    for salt in library.salts:
        described = describe(salt, library)
        assert list(described) == names
        assert all(map(math.isfinite, described.values())), salt


def test_the_order_of_the_ions_does_not_matter():
    assert describe_anion("[I-].[Li+]") == describe_anion("[Li+].[I-]")


@pytest.mark.parametrize("text", ["[Li+]", "CCO", "[Li+].[I-", ""])
def test_without_an_anion_there_is_no_salt(text):
    with pytest.raises(ValueError, match="holds no anion"):
        describe_anion(text)


def test_a_salt_given_by_its_ions_is_described_like_its_name(library):
    for salt, row in library.salts.items():
        assert describe(row["smiles"], library) == describe(salt, library)


def test_a_mixture_may_hold_ions_beside_names(library):
    ions = "[Li+].[O-]Cl(=O)(=O)=O"
    assert describe(f"LiTFSI:0.75 + {ions}:0.25", library) == describe("LiTFSI:0.75 + LiClO4:0.25", library)


def test_ions_that_the_library_does_not_hold_are_described(library):
    described = describe("O=C([O-])C(F)(F)F.[Li+]", library)
    assert described["salt_is_present"] == described["salt_is_stated"] == 1
    assert (described["salt_anion_fluorines"], described["salt_anion_oxygens"]) == (3, 2)
    assert described["salt_anion_molar_mass"] == pytest.approx(113.02, abs=0.02)
