import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import ValidationError

from features import INPUT_COLUMNS
from pipeline.common.errors import UserError
from pipeline.screening.batch import choose_batch
from pipeline.screening.experiments import BatchSettings, Candidates, Known, Mixtures, best_comparable
from pipeline.screening.predictive import Forecast, Predictive

POLYMERS, FILLERS, WEIGHTS = ("PEO", "PAN", "PVDF"), ("LLZTO", "LATP", "SiO2"), (0.1, 0.3)
ALL = list(itertools.product(POLYMERS, FILLERS, WEIGHTS))


def mixtures(chosen=ALL):
    """Some of 18 mixtures of three polymers, three fillers and two loadings, each its own point in space."""
    table = pd.DataFrame(
        [
            dict.fromkeys(INPUT_COLUMNS, np.nan)
            | {"salt": "LiTFSI", "salt_ratio_unit": "", "architecture_tags": "particles", "additives": ""}
            | {"polymer": polymer, "filler": filler, "filler_wt_fraction": wt, "temperature_C": 30.0}
            for polymer, filler, wt in chosen
        ],
        columns=list(INPUT_COLUMNS),
    )
    places = [(POLYMERS.index(p), FILLERS.index(f), 10 * wt) for p, f, wt in chosen]
    return Mixtures(table, pd.DataFrame(places, columns=["polymer", "filler", "loading"], dtype=float))


def said(mean, deviation=0.5, n_pending=0):
    mean = np.asarray(mean, dtype=float)
    predictive = Predictive.normal(mean, np.broadcast_to(np.asarray(deviation, dtype=float), mean.shape))
    return Forecast(predictive, np.empty((len(mean), 0), np.int32), np.empty((n_pending, 0), np.int32))


def names(candidates, batch):
    table = candidates.mixtures.table.iloc[batch["position"]]
    return list(zip(table["polymer"], table["filler"], table["filler_wt_fraction"], strict=True))


NOTHING = mixtures([])
MEASURED = mixtures([("PEO", "SiO2", 0.5), ("PVDF", "LATP", 0.5), ("PAN", "LLZTO", 0.5)])
KNOWN = Known(MEASURED, NOTHING, -4.0)
CANDIDATES = Candidates(mixtures())
MEANS = np.random.default_rng(3).normal(-4.5, 0.5, len(ALL))
BY_IMPROVEMENT = "expected_improvement"
BY_VALUE = BatchSettings(n=4, diversity_weight=0, least_measured=0)
DIVERSE = BatchSettings(n=4, least_measured=0)


def replace_in(settings, **changes):
    return BatchSettings.model_validate(settings.model_dump() | changes)


def test_by_the_predicted_value_alone_the_highest_of_each_kind_are_chosen_in_order():
    batch = choose_batch(CANDIDATES, said(MEANS, np.linspace(0.1, 2, len(ALL))), KNOWN, replace_in(BY_VALUE, n=9))
    best_of_kind = MEANS.reshape(9, 2).max(axis=1)
    assert batch["predicted_value"].tolist() == sorted(best_of_kind, reverse=True)
    assert np.array_equal(batch["predicted_value"], MEANS[batch["position"]])


@examples(max_examples=20)
@given(shift=st.floats(-50, 50), factor=st.floats(0.01, 100))
def test_neither_zero_nor_unit_of_the_scale_decides_what_a_predicted_value_is_worth(shift, factor):
    one = choose_batch(CANDIDATES, said(MEANS), KNOWN, DIVERSE)
    other = choose_batch(CANDIDATES, said(shift + factor * MEANS, 0.5 * factor), KNOWN, DIVERSE)
    assert one["position"].equals(other["position"])
    assert np.allclose(one["acquisition_value"], other["acquisition_value"])


def test_a_spread_more_is_worth_e_times_as_much():
    means = np.full(len(ALL), -5.0)
    means[4] = -4.5
    costs = np.ones(len(ALL))
    for cost, is_first in ((np.e - 0.01, True), (np.e + 0.01, False)):
        costs[4] = cost
        settings = replace_in(BY_VALUE, n=1, cost_weight=1.0)
        batch = choose_batch(Candidates(mixtures(), costs), said(means, 0.5), KNOWN, settings)
        assert (batch["position"][0] == 4) == is_first


def test_certain_predictions_are_ordered_as_well():
    batch = choose_batch(CANDIDATES, said(MEANS, 0.0), KNOWN, replace_in(BY_VALUE, n=9))
    assert batch["predicted_value"].is_monotonic_decreasing
    assert batch["acquisition_value"].is_unique


def test_by_expected_improvement_one_experiment_is_the_one_with_the_largest_expected_improvement():
    batch = choose_batch(CANDIDATES, said(MEANS), KNOWN, replace_in(DIVERSE, n=1, by=BY_IMPROVEMENT))
    improvement = said(MEANS).predictive.mean_excess(-4.0)
    assert batch["position"].tolist() == [np.argmax(improvement)]
    assert batch["expected_improvement"][0] == improvement.max()
    assert batch["probability_of_beating_best"][0] == said(MEANS).predictive.probability_above(-4.0).max()
    assert np.isnan(batch["probability_of_success"][0])


