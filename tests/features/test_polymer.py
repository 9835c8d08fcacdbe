import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.chemistry import canonical_repeat_unit
from features.library import Library
from features.polymer import (
    BESIDE,
    HOST_LAW,
    UNIT_MASS,
    describe,
    dictionary,
)
from features.repeat_unit import ESTIMATED_DENSITY
from features.repeat_unit import describe as describe_repeat_unit

PEO, PVDF, PAN, PE = "*CCO*", "*CC(F)(F)*", "*CC(*)C#N", "*CC*"
PPTA = "*Nc1ccc(cc1)NC(=O)c1ccc(cc1)C(*)=O"
UNIT_MOLAR_MASS = "polymer_unit_molar_mass_g_mol"
MEASURED = {
    ("polymers", "PEO", "Tg_C"): -60.0,
    ("polymers", "PVDF", "Tg_C"): -40.0,
    ("polymers", "PEO", "density_g_cm3"): 1.12,
    ("polymers", "PVDF", "density_g_cm3"): 1.78,
    ("polymers", "PEO", "Tm_C"): 65.0,
    ("polymers", "PEO", "host_prefactor_S_cm"): 3.7e13,
    ("polymers", "PEO", "host_B_K"): 13400.0,
    ("polymers", "PEO", "host_T0_K"): 0.0,
}
STRUCTURES = {"PEO": PEO, "PEG": PEO, "PVDF": PVDF, "PAN": PAN, "PU": "", "PVDF-HFP": f"{PVDF}.*C(F)(F)C(F)(C(F)(F)F)*"}
LIBRARY = Library({name: {"psmiles": unit} for name, unit in STRUCTURES.items()}, {}, {}, {}, {}, MEASURED)

BACKBONE_PIECES = st.lists(
    st.sampled_from(["C C", "C O", "C C O", "C C(C)", "C C(F)(F)", "C C(=O) O", "C N C(=O)", "C C(C#N)", "C OC(=O) O"]),
    min_size=1,
    max_size=3,
).map(lambda pieces: [*" ".join(pieces).replace("OC(=O)", "O C(=O)").split(), "C"])


def same_as(described):
    return pytest.approx(dict(described), rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("psmiles", "group", "n_groups", "n_backbone_atoms"),
    [
        (PEO, "ether_O", 1, 3),
        ("*COCCO*", "ether_O", 2, 5),
        (PVDF, "CF", 2, 2),
        (PAN, "nitrile", 1, 2),
        ("*CC(*)Cl", "CCl", 1, 2),
        ("*CC(*)O", "hydroxyl", 1, 2),
        ("*CC(*)c1ccccc1", "aromatic", 6, 2),
        ("*CC(C)OC(=O)O*", "carbonate", 1, 5),
        ("*CCCOC(=O)O*", "carbonyl", 1, 6),
        ("*C1OC(=O)OC1*", "carbonate", 1, 2),
        ("*CCCCCC(=O)O*", "ester", 1, 7),
        ("*CCCCNC(=O)O*", "urethane", 1, 7),
        (PPTA, "amide", 2, 12),
        ("*[Si](C)(C)O*", "SiO", 2, 2),
        ("*N=P(*)(OC)OC", "PO", 2, 2),
        ("*Oc1ccc(cc1)S(=O)(=O)c1ccc(*)cc1", "sulfur", 1, 10),
        ("*CC(*)S(=O)(=O)[O-]", "charged", 1, 2),
    ],
)
def test_groups_are_counted_for_each_atom_of_the_backbone(psmiles, group, n_groups, n_backbone_atoms):
    described = describe_repeat_unit(psmiles)
    assert described[f"polymer_{group}_per_backbone_atom"] == pytest.approx(n_groups / n_backbone_atoms)


