from itertools import product

import numpy as np
import pandas as pd
import pytest

from pipeline.learning import (
    bound_columns,
    calibration_error,
    coverage_by,
    gain_between,
    interval_scores,
    is_proven,
    point_scores,
    summary,
    weights_of,
)
from pipeline.learning.scores import shortfall

ALIKE = np.ones(4)


@pytest.fixture
def judged():
    """Twelve works of five records, with errors that a work shares."""
    generator = np.random.default_rng(3)
    works = np.repeat([f"work {number:02d}" for number in range(12)], 5).astype(object)
    measured = generator.normal(-4, 1, 60)
    model = measured + np.repeat(generator.normal(0, 0.5, 12), 5) + generator.normal(0, 0.1, 60)
    return pd.DataFrame(
        {
            "record_id": [f"record {number:02d}" for number in range(60)],
            "partition": 1,
            "measured": measured,
            "measured_lower": measured,
            "measured_upper": measured,
            "work_id": works,
            "model": model,
            "median": np.median(measured),
        }
    )


def scored(works, measured, **columns):
    return pd.DataFrame({"work_id": works, "record_id": range(len(works)), "measured": measured, **columns})


def test_errors_worked_out_by_hand():
    scores = point_scores(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 2.0, 2.0, 7.0]), ALIKE)
    assert scores["mean_absolute_error"] == pytest.approx(5 / 4)
    assert scores["root_mean_square_error"] == pytest.approx(np.sqrt(11 / 4))
    assert scores["r2"] == pytest.approx(1 - 11 / 5)


def test_weighted_errors_worked_out_by_hand():
    weights = np.array([0.5, 0.5, 1.0])
    scores = point_scores(np.array([0.0, 2.0, 4.0]), np.array([1.0, 2.0, 2.0]), weights)
    assert scores["mean_absolute_error"] == pytest.approx((0.5 * 1 + 1 * 2) / 2)
    assert scores["root_mean_square_error"] == pytest.approx(np.sqrt((0.5 * 1 + 1 * 4) / 2))
    # The weighted mean of 0, 2 and 4 is 2.5; 0.5 * 6.25 + 0.5 * 0.25 + 1 * 2.25 = 5.5.
    assert scores["r2"] == pytest.approx(1 - 4.5 / 5.5)


def test_what_is_no_number_counts_nothing():
    with_gaps = point_scores(np.array([1.0, np.nan, 2.0, np.nan]), np.array([1.5, 9.0, 2.0, -9.0]), ALIKE)
    assert with_gaps == point_scores(np.array([1.0, 2.0]), np.array([1.5, 2.0]), np.ones(2))


@pytest.mark.parametrize(
    ("predicted", "rho"),
    [([2.0, 1.0, 4.0, 3.0], 1 - 6 * 4 / (4 * 15)), ([1.0, 10.0, 100.0, 1e9], 1.0), ([4.0, 3.0, 2.0, 1.0], -1.0)],
)
def test_rank_correlations_worked_out_by_hand(predicted, rho):
    assert point_scores(np.arange(4.0), np.array(predicted), ALIKE)["spearman_rho"] == pytest.approx(rho)


def test_a_constant_has_no_order_and_explains_nothing():
    varied, constant = np.arange(4.0), np.full(4, 1.5)
    assert point_scores(varied, constant, ALIKE)["spearman_rho"] == 0
    assert point_scores(constant, varied, ALIKE)["spearman_rho"] == 0
    assert point_scores(varied, constant, ALIKE)["r2"] == 0
    assert point_scores(constant, varied, ALIKE)["r2"] == 0


def test_every_work_counts_as_one_and_one_sided_records_count_nothing():
    table = scored(list("aaabbc"), [1.0, 2.0, np.nan, 3.0, 4.0, np.nan])
    assert weights_of(table).tolist() == [1 / 2, 1 / 2, 0, 1 / 2, 1 / 2, 0]


def test_a_perfect_model_gains_the_whole_error_of_the_median(judged):
    judged["model"] = judged["measured"]
    error = np.abs(judged["median"] - judged["measured"]).mean()
    assert gain_between(judged, "model", "median", 0)["gain"] == pytest.approx(error, abs=1e-6)


def test_a_gain_is_a_mean_over_works():
    table = scored(list("aaab"), [0.0] * 4, one=[1.0, 1.0, 1.0, 0.0], other=[2.0, 2.0, 2.0, 5.0])
    assert gain_between(table, "one", "other", 0)["gain"] == pytest.approx((1 + 5) / 2)


