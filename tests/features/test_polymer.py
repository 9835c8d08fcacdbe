import math

import pytest

from features.polymer import describe, describe_repeat_unit, dictionary

PEO, PVDF, PAN, PE = "*CCO*", "*CC(F)(F)*", "*CC(*)C#N", "*CC*"


@pytest.mark.parametrize(
    ("unit", "group", "n_groups", "n_heavy_atoms"),
    [
        (PEO, "ether_O", 1, 3),
        ("*CCCCO*", "ether_O", 1, 5),
        ("*COCCO*", "ether_O", 2, 5),
        (PVDF, "CF", 2, 4),
        ("*C(F)(F)C(F)(F)*", "CF", 4, 6),
        ("*CC(*)Cl", "CCl", 1, 3),
        (PAN, "nitrile", 1, 4),
        ("*CC(C)(*)C(=O)OC", "ester", 1, 7),
        ("*CCCCCC(=O)O*", "ester", 1, 8),
        ("*CC(C)OC(=O)O*", "carbonate", 1, 7),
        ("*CC(*)C1COC(=O)O1", "carbonate", 1, 8),
        ("*CC(*)O", "hydroxyl", 1, 3),
        ("*Nc1ccc(cc1)NC(=O)c1ccc(cc1)C(*)=O", "aromatic", 12, 18),
        ("*CC(*)C(=O)N", "amide", 1, 5),
        ("*CCNC(=O)O*", "urethane", 1, 6),
    ],
)
def test_a_polar_group_is_counted_per_heavy_atom(unit, group, n_groups, n_heavy_atoms):
    described = describe_repeat_unit(unit)
    assert described["polymer_unit_atoms"] == n_heavy_atoms
    assert described[f"polymer_{group}_per_atom"] == pytest.approx(n_groups / n_heavy_atoms)


@pytest.mark.parametrize(
    ("unit", "group"),
    [
        ("*CC(C)(*)C(=O)OC", "ether_O"),
        ("*CC(C)OC(=O)O*", "ether_O"),
        ("*CC(C)OC(=O)O*", "ester"),
        ("*CC(*)O", "ether_O"),
        ("*[Si](C)(C)O*", "ether_O"),
        (PEO, "hydroxyl"),
    ],
)
def test_an_oxygen_of_one_kind_is_not_counted_as_another(unit, group):
    assert describe_repeat_unit(unit)[f"polymer_{group}_per_atom"] == 0


def test_polyethylene_has_no_polar_surface():
    assert describe_repeat_unit(PE)["polymer_polar_surface_per_atom"] == 0


def test_an_ether_oxygen_adds_9_23_square_angstrom_of_polar_surface():
    # P. Ertl et al., J. Med. Chem. 43, 3714 (2000), table 1
    assert describe_repeat_unit(PEO)["polymer_polar_surface_per_atom"] == pytest.approx(9.23 / 3)


def test_a_fluoropolymer_is_less_polar_than_a_polyether():
    names = ("polymer_lipophilicity_per_atom",)
    assert all(describe_repeat_unit(PVDF)[name] > describe_repeat_unit(PEO)[name] for name in names)


@pytest.mark.parametrize(
    ("unit", "n_side_atoms", "n_heavy_atoms"),
    [(PEO, 0, 3), (PVDF, 2, 4), (PAN, 2, 4), ("*CC(C)(*)C(=O)OC", 5, 7), ("*C1OC(=O)OC1*", 1, 6)],
)
def test_what_hangs_off_the_backbone_is_side_chain(unit, n_side_atoms, n_heavy_atoms):
    side_chain = describe_repeat_unit(unit)["polymer_side_chain_per_atom"]
    assert side_chain == pytest.approx(n_side_atoms / n_heavy_atoms)


def test_a_chain_reads_the_same_from_both_ends():
    assert describe_repeat_unit(PEO) == pytest.approx(describe_repeat_unit("[*]OCC[*]"))


def test_pvdf_hfp_has_eight_fluorines_on_thirteen_heavy_atoms_of_its_two_units(library):
    described = describe("PVDF-HFP", library)
    assert described["polymer_CF_per_atom"] == pytest.approx(8 / 13)
    assert described["polymer_unit_atoms"] == pytest.approx(13 / 2)


def test_a_blend_is_the_mean_of_its_parts_by_share(library):
    described = describe("PEO:0.75 + PVDF:0.25", library)
    assert described["polymer_n_components"] == 2
    assert described["polymer_ether_O_per_atom"] == pytest.approx(0.75 / 3)
    assert described["polymer_CF_per_atom"] == pytest.approx(0.25 / 2)


def test_a_blend_does_not_depend_on_its_order(library):
    assert describe("PEO + PVDF + PAN", library) == pytest.approx(describe("PAN + PEO + PVDF", library))


def test_a_polymer_and_its_repeat_unit_are_the_same(library):
    assert describe("PEO", library) == describe("*CCO*", library)


def test_without_a_polymer_nothing_is_said_of_one(library):
    described = describe("", library)
    assert described.pop("polymer_n_components") == 0
    assert all(math.isnan(number) for number in described.values())


def test_a_polymer_without_a_defined_structure_is_counted_and_not_described(library):
    described = describe("PU", library)
    assert described.pop("polymer_n_components") == 1
    assert all(math.isnan(number) for number in described.values())


def test_a_blend_is_described_by_those_of_its_parts_whose_structure_is_known(library):
    blend, known = describe("PEO + PU", library), describe("PEO", library)
    assert blend.pop("polymer_n_components") == 2
    assert known.pop("polymer_n_components") == 1
    assert blend == pytest.approx(known)


def test_every_polymer_with_a_structure_is_described_in_full(library):
    names = [feature.name for feature in dictionary()]
    for polymer, row in library.polymers.items():
        described = describe(polymer, library)
        assert list(described) == names
        assert all(map(math.isfinite, described.values())) == bool(row["psmiles"]), polymer


def test_what_is_no_smiles_is_refused():
    with pytest.raises(ValueError, match="is not a SMILES"):
        describe_repeat_unit("*CC(*")