def test_peo_holds_lithium_as_diethyl_ether_does_by_every_third_atom():
    described = describe_repeat_unit(PEO)
    assert described["polymer_donor_number"] == described["polymer_strongest_donor_number"] == pytest.approx(19.2)
    assert described["polymer_donor_strength_per_backbone_atom"] == pytest.approx(19.2 / 3)
    assert described["polymer_donor_spacing_bonds"] == 3
    assert described["polymer_rotatable_bonds_per_backbone_atom"] == 1
    assert described["polymer_side_chain_fraction"] == described["polymer_side_chain_bonds"] == 0
    assert described[UNIT_MOLAR_MASS] == pytest.approx(44.053, abs=0.001)


def test_pan_holds_lithium_as_acetonitrile_does_from_six_bonds_away():
    described = describe_repeat_unit(PAN)
    assert described["polymer_donor_number"] == pytest.approx(14.1)
    assert described["polymer_donor_strength_per_backbone_atom"] == pytest.approx(14.1 / 2)
    assert described["polymer_donor_spacing_bonds"] == 6


def test_nothing_in_pvdf_binds_lithium():
    described = describe_repeat_unit(PVDF)
    assert described["polymer_donor_strength_per_backbone_atom"] == 0
    assert math.isnan(described["polymer_donor_number"])
    assert math.isnan(described["polymer_strongest_donor_number"])
    assert math.isnan(described["polymer_donor_spacing_bonds"])


def test_two_ethers_and_an_ester_hold_lithium_by_the_mean_of_their_strengths():
    described = describe_repeat_unit("*CC(*)C(=O)OCCOCCOC")
    assert described["polymer_donor_number"] == pytest.approx((19.2 + 19.2 + 17.1) / 3)
    assert described["polymer_strongest_donor_number"] == pytest.approx(19.2)
    assert described["polymer_donor_strength_per_backbone_atom"] == pytest.approx((19.2 + 19.2 + 17.1) / 2)


@pytest.mark.parametrize(
    ("psmiles", "n_side_atoms", "n_heavy_atoms", "n_bonds"),
    [
        (PVDF, 2, 4, 1),
        (PAN, 2, 4, 2),
        ("*CC(C)(*)C(=O)OC", 5, 7, 3),
        ("*CC(*)C(=O)OCCOCCOC", 10, 12, 9),
        ("*C1OC(=O)OC1*", 1, 6, 1),
        (f"{PEO}.*CC(*)c1ccccc1", 6, 11, 4),
    ],
)
def test_what_hangs_off_the_backbone_is_side_chain(psmiles, n_side_atoms, n_heavy_atoms, n_bonds):
    described = describe_repeat_unit(psmiles)
    assert described["polymer_side_chain_fraction"] == pytest.approx(n_side_atoms / n_heavy_atoms)
    assert described["polymer_side_chain_bonds"] == n_bonds


def test_an_ether_oxygen_adds_9_23_square_angstrom_of_polar_surface():
    # P. Ertl et al., J. Med. Chem. 43, 3714 (2000), table 1
    assert describe_repeat_unit(PEO)["polymer_polar_surface_per_heavy_atom_A2"] == pytest.approx(9.23 / 3)
    assert describe_repeat_unit(PE)["polymer_polar_surface_per_heavy_atom_A2"] == 0


def test_pvdf_and_polyethylene_are_less_polar_than_peo():
    lipophilicity = [describe_repeat_unit(unit)["polymer_lipophilicity_per_heavy_atom"] for unit in (PEO, PVDF, PE)]
    assert lipophilicity[0] < lipophilicity[1] < lipophilicity[2]


def test_peo_by_its_atoms_has_a_density_of_1_054():
    # 44.053 g/mol over 0.6022 × 1.60 × (2 × 20.58 + 4 × 7.24 + 14.71 − 7 × 5.92) = 41.81 cm³/mol
    assert describe_repeat_unit(PEO)[ESTIMATED_DENSITY] == pytest.approx(1.0537, abs=0.0002)


@pytest.mark.parametrize("psmiles", ["*OCC*", "[*]CCO[*]", "[*:1]CCO[*:2]", "*COC*", "C(*)CO*"])
def test_peo_is_peo_wherever_its_unit_is_cut_and_from_whichever_end_it_is_read(psmiles):
    assert describe_repeat_unit(psmiles) == same_as(describe_repeat_unit(PEO))


