"""The campaigns of experiments/: what their questions promise, held against what they leave."""

import re
from pathlib import Path

import pytest

from pipeline.common import layout
from pipeline.screening import Knowledge, Space, load_campaigns, load_facts
from pipeline.screening.restriction import parts_of, tags_on
from pipeline.screening.rules.composition import counted_as_critical, filler_elements, salt_elements
from pipeline.screening.rules.lithium import is_lithium_sulfide
from pipeline.screening.screen import closings

NAMES = {
    "room_temperature",
    "high_voltage",
    "wide_temperature",
    "dendrite_resistant",
    "low_cost",
    "scalable_processing",
    "latp_based",
    "sulfide_based",
}
LABORATORY = {"printed_3d", "electrospun", "templated", "ice_templated", "framework", "sintered", "field_aligned"}


@pytest.fixture(scope="module")
def campaigns(vocabulary):
    return load_campaigns(layout.CAMPAIGNS, vocabulary)


@pytest.fixture(scope="module")
def knowledge(library):
    return Knowledge(library, load_facts(layout.COMPONENTS))


@pytest.fixture
def gate(campaigns, knowledge):
    """What one limit leaves of a campaign's space."""

    def of(name, limit):
        unlearned = {"require_known_components": False}
        campaign = campaigns[name].model_copy(update={"limits": campaigns[name].limits.model_copy(update=unlearned)})
        space = Space.of(campaign)
        return space, [closed for closed in closings(campaign, space, knowledge) if closed.name == limit]

    return of


def test_there_is_a_campaign_for_each_question_of_the_reviews(campaigns):
    assert set(campaigns) == NAMES
    assert all(Space.of(campaign).size > 1e7 for campaign in campaigns.values())


@pytest.mark.parametrize("name", sorted(NAMES - {"room_temperature"}))
def test_each_says_which_review_asks_for_it(name):
    comment = "\n".join(line for line in Path(f"experiments/{name}.yaml").read_text().splitlines() if line[:1] == "#")
    assert re.search(r"review 00[0-4],\s(# )?Sections? \d", comment)


def test_what_faces_a_cathode_of_high_voltage_bears_4_5_volts(gate):
    space, (closed,) = gate("high_voltage", "cathode_voltage_V")
    places = {axis: list(space.levels[axis][axis]) for axis in closed.axes}
    allowed = {
        (places["polymer"][p], places["architecture"][a]) for p, a, _ in zip(*closed.allowed.nonzero(), strict=True)
    }
    assert ("PAN", "particles") in allowed
    assert ("PEO", "particles") not in allowed
    assert ("PAN + PEO", "Janus film") in allowed
    assert ("PAN + PEO", "particles") not in allowed


def test_a_cheap_mixture_holds_no_critical_element(gate, library, knowledge):
    space, closed = gate("low_cost", "exclude_critical_elements")
    critical = counted_as_critical(knowledge)
    elements = {"filler": filler_elements, "salt": salt_elements}
    assert closed
    for found in closed:
        (axis,) = found.axes
        left = space.levels[axis][axis][found.allowed]
        assert not any(elements[axis](part, library) & critical for mixture in left for part in parts_of(mixture))


def test_what_scales_needs_no_step_of_the_laboratory(gate, library):
    space, (closed,) = gate("scalable_processing", "exclude_processing")
    assert closed.allowed.all()
    assert not any(tags & LABORATORY for tags in tags_on(space.levels, "architecture", library))


def test_latp_and_sulfides_are_what_their_campaigns_are_about(campaigns, library):
    assert all(any("LATP" in part for part in parts_of(filler)) for filler in campaigns["latp_based"].fillers)
    assert all(is_lithium_sulfide(filler, library) for filler in campaigns["sulfide_based"].fillers)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_no_campaign_asks_a_salt_for_a_ratio_that_holds_none(campaigns, name):
    campaign = campaigns[name]
    assert campaign.salt_ratio is None or "none" not in campaign.salts
