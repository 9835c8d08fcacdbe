import dataclasses
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from pymatgen.core import Element

from features import composition
from features.elements import CRITICAL
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.screening.facts import Facts, load_facts
from pipeline.screening.funnel import funnel
from pipeline.screening.limits import LIMITS, Limits, resolve, restrictions
from pipeline.screening.restriction import Knowledge
from pipeline.screening.rules.building import buildable, of_fillers
from pipeline.screening.rules.clumping import no_clumping
from pipeline.screening.rules.composition import element_cost_USD_kg
from pipeline.screening.rules.lithium import REDUCIBLE, holds_nitrile

ROOT = Path(__file__).parents[2]
AXES = (
    "polymer",
    "filler",
    "salt",
    "architecture",
    "additive",
    "salt_ratio",
    "particle_size_nm",
    "filler_wt_fraction",
    "temperature_C",
)


def space(
    polymers=("PEO",),
    fillers=("LLZO",),
    salts=("LiTFSI",),
    tags=("particles",),
    treatments=("",),
    additives=("",),
    sizes=(np.nan,),
    loadings=(0.1,),
):
    """The levels of a space; tags and treatments belong to the architectures."""
    treatments = treatments * len(tags) if len(treatments) < len(tags) else treatments
    architecture = pd.DataFrame({"architecture": tags, "architecture_tags": tags, "additives": treatments})
    additive = pd.DataFrame(
        {"additive": [a or "none" for a in additives], "architecture_tags": "", "additives": additives}
    )
    return {
        "polymer": pd.DataFrame({"polymer": polymers}),
        "filler": pd.DataFrame({"filler": fillers}),
        "salt": pd.DataFrame({"salt": salts}),
        "architecture": architecture,
        "additive": additive,
        "salt_ratio": pd.DataFrame({"salt_ratio": [18.0], "salt_ratio_unit": "EO:Li"}),
        "particle_size_nm": pd.DataFrame({"particle_size_nm": np.array(sizes, dtype=float)}),
        "filler_wt_fraction": pd.DataFrame({"filler_wt_fraction": np.array(loadings, dtype=float)}),
        "temperature_C": pd.DataFrame({"temperature_C": [30.0]}),
    }


@pytest.fixture(scope="module")
def facts():
    return load_facts(ROOT / layout.COMPONENTS)


@pytest.fixture(scope="module")
def knowledge(library, facts):
    return Knowledge(library, facts)


@pytest.fixture
def left(knowledge):
    """How many mixtures of a space keep to some limits."""

    def count(limits, levels, known=knowledge):
        asked = limits if isinstance(limits, Limits) else Limits.model_validate(limits)
        return funnel({axis: len(levels[axis]) for axis in AXES}, restrictions(asked, levels, known))[-1].n_left

    return count


@pytest.fixture
def keeps(left):
    """Whether the one mixture of a space keeps to some limits."""
    return lambda limits, **levels: bool(left(limits, space(**{key: (text,) for key, text in levels.items()})))


LITHIUM = {"stable_against_lithium_metal": True}


@pytest.mark.parametrize("filler", ["LATP", "LAGP", "LLTO", "Li6PS5Cl", "LGPS", "Li3InCl6", "BaTiO3", "Sn-LATP"])
def test_lithium_metal_reduces_what_holds_titanium_germanium_or_tin_and_sulfides_and_metal_halides(keeps, filler):
    assert not keeps(LITHIUM, fillers=filler)


@pytest.mark.parametrize("filler", ["LLZO", "LLZTO", "Li3OCl", "Li3OCl0.5Br0.5", "Al2O3", "Li3N", "LiI", "LiF", ""])
def test_lithium_metal_leaves_garnets_and_antiperovskites(keeps, filler):
    assert keeps(LITHIUM, fillers=filler)


@pytest.mark.parametrize("tags", ["particles;sandwich", "janus", "layered"])
@pytest.mark.parametrize("filler", ["LATP", "Li6PS5Cl", "Li3InCl6"])
def test_a_layer_keeps_lithium_from_the_ceramic(keeps, filler, tags):
    """PEO / LATP / PEO and PAN / LATP / PEO films (review 000, Sections 3.1 and 3.2)."""
    assert keeps(LITHIUM, fillers=filler, tags=tags)