@pytest.mark.parametrize(
    "psmiles",
    [PPTA, "*C(=O)c1ccc(cc1)C(=O)Nc1ccc(cc1)N*", "*c1ccc(cc1)NC(=O)c1ccc(cc1)C(=O)N*", "*C(=O)Nc1ccc(*)cc1"],
)
def test_an_aramid_has_a_whole_amide_for_six_backbone_atoms_wherever_its_unit_is_cut(psmiles):
    described = describe_repeat_unit(psmiles)
    assert described["polymer_amide_per_backbone_atom"] == pytest.approx(1 / 6)
    assert described["polymer_donor_number"] == pytest.approx(27.8)


@given(BACKBONE_PIECES, st.integers(1, 10))
@settings(max_examples=30)
def test_a_chain_does_not_depend_on_where_it_is_cut(backbone, shift):
    cut = shift % len(backbone)
    rotated = "".join(backbone[cut:] + backbone[:cut])
    assert describe_repeat_unit(f"*{rotated}*") == same_as(describe_repeat_unit(f"*{''.join(backbone)}*"))


@given(BACKBONE_PIECES)
@settings(max_examples=30)
def test_a_chain_reads_the_same_from_both_ends_and_in_its_canonical_spelling(backbone):
    forth, back = f"*{''.join(backbone)}*", f"*{''.join(reversed(backbone))}*"
    assert describe_repeat_unit(back) == same_as(describe_repeat_unit(forth))
    assert describe_repeat_unit(canonical_repeat_unit(forth)) == same_as(describe_repeat_unit(forth))


@pytest.mark.parametrize("backbone", ["CCO", "COCCO", "CC(F)(F)", "CC(C#N)", "CCCCCC(=O)O", "CC(C)OC(=O)O", "C(C)(C)C"])
def test_two_units_drawn_as_one_differ_only_in_their_mass(backbone):
    one, two = describe_repeat_unit(f"*{backbone}*"), describe_repeat_unit(f"*{backbone * 2}*")
    doubled = {UNIT_MOLAR_MASS: 2 * one[UNIT_MOLAR_MASS], "repeat_units_mol_g": one["repeat_units_mol_g"] / 2}
    assert two == same_as({**one, **doubled})


def test_pvdf_hfp_has_two_and_six_fluorines_on_two_backbone_atoms_each():
    described = describe("PVDF-HFP", LIBRARY)
    assert described["polymer_CF_per_backbone_atom"] == pytest.approx((2 + 6) / (2 + 2))
    assert described[UNIT_MOLAR_MASS] == pytest.approx((64.034 + 150.02) / 2, abs=0.01)
    assert (described["polymer_n_components"], described["polymer_n_repeat_units"]) == (1, 2)


def test_the_donors_of_a_copolymer_lie_on_the_backbone_of_all_its_units():
    described = describe_repeat_unit(f"{PEO}.{PAN}")
    assert described["polymer_donor_number"] == pytest.approx((19.2 + 14.1) / 2)
    assert described["polymer_donor_strength_per_backbone_atom"] == pytest.approx((19.2 + 14.1) / (3 + 2))
    assert described["polymer_donor_spacing_bonds"] == pytest.approx((3 + 6) / 2)


def test_a_blend_is_the_mean_of_its_parts_by_share():
    described = describe("PEO:0.75 + PVDF:0.25", LIBRARY)
    assert described["polymer_ether_O_per_backbone_atom"] == pytest.approx(0.75 / 3)
    assert described["polymer_CF_per_backbone_atom"] == pytest.approx(0.25)
    assert described["polymer_Tg_C"] == pytest.approx(0.75 * -60 + 0.25 * -40)
    assert described["polymer_density_g_cm3"] == pytest.approx(1 / (0.75 / 1.12 + 0.25 / 1.78))


def test_of_a_blend_only_the_part_that_binds_lithium_has_a_donor_number():
    assert describe("PEO:0.3 + PVDF:0.7", LIBRARY)["polymer_donor_number"] == pytest.approx(19.2)


