import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from pipeline.learning import CONDUCTIVITY
from pipeline.watching import coverage, coverage_band, leaking_split, worse_than_median

TARGET = CONDUCTIVITY.name
CHAMPIONS = {TARGET: "xgboost"}
N_WORKS = 200


@pytest.fixture
def held_out():
    """200 works of three records, dealt twice: predicted with an error of 0.5, the median with 0.8."""
    generator = np.random.default_rng(2)
    n = 3 * N_WORKS
    measured = generator.normal(-4, 1, n)
    once = pd.DataFrame(
        {
            "record_id": [f"r-{number}" for number in range(n)],
            "work_id": np.repeat([f"w-{number}" for number in range(N_WORKS)], 3),
            "measured": measured,
            "xgboost": measured + generator.normal(0, 0.5, n),
            "median": np.median(measured),
            "target": TARGET,
        }
    )
    once = once.assign(xgboost_lower_80=once["xgboost"] - 0.641, xgboost_upper_80=once["xgboost"] + 0.641)
    works = np.repeat(np.arange(N_WORKS), 3)
    return pd.concat([once.assign(partition=p, fold=(works + p * (works // 7)) % 5 + 1) for p in (1, 2)])


def test_intervals_that_hold_what_they_promise_trip_nothing(held_out):
    found = coverage(held_out, CHAMPIONS, (0.8,), 0.01)
    assert (found.trips, found.n_checked) == ((), 1)


@pytest.mark.parametrize(("width", "share"), [(0.2, "33.0%"), (3.0, "100.0%")])
def test_too_narrow_and_too_wide_intervals_trip(held_out, width, share):
    moved = held_out.assign(xgboost_lower_80=held_out["xgboost"] - width, xgboost_upper_80=held_out["xgboost"] + width)
    (said,) = coverage(moved, CHAMPIONS, (0.8,), 0.01).trips
    assert f"the 80% intervals of {TARGET} hold {share}" in said
    assert "of 200 held-out papers, where 72.5% to 87.0% are within chance" in said


def test_every_paper_counts_as_one(held_out):
    """One paper with a thousand bad records is one of 201."""
    bad = held_out.head(1).assign(work_id="bad", measured=9.0)
    assert coverage(pd.concat([held_out, *[bad] * 1000]), CHAMPIONS, (0.8,), 0.01).trips == ()


def test_the_band_is_the_binomial_distributions():
    lowest, highest = coverage_band(0.8, 100, 0.005)
    assert (lowest, highest) == (0.69, 0.9)
    assert binom.cdf(68, 100, 0.8) < 0.005 <= binom.cdf(69, 100, 0.8)


@pytest.mark.parametrize("n_works", [10, 50, 400])
def test_chance_alone_trips_no_more_often_than_stated(n_works):
    inside = np.random.default_rng(0).binomial(n_works, 0.8, 20_000) / n_works
    lowest, highest = coverage_band(0.8, n_works, 0.01 / 2)
    assert ((inside < lowest) | (inside > highest)).mean() <= 0.012


def test_a_model_that_is_worse_than_the_median_trips(held_out):
    assert worse_than_median(held_out, CHAMPIONS, 0.0, 1).trips == ()
    bad = held_out.assign(xgboost=held_out["measured"] + 2)
    (said,) = worse_than_median(bad, CHAMPIONS, 0.0, 1).trips
    assert said.startswith("xgboost gains -1.")
    assert f"over the median of {TARGET}, where +0.000 is the least" in said


def test_a_model_that_gains_less_than_is_asked_trips(held_out):
    assert worse_than_median(held_out, CHAMPIONS, 0.9, 1).trips
    assert worse_than_median(held_out, {TARGET: "median"}, 0.9, 1).trips == ()


def test_no_paper_stands_on_both_sides(held_out):
    of_work = dict(zip(held_out["record_id"], held_out["work_id"], strict=True))
    found = leaking_split(held_out, {TARGET: of_work})
    assert (found.trips, found.n_checked) == ((), 2 * N_WORKS)


def test_a_paper_in_two_folds_of_one_dealing_trips(held_out):
    of_work = dict(zip(held_out["record_id"], held_out["work_id"], strict=True))
    is_moved = (held_out["record_id"] == "r-4") & (held_out["partition"] == 2)
    leaking = held_out.assign(fold=held_out["fold"].where(~is_moved, held_out["fold"] % 5 + 1))
    assert leaking_split(leaking, {TARGET: of_work}).trips == (f"w-1 stands in 2 folds of {TARGET}, dealing 2",)


def test_twins_in_two_folds_trip_as_one_paper_would(held_out):
    of_work = dict(zip(held_out["record_id"], held_out["work_id"], strict=True))
    twins = of_work | {f"r-{number}": "w-0 and its twin" for number in range(6)}
    trips = leaking_split(held_out, {TARGET: twins}).trips
    assert trips[0] == f"w-0 and its twin stands in 2 folds of {TARGET}, dealing 1"


def test_a_record_that_was_predicted_twice_trips(held_out):
    of_work = dict(zip(held_out["record_id"], held_out["work_id"], strict=True))
    trips = leaking_split(pd.concat([held_out, held_out.head(1)]), {TARGET: of_work}).trips
    assert trips == (f"r-0 was predicted 2 times for {TARGET}, dealing 1",)
