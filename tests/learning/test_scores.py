import numpy as np
import pandas as pd
import pytest

from pipeline.learning.scores import error_gain, gain_between, interval_scores, is_proven, point_scores, summary


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
            "work_id": works,
            "model": model,
            "median": np.median(measured),
            "lower": model - 0.4,
            "upper": model + 0.4,
        }
    )


def gain(judged, predicted, baseline, seed=0):
    columns = (judged[name].to_numpy(float) for name in ("measured", predicted, baseline))
    return error_gain(*columns, judged["work_id"].to_numpy(object), np.random.default_rng(seed))


def test_errors_worked_out_by_hand():
    scores = point_scores(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0, 2.0, 2.0, 7.0]))
    assert scores["mean_absolute_error"] == pytest.approx(5 / 4)
    assert scores["root_mean_square_error"] == pytest.approx(np.sqrt(11 / 4))


@pytest.mark.parametrize(
    ("predicted", "rho"),
    [([2.0, 1.0, 4.0, 3.0], 1 - 6 * 4 / (4 * 15)), ([1.0, 10.0, 100.0, 1e9], 1.0), ([4.0, 3.0, 2.0, 1.0], -1.0)],
)
def test_rank_correlations_worked_out_by_hand(predicted, rho):
    assert point_scores(np.arange(4.0), np.array(predicted))["spearman_rho"] == pytest.approx(rho)


def test_a_constant_has_no_order():
    varied, constant = np.arange(5.0), np.full(5, 2.0)
    assert point_scores(varied, constant)["spearman_rho"] == 0
    assert point_scores(constant, varied)["spearman_rho"] == 0


def test_the_ends_of_an_interval_count_as_inside():
    scores = interval_scores(np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 0.0, 0.0, 4.0]), np.array([1.0, 1, 1, 6]))
    assert scores == {"coverage": 0.5, "mean_width": 1.25}


def test_a_perfect_model_gains_the_whole_error_of_the_median(judged):
    judged["model"] = judged["measured"]
    error = np.abs(judged["median"] - judged["measured"]).mean()
    assert gain(judged, "model", "median")["gain"] == pytest.approx(error)


def test_a_gain_changes_sign_when_model_and_baseline_change_places(judged):
    one, other = gain(judged, "model", "median"), gain(judged, "median", "model")
    assert one["gain"] == -other["gain"] != 0
    assert (one["lower"], one["upper"]) == pytest.approx((-other["upper"], -other["lower"]))


def test_no_model_gains_over_itself(judged):
    assert set(gain(judged, "model", "model").values()) == {0}


def test_the_interval_of_a_gain_holds_it(judged):
    scores = gain(judged, "model", "median")
    assert scores["lower"] < scores["gain"] < scores["upper"]


def test_repeating_the_records_of_each_work_adds_no_evidence(judged):
    repeated = judged.loc[np.repeat(judged.index, 10)].reset_index(drop=True)
    assert gain(repeated, "model", "median") == pytest.approx(gain(judged, "model", "median"))


def test_the_same_records_from_more_works_narrow_the_interval(judged):
    whole = gain(judged, "model", "median")
    single = gain(judged.assign(work_id=[f"work {n}" for n in range(60)]), "model", "median")
    assert single["upper"] - single["lower"] < 0.9 * (whole["upper"] - whole["lower"])


def test_one_work_alone_gives_no_spread(judged):
    scores = gain(judged.assign(work_id="only one"), "model", "median")
    assert scores["lower"] == pytest.approx(scores["gain"]) == scores["upper"]


def test_a_model_that_is_nearer_in_every_work_is_proven_better(judged):
    assert is_proven(gain_between(judged, "model", "median", 0))
    assert not is_proven(gain_between(judged, "median", "model", 0))


def test_a_draw_proves_nothing(judged):
    assert not is_proven(gain_between(judged, "median", "median", 0))


def test_a_summary_scores_every_learner_and_counts_works_once(judged):
    scores = summary(judged, ("model", "median"), 0)
    assert (scores["n_records"], scores["n_works"]) == (60, 12)
    assert scores["model"] == point_scores(judged["measured"].to_numpy(float), judged["model"].to_numpy(float))
    assert scores["median"]["spearman_rho"] == 0
    assert scores["model_gain_over_median"] == gain(judged, "model", "median")
    assert scores["interval"]["mean_width"] == pytest.approx(0.8)


def test_the_same_seed_gives_the_same_summary(judged):
    assert summary(judged, ("model", "median"), 4) == summary(judged, ("model", "median"), 4)
    assert summary(judged, ("model", "median"), 4) != summary(judged, ("model", "median"), 5)


def test_dealing_the_works_anew_counts_no_record_twice(judged):
    twice = pd.concat([judged, judged.assign(partition=2, model=judged["measured"] + 1)])
    scores = summary(twice, ("model", "median"), 0)
    assert (scores["n_records"], scores["n_works"]) == (60, 12)
    once = point_scores(judged["measured"].to_numpy(float), judged["model"].to_numpy(float))["mean_absolute_error"]
    assert scores["mean_absolute_error_by_partition"]["model"] == pytest.approx([once, 1.0])
    assert scores["model"]["mean_absolute_error"] == pytest.approx((once + 1) / 2)
