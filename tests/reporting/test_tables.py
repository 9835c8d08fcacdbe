from __future__ import annotations

from typing import Any

import pytest

from pipeline.reporting import families, quality

NAMES = ("log10_conductivity", "transference_number", "stability_window_V", "log10_tensile_strength")


def point(error: float) -> dict[str, float]:
    return {"mean_absolute_error": error, "root_mean_square_error": 1.5 * error, "r2": 0.1, "spearman_rho": -0.5}


def compared(champion: str = "xgboost", **changes: Any) -> dict[str, Any]:
    learners = {"median": 0.9, "ridge": 0.7, "random_forest": 0.2, "xgboost": 0.301, "mixing_rule": 3.2}
    gain = {"gain": -0.012, "lower": -0.02, "upper": 0.04, "p_value": 0.0002}
    return {
        "champion": champion,
        "reason": "better by -0.01; xgboost_on_bounds better than plain XGBoost",
        "beaten_by": ["random_forest"],
        "is_compared": True,
        "n_records": 10,
        "n_works": 8,
        "learners": {name: point(error) for name, error in learners.items()},
        "gains": {"median": gain},
        "intervals": {champion: {"80%": {"coverage": 0.774, "mean_width": 1.256}}},
        "noise_floor": {"median_difference": 0.58, "n_pairs": 81},
        **changes,
    }


@pytest.fixture
def rows() -> dict[str, dict[str, Any]]:
    nothing = {"champion": "", "reason": "no work holds it", "beaten_by": [], "is_compared": False}
    few = nothing | {"champion": "median", "reason": "4 works are too few"}
    scores = (compared(), compared("median", noise_floor=None), few, nothing)
    metrics = dict(zip(NAMES, scores, strict=True)) | {"interval_confidence": 0.8}
    return dict(zip(NAMES, quality(metrics), strict=True))


def test_learners_stand_from_the_smallest_error_to_the_largest(rows):
    shown = rows["log10_conductivity"]
    assert [learner["name"] for learner in shown["learners"]] == [
        "random forest",
        "XGBoost, tuned",
        "median of the record",
    ]
    assert [learner["error"] for learner in shown["learners"]] == ["0.200", "0.301", "0.900"]
    assert [learner["name"] for learner in shown["others"]] == ["ridge regression", "mixing rules alone"]


def test_the_learner_that_predicts_is_marked_and_no_other(rows):
    for target, name in (("log10_conductivity", "XGBoost, tuned"), ("transference_number", "median of the record")):
        assert [learner["name"] for learner in rows[target]["learners"] if learner["is_used"]] == [name]


def test_what_beats_the_learner_that_is_used_is_shown_and_named(rows):
    assert rows["log10_conductivity"]["beaten_by"] == "random forest"
    assert "random forest" in [learner["name"] for learner in rows["log10_conductivity"]["learners"]]


def test_only_an_error_in_decades_is_a_factor(rows):
    of_conductivity = {learner["name"]: learner["factor"] for learner in rows["log10_conductivity"]["learners"]}
    assert of_conductivity["XGBoost, tuned"] == "2.0"
    assert {learner["factor"] for learner in rows["transference_number"]["learners"]} == {""}


def test_a_gain_stands_with_its_interval_and_its_chance(rows):
    median = next(row for row in rows["log10_conductivity"]["learners"] if row["name"] == "median of the record")
    assert (median["gain"], median["p"]) == ("−0.012 (−0.020 to 0.040)", "< 0.001")


def test_the_order_of_a_constant_is_not_given(rows):
    rho = {learner["name"]: learner["rho"] for learner in rows["log10_conductivity"]["learners"]}
    assert rho == {"random forest": "−0.50", "XGBoost, tuned": "−0.50", "median of the record": "–"}


def test_coverage_width_and_the_noise_of_the_record_stand_beside_the_errors(rows):
    shown = rows["log10_conductivity"]
    assert (shown["coverage"], shown["width"], shown["noise"], shown["n_pairs"]) == ("77%", "1.26", "0.58", 81)
    assert rows["transference_number"]["noise"] == ""


def test_a_reason_is_written_as_people_write(rows):
    reason = rows["log10_conductivity"]["reason"]
    assert reason == "better by −0.01; XGBoost on printed bounds better than plain XGBoost"


def test_what_was_not_compared_says_why_and_shows_no_number(rows):
    few, nothing = rows["stability_window_V"], rows["log10_tensile_strength"]
    assert few["used"] == "Predicted by the median of the record: 4 works are too few."
    assert nothing["used"] == "Not predicted: no work holds it."
    assert "learners" not in few | nothing


def test_a_family_is_listed_with_what_its_intervals_hold():
    entry = {
        "family": "inert_oxide",
        "n_records": 67,
        "n_works": 61,
        "mean_absolute_error": 0.607,
        "baselines": {"median": 0.78, "family_median": 0.66},
        "coverage": {"50%": 0.4, "80%": 0.66, "90%": 0.86},
    }
    (row,) = families({"families": {"filler_family": [entry]}}, "filler_family")
    assert (row["name"], row["error"], row["coverage_80"], row["coverage_90"]) == ("inert oxide", "0.607", "66%", "86%")
    assert (row["of_median"], row["of_family_median"]) == ("0.780", "0.660")
