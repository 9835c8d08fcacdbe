import pytest

from features.chemistry import repeat_units
from features.groups import GROUPS, count_groups, donor_distances, donor_strengths, per_unit

PPTA = "*Nc1ccc(cc1)NC(=O)c1ccc(cc1)C(*)=O"
POLYSULFONE = "*Oc1ccc(cc1)S(=O)(=O)c1ccc(*)cc1"
MEEP = "*N=P(*)(OCCOCCOC)OCCOCCOC"


def unit_of(psmiles):
    return repeat_units(psmiles)[0]


@pytest.mark.parametrize(
    ("psmiles", "groups"),
    [
        ("*CC*", {}),
        ("*CCO*", {"ether_O": 1}),
        ("*COCCO*", {"ether_O": 2}),
        ("*CC(F)(F)*", {"CF": 2}),
        ("*C(F)(F)C(F)(F)*", {"CF": 4}),
        ("*CC(*)Cl", {"CCl": 1}),
        ("*CC(*)C#N", {"nitrile": 1}),
        ("*CC(*)O", {"hydroxyl": 1}),
        ("*CC(*)c1ccccc1", {"aromatic": 6}),
        ("*CC(*)C(C)=O", {"carbonyl": 1}),
        ("*CC(C)OC(=O)O*", {"carbonyl": 1, "carbonate": 1}),
        ("*CCCOC(=O)O*", {"carbonyl": 1, "carbonate": 1}),
        ("*C1OC(=O)OC1*", {"carbonyl": 1, "carbonate": 1}),
        ("*CC(C)(*)C(=O)OC", {"carbonyl": 1, "ester": 1}),
        ("*CCCCCC(=O)O*", {"carbonyl": 1, "ester": 1}),
        ("*CC(*)C(=O)OCCOCCOC", {"carbonyl": 1, "ester": 1, "ether_O": 2}),
        ("*CCCCNC(=O)O*", {"carbonyl": 1, "urethane": 1}),
        ("*CC(*)C(N)=O", {"carbonyl": 1, "amide": 1}),
        ("*CCCCCC(=O)N*", {"carbonyl": 1, "amide": 1}),
        (PPTA, {"carbonyl": 2, "amide": 2, "aromatic": 12}),
        ("*[Si](C)(C)O*", {"SiO": 2}),
        ("*[Si](C)(OC)O*", {"SiO": 3}),
        (MEEP, {"PO": 2, "ether_O": 4}),
        ("*CCOP(=O)(OC)O*", {"PO": 4}),
        (POLYSULFONE, {"sulfur": 1, "ether_O": 1, "aromatic": 12}),
        ("*CCS*", {"sulfur": 1}),
    ],
)
def test_a_repeat_unit_adds_the_groups_of_its_structure_and_no_other(psmiles, groups):
    assert count_groups(unit_of(psmiles)) == {name: groups.get(name, 0) for name in GROUPS}


@pytest.mark.parametrize(
    ("psmiles", "n_charged"),
    [
        ("*CC(*)c1ccc(cc1)S(=O)(=O)[O-]", 1),
        ("*CC(*)c1ccc(cc1)S(=O)(=O)O[Li]", 1),
        ("*CC(*)C[N+](C)(C)C", 1),
        ("*CC(*)C[N+](C)(C)CC(=O)[O-]", 2),
        ("*CC(*)C[N+](=O)[O-]", 0),
        ("*CC(*)S(=O)(=O)O", 0),
    ],
)
def test_an_ionic_group_is_one_charge_and_a_nitro_group_is_none(psmiles, n_charged):
    assert count_groups(unit_of(psmiles))["charged"] == n_charged


@pytest.mark.parametrize(
    ("psmiles", "donors"),
    [
        ("*CCO*", [(19.2, 1)]),
        ("*COCCO*", [(19.2, 2)]),
        ("*CC(*)C(C)=O", [(17.0, 1)]),
        ("*CCCCCC(=O)O*", [(17.1, 1)]),
        ("*CC(C)(*)C(=O)OC", [(17.1, 1)]),
        ("*CCCOC(=O)O*", [(16.0, 1)]),
        ("*CCCCNC(=O)O*", [(22.4, 1)]),
        ("*CC(*)C(=O)N(C)C", [(27.8, 1)]),
        ("*CCNC(=O)N*", [(31.0, 1)]),
        ("*CC(*)C#N", [(14.1, 1)]),
        (POLYSULFONE, [(19.2, 1), (14.8, 2)]),
        ("*CCOP(=O)(OC)O*", [(23.0, 1)]),
        ("*CCS*", [(40.0, 1)]),
        ("*CC(*)O", [(31.5, 1)]),
        ("*CC(*)C(=O)O", [(17.1, 1)]),
        ("*CCN*", [(61.0, 1)]),
        ("*CCN(C)*", [(61.0, 1)]),
        ("*CC(*)S(C)=O", [(29.8, 1)]),
        ("*N1C(=O)CCC1*", [(27.8, 1)]),
        ("*CC(*)c1ccncc1", [(33.1, 1)]),
        ("*CC(*)C(=O)OCCOCCOC", [(19.2, 2), (17.1, 1)]),
        (MEEP, [(19.2, 4)]),
    ],
)
def test_a_donor_binds_lithium_as_the_solvent_of_its_kind_does(psmiles, donors):
    assert donor_strengths(unit_of(psmiles)) == donors


@pytest.mark.parametrize(
    "psmiles", ["*CC*", "*CC(F)(F)*", "*CC(*)Cl", "*CC(*)c1ccccc1", "*[Si](C)(C)O*", "*CC(*)C[N+](C)(C)C"]
)
def test_hydrocarbons_halides_siloxanes_and_ammonium_bind_no_lithium(psmiles):
    assert donor_strengths(unit_of(psmiles)) == []
    assert donor_distances(unit_of(psmiles)) == 0


@pytest.mark.parametrize(
    ("psmiles", "n_bonds"),
    [
        ("*CO*", 2),  # O-C-O
        ("*CCO*", 3),  # O-C-C-O
        ("*CCCCO*", 5),
        ("*COCCO*", 2 + 2),  # each oxygen has another beyond one CH2
        ("*CC(*)C#N", 6),  # N≡C-CH-CH2-CH-C≡N
        ("*CC(C)OC(=O)O*", 7),  # O=C-O-C-C-O-C=O
        ("*CCCOC(=O)O*", 8),
        ("*CCCCCC(=O)O*", 9),
        (PPTA, 7 + 7),  # across the terephthaloyl ring
        (POLYSULFONE, 2 + 2 + 6),  # O=S=O twice, and across the ring to the ether oxygen
    ],
)
def test_a_hop_is_as_long_as_the_bonds_to_the_nearest_donor(psmiles, n_bonds):
    assert donor_distances(unit_of(psmiles)) == n_bonds


@pytest.mark.parametrize(("psmiles", "n_heavy"), [("*CC*", 2), ("*CCO*", 3), ("*CC(C)(*)C(=O)OC", 7), (PPTA, 18)])
def test_the_chain_ends_add_nothing_to_what_a_unit_holds(psmiles, n_heavy):
    assert per_unit(unit_of(psmiles), lambda chain: chain.GetNumHeavyAtoms()) == n_heavy