def test_probability_of_success_prefers_the_safe_and_expected_improvement_the_bold():
    means, deviations = np.full(len(ALL), -9.0), np.full(len(ALL), 0.1)
    means[3], deviations[3] = -3.9, 0.05
    means[10], deviations[10] = -4.2, 1.0
    settings = replace_in(BY_VALUE, n=1)
    bold = choose_batch(CANDIDATES, said(means, deviations), KNOWN, replace_in(settings, by=BY_IMPROVEMENT))
    safe = replace_in(settings, by="probability_of_success", threshold=-4.0)
    assert bold["position"].tolist() == [10]
    assert choose_batch(CANDIDATES, said(means, deviations), KNOWN, safe)["position"].tolist() == [3]


def test_members_differ_in_a_component_whatever_their_amounts():
    for settings in (BY_VALUE, DIVERSE, replace_in(DIVERSE, least_measured=99)):
        chosen = names(CANDIDATES, choose_batch(CANDIDATES, said(MEANS), KNOWN, replace_in(settings, n=18)))
        assert len(chosen) == 9
        assert len({(polymer, filler) for polymer, filler, _ in chosen}) == 9


def test_of_two_identical_candidates_one_is_chosen():
    twice = Candidates(mixtures([ALL[0], ALL[0], ALL[8]]))
    for settings in (BY_VALUE, DIVERSE, replace_in(DIVERSE, least_measured=99)):
        batch = choose_batch(twice, said([-3.0, -3.0, -6.0]), KNOWN, settings)
        assert sorted(batch["position"]) == [0, 2]


def test_what_is_being_made_is_not_chosen_and_pushes_away_what_is_like_it():
    means = np.full(len(ALL), -4.0)
    forecast = said(means, n_pending=1)
    for settings in (DIVERSE, replace_in(DIVERSE, least_measured=99)):
        for pending in (("PEO", "LLZTO", 0.1), ("PVDF", "SiO2", 0.3)):
            known = replace(
                KNOWN, measured=NOTHING if settings.least_measured else MEASURED, pending=mixtures([pending])
            )
            batch = choose_batch(CANDIDATES, forecast, known, replace_in(settings, n=1))
            ((polymer, filler, _),) = names(CANDIDATES, batch)
            assert polymer == {"PEO": "PVDF", "PVDF": "PEO"}[pending[0]]
            assert filler == {"LLZTO": "SiO2", "SiO2": "LLZTO"}[pending[1]]


def test_what_was_measured_is_proposed_again_only_where_asked():
    best = int(np.argmax(MEANS))
    known = replace(KNOWN, measured=mixtures([ALL[best]]))
    known.measured.table["temperature_C"] = 60.0
    settings = replace_in(BY_VALUE, n=9)
    again = replace_in(settings, repeats_measured=True)
    assert best not in choose_batch(CANDIDATES, said(MEANS), known, settings)["position"].tolist()
    assert choose_batch(CANDIDATES, said(MEANS), known, again)["position"][0] == best


def test_cost_divides_worth_by_its_power():
    costs = np.where(np.arange(len(ALL)) == 5, 1.0, 10.0)
    means = np.full(len(ALL), -4.0)
    means[5] = -4.3
    priced = Candidates(mixtures(), costs)
    for weight, is_cheap_first in ((0.0, False), (1.0, True)):
        batch = choose_batch(priced, said(means), KNOWN, replace_in(BY_VALUE, n=1, cost_weight=weight))
        assert (batch["position"][0] == 5) == is_cheap_first


def test_what_is_not_in_stock_comes_last_where_it_counts_nothing():
    in_stock = Candidates(mixtures(), is_in_stock=np.array([polymer == "PAN" for polymer, _, _ in ALL]))
    settings = replace_in(BY_VALUE, n=9, out_of_stock_factor=0.0)
    batch = choose_batch(in_stock, said(MEANS), KNOWN, settings)
    assert [polymer == "PAN" for polymer, _, _ in names(in_stock, batch)] == [True] * 3 + [False] * 6


@pytest.mark.parametrize("cost", [0.0, -1.0, np.nan, np.inf])
def test_a_cost_that_is_none_is_told_with_its_row(cost):
    costs = np.ones(len(ALL))
    costs[4] = cost
    with pytest.raises(UserError, match="candidate 5, cost"):
        choose_batch(Candidates(mixtures(), costs), said(MEANS), KNOWN, BY_VALUE)


@examples(max_examples=10)
@given(st.permutations(range(len(ALL))))
def test_the_order_of_the_candidates_decides_nothing(order):
    turned = Candidates(mixtures([ALL[row] for row in order]))
    coarse = np.round(MEANS, 0)  # many are equal, so that ties decide
    for settings in (BY_VALUE, DIVERSE, replace_in(DIVERSE, least_measured=99)):
        one = choose_batch(CANDIDATES, said(coarse), KNOWN, settings)
        other = choose_batch(turned, said(coarse[list(order)]), KNOWN, settings)
        assert names(CANDIDATES, one) == names(turned, other)