@pytest.mark.parametrize("coating", ["dopamine", "g-C3N4 layer", "sodium itaconate", "SCA-IL"])
def test_a_coating_keeps_lithium_from_latp_but_not_from_a_sulfide(keeps, coating):
    assert keeps(LITHIUM, fillers="LATP", treatments=coating)
    assert keeps(LITHIUM, fillers="LATP", additives=coating)
    assert not keeps(LITHIUM, fillers="Li6PS5Cl", treatments=coating)


@pytest.mark.parametrize("treatment", ["phosphoric acid", "Al2O3 ALD"])
def test_what_was_not_shown_to_hold_off_lithium_protects_nothing(keeps, treatment):
    """Etching bares the surface; alumina on LATP held off polysulfides (review 000, Section 3.1)."""
    assert not keeps(LITHIUM, fillers="LATP", tags="particles;surface_treated", treatments=treatment)


def test_one_reducible_part_makes_a_mixture_of_fillers_reducible(keeps):
    assert not keeps(LITHIUM, fillers="LATP + LLZO")


@pytest.mark.parametrize("filler", ["Li1.2Al0.2Ti1.8(PO4)3", "Li5.5PS4.5Cl1.5", "Li2ZrCl6", "LICGC"])
def test_a_filler_that_no_table_knows_is_judged_by_what_it_is_made_of(keeps, filler):
    assert not keeps(LITHIUM, fillers=filler)


def test_what_was_seen_to_bear_lithium_goes_before_what_its_elements_suggest(left, library, facts):
    seen = dataclasses.replace(library, constants={("fillers", "LATP", "stable_against_lithium"): 1.0})
    assert left(LITHIUM, space(fillers=("LATP",)), Knowledge(seen, facts)) == 1


@pytest.mark.parametrize("polymer", ["PAN", "P(AN-co-MMA)", "PECA", "*CC(*)C#N", "PAN + PEO"])
def test_nitrile_polymers_fall_against_lithium_metal(keeps, polymer):
    assert not keeps(LITHIUM, polymers=polymer)


def test_a_janus_film_turns_its_other_polymer_to_the_lithium(keeps):
    """PAN at the cathode, PEO at the anode (review 000, Section 3.2); in a film of PAN alone nothing else can be."""
    assert keeps(LITHIUM, polymers="PAN + PEO", tags="janus")
    assert not keeps(LITHIUM, polymers="PAN + PEO", tags="sandwich")
    assert not keeps(LITHIUM, polymers="PAN", tags="janus")


@pytest.mark.parametrize(("polymer", "is_nitrile"), [("PAN", True), ("PEO", False), ("PU", False), ("PMCA", True)])
def test_a_nitrile_is_seen_in_the_structure(library, polymer, is_nitrile):
    assert holds_nitrile(polymer, library) == is_nitrile


def test_the_reducible_elements_are_those_that_the_features_count():
    assert frozenset(composition._FRACTIONS["reducible"][0]) == REDUCIBLE


def test_peo_falls_at_4_3_volts_and_bears_4(keeps):
    """Its sources state 4.05 and 4.2 V; the first generation of 4 V cathodes is what it is used with at most."""
    assert not keeps({"cathode_voltage_V": 4.3}, polymers="PEO")
    assert keeps({"cathode_voltage_V": 4.0}, polymers="PEO")


@pytest.mark.parametrize("polymer", ["PVDF-HFP", "PDOL", "PIL", "PAN"])
def test_polymers_bear_a_voltage_below_their_limit(keeps, polymer):
    """Of PAN only a bound is stated, above 5.3 V."""
    assert keeps({"cathode_voltage_V": 4.3}, polymers=polymer)
    assert not keeps({"cathode_voltage_V": 5.5}, polymers=polymer)


def test_an_oxidation_limit_that_nobody_states_falls_unless_it_is_to_stay(keeps):
    assert not keeps({"cathode_voltage_V": 4.3}, polymers="PVB")
    assert keeps({"cathode_voltage_V": 4.3, "unknown_oxidation_limit": "keep"}, polymers="PVB")
    assert not keeps({"cathode_voltage_V": 4.3, "unknown_oxidation_limit": "keep"}, polymers="PEO + PVB")


