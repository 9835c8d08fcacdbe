from itertools import permutations
from math import nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipeline.advising import drivers, loading_in_words, temperature_in_words
from pipeline.advising.drivers import coalitions, shapley

NUMBERS = st.floats(-10, 10)
WORTHS = st.integers(1, 5).flatmap(lambda n: arrays(float, 2**n, elements=NUMBERS))


def by_every_order(worths):
    """The definition, word by word: the mean over all orders of what a player changes by coming in."""
    n = len(worths).bit_length() - 1
    values = np.zeros(n)
    orders = list(permutations(range(n)))
    for order in orders:
        present = 0
        for player in order:
            values[player] += worths[present | 1 << player] - worths[present]
            present |= 1 << player
    return values / len(orders)


@given(WORTHS)
def test_it_is_the_mean_over_all_orders(worths):
    assert shapley(worths) == pytest.approx(by_every_order(worths), abs=1e-9)


@given(WORTHS)
def test_what_is_added_sums_to_the_whole(worths):
    assert shapley(worths).sum() == pytest.approx(worths[-1] - worths[0], abs=1e-9)


def test_a_coalition_is_the_bits_of_its_number():
    assert coalitions(3)[5].tolist() == [True, False, True]


def test_two_players_share_what_only_both_bring():
    assert shapley(np.array([0.0, 0.0, 0.0, 1.0])).tolist() == [0.5, 0.5]


def test_the_parts_sum_to_the_prediction(advisor, mixture):
    found = drivers(advisor, mixture)
    predicted = advisor.conductivity(pd.DataFrame([mixture]))[0]
    assert found.predicted == pytest.approx(predicted, abs=1e-6)
    assert found.base + sum(part.adds for part in found.parts) == pytest.approx(predicted, abs=1e-6)
    known = advisor.conductivity(advisor.background)
    assert found.base == pytest.approx(known.mean(), abs=1e-6)


def test_what_helps_is_said_to_help_and_by_about_as_much(advisor, mixture):
    """In these records LLZO is worth 0.8 decades over Al2O3, SN 0.5, each held by half of them, 60 °C 0.35."""
    found = {part.choice: part for part in drivers(advisor, mixture).parts}
    assert found["filler"].adds == pytest.approx(0.4, abs=0.15)
    assert found["additives"].adds == pytest.approx(0.25, abs=0.12)
    assert found["temperature"].adds == pytest.approx(0.175, abs=0.1)
    assert found["salt"].adds == 0
    assert (found["filler"].words, found["additives"].words) == ("LLZO", "SN")
    assert found["architecture"].words == "particles"


def test_the_largest_comes_first(advisor, mixture):
    sizes = [abs(part.adds) for part in drivers(advisor, mixture).parts]
    assert sizes == sorted(sizes, reverse=True)


def test_a_liquid_tag_belongs_to_what_is_added(advisor, mixture):
    wet = mixture | {"additives": "", "architecture_tags": "gel;particles"}
    words = {part.choice: part.words for part in drivers(advisor, wet).parts}
    assert (words["additives"], words["architecture"]) == ("gel", "particles")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "10 wt%"),
        ({"filler_wt_fraction": 0.125}, "12.5 wt%"),
        ({"filler_wt_fraction": nan, "filler_vol_fraction": 0.05}, "5 vol%"),
        ({"filler_wt_fraction": nan}, "loading not stated"),
        ({"filler": "", "filler_wt_fraction": nan}, "no filler"),
    ],
)
def test_a_loading_in_words(mixture, changed, words):
    assert loading_in_words(mixture | changed) == words


def test_a_temperature_in_words():
    assert [temperature_in_words(t) for t in (30.0, -20.0, nan)] == ["30 °C", "−20 °C", "temperature not stated"]
