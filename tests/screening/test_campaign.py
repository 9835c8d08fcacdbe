import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from pymatgen.core import Composition

from pipeline.common.errors import UserError
from pipeline.screening import Space, load_campaign, load_campaigns

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


def test_salt_ratio_and_particle_size_are_those_of_every_candidate(load):
    asked = load(GOOD | {"salt_ratio": {"value": 18}, "particle_size_nm": 50})
    mixtures = Space(asked).mixtures(np.arange(5))
    assert set(zip(mixtures["salt_ratio"], mixtures["salt_ratio_unit"], strict=True)) == {(18, "EO:Li")}
    assert set(mixtures["particle_size_nm"]) == {50}
    unsaid = Space(load(GOOD)).mixtures(np.arange(5))
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
        ({"temperature_C": -274}, "temperature_C", "-274"),
        ({"question": ""}, "question", "at least 1 character"),
        ({"limits": {"min_stability_window_V": 45}}, "limits.min_stability_window_V", "45"),
        ({"salt_ratio": {"value": 0.01}}, "salt_ratio", "0.1 to 1000 EO:Li was expected"),
        ({"salt_ratio": {"value": 120, "unit": "wt%"}}, "salt_ratio", "0 to 100 wt% was expected"),
        ({"salt_ratio": {"value": 1, "unit": "M"}}, "salt_ratio.unit", "EO:Li"),
        ({"particle_size_nm": 0}, "particle_size_nm", "greater than or equal to 0.1"),
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
    assert {name: campaign.temperature_C for name, campaign in campaigns.items()} == {"warm": 60, "cold": 0}


def test_a_folder_without_a_campaign_is_refused_by_name(tmp_path, vocabulary):
    with pytest.raises(UserError, match=f"{tmp_path}: no campaign"):
        load_campaigns(tmp_path, vocabulary)


def test_a_space_too_large_to_score_is_refused_with_its_size(tmp_path, vocabulary):
    path = tmp_path / "huge.yaml"
    fractions = [round(0.00001 * number, 5) for number in range(1, 99_999)]
    asked = yaml.safe_load(Path("experiments/room_temperature.yaml").read_text()) | {"filler_wt_fractions": fractions}
    path.write_text(yaml.safe_dump(asked))
    with pytest.raises(UserError, match=r"candidates, 20,000,000 are scored at most"):
        load_campaign(path, vocabulary)


@pytest.mark.parametrize("name", ["copy (1).yaml", "Größe 45 °C.yaml"])
def test_a_campaign_has_a_plain_name(tmp_path, vocabulary, name):
    (tmp_path / name).write_text(Path("experiments/room_temperature.yaml").read_text())
    with pytest.raises(UserError, match="rename"):
        load_campaigns(tmp_path, vocabulary)
