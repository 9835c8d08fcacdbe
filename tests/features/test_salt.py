import math

import pytest

from features.library import Library
from features.salt import SALT_FREE, anion_volume_nm3, describe, describe_ions, dictionary

TFSI = "[Li+].O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F"
PERCHLORATE = "[Li+].[O-]Cl(=O)(=O)=O"
MEASURED = {
    ("salts", "LiTFSI", "anion_volume_nm3"): 0.16,
    ("salts", "LiClO4", "anion_volume_nm3"): 0.064,
    ("salts", "LiTFSI", "dissociation_class"): 3.0,
    ("salts", "LiClO4", "dissociation_class"): 2.0,
}
SALTS = {"LiTFSI": {"smiles": TFSI}, "LiClO4": {"smiles": PERCHLORATE}, "LiI": {"smiles": "[Li+].[I-]"}}
LIBRARY = Library({}, SALTS, {}, {}, {}, MEASURED)


@pytest.mark.parametrize(
    ("salt", "molar_mass"),
    [
        ("LiTFSI", 287.09),
        ("LiFSI", 187.07),
        ("LiClO4", 106.39),
        ("LiPF6", 151.90),
        ("LiBF4", 93.75),
        ("LiBOB", 193.79),
        ("LiSO3CF3", 156.01),
        ("LiNO3", 68.95),
        ("LiI", 133.85),
        ("LiCl", 42.39),
    ],
)
def test_a_salt_weighs_as_its_lithium_and_its_anion(library, salt, molar_mass):
    assert describe(salt, library)["salt_molar_mass_g_mol"] == pytest.approx(molar_mass, abs=0.006)


@pytest.mark.parametrize(
    ("salt", "n_sites"),
    [
        ("LiTFSI", 5),  # N and four O
        ("LiFSI", 5),
        ("LiBETI", 5),
        ("LiClO4", 4),
        ("LiPF6", 6),
        ("LiAsF6", 6),
        ("LiBF4", 4),
        ("LiBOB", 8),  # four O on boron, and four C=O conjugated with them
        ("LiDFOB", 6),  # two F and two O on boron, and two C=O
        ("LiSO3CF3", 3),
        ("LiNO3", 3),
        ("LiOAc", 2),
        ("LiSCN", 2),
        ("LiDFP", 2),
        ("LiI", 1),
        ("LiBr", 1),
        ("LiCl", 1),
    ],
)
def test_the_charge_of_an_anion_is_shared_by_its_ligands_and_what_is_conjugated_with_them(library, salt, n_sites):
    assert describe(salt, library)["salt_anion_charge_sites"] == n_sites


@pytest.mark.parametrize(
    "ions", ["[Li+].[O-]Cl(=O)(=O)=O", "[Li+].[O-][Cl+3]([O-])([O-])[O-]", "[Li+].O=Cl(=O)([O-])=O"]
)
def test_perchlorate_has_four_equal_oxygens_however_it_is_drawn(ions):
    assert describe_ions(ions)["salt_anion_charge_sites"] == 4


def test_a_second_imide_lets_the_charge_run_on():
    ions = "[Li+].CS(=O)(=O)[N-]S(=O)(=NS(=O)(=O)C(F)(F)F)C(F)(F)F"
    assert describe_ions(ions)["salt_anion_charge_sites"] == 2 + 5


@pytest.mark.parametrize(
    ("salt", "fraction"),
    [
        ("LiTFSI", 6 / 15),
        ("LiFSI", 2 / 9),
        ("LiDFTFSI", 5 / 15),  # C2HF5NO4S2: the hydrogen counts
        ("LiPF6", 6 / 7),
        ("LiBF4", 4 / 5),
        ("LiSO3CF3", 3 / 8),
        ("LiClO4", 0),
        ("LiOAc", 0),
    ],
)
def test_fluorine_is_counted_among_all_atoms_of_the_anion(library, salt, fraction):
    assert describe(salt, library)["salt_anion_fluorine_fraction"] == pytest.approx(fraction)


def test_the_volume_of_an_anion_is_the_library_s_where_it_has_one():
    described = describe("LiTFSI", LIBRARY)
    assert described["salt_anion_volume_nm3"] == 0.16
    assert described["salt_anion_charge_density_per_nm3"] == pytest.approx(1 / 0.16)


@pytest.mark.parametrize("salt", ["LiTFSI", "LiClO4", "LiPF6", "LiBF4", "LiSO3CF3", "LiNO3", "LiI"])
def test_a_volume_from_the_structure_is_within_3_percent_of_the_library_s(library, salt):
    known = library.constant("salts", salt, "anion_volume_nm3")
    assert anion_volume_nm3(library.salts[salt]["smiles"]) == pytest.approx(known, rel=0.03)


@pytest.mark.parametrize(("halide", "radius"), [("[Li+].[Cl-]", 0.18), ("[Li+].[Br-]", 0.19), ("[Li+].[I-]", 0.21)])
def test_an_anion_of_one_atom_is_a_sphere(halide, radius):
    assert anion_volume_nm3(halide) == pytest.approx(4 / 3 * math.pi * radius**3)


def test_an_anion_of_two_charges_takes_two_lithium():
    described = describe("[Li+].[Li+].[O-]S(=O)(=O)[O-]", LIBRARY)
    assert described["salt_molar_mass_g_mol"] == pytest.approx(109.94, abs=0.01)
    assert described["salt_anion_charge_sites"] == 4
    charge = described["salt_anion_charge_density_per_nm3"] * described["salt_anion_volume_nm3"]
    assert charge == pytest.approx(2)