def test_a_gain_changes_sign_when_model_and_baseline_change_places(judged):
    one, other = gain_between(judged, "model", "median", 0), gain_between(judged, "median", "model", 0)
    assert one["gain"] == -other["gain"] != 0
    assert (one["lower"], one["upper"]) == pytest.approx((-other["upper"], -other["lower"]))
    assert one["p_value"] == other["p_value"]


def test_no_model_gains_over_itself(judged):
    same = gain_between(judged, "model", "model", 0)
    assert same == {"gain": 0, "lower": 0, "upper": 0, "p_value": 1}
    assert not is_proven(same)


def test_the_interval_of_a_gain_holds_it(judged):
    scores = gain_between(judged, "model", "median", 0)
    assert scores["lower"] < scores["gain"] < scores["upper"]


def test_repeating_the_records_of_each_work_adds_no_evidence(judged):
    repeated = judged.loc[np.repeat(judged.index, 10)].reset_index(drop=True)
    assert gain_between(repeated, "model", "median", 0) == pytest.approx(gain_between(judged, "model", "median", 0))


def test_the_same_records_from_more_works_narrow_the_interval(judged):
    single = gain_between(judged.assign(work_id=[f"work {n}" for n in range(60)]), "model", "median", 0)
    whole = gain_between(judged, "model", "median", 0)
    assert single["upper"] - single["lower"] < 0.9 * (whole["upper"] - whole["lower"])


def test_one_work_alone_gives_no_spread_and_proves_nothing(judged):
    scores = gain_between(judged.assign(work_id="only one"), "model", "median", 0)
    assert scores["lower"] == pytest.approx(scores["gain"]) == scores["upper"]
    assert not is_proven(scores)


def by_work(differences):
    n = len(differences)
    return scored([f"work {k:03d}" for k in range(n)], np.zeros(n), model=np.zeros(n), median=np.array(differences))


def test_the_p_value_of_few_works_is_the_share_of_signs_that_give_as_much():
    gains = np.array([0.5, 0.2, 0.9, 0.1, 0.4, 0.3])
    flipped = [np.dot(signs, gains) for signs in product([-1, 1], repeat=6)]
    as_large = 2 * np.mean(np.array(flipped) >= gains.sum() - 1e-9)
    assert as_large == 2 / 64
    assert gain_between(by_work(gains), "model", "median", 0)["p_value"] == pytest.approx(as_large)


def test_five_works_that_agree_are_too_few_to_prove_anything():
    assert not is_proven(gain_between(by_work([0.5] * 5), "model", "median", 0))
    assert is_proven(gain_between(by_work([0.5] * 6), "model", "median", 0))


def test_a_planted_gain_is_proven_and_none_is_not():
    generator = np.random.default_rng(4)
    scatter = generator.normal(0, 0.5, 60)
    scatter -= scatter.mean()
    table = scored([f"work {k}" for k in range(60)], np.zeros(60), model=np.full(60, 2.0))
    planted = gain_between(table.assign(median=2.3 + scatter), "model", "median", 0)
    none = gain_between(table.assign(median=2.0 + scatter), "model", "median", 0)
    assert planted["p_value"] < 0.001
    assert planted["gain"] == pytest.approx(0.3)
    assert is_proven(planted)
    assert none["p_value"] > 0.5


def test_no_gain_is_called_proven_about_as_rarely_as_stated():
    generator = np.random.default_rng(5)
    table = scored([f"work {k}" for k in range(30)], np.zeros(30), model=np.full(30, 5.0))
    proven = [
        gain_between(table.assign(median=5 + generator.normal(0, 1, 30)), "model", "median", 0)["p_value"] < 0.05
        for _ in range(60)
    ]
    # Four standard errors of 0.05 among 60.
    assert np.mean(proven) <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 60)


def test_a_model_that_is_nearer_in_every_work_is_proven_better(judged):
    judged["model"] = (judged["measured"] + judged["median"]) / 2
    assert is_proven(gain_between(judged, "model", "median", 0))
    assert not is_proven(gain_between(judged, "median", "model", 0))


def with_intervals(table, learner, half_widths):
    for confidence, half in half_widths.items():
        lower, upper = bound_columns(learner, confidence)
        table = table.assign(**{lower: table[learner] - half, upper: table[learner] + half})
    return table


def test_columns_of_intervals_are_named_after_learner_and_coverage():
    assert bound_columns("xgboost", 0.8) == ("xgboost_lower_80", "xgboost_upper_80")