def test_each_part_of_a_blend_meets_the_cathode_but_in_a_janus_film(keeps):
    assert not keeps({"cathode_voltage_V": 4.3}, polymers="PEO + PVDF-HFP")
    assert keeps({"cathode_voltage_V": 4.3}, polymers="PAN + PEO", tags="janus")


def test_the_reason_counts_what_is_not_known(knowledge):
    levels = space(polymers=("PEO", "PVB", "PVDF-HFP", "PVA"))
    (found,) = restrictions(Limits(cathode_voltage_V=4.3), levels, knowledge)
    assert "known of 2; 2 of which it is not known fall" in found.reason


DRY = {"sulfides_only_dry": True}


@pytest.mark.parametrize("tags", ["residual_solvent", "gel", "plasticised"])
def test_a_sulfide_falls_in_a_wet_film(keeps, tags):
    assert not keeps(DRY, fillers="Li6PS5Cl", tags=f"particles;{tags}")
    assert keeps(DRY, fillers="LLZO", tags=f"particles;{tags}")


@pytest.mark.parametrize("additive", ["DMF", "EC", "SN", "EMIM-TFSI", "TEGDME"])
def test_a_sulfide_falls_beside_a_polar_liquid(keeps, additive):
    assert not keeps(DRY, fillers="Li6PS5Cl", additives=additive)


def test_a_dry_sulfide_stays(keeps):
    assert keeps(DRY, fillers="Li6PS5Cl", tags="particles;solvent_free", additives="LiNO3")


@pytest.mark.parametrize("filler", ["MoS2", "MoSe2", "HKUST-1"])
def test_a_sulfide_without_lithium_is_no_thiophosphate(keeps, filler):
    """MoSe2 is put into PVDF to hold its residual DMF (review 001, Table 1)."""
    assert keeps(DRY, fillers=filler, additives="DMF")


def test_an_oxide_with_some_sulfur_is_no_sulfide(keeps):
    assert keeps(DRY, fillers="Li2ZnO2S", additives="DMF")
    assert not keeps(DRY, fillers="Li2ZnOS2", additives="DMF")


CLUMPS = {"no_clumping": True}


@pytest.mark.parametrize(
    ("size", "loading", "is_left"),
    [
        (40, 0.2, True),
        (40, 0.25, False),
        (100, 0.25, False),
        (101, 0.25, True),
        (500, 0.25, True),
        (500, 0.35, False),
        (5000, 0.8, True),
    ],
)
def test_small_particles_clump_at_lower_loadings(keeps, size, loading, is_left):
    assert keeps(CLUMPS, sizes=size, loadings=loading) == is_left


@pytest.mark.parametrize("tags", ["wires", "sheets", "framework", "aerogel", "particles;polymer_in_ceramic"])
def test_only_separate_particles_clump(keeps, tags):
    assert keeps(CLUMPS, sizes=40, loadings=0.7, tags=tags)


def test_coated_particles_clump_later(keeps):
    """80 wt% of LLZTO coated with dopamine was dispersed in PEO (review 000, Section 4.1)."""
    assert keeps(CLUMPS, sizes=40, loadings=0.8, treatments="dopamine")
    assert not keeps(CLUMPS, sizes=40, loadings=0.85, treatments="dopamine")


def test_a_size_that_is_not_stated_is_the_usual_one_of_the_filler(keeps):
    """SiO2 of the records is of 45 and 50 nm; of LLZO none is stated, so that the most lenient step counts."""
    assert not keeps(CLUMPS, fillers="SiO2", loadings=0.25)
    assert keeps(CLUMPS, fillers="LLZO", loadings=0.25)
    assert not keeps(CLUMPS, fillers="LLZO", loadings=0.35)


def test_without_a_filler_nothing_clumps(keeps):
    assert keeps(CLUMPS, fillers="", loadings=np.nan)
    assert keeps(CLUMPS, fillers="LLZO", loadings=np.nan)


def test_a_lower_loading_never_clumps_where_a_higher_one_does_not(knowledge):
    levels = space(sizes=(10, 100, 101, 1000, 1e5), loadings=tuple(np.linspace(0.05, 0.95, 19)))
    (closing,) = no_clumping(levels, knowledge)
    assert closing.axes == ("particle_size_nm", "filler_wt_fraction")
    assert (np.diff(closing.allowed.astype(int), axis=1) <= 0).all()
    assert (np.diff(closing.allowed.astype(int), axis=0) >= 0).all(), "nor at a larger size"