def test_the_parts_of_a_blend_differ_by_their_glass_transitions_and_donors():
    described = describe("PEO:0.2 + PVDF:0.3 + PAN:0.5", LIBRARY)
    assert described["polymer_Tg_range_C"] == pytest.approx(-40 - -60)
    assert described["polymer_donor_number_range"] == pytest.approx(19.2 - 14.1)
    alone = describe("PEO", LIBRARY)
    assert alone["polymer_Tg_range_C"] == alone["polymer_donor_number_range"] == 0


@pytest.mark.parametrize(
    ("blend", "n_components", "n_repeat_units"),
    [("PEO", 1, 1), ("PEO + PEG", 2, 1), ("PEO + PVDF", 2, 2), ("PVDF + PVDF-HFP + PEO", 3, 3), ("PEO + PU", 2, 1)],
)
def test_a_repeat_unit_that_two_parts_share_counts_once(blend, n_components, n_repeat_units):
    described = describe(blend, LIBRARY)
    assert described["polymer_n_components"] == n_components
    assert described["polymer_n_repeat_units"] == n_repeat_units


def test_a_blend_does_not_depend_on_its_order():
    assert describe("PEO + PVDF + PAN", LIBRARY) == same_as(describe("PAN + PEO + PVDF", LIBRARY))


def test_what_is_known_of_a_blend_is_flagged_by_its_share():
    described = describe("PEO:0.5 + PVDF:0.3 + PU:0.2", LIBRARY)
    assert described["polymer_Tg_C_is_known"] == pytest.approx(0.8)
    assert described["polymer_Tm_C_is_known"] == pytest.approx(0.5)
    assert described["polymer_dielectric_constant_is_known"] == 0
    assert described["polymer_Tm_C"] == pytest.approx(65)
    assert math.isnan(described["polymer_dielectric_constant"])


def test_constants_belong_to_a_name_and_structure_to_a_repeat_unit():
    named, drawn = dict(describe("PEO", LIBRARY)), dict(describe(PEO, LIBRARY))
    constants = {name for name in named if math.isnan(drawn[name]) and not math.isnan(named[name])}
    assert constants == {"polymer_Tg_C", "polymer_Tm_C", "polymer_density_g_cm3", "polymer_Tg_range_C", *HOST_LAW[:3]}
    assert drawn["polymer_Tg_C_is_known"] == 0
    structural = [name for name in named if name not in {*constants, ESTIMATED_DENSITY} and "_is_known" not in name]
    assert {name: named[name] for name in structural} == same_as({name: drawn[name] for name in structural})


def test_only_a_single_polymer_has_a_conductivity_law():
    alone, blend = describe("PEO", LIBRARY), describe("PEO + PVDF", LIBRARY)
    assert [alone[name] for name in HOST_LAW[:3]] == [3.7e13, 13400, 0]
    assert all(math.isnan(blend[name]) for name in HOST_LAW)


@pytest.mark.parametrize(
    ("polymer", "mass"),
    [
        ("PEO", 44.053),
        ("*COCCO*", 74.079 / 2),  # two ether oxygens in each unit
        ("PVDF", 64.034),  # no ether oxygen: the repeat unit
        ("PAN", 53.064),
        ("PEO:0.5 + PVDF:0.5", 44.053 / 0.5),
        ("PEO:0.25 + *COCCO*:0.75", 1 / (0.25 / 44.053 + 0.75 * 2 / 74.079)),
        ("PVDF:0.5 + PAN:0.5", 1 / (0.5 / 64.034 + 0.5 / 53.064)),
    ],
)
def test_lithium_is_counted_by_ether_oxygens_or_else_by_repeat_units(polymer, mass):
    assert describe(polymer, LIBRARY)[UNIT_MASS] == pytest.approx(mass, abs=0.005)


def test_without_a_polymer_nothing_is_said_of_one():
    described = describe("", LIBRARY)
    assert described["polymer_n_components"] == 0
    assert all(math.isnan(number) for name, number in described.items() if name != "polymer_n_components")


