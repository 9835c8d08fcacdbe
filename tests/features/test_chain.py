import math

import pytest

from features.chain import backbone, estimated_density, shape, side_chain, van_der_waals_volume
from features.chemistry import repeat_units
from features.repeat_unit import ESTIMATED_DENSITY, describe

PPTA = "*Nc1ccc(cc1)NC(=O)c1ccc(cc1)C(*)=O"


def unit_of(psmiles):
    return repeat_units(psmiles)[0]


@pytest.mark.parametrize(
    ("psmiles", "n_atoms"),
    [
        ("*CO*", 2),
        ("*CCO*", 3),
        ("*COCCO*", 5),
        ("*CC(C)(*)C(=O)OC", 2),
        ("*N=P(*)(OCCOCCOC)OCCOCCOC", 2),
        ("*[Si](C)(C)O*", 2),
        ("*CCCOC(=O)O*", 6),
        ("*C1OC(=O)OC1*", 2),  # the two ring carbons between the ends
        ("*CC1CC(*)OC(CCC)O1", 4),  # poly(vinyl butyral)
        (PPTA, 12),  # 2 N, 2 C=O, four carbons of each para ring
        ("*Nc1cccc(c1)NC(=O)c1cccc(c1)C(*)=O", 10),  # three carbons of each meta ring
    ],
)
def test_the_backbone_is_the_shortest_way_through_the_repeat_unit(psmiles, n_atoms):
    assert len(backbone(unit_of(psmiles))) == n_atoms


@pytest.mark.parametrize(
    ("psmiles", "n_atoms", "n_bonds"),
    [
        ("*CCO*", 0, 0),
        ("*CC(F)(F)*", 2, 1),
        ("*CC(*)C#N", 2, 2),
        ("*CC(*)c1ccccc1", 6, 4),  # ipso, ortho, meta, para
        ("*CC(C)(*)C(=O)OC", 5, 3),
        ("*CC(*)C(=O)OCCOCCOC", 10, 9),
        ("*N=P(*)(OCCOCCOC)OCCOCCOC", 16, 8),
        ("*C1OC(=O)OC1*", 1, 1),  # only the carbonyl oxygen stands off the ring
        (PPTA, 2, 1),
    ],
)
def test_a_side_chain_hangs_off_the_backbone_and_its_rings(psmiles, n_atoms, n_bonds):
    assert side_chain(unit_of(psmiles)) == (n_atoms, n_bonds)


@pytest.mark.parametrize(
    ("psmiles", "n_rotatable"),
    [
        ("*CC*", 2),
        ("*CCO*", 3),
        ("*CC(*)c1ccccc1", 3),  # two along the chain and one to the ring
        ("*CCCCCC(=O)N*", 6),  # seven bonds along the chain, of which the amide bond is stiff
    ],
)
def test_single_bonds_turn_and_amide_bonds_do_not(psmiles, n_rotatable):
    assert shape(unit_of(psmiles))["rotatable_bonds"] == n_rotatable


@pytest.mark.parametrize(
    ("psmiles", "heavy_atoms", "molar_mass"),
    [
        ("*CC*", 2, 28.05),
        ("*CCO*", 3, 44.05),
        ("*CC(F)(F)*", 4, 64.03),
        ("*CC(*)C#N", 4, 53.06),
        ("*CC(C)(*)C(=O)OC", 7, 100.12),
        ("*CC(C)OC(=O)O*", 7, 102.09),
        ("*[Si](C)(C)O*", 4, 74.15),
        (PPTA, 18, 238.25),
    ],
)
def test_a_repeat_unit_weighs_as_its_formula(psmiles, heavy_atoms, molar_mass):
    measured = shape(unit_of(psmiles))
    assert measured["heavy_atoms"] == heavy_atoms
    assert measured["molar_mass"] == pytest.approx(molar_mass, abs=0.006)


@pytest.mark.parametrize(
    ("smiles", "volume"),
    [
        ("C", 20.58 + 4 * 7.24 - 4 * 5.92),  # 25.86
        ("O", 14.71 + 2 * 7.24 - 2 * 5.92),  # 17.35
        ("CC", 2 * 20.58 + 6 * 7.24 - 7 * 5.92),  # 43.16
        ("CC#N", 2 * 20.58 + 15.60 + 3 * 7.24 - 5 * 5.92),
        ("FC(F)(F)F", 20.58 + 4 * 13.31 - 4 * 5.92),
        ("c1ccccc1", 6 * 20.58 + 6 * 7.24 - 12 * 5.92 - 14.7),  # 81.18
        ("C1CCCCC1", 6 * 20.58 + 12 * 7.24 - 18 * 5.92 - 3.8),  # 100.0
        ("c1ccc2c(c1)CCC2", 9 * 20.58 + 10 * 7.24 - 20 * 5.92 - 14.7 - 3.8),  # indane: one ring of each kind
    ],
)
def test_a_molecule_takes_the_room_of_its_atoms_less_that_of_its_bonds_and_rings(smiles, volume):
    chem = pytest.importorskip("rdkit.Chem")
    assert van_der_waals_volume(chem.MolFromSmiles(smiles)) == pytest.approx(volume, abs=1e-9)


def test_of_an_element_without_a_volume_nothing_is_said():
    chem = pytest.importorskip("rdkit.Chem")
    assert math.isnan(van_der_waals_volume(chem.MolFromSmiles("C[Sn](C)(C)C")))


def test_a_unit_inside_a_chain_takes_its_atoms_less_its_own_bonds():
    # C2H4O: 4 C-H, 1 C-C and 2 C-O bonds for each unit
    assert shape(unit_of("*CCO*"))["volume"] == pytest.approx(2 * 20.58 + 4 * 7.24 + 14.71 - 7 * 5.92)


def test_amorphous_polyethylene_has_a_density_of_0_855():
    unit = shape(unit_of("*CC*"))
    assert estimated_density(unit["molar_mass"], unit["volume"]) == pytest.approx(0.855, rel=0.02)


def test_molecules_without_free_volume_would_be_1_6_times_as_dense():
    closest = 1e24 / 6.02214076e23
    assert estimated_density(100.0, 100.0) == pytest.approx(closest / 1.6)


def test_estimated_densities_are_good_to_11_percent_on_average_and_24_at_worst(library):
    measured = {name: library.constant("polymers", name, "density_g_cm3") for name in library.polymers}
    known = {name: density for name, density in measured.items() if not math.isnan(density)}
    units = {name: library.polymers[name]["psmiles"] for name in known if library.polymers[name]["psmiles"]}
    errors = [abs(describe(unit)[ESTIMATED_DENSITY] / known[name] - 1) for name, unit in units.items()]
    errors = [error for error in errors if not math.isnan(error)]
    assert len(errors) >= 20
    assert sum(errors) / len(errors) < 0.11
    assert max(errors) < 0.24