def test_interval_scores_worked_out_by_hand():
    measured = [0.0, 1.0, 2.0, 3.0, np.nan]
    table = scored(list("abcde"), measured, m_lower_80=[0.0, 0, 0, 4, 0], m_upper_80=[1.0, 1, 1, 6, 9])
    scores = interval_scores(table, "m", 0.8)
    assert scores["coverage"] == 0.5  # the ends count as inside
    assert scores["mean_width"] == 1.25
    # Winkler: the width, and 2/0.2 times the 1 by which 2 lies above [0, 1] and 3 below [4, 6].
    assert scores["interval_score"] == pytest.approx((1 + 1 + (1 + 10) + (2 + 10)) / 4)
    # The central four fifths of 0, 1, 2, 3 reach from 0.3 to 2.7.
    assert scores["sharpness"] == pytest.approx(1.25 / 2.4)


def test_calibration_error_worked_out_by_hand():
    table = with_intervals(scored(list("abcd"), [0.1, 0.2, 0.3, 0.6], m=0.0), "m", {0.5: 0.25, 0.8: 0.7})
    assert calibration_error(table, "m", [0.5]) == pytest.approx(0)
    assert calibration_error(table, "m", [0.5, 0.8]) == pytest.approx((0 + 0.2) / 2)


def test_a_family_is_listed_from_the_least_number_of_records_on_and_the_largest_first():
    table = scored(list("aabbccd"), [0.0, 0.0, 0.0, 0.0, 0.0, 2.0, np.nan], m=1.0)
    table["filler_family"] = ["garnet"] * 4 + ["clay"] * 3
    twice = with_intervals(pd.concat([table, table]), "m", {0.8: 0.5, 0.9: 1.0})
    listed = coverage_by(twice, "m", "filler_family", [0.8, 0.9], 3)
    assert [entry["family"] for entry in listed] == ["garnet"]  # clay has three records, of which two are numbers
    garnet, clay = coverage_by(twice, "m", "filler_family", [0.8, 0.9], 2)
    assert (garnet["family"], garnet["n_records"], garnet["n_works"]) == ("garnet", 4, 2)
    assert garnet["coverage"] == {"80%": 0.0, "90%": 1.0}
    assert (clay["family"], clay["n_records"], clay["n_works"]) == ("clay", 2, 1)
    assert clay["mean_absolute_error"] == 1


def test_how_far_predictions_break_a_bound_that_is_all_that_is_known():
    table = scored(
        list("abcd"),
        [np.nan, np.nan, np.nan, -4.0],
        measured_lower=[-np.inf, -np.inf, -3.0, -4.0],
        measured_upper=[-10.0, -10.0, np.inf, -4.0],
        m=[-12.0, -9.0, -5.0, 0.0],
    )
    assert shortfall(table, "m") == {"n_records": 3, "mean_distance": pytest.approx((0 + 1 + 2) / 3)}
    twice = pd.concat([table.assign(partition=1), table.assign(partition=2)])
    assert shortfall(twice, "m") == shortfall(table, "m")
    assert shortfall(table[3:], "m") == {"n_records": 0, "mean_distance": 0}


def test_a_summary_scores_every_learner_and_counts_works_once(judged):
    scores = summary(judged, ("model", "median"), 0)
    assert (scores["n_records"], scores["n_works"]) == (60, 12)
    columns = (judged[name].to_numpy(float) for name in ("measured", "model"))
    assert scores["learners"]["model"] == point_scores(*columns, np.full(60, 1 / 5))
    assert scores["learners"]["median"]["spearman_rho"] == 0
    assert scores["gains"] == {"median": gain_between(judged, "model", "median", 0)}
    assert scores["one_sided"]["model"]["n_records"] == 0


def test_the_same_seed_gives_the_same_summary(judged):
    assert summary(judged, ("model", "median"), 4) == summary(judged, ("model", "median"), 4)
    assert summary(judged, ("model", "median"), 4) != summary(judged, ("model", "median"), 5)


def test_dealing_the_works_anew_counts_no_record_twice(judged):
    twice = pd.concat([judged, judged.assign(partition=2, model=judged["measured"] + 1)], ignore_index=True)
    scores = summary(twice, ("model", "median"), 0)
    assert (scores["n_records"], scores["n_works"]) == (60, 12)
    once = summary(judged, ("model", "median"), 0)["learners"]["model"]["mean_absolute_error"]
    assert scores["mean_absolute_error_by_partition"]["model"] == pytest.approx([once, 1.0])
    assert scores["learners"]["model"]["mean_absolute_error"] == pytest.approx((once + 1) / 2)
