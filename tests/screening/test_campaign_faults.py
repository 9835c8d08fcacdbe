"""Whatever stands in a campaign's file, it is the campaign that was meant or is refused with its key."""

import copy
import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.screening import Space, load_campaigns
from pipeline.screening.campaign_files import resolve_campaign
from pipeline.screening.space import MAX_SIZE
from tests.hostile import EVERY, LONGEST_SECONDS, again_if_slow, fragments, mutated, refused_at_most

SHIPPED = [yaml.safe_load(path.read_text("utf-8")) for path in sorted(layout.CAMPAIGNS.glob("*.yaml"))]
SMALL = [
    content
    | {"polymers": [*content["polymers"][:2], {"blends": {"of": ["PEO", "PVDF", "PAN"], "n_parts": 2, "step": 0.25}}]}
    | {"fillers": content["fillers"][-2:], "salts": content["salts"][:2]}
    for content in SHIPPED
]
"""So that an example takes milliseconds."""
PATH = layout.CAMPAIGNS / "typed.yaml"
WRITTEN = fragments.map(lambda text: text.encode("utf-8", "replace").decode())
"""As a YAML file can hold it, which holds no halves of characters."""
ODD = (
    *(
        None,
        True,
        False,
        [],
        {},
        "",
        -1,
        0,
        1,
        0.5,
        10**400,
        2**63,
        math.nan,
        math.inf,
        -0.0,
        1e308,
        1e-300,
        [[1]],
        [{}],
    ),
    *({"from": 0, "to": 1, "step": 1e-12}, {"from": 0.1, "to": 0.9, "step": 0.1}, {"from": None, "to": [], "step": {}}),
    *({"all": {}}, {"blends": {"of": ["PEO", "PAN", "PVDF"], "n_parts": 3, "step": 1e-9}}, {"name": "PEO", "all": {}}),
    *(
        {"blends": {"of": ["PEO", {"all": {}}], "n_parts": 4, "step": 0.01}},
        ["PEO"] * 1001,
        {"all": {"class": ["x"], "y": 1}},
    ),
    *({"all": {"Tg_C": "< -1e999"}}, {"all": {"Tg_C": "nan"}}, [0.1] * 20_001, {"value": 12, "unit": "M"}, {"n": 3}),
)


@st.composite
def campaigns(draw):
    """A shipped campaign in which one to three keys or values are others."""
    content = copy.deepcopy(draw(st.sampled_from(SMALL)))
    for _ in range(draw(st.integers(1, 3))):
        node, depth = content, draw(st.integers(0, 3))
        keys = list(node)
        key = draw(st.sampled_from(keys))
        while depth and isinstance(node[key], dict | list) and node[key]:
            node, depth = node[key], depth - 1
            key = draw(st.sampled_from(list(node) if isinstance(node, dict) else range(len(node))))
        change = draw(st.integers(0, 5))
        if change == 0 and isinstance(node, dict):
            node[draw(WRITTEN)] = node.pop(key)
        elif change == 1 and isinstance(node, dict):
            del node[key]
            if not node:
                break
        elif isinstance(node[key], str) and change < 4:
            node[key] = draw(mutated((node[key],)).map(lambda text: text.encode("utf-8", "replace").decode()))
        else:
            node[key] = copy.deepcopy(draw(st.one_of(st.sampled_from(ODD), WRITTEN)))
        if not content:
            break
    return content


@pytest.fixture(scope="module")
def shelf(vocabulary):
    """The vocabulary behind a function, since hypothesis would print all of it; the tables are read and at hand."""
    resolve_campaign(PATH, SHIPPED[0], vocabulary, frozenset({"PEO", "LiTFSI", "LLZO"}))
    return lambda: vocabulary


