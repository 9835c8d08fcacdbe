import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from pymatgen.core import Composition

from features import split_mixture
from pipeline.common.errors import UserError
from pipeline.screening import Space, load_campaign, load_campaigns
from pipeline.screening.campaign import Asked

GOOD = {
    "question": "Which?",
    "temperature_C": 60,
    "polymers": ["PEO", "PVDF"],
    "salts": ["LiTFSI"],
    "fillers": ["LLZO", "Al2O3"],
    "filler_wt_fractions": [0.1, 0.3],
    "architectures": {"particles": {"tags": "particles"}},
}


@pytest.fixture
def load(tmp_path, vocabulary):
    def write_and_load(content):
        path = tmp_path / "asked.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return load_campaign(path, vocabulary)

    return write_and_load


def refusal(load, content):
    with pytest.raises(UserError) as caught:
        load(content)
    return str(caught.value)


def test_aliases_units_and_formulas_lead_to_the_names_of_the_library(load):
    campaign = load(
        GOOD
        | {
            "polymers": ["poly(ethylene oxide)", "*C(F)(F)C*"],
            "salts": ["lithium perchlorate", "none"],
            "fillers": ["alumina", "Li7La3Zr2O12"],
        }
    )
    assert campaign.polymers == ("PEO", "PVDF")
    assert campaign.salts == ("LiClO4", "none")
    assert campaign.fillers == ("Al2O3", "LLZO")


def test_two_spellings_of_one_component_are_one_candidate(load):
    campaign = load(GOOD | {"polymers": ["PEO", "poly(ethylene oxide)", "PVDF + PEO", "PEO + PVDF"]})
    assert campaign.polymers == ("PEO", "PEO + PVDF")


def test_a_formula_that_no_table_names_is_one_filler_however_it_is_spelt(load):
    (filler,) = load(GOOD | {"fillers": ["Li6.4La3Zr1.4Ta0.6O12", "Ta0.6Zr1.4La3Li6.4O12"]}).fillers
    assert Composition(filler) == Composition("Li6.4La3Zr1.4Ta0.6O12")


def test_an_architecture_is_resolved_as_well(load):
    built = {"tags": "wires; particles", "additives": "succinonitrile", "only_with": ["poly(ethylene oxide)"]}
    way = load(GOOD | {"architectures": {"mixed": built}}).architectures["mixed"]
    assert (way.tags, way.additives, way.only_with) == ("particles;wires", "SN", ("PEO",))


def test_the_fillers_of_a_form_are_written_as_the_fillers_of_the_campaign_are(load):
    built = {"tags": "wires", "only_fillers": ["alumina", {"all": {"family": "perovskite", "is_active": True}}]}
    way = load(GOOD | {"architectures": {"wires": built}}).architectures["wires"]
    names = [item.name for item in way.only_fillers]
    assert names[0] == "Al2O3"
    assert "LLTO" in names


def test_salt_ratio_and_particle_size_are_those_of_every_candidate(load):
    asked = load(GOOD | {"salt_ratio": {"value": 18}, "particle_size_nm": 50})
    mixtures = Space.of(asked).mixtures(np.arange(4))
    assert set(zip(mixtures["salt_ratio"], mixtures["salt_ratio_unit"], strict=True)) == {(18, "EO:Li")}
    assert set(mixtures["particle_size_nm"]) == {50}
    unsaid = Space.of(load(GOOD)).mixtures(np.arange(4))
    assert unsaid[["salt_ratio", "particle_size_nm"]].isna().all(axis=None)
    assert set(unsaid["salt_ratio_unit"]) == {""}


def test_limits_that_are_left_out_do_not_apply(load):
    limits = load(GOOD).limits
    assert (limits.exclude_elements, limits.min_stability_window_V, limits.require_known_components) == (
        (),
        None,
        False,
    )