def test_a_polymer_without_a_defined_structure_is_counted_and_not_described():
    described = describe("PU", LIBRARY)
    known = {name: number for name, number in described.items() if not math.isnan(number)}
    flags = {name: 0.0 for name in described if name.endswith("_is_known")}
    assert known == {"polymer_n_components": 1.0, **flags}


def test_a_blend_is_described_by_those_of_its_parts_whose_structure_is_known():
    blend, known = describe("PEO + PU", LIBRARY), describe("PEO", LIBRARY)
    structural = [name for name in describe_repeat_unit(PEO) if name in blend and name != ESTIMATED_DENSITY]
    assert len(structural) > 20
    assert {name: blend[name] for name in structural} == same_as({name: known[name] for name in structural})
    assert math.isnan(blend[UNIT_MASS])
    assert math.isnan(blend[ESTIMATED_DENSITY])


def test_every_polymer_of_the_library_has_every_column_within_its_limits(library):
    features = dictionary()
    for polymer in library.polymers:
        described = describe(polymer, library)
        assert list(described) == [*(feature.name for feature in features), *BESIDE]
        for feature in features:
            number = described[feature.name]
            assert math.isnan(number) or feature.lowest <= number <= feature.highest, (polymer, feature.name, number)


def test_every_polymer_of_the_library_with_a_structure_is_described_by_it(library):
    may_lack = {"polymer_donor_number", "polymer_strongest_donor_number", "polymer_donor_spacing_bonds"}
    always = [name for name in describe_repeat_unit(PEO) if name.startswith("polymer_") and name != ESTIMATED_DENSITY]
    for polymer, row in library.polymers.items():
        described = describe(polymer, library)
        is_known = all(math.isfinite(described[name]) for name in always if name not in may_lack)
        assert is_known == bool(row["psmiles"]), polymer
        assert math.isfinite(described[UNIT_MASS]) == bool(row["psmiles"]), polymer


@pytest.mark.parametrize(
    ("psmiles", "complaint"),
    [("*CC(*", "is not a SMILES"), ("CCO", "0 chain ends"), ("*CC(*)O*", "3 chain ends"), ("*CCO", "1 chain ends")],
)
def test_what_is_no_repeat_unit_is_refused(psmiles, complaint):
    with pytest.raises(ValueError, match=complaint):
        describe_repeat_unit(psmiles)


def test_a_polymer_that_the_library_does_not_hold_is_a_key_error():
    with pytest.raises(KeyError, match="unobtainium"):
        describe("PEO + unobtainium", LIBRARY)


VDF_HFP = STRUCTURES["PVDF-HFP"]


def test_a_copolymer_counts_its_units_by_their_fractions():
    described = describe_repeat_unit(VDF_HFP, (0.95, 0.05))
    assert described["polymer_CF_per_backbone_atom"] == pytest.approx((0.95 * 2 + 0.05 * 6) / 2)
    assert described["polymer_unit_molar_mass_g_mol"] == pytest.approx(0.95 * 64.034 + 0.05 * 150.02, abs=0.01)
    assert describe_repeat_unit(VDF_HFP, (0.5, 0.5)) == same_as(describe_repeat_unit(VDF_HFP))


def test_a_copolymer_of_one_unit_alone_is_that_polymer():
    assert describe_repeat_unit(f"{PAN}.{PEO}", (0.0, 1.0)) == same_as(describe_repeat_unit(PEO))


@pytest.mark.parametrize("fractions", [(0.5,), (0.5, 0.4), (0.3, 0.3, 0.4)])
def test_fractions_that_are_not_one_for_each_unit_or_not_one_together_are_refused(fractions):
    with pytest.raises(ValueError, match="2 fractions that sum to 1"):
        describe_repeat_unit(VDF_HFP, fractions)


def test_the_library_s_fractions_of_a_copolymer_count():
    rows = {"PVDF-HFP": {"psmiles": VDF_HFP, "unit_fractions": "0.95;0.05"}}
    library = Library(rows, {}, {}, {}, {})
    assert describe("PVDF-HFP", library)["polymer_CF_per_backbone_atom"] == pytest.approx(1.1)
