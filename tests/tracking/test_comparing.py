"""Two published runs held against each other, found by what people call them."""

from __future__ import annotations

import json

import pytest

from pipeline.common.errors import UserError
from pipeline.tracking import compare_runs
from pipeline.tracking.publishing import publish
from tests.tracking.conftest import PAIRS, MadeUp, go_to, write


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory, empty_store):
    """A store with two runs, in whose folder this process is; the tests only read it."""
    with pytest.MonkeyPatch.context() as patch:
        go_to(tmp_path_factory.mktemp("two"), patch, empty_store)
        write(MadeUp())
        publish(str)
        write(MadeUp(lab=("march",), error=0.3, pairs=(PAIRS[1], PAIRS[0], ("PCL", "BN"), PAIRS[3])))
        publish(str)
        yield


def test_what_differs_is_told(two_runs):
    found = compare_runs("previous", "latest")
    assert (found.first.name, found.second.name) == ("first run", "+1 record of march: lab")
    assert found.changes == ("+1 record of march: lab",)
    assert found.records.added == ("lab-march-1",)
    assert [(each.name, each.first, each.second) for each in found.params] == [
        ("n_records", "40", "41"),
        ("n_sources", "1", "2"),
        ("n_works", "40", "41"),
    ]


def test_a_difference_says_whether_it_is_proven(two_runs):
    found = {each.name: each for each in compare_runs("previous", "latest").metrics}
    error = found["conductivity/error"]
    assert (error.first, error.second, error.is_proven) == (0.5, 0.3, True)
    assert error.difference == pytest.approx(-0.2)
    assert found["conductivity/spearman_rho"].is_proven is None
    backwards = {each.name: each for each in compare_runs("latest", "previous").metrics}
    assert backwards["conductivity/error"].is_proven is True
    same = {each.name: each for each in compare_runs("latest", "latest").metrics}
    assert same["conductivity/error"].is_proven is False


def test_each_campaign_says_which_pairs_moved(two_runs):
    (campaign,) = compare_runs("previous", "latest").campaigns
    moves = campaign.moves
    assert (campaign.campaign, moves.n_top, moves.overlap) == ("alpha", 4, 3)
    assert [str(pair) for pair in moves.risen] == ["PEO with Al2O3: 2 → 1"]
    assert [str(pair) for pair in moves.fallen] == ["PEO with LLZTO: 1 → 2"]
    assert [str(pair) for pair in moves.new] == ["PCL with BN: not listed → 3"]
    assert [str(pair) for pair in moves.gone] == ["PVDF with LLZTO: 3 → not listed"]


def test_the_comparison_goes_into_json(two_runs):
    found = json.loads(json.dumps(compare_runs("previous", "latest").as_dict(), allow_nan=False))
    assert found["judgements"]["log10_conductivity"]["n_works"] == 40
    assert found["campaigns"][0]["moves"]["risen"][0]["second_rank"] == 1


def test_a_run_is_found_by_its_id_the_beginning_of_it_and_its_name(two_runs):
    latest = compare_runs("previous", "latest").second
    (campaign,) = compare_runs("previous", "latest").campaigns
    for asked in (latest.run_id, latest.run_id[:12]):
        assert compare_runs("previous", asked).second == latest
    of_campaign = compare_runs(campaign.first.run_id, campaign.second.run_id)
    assert of_campaign.second == campaign.second
    assert [each.moves for each in of_campaign.campaigns] == [campaign.moves]


def test_a_name_that_several_runs_bear_is_refused_with_their_ids(two_runs):
    with pytest.raises(UserError, match="several runs are called so") as caught:
        compare_runs("first run", "latest")
    assert "models: first run" in str(caught.value)
    assert "alpha: first run" in str(caught.value)


def test_every_unknown_run_is_named_with_what_there_is(two_runs):
    with pytest.raises(UserError) as caught:
        compare_runs("nonsense", "")
    said = str(caught.value)
    assert said.count("no such run") == 2
    assert "models: +1 record of march: lab" in said


def test_an_empty_store_says_so(place):
    with pytest.raises(UserError, match="nothing was published yet"):
        compare_runs("previous", "latest")