@pytest.mark.parametrize(
    ("key", "content", "named"),
    [
        ("polymers", ["PEOO"], "PEOO"),
        ("salts", ["LiXYZ"], "LiXYZ"),
        ("fillers", ["LLZO", "unobtainium"], "unobtainium"),
        ("architectures", {"odd": {"tags": "spirals"}}, "spirals"),
        ("architectures", {"odd": {"additives": "pixie dust"}}, "pixie dust"),
        ("architectures", {"odd": {"only_with": ["Lego"]}}, "Lego"),
        ("architectures", {"odd": {"only_fillers": ["unobtainium"]}}, "unobtainium"),
        ("limits", {"exclude_elements": ["Ge", "Xx"]}, "Xx"),
        ("limits", {"exclude_elements": ["germanium"]}, "germanium"),
        ("polymers", ["PEO:0.7 + PVDF:0.7"], "PEO:0.7 + PVDF:0.7"),
    ],
)
def test_an_unknown_name_is_refused_with_file_and_name(load, key, content, named):
    message = refusal(load, GOOD | {key: content})
    assert "asked.yaml" in message
    assert repr(named) in message
    assert "expected" in message or "add it to data/raw/components" in message or "sum to" in message


def test_a_misspelt_name_is_answered_with_the_one_that_was_meant(load):
    message = refusal(load, GOOD | {"salts": ["LiTFSl"]})
    assert "column salts" in message
    assert re.search(r"did you mean [^?]*\bLiTFSI\b", message)


def test_all_unknown_names_are_listed_at_once(load):
    message = refusal(
        load, GOOD | {"polymers": ["unknownium"], "salts": ["LiXYZ"], "limits": {"exclude_elements": ["Q"]}}
    )
    assert len(message.splitlines()) == 3


@pytest.mark.parametrize(
    ("changes", "key", "expected"),
    [
        ({"polymer": ["PEO"]}, "polymer", "no such key"),
        ({"limits": {"exclude_element": ["Ge"]}}, "limits.exclude_element", "no such key"),
        ({"architectures": {"odd": {"tag": "wires"}}}, "architectures.odd.tag", "no such key"),
        ({"filler_wt_fractions": [0.1, 1.4]}, "filler_wt_fractions.1", "1.4"),
        ({"filler_wt_fractions": [0]}, "filler_wt_fractions.0", "greater than 0"),
        ({"filler_wt_fractions": [float("nan")]}, "filler_wt_fractions.0", "nan"),
        ({"filler_wt_fractions": ["a tenth"]}, "filler_wt_fractions.0", "a tenth"),
        ({"filler_wt_fractions": []}, "filler_wt_fractions", "at least 1 item"),
        ({"fillers": []}, "fillers", "at least 1 item"),
        ({"architectures": {}}, "architectures", "at least 1 item"),
        ({"polymers": "PEO"}, "polymers", "a list such as [PEO]"),
        ({"fillers": [""]}, "fillers", "at least 1 character"),
        ({"temperature_C": -274}, "temperature_C.0", "-274"),
        ({"question": ""}, "question", "at least 1 character"),
        ({"limits": {"min_stability_window_V": 45}}, "limits.min_stability_window_V", "45"),
        ({"salt_ratio": {"value": 0.01}}, "salt_ratio", "0.1 to 1000 EO:Li was expected"),
        ({"salt_ratio": {"value": 120, "unit": "wt%"}}, "salt_ratio", "0 to 100 wt% was expected"),
        ({"salt_ratio": {"value": 1, "unit": "M"}}, "salt_ratio.unit", "EO:Li"),
        ({"particle_size_nm": 0}, "particle_size_nm.0", "greater than or equal to 0.1"),
    ],
)
def test_a_wrong_key_or_value_is_refused_with_file_and_key(load, changes, key, expected):
    message = refusal(load, GOOD | changes)
    assert f"asked.yaml, column {key}:" in message
    assert expected in message


@pytest.mark.parametrize("key", list(GOOD))
def test_a_missing_key_is_named(load, key):
    message = refusal(load, {name: value for name, value in GOOD.items() if name != key})
    assert f"asked.yaml, column {key}: this key is missing" in message