def test_liquids_that_boil_fall(keeps):
    """Tetrahydrofuran boils at 66 °C, ethylene carbonate at 246 °C."""
    assert not keeps({"max_temperature_C": 80}, additives="THF")
    assert not keeps({"max_temperature_C": 80}, treatments="THF")
    assert keeps({"max_temperature_C": 80}, additives="EC")
    assert keeps({"max_temperature_C": 0}, additives="THF")


def test_a_limit_of_zero_degrees_is_a_limit(knowledge):
    assert [found.name for found in restrictions(Limits(max_temperature_C=0), space(), knowledge)] == [
        "max_temperature_C"
    ]


def test_what_does_not_stay_in_the_film_does_not_boil_in_it(keeps):
    """BF3 boils at -99.9 °C and starts the polymerisation of THF, in which it is spent."""
    assert keeps({"max_temperature_C": 80}, treatments="BF3")


@pytest.mark.parametrize(("element", "filler"), [("Ge", "LAGP"), ("Ti", "LATP"), ("Ge", "LICGC"), ("Sn", "Sn-LATP")])
def test_a_filler_that_may_hold_an_excluded_element_falls(keeps, element, filler):
    assert not keeps({"exclude_elements": [element]}, fillers=filler)


def test_fluorine_is_excluded_from_salts_and_polymers_too(keeps):
    without = {"exclude_elements": ["F"]}
    assert not keeps(without, salts="LiTFSI")
    assert not keeps(without, salts="LiClO4", polymers="PVDF")
    assert not keeps(without, salts="LiClO4", polymers="P(VDF-HFP)-SO3Li"), "its structure is not known"
    assert keeps(without, salts="LiClO4")
    assert keeps(without, salts="none")


def test_excluded_germanium_does_not_touch_polymers_of_unknown_structure(keeps):
    assert keeps({"exclude_elements": ["Ge"]}, polymers="TPU")


def test_lithium_is_asked_of_the_fillers_alone(keeps):
    assert not keeps({"exclude_elements": ["Li"]}, fillers="LLZO")
    assert keeps({"exclude_elements": ["Li"]}, fillers="Al2O3")


def test_critical_elements_are_those_of_the_features(facts):
    assert facts.critical_elements == CRITICAL


@pytest.mark.parametrize("symbol", ["Co", "Ge", "Ta", "La", "Nb", "Ga"])
def test_these_are_on_the_list_of_the_european_union(facts, symbol):
    assert symbol in facts.critical_elements


def test_the_list_has_34_critical_and_17_strategic_materials():
    """So says the Regulation; the rare earths and the platinum group are several elements each."""
    table = pd.read_csv(ROOT / layout.COMPONENTS / "critical_elements.csv")
    assert table["name"].nunique() == 34
    assert table["critical"].all()
    strategic = set(table.loc[table["strategic"], "name"])
    assert len(strategic - {"heavy rare earth elements", "light rare earth elements"}) == 16
    assert all(Element.is_valid_symbol(symbol) for symbol in table["symbol"].dropna())


def test_garnets_and_borates_fall_with_the_critical_elements_and_lithium_does_not_count(keeps):
    asked = {"exclude_critical_elements": True}
    assert not keeps(asked, fillers="LLZO"), "lanthanum"
    assert not keeps(asked, fillers="Co-LATP"), "cobalt"
    assert not keeps(asked, fillers="Li3PS4", salts="LiBF4"), "boron"
    assert keeps(asked, fillers="Li3PS4", salts="LiTFSI")


def test_germanium_makes_a_filler_dear(library, keeps):
    """Germanium cost some 1 000 USD/kg, aluminium 2."""
    assert element_cost_USD_kg("LAGP", library) > 50 > element_cost_USD_kg("Al2O3", library)
    assert not keeps({"max_filler_element_cost_USD_kg": 50}, fillers="LAGP")
    assert keeps({"max_filler_element_cost_USD_kg": 50}, fillers="Al2O3")
    assert not keeps({"max_filler_element_cost_USD_kg": 50}, fillers="LICGC"), "its composition is not known"