def test_lithium_is_pulled_least_by_tfsi_and_most_by_the_small_anions(library):
    order = ["LiTFSI", "LiFSI", "LiPF6", "LiBF4", "LiCl"]
    densities = [describe(salt, library)["salt_anion_charge_density_per_nm3"] for salt in order]
    assert densities == sorted(densities)


def test_ions_part_from_tfsi_more_readily_than_from_pf6_and_bf4(library):
    tfsi, pf6, bf4 = (describe(salt, library)["salt_dissociation_class"] for salt in ("LiTFSI", "LiPF6", "LiBF4"))
    assert tfsi > pf6 > bf4


def test_two_salts_are_described_by_the_mean_of_their_anions():
    described = describe("LiTFSI:0.75 + LiClO4:0.25", LIBRARY)
    assert described["salt_n_components"] == 2
    assert described["salt_anion_fluorine_fraction"] == pytest.approx(0.75 * 6 / 15)
    assert described["salt_anion_charge_sites"] == pytest.approx(0.75 * 5 + 0.25 * 4)
    assert described["salt_molar_mass_g_mol"] == pytest.approx(0.75 * 287.09 + 0.25 * 106.39, abs=0.01)
    assert described["salt_anion_volume_nm3"] == pytest.approx(0.75 * 0.16 + 0.25 * 0.064)
    assert described["salt_anion_charge_density_per_nm3"] == pytest.approx(0.75 / 0.16 + 0.25 / 0.064)
    assert described["salt_dissociation_class"] == pytest.approx(2.75)


def test_of_two_salts_the_class_is_that_of_the_one_that_has_one():
    assert describe("LiTFSI + LiI", LIBRARY)["salt_dissociation_class"] == 3
    assert math.isnan(describe("LiI", LIBRARY)["salt_dissociation_class"])


def test_a_salt_that_is_not_stated_differs_from_no_salt():
    unstated, absent = describe("", LIBRARY), describe(SALT_FREE, LIBRARY)
    assert {name: n for name, n in unstated.items() if not math.isnan(n)} == {"salt_is_stated": 0}
    zeros = {"salt_is_stated": 1, "salt_is_present": 0, "salt_n_components": 0}
    assert {name: n for name, n in absent.items() if not math.isnan(n)} == zeros


def test_every_salt_of_the_library_has_every_column_within_its_limits(library):
    features = dictionary()
    for salt in library.salts:
        described = describe(salt, library)
        assert list(described) == [feature.name for feature in features]
        for feature in features:
            number = described[feature.name]
            may_lack = feature.name == "salt_dissociation_class" and math.isnan(number)
            assert may_lack or feature.lowest <= number <= feature.highest, (salt, feature.name, number)


def test_every_salt_of_the_library_is_one_lithium_and_an_anion_of_charge_minus_one(library):
    chem = pytest.importorskip("rdkit.Chem")
    for name, row in library.salts.items():
        assert row["smiles"].startswith("[Li+]."), name
        assert chem.GetFormalCharge(chem.MolFromSmiles(row["smiles"])) == 0, name


@pytest.mark.parametrize("ions", [PERCHLORATE, "[O-]Cl(=O)(=O)=O.[Li+]", "[Li+].O=Cl(=O)([O-])=O"])
def test_a_salt_given_by_its_ions_is_the_salt_of_that_name_but_for_what_was_measured(ions):
    named, drawn = describe("LiClO4", LIBRARY), describe(ions, LIBRARY)
    measured = {"salt_anion_volume_nm3", "salt_anion_charge_density_per_nm3", "salt_dissociation_class"}
    structural = named.keys() - measured
    assert {name: drawn[name] for name in structural} == pytest.approx({name: named[name] for name in structural})
    assert drawn["salt_anion_volume_nm3"] == pytest.approx(0.0647, rel=0.03)
    assert math.isnan(drawn["salt_dissociation_class"])


def test_a_mixture_may_hold_ions_beside_names():
    drawn, named = (
        describe(f"LiTFSI:0.75 + {PERCHLORATE}:0.25", LIBRARY),
        describe("LiTFSI:0.75 + LiClO4:0.25", LIBRARY),
    )
    for name in ("salt_n_components", "salt_anion_charge_sites", "salt_molar_mass_g_mol"):
        assert drawn[name] == pytest.approx(named[name])


def test_ions_that_the_library_does_not_hold_are_described():
    described = describe("O=C([O-])C(F)(F)F.[Li+]", LIBRARY)
    assert described["salt_is_present"] == described["salt_is_stated"] == 1
    assert described["salt_anion_charge_sites"] == 2
    assert described["salt_anion_fluorine_fraction"] == pytest.approx(3 / 7)
    assert described["salt_molar_mass_g_mol"] == pytest.approx(119.95, abs=0.01)


@pytest.mark.parametrize("text", ["[Li+]", "CCO", "[Li+].[I-", ""])
def test_without_an_anion_there_is_no_salt(text):
    with pytest.raises(ValueError, match="holds no anion"):
        describe_ions(text)


def test_a_salt_that_the_library_does_not_hold_is_a_key_error():
    with pytest.raises(KeyError, match="LiXYZ"):
        describe("LiTFSI + LiXYZ", LIBRARY)


def test_an_anion_whose_geometry_no_force_field_knows_has_no_volume(library, capfd):
    """Sulfur bound to one doubly bound oxygen, a hydroxyl, nitrogen and carbon: RDKit ends in a RuntimeError."""
    described = describe("[Li+].[N-](S(=O)(=O)C(F)(F)F)S(=O)(O)C(F)(F)F", library)
    assert math.isnan(described["salt_anion_volume_nm3"])
    assert described["salt_molar_mass_g_mol"] > 280
    assert capfd.readouterr().err == ""