@pytest.mark.parametrize("text", ["polymers: [PEO", "a: b: c", "\tquestion: Which?"])
def test_what_is_not_yaml_is_refused_with_its_line(load, text):
    assert "asked.yaml, line " in refusal(load, text)


@pytest.mark.parametrize("text", ["", "- PEO\n- PVDF\n", "PEO"])
def test_a_file_without_keys_is_refused(load, text):
    assert "asked.yaml: keys and values were expected" in refusal(load, text)


def test_yaml_cannot_run_code(load):
    message = refusal(load, "question: !!python/object/apply:os.getcwd []")
    assert "asked.yaml, line 1" in message
    assert "not valid YAML" in message


def test_campaigns_go_by_the_names_of_their_files(tmp_path, vocabulary):
    for name, temperature in (("warm.yaml", 60), ("cold.yml", 0)):
        (tmp_path / name).write_text(yaml.safe_dump(GOOD | {"temperature_C": temperature}))
    campaigns = load_campaigns(tmp_path, vocabulary)
    assert {name: campaign.temperature_C for name, campaign in campaigns.items()} == {"warm": (60,), "cold": (0,)}


def test_a_folder_without_a_campaign_is_refused_by_name(tmp_path, vocabulary):
    with pytest.raises(UserError, match=f"{tmp_path}: no campaign"):
        load_campaigns(tmp_path, vocabulary)


@pytest.mark.parametrize("name", ["copy (1).yaml", "Größe 45 °C.yaml"])
def test_a_campaign_has_a_plain_name(tmp_path, vocabulary, name):
    (tmp_path / name).write_text(Path("experiments/room_temperature.yaml").read_text())
    with pytest.raises(UserError, match="rename"):
        load_campaigns(tmp_path, vocabulary)


def test_a_grid_is_a_number_a_list_or_from_to_and_step(load):
    asked = load(GOOD | {"filler_wt_fractions": {"from": 0.05, "to": 0.3, "step": 0.05}, "temperature_C": [20, 60, 20]})
    assert asked.filler_wt_fractions == (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
    assert asked.temperature_C == (20, 60)
    assert load(GOOD | {"filler_wt_fractions": 0.1}).filler_wt_fractions == (0.1,)
    message = refusal(load, GOOD | {"filler_wt_fractions": {"from": 0.3, "to": 0.1, "step": 0.1}})
    assert "column filler_wt_fractions:" in message
    assert "1 to 20000 numbers" in message


def test_components_are_chosen_by_what_is_known_of_them(load, vocabulary):
    library = vocabulary.library
    garnets = load(GOOD | {"fillers": [{"all": {"family": "garnet"}}]}).fillers
    assert garnets == tuple(name for name, row in library.fillers.items() if row["family"] == "garnet")
    assert "LLZO" in garnets
    two = load(GOOD | {"fillers": [{"all": {"family": ["garnet", "nasicon"], "is_active": True}}, "BN"]}).fillers
    assert {"LLZO", "LATP", "BN"} < set(two)
    high = load(GOOD | {"polymers": [{"all": {"oxidation_limit_V": ">= 4.5"}}]}).polymers
    limits = {name: library.constant("polymers", name, "oxidation_limit_V") for name in library.polymers}
    assert set(high) == {name for name, volts in limits.items() if volts >= 4.5}
    assert 0 < len(high) < len(limits)
    assert "PEO" not in high
    dense = load(GOOD | {"fillers": [{"all": {"density_g_cm3": "5 to 5.5"}}]}).fillers
    assert all(5 <= library.constant("fillers", name, "density_g_cm3") <= 5.5 for name in dense)
    assert set(load(GOOD | {"salts": [{"all": {}}]}).salts) == set(library.salts)


def test_what_is_in_stock_is_what_the_inventory_lists(tmp_path, vocabulary):
    path = tmp_path / "asked.yaml"
    path.write_text(yaml.safe_dump(GOOD | {"polymers": [{"all": {"in_stock": True}}]}))
    assert load_campaign(path, vocabulary, frozenset({"PEO", "PAN", "LLZO"})).polymers == ("PEO", "PAN")
    with pytest.raises(UserError, match=r"list it in data/raw/lab/inventory\.csv"):
        load_campaign(path, vocabulary)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"colour": "red"}, "'colour' is nothing that is known of fillers; known are"),
        ({"family": ["garnet", "granet"]}, "no component has family 'granet'; there are"),
        ({"family": "garnet", "is_active": False}, "none of the fillers meets family: garnet and is_active: False"),
        ({"density_g_cm3": "heavy"}, 'density_g_cm3 is a number: 4.5, ">= 4.5" or "4 to 5" was expected'),
    ],
)
def test_conditions_that_make_no_sense_are_told(load, conditions, expected):
    assert expected in refusal(load, GOOD | {"fillers": [{"all": conditions}]})