@pytest.mark.fault("7 input: campaigns")
@EVERY
@given(campaigns())
@again_if_slow
def test_a_campaign_is_what_was_meant_or_is_refused_with_its_key(tally, shelf, content):
    with tally.attempt(), refused_at_most(str(PATH), "mixtures"):
        vocabulary = shelf()
        campaign = resolve_campaign(PATH, content, vocabulary, frozenset({"PEO", "LiTFSI", "LLZO"}))
        assert 1 <= Space.of(campaign).size <= MAX_SIZE
        for name in ("temperature_C", "filler_wt_fractions", "particle_size_nm"):
            read, typed = getattr(campaign, name), content.get(name)
            assert all(math.isfinite(number) for number in read or ())
            if isinstance(typed, int | float):
                assert read == (typed,)
            if isinstance(typed, list):
                assert list(read) == list(dict.fromkeys(float(number) for number in typed))
        assert all(vocabulary.polymer(name) == name for name in campaign.polymers)
        n_asked = content.get("batch", {"n": 8})["n"]
        assert not isinstance(n_asked, bool)
        assert campaign.batch.n == int(n_asked)


def test_the_shipped_campaigns_are_read(vocabulary):
    assert all(resolve_campaign(PATH, content, vocabulary, frozenset({"PEO"})) for content in SHIPPED)


def of(**changes):
    return SHIPPED[0] | changes


NEAR_ENDLESS = {
    "a grid of 10^12 numbers": of(temperature_C={"from": 0, "to": 1, "step": 1e-12}),
    "a grid whose numbers coincide": of(temperature_C={"from": 20, "to": 20 + 1e-8, "step": 1e-11}),
    "a grid without a number": of(temperature_C={"from": None, "to": 1, "step": 1}),
    "a grid from 10^400": of(temperature_C={"from": 10**400, "to": 1, "step": 1}),
    "a grid with a step without end": of(temperature_C={"from": 0, "to": 1, "step": math.inf}),
    "blends of 20 parts": of(polymers=[{"blends": {"of": ["PEO", "PAN"], "n_parts": 20, "step": 0.01}}]),
    "blends of all polymers by four": of(
        polymers=[{"blends": {"of": ["PEO", {"all": {}}], "n_parts": 4, "step": 0.01}}]
    ),
    "blends of a step of 10^-9": of(polymers=[{"blends": {"of": ["PEO", "PAN", "PVDF"], "n_parts": 3, "step": 1e-9}}]),
    "blends of a step of nothing": of(polymers=[{"blends": {"of": ["PEO", "PAN"], "n_parts": 2, "step": 5e-324}}]),
    "a list of thousands": of(fillers=["Al2O3"] * 100_000),
    "an unbounded threshold": of(batch={"n": 8, "threshold": math.nan}),
    "a truth for a number": of(batch={"n": True}),
    "a truth among numbers": of(temperature_C=[True]),
    "a formula of 10^300": of(fillers=["Li1e300"]),
    "a formula of 300 digits": of(fillers=["Li" + "9" * 290]),
    "nested brackets": of(fillers=["(" * 140 + "Li" + ")" * 140]),
    "a polymer of 10,000 atoms": of(polymers=["*" + "C" * 10_000 + "*"]),
}


@pytest.mark.fault("7 input: campaigns without end")
@pytest.mark.parametrize("kind", NEAR_ENDLESS)
def test_what_would_take_for_ever_is_refused_within_a_second(tally, shelf, kind):
    with tally.attempt(), refused_at_most(within=LONGEST_SECONDS), pytest.raises(UserError, match="typed"):
        resolve_campaign(PATH, NEAR_ENDLESS[kind], shelf())


def test_a_whole_number_that_is_too_large_for_any_float_is_refused_where_it_stands(shelf):
    with pytest.raises(UserError, match=r"temperature_C.*from: a number was expected"):
        resolve_campaign(PATH, of(temperature_C={"from": 10**400, "to": 1, "step": 1}), shelf())


def test_blends_are_counted_before_they_are_listed(shelf):
    with pytest.raises(UserError, match=r"groups × 156,849 shares are more than 20,000 blends"):
        resolve_campaign(PATH, NEAR_ENDLESS["blends of all polymers by four"], shelf())


def test_a_campaign_is_not_named_after_a_device(tmp_path, shelf):
    (tmp_path / "NUL.yaml").write_text("question: x")
    with pytest.raises(UserError, match=r"rename NUL\.yaml"):
        load_campaigns(tmp_path, shelf())