@pytest.mark.parametrize(
    ("axis", "absent"),
    [
        ("polymers", "PEO + PAN"),
        ("salts", "LiFSI"),
        ("fillers", "LLZO + LATP"),
        ("treatments", "APTES"),
        ("additives", "EC"),
    ],
)
def test_all_that_a_mixture_holds_has_to_be_in_stock(left, knowledge, axis, absent):
    stocked = dataclasses.replace(knowledge, inventory=frozenset({"PEO", "LLZO", "LiTFSI", "dopamine"}))
    asked = Limits(only_inventory=True)
    assert left(asked, space(treatments=("dopamine",)), stocked) == 1
    assert left(asked, space(**{axis: (absent,)}), stocked) == 0


def test_an_inventory_that_is_not_there_is_asked_for(knowledge):
    with pytest.raises(UserError, match=r"data/raw/lab/inventory\.csv"):
        restrictions(Limits(only_inventory=True), space(), knowledge)


def test_a_process_that_a_tag_implies_is_excluded_with_it(left):
    levels = space(tags=("particles", "ice_templated", "aerogel", "framework"))
    assert left({"exclude_processing": ["templated"]}, levels) == 3
    assert left({"exclude_processing": ["framework"]}, levels) == 2


@pytest.mark.parametrize(
    ("tags", "loading", "is_left"),
    [
        ("particles;polymer_in_ceramic", 0.75, True),  # LAGP in PCL
        ("particles;polymer_in_ceramic", 0.5, True),
        ("particles;polymer_in_ceramic", 0.48, False),
        ("ceramic_in_polymer", 0.48, True),
        ("ceramic_in_polymer", 0.52, False),
        ("framework", 0.1, True),  # LLTO from a hydrogel, 10 to 44 wt% (review 000, Table 2)
        ("framework", 0.08, False),
        ("aerogel", 0.08, False),  # which implies a framework
        ("particles", 0.02, True),
        ("wires", 0.02, True),
        ("polymer_in_ceramic", np.nan, True),
    ],
)
def test_a_loading_does_not_contradict_what_the_tags_say(keeps, tags, loading, is_left):
    assert keeps({"loading_fits_tags": True}, tags=tags, loadings=loading) == is_left


def test_components_without_a_structure_tell_the_model_nothing(left):
    polymers = ("PEO", "*CCO*", "TPU", "PEO:0.9 + TPU:0.1")
    levels = space(polymers=polymers, fillers=("LLZO", "LICGC", "Li3N", "", "LLZO + LICGC", "Li2ZrCl6"))
    assert left({"require_known_structures": True}, levels) == 2 * 4


@dataclasses.dataclass(frozen=True)
class Measured:
    polymers: tuple = ("PEO", "PVDF")
    fillers: tuple = ("", "LLZO", "LATP")
    salts: tuple = ("LiTFSI",)
    pairs: tuple = ("PEO | LLZO", "PVDF | LATP", "PVDF | LLZO", "PEO | ")


def test_only_what_was_measured_stays(left, knowledge):
    known = dataclasses.replace(knowledge, domain=Measured())
    levels = space(
        polymers=("PEO", "PVDF", "PAN", "PEO + PVDF"),
        fillers=("LLZO", "LATP", "BN", ""),
        salts=("LiTFSI", "none", "LiI"),
    )
    assert left(Limits(require_known_components=True), levels, known) == 3 * 3 * 3
    together = left(Limits(require_measured_together=True), levels, known)
    assert together == 5 * 2, "PEO with LLZO and alone, PVDF with LLZO and LATP, both with LLZO; LiTFSI or no salt"


def test_limits_on_what_was_measured_need_a_model(knowledge):
    for key in ("require_known_components", "require_measured_together"):
        with pytest.raises(UserError, match=key):
            restrictions(Limits.model_validate({key: True}), space(), knowledge)


def test_an_architecture_is_built_with_its_own_polymers_alone():
    levels = space(polymers=("PEO", "PAN"), tags=("particles", "wires"))
    found = buildable([(), ("PEO",)], levels)
    assert found.axes == ("polymer", "architecture")
    assert found.allowed.tolist() == [[True, True], [True, False]]
    assert buildable([("PAN",)], levels, "additive").axes == ("polymer", "additive")


