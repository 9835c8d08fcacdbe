import numpy as np
import pytest

from pipeline.screening import Space, Top, screen, stability, top_of
from pipeline.screening.stability import combinations_of, overlap


@pytest.fixture
def campaign(ask):
    return ask()


@pytest.fixture
def best(campaign, models, knowledge):
    return screen(campaign, models, knowledge, 5).indices


def test_the_same_model_names_the_same_top_and_falls_short_of_nothing(campaign, models, knowledge, best):
    top = top_of(campaign, models, knowledge, best)
    assert top.indices.tolist() == best.tolist()
    assert top.shortfall == 0
    found = stability(campaign, best, [top, top])
    assert found["overlaps"] == [1, 1]
    assert found["n_times_in_top"] == [2] * 5
    assert found["newcomers"] == []


def test_a_top_that_another_model_finds_worse_falls_short(campaign, models, knowledge, best):
    everything = screen(campaign, models, knowledge, 1000).indices
    top = top_of(campaign, models, knowledge, everything[-5:])
    assert top.indices.tolist() == best.tolist()
    assert top.shortfall > 0.1


def test_mixtures_of_one_pair_are_one_combination(campaign):
    space = Space.of(campaign)
    everything = np.arange(space.size)
    pairs = space.mixtures(everything)[["polymer", "filler"]].apply(tuple, axis=1)
    combinations = combinations_of(campaign, space, everything)
    assert len(set(combinations)) == pairs.nunique()
    assert len(set(zip(pairs, combinations, strict=True))) == pairs.nunique()


def test_blends_of_the_same_parts_are_one_combination(ask):
    campaign = ask(polymers=("PEO:0.3 + PVDF:0.7", "PEO:0.7 + PVDF:0.3", "PEO"))
    space = Space.of(campaign)
    firsts = [combination[0] for combination in combinations_of(campaign, space, np.arange(space.size))]
    assert len(set(firsts)) == 2


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [([(1, 1), (2, 2)], [(2, 2), (3, 3)], 0.5), ([(1, 1)], [(1, 1)], 1), ([(1, 1)], [], 0), ([], [(1, 1)], 1)],
)
def test_an_overlap_is_a_share_of_the_first(first, second, share):
    assert overlap(first, second) == share


def test_what_comes_most_often_and_is_not_published_is_named(campaign, best):
    space = Space.of(campaign)
    own = set(combinations_of(campaign, space, best))
    all_of_them = combinations_of(campaign, space, np.arange(space.size))
    strangers = [i for i, combination in enumerate(all_of_them) if combination not in own]
    first, second = np.array(strangers[:1]), np.array(strangers[-1:])
    tops = [Top(i, combinations_of(campaign, space, i), 0.1) for i in (first, second, second)]
    found = stability(campaign, best, tops)
    assert [newcomer["n_times"] for newcomer in found["newcomers"]] == [2, 1]
    named = space.mixtures(second).iloc[0]
    assert (found["newcomers"][0]["polymer"], found["newcomers"][0]["filler"]) == (named["polymer"], named["filler"])
    assert found["mean_overlap"] == 0
    assert found["mean_shortfall"] == pytest.approx(0.1)


def test_where_nothing_keeps_the_limits_there_is_no_top(campaign, models, knowledge, best):
    nothing = best[:0]
    found = stability(campaign, nothing, [top_of(campaign, models, knowledge, nothing)] * 2)
    assert found["n_times_in_top"] == found["newcomers"] == []
    assert found["mean_shortfall"] == 0