def test_without_a_model_or_anything_to_improve_the_batch_covers_the_space():
    cold = replace_in(DIVERSE, least_measured=4)
    covered = choose_batch(CANDIDATES, None, KNOWN, DIVERSE)
    assert covered[["predicted_value", "expected_improvement"]].isna().all(axis=None)
    for forecast, known, settings in (
        (said(MEANS), KNOWN, cold),
        (said(MEANS), replace(KNOWN, best=None), replace_in(DIVERSE, by=BY_IMPROVEMENT)),
    ):
        assert choose_batch(CANDIDATES, forecast, known, settings)["position"].equals(covered["position"])
    by_success = replace_in(DIVERSE, by="probability_of_success", threshold=-4.0)
    told = choose_batch(CANDIDATES, said(MEANS), replace(KNOWN, best=None), by_success)
    assert told["probability_of_success"].notna().all()
    by_value = choose_batch(CANDIDATES, said(MEANS), replace(KNOWN, best=None), DIVERSE)
    assert by_value["predicted_value"][0] == MEANS.max()


def test_a_cold_start_begins_in_the_middle_and_then_goes_far():
    batch = choose_batch(CANDIDATES, None, Known(NOTHING, NOTHING, None), replace_in(DIVERSE, n=5))
    first, *others = names(CANDIDATES, batch)
    assert first[:2] == ("PAN", "LATP")
    assert {polymer for polymer, _, _ in others} == {"PEO", "PVDF"}
    assert {filler for _, filler, _ in others} == {"LLZTO", "SiO2"}


def test_a_cold_start_goes_far_from_what_was_measured():
    for corner in (("PEO", "LLZTO", 0.2), ("PVDF", "SiO2", 0.2), ("PEO", "SiO2", 0.2)):
        known = Known(mixtures([corner]), NOTHING, None)
        ((polymer, filler, _),) = names(CANDIDATES, choose_batch(CANDIDATES, None, known, replace_in(DIVERSE, n=1)))
        assert {polymer, corner[0]} == {"PEO", "PVDF"}
        assert {filler, corner[1]} == {"LLZTO", "SiO2"}


def test_what_the_model_puts_into_one_leaf_is_alike():
    kept = [row for row, (_, _, wt) in enumerate(ALL) if wt == 0.1]
    table, one = mixtures([ALL[row] for row in kept]), mixtures([ALL[0]])
    same_place = Mixtures(table.table, table.features * 0)
    leaves = np.array([[polymer == "PEO"] for polymer, _, _ in (ALL[row] for row in kept)], dtype=np.int32)
    pending = Mixtures(one.table, one.features * 0)
    for turned in (slice(None), slice(None, None, -1)):
        candidates = Candidates(Mixtures(same_place.table[turned], same_place.features[turned]))
        predictive = Predictive.normal(np.full(len(kept), -4.0), np.full(len(kept), 0.5))
        forecast = Forecast(predictive, leaves[turned], np.ones((1, 1), np.int32))
        batch = choose_batch(candidates, forecast, replace(KNOWN, pending=pending), replace_in(DIVERSE, n=1))
        assert candidates.mixtures.table["polymer"].iloc[batch["position"][0]] != "PEO"


def test_each_has_one_sentence_that_says_why():
    for by in ("predicted_value", BY_IMPROVEMENT):
        batch = choose_batch(CANDIDATES, said(MEANS), KNOWN, replace_in(DIVERSE, by=by))
        assert batch["reason"].str.fullmatch(rf"Number \d+ by {by.replace('_', ' ')} \(.*\), beats .*\.").all()
        assert batch["reason"][0].startswith(f"Number 1 by {by.replace('_', ' ')} ({batch[by][0]:.3f})")
        assert batch["reason"][1:].str.contains("differs in ").all()
    cold = choose_batch(CANDIDATES, None, KNOWN, DIVERSE)
    assert cold["reason"].str.startswith("Covers what is not known").all()


def test_nothing_is_chosen_from_nothing():
    batch = choose_batch(Candidates(NOTHING), said([]), KNOWN, DIVERSE)
    assert len(batch) == 0
    assert "reason" in batch


def test_success_needs_to_be_told_what_it_is():
    with pytest.raises(ValidationError, match="needs a threshold"):
        BatchSettings(n=3, by="probability_of_success")


def test_the_best_is_the_best_of_what_was_measured_near_that_temperature():
    values, temperatures = np.array([-2.0, -3.0, -4.0, np.nan, -1.0]), np.array([60.0, 25.0, 30.0, 30.0, np.nan])
    assert best_comparable(values, temperatures, 28.0) == -3.0
    assert best_comparable(values, temperatures, 0.0) is None