def test_an_architecture_is_built_with_fillers_of_its_form_alone():
    levels = space(fillers=("LLTO", "ZIF-8", "BaTiO3 + LLTO", ""), tags=("particles", "wires"))
    found = of_fillers([(), ("LLTO",)], levels)
    assert found.axes == ("filler", "architecture")
    assert found.allowed.tolist() == [[True, True], [True, False], [True, False], [True, True]]


def test_without_limits_everything_stays(knowledge):
    assert restrictions(Limits(), space(), knowledge) == []


def test_a_limit_looks_at_few_axes(knowledge):
    asked = Limits.model_validate(LITHIUM | DRY | CLUMPS | {"cathode_voltage_V": 4.3, "max_temperature_C": 80})
    for found in restrictions(asked, space(), knowledge):
        assert found.allowed.shape == (1,) * len(found.axes)
        assert found.name in LIMITS
        assert found.reason
        assert found.source


def test_facts_that_are_not_there_close_nothing(left, library):
    bare = Knowledge(library, Facts())
    assert left(Limits(no_clumping=True), space(loadings=(0.9,)), bare) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"cathode_voltage_V": 43},
        {"max_temperature_C": 2000},
        {"max_filler_element_cost_USD_kg": 0},
        {"unknown_oxidation_limit": "keep"},
        {"cathode_voltage_V": 4.3, "unknown_oxidation_limit": "perhaps"},
        {"no_clumpin": True},
        {"min_stability_window_V": -1},
    ],
)
def test_settings_that_make_no_sense_are_refused(broken):
    with pytest.raises(ValidationError):
        Limits.model_validate(broken)


def test_elements_and_tags_that_are_not_known_are_named(vocabulary):
    limits = Limits(exclude_elements=("Ge", "Xx"), exclude_processing=("electrospun", "electrospum", "gel;janus"))
    _, problems = resolve(limits, vocabulary, "asked.yaml")
    assert [(p.column, p.value) for p in problems] == [
        ("limits.exclude_elements", "Xx"),
        ("limits.exclude_processing", "electrospum"),
        ("limits.exclude_processing", "gel;janus"),
    ]
    assert "electrospun" in problems[1].reason


def test_tags_are_written_as_the_table_writes_them(vocabulary):
    limits, problems = resolve(Limits(exclude_processing=("Ice-templated", "ice_templated")), vocabulary, "asked.yaml")
    assert (limits.exclude_processing, problems) == (("ice_templated",), [])


def test_each_limit_stands_in_the_table_and_in_the_docs():
    belongs_to_another = {"unknown_oxidation_limit"}
    assert set(LIMITS) == set(Limits.model_fields) - belongs_to_another
    described = (ROOT / "docs" / "LIMITS.md").read_text("utf-8")
    assert all(f"`{key}" in described for key in Limits.model_fields)
    assert re.findall(r"^\| `(\w+)`", described, re.MULTILINE) == list(LIMITS)


@pytest.mark.parametrize(
    ("file", "row", "expected"),
    [
        ("clumping.csv", "x,bare,0.2,somewhere,", "size_up_to_nm: a number"),
        ("clumping.csv", "100,bare,20,somewhere,", "between 0 and 1"),
        ("clumping.csv", "100,wet,0.2,somewhere,", "bare, coated"),
        ("clumping.csv", "100,bare,0.2,,", "a source"),
        ("critical_elements.csv", "Zr,zirconium,true,maybe,false,", "strategic: true or false"),
        ("critical_elements.csv", "Zr,zirconium,false,false,true,", "has to be critical"),
    ],
)
def test_a_broken_row_of_the_tables_is_named(tmp_path, file, row, expected):
    for name in ("clumping.csv", "critical_elements.csv", "constants.csv"):
        text = (ROOT / layout.COMPONENTS / name).read_text("utf-8")
        (tmp_path / name).write_text(text + (f"{row}\n" if name == file else ""), encoding="utf-8")
    with pytest.raises(UserError) as caught:
        load_facts(tmp_path)
    assert expected in str(caught.value)
    assert file in str(caught.value)