def test_blends_have_shares_that_sum_to_1(load):
    blends = load(GOOD | {"polymers": [{"blends": {"of": ["PEO", "PVDF", "PAN"], "step": 0.25}}]}).polymers
    assert len(blends) == len(set(blends)) == 3 * 3
    assert "PEO + PVDF" in blends
    assert all(sum(share for _, share in split_mixture(blend)) == pytest.approx(1) for blend in blends)
    threes = load(GOOD | {"fillers": [{"blends": {"of": ["LLZO", "SiO2", "LATP"], "n_parts": 3, "step": 0.2}}]}).fillers
    # five steps dealt to three parts, at least one each: 4 over 2
    assert len(threes) == 6


@pytest.mark.parametrize(
    ("blends", "expected"),
    [
        ({"of": ["PEO", "PVDF"], "step": 0.3}, "a step that divides 1 was expected"),
        ({"of": ["PEO", "PVDF", "PAN"], "n_parts": 3, "step": 0.5}, "do not fit into 1"),
        ({"of": ["PEO", "PVDF + PAN"], "step": 0.5}, "is a blend already"),
        ({"of": [{"all": {}}], "n_parts": 4, "step": 0.05}, "at least 2 items"),
        ({"of": [{"all": {}}, "PEO"], "n_parts": 4, "step": 0.05}, "are more than 20,000 blends"),
    ],
)
def test_blends_that_cannot_be_are_told(load, blends, expected):
    assert expected in refusal(load, GOOD | {"polymers": [{"blends": blends}]})


def test_additives_bring_their_tags(load):
    asked = load(GOOD | {"additives": ["none", {"use": "SN", "tags": "plasticised"}, {"all": {"kind": "glyme"}}, "SN"]})
    assert asked.additions["none"].additives == ""
    shown = {label: (one.additives, one.tags) for label, one in asked.additions.items()}
    assert shown["SN"] == ("SN", "plasticised")
    assert ("SN", "") in shown.values()
    assert any(label.endswith("glyme") or "G4" in label or "TEGDME" in label for label in shown)


def test_an_entry_is_one_thing(load):
    assert "`all: {...}` or `blends: {...}` was expected" in refusal(load, GOOD | {"polymers": [{}]})
    assert "`use: ...` or `all: {...}` was expected" in refusal(load, GOOD | {"additives": [{"tags": "gel"}]})


def test_the_campaign_of_the_readme_is_one(load):
    shown = Path("README.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    space = Space.of(load(shown))
    assert space.shape["polymer"] > 27
    assert space.shape["filler_wt_fraction"] == 40
    assert space.size > 100_000


def test_every_key_of_a_campaign_is_told(load):
    told = Path("docs/SCREENING.md").read_text(encoding="utf-8").split("## The space")[0]
    assert [key for key in Asked.model_fields if f"`{key}`" not in told] == []


@pytest.mark.parametrize("path", sorted(Path("experiments").glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_campaigns_can_be_read(path, vocabulary):
    assert Space.of(load_campaign(path, vocabulary)).size > 100_000
