from __future__ import annotations

import math

import pandas as pd
import pytest

from pipeline.reporting import candidate_figures, curve_figures, funnel_figure, trade_figures, trust_figures


@pytest.fixture
def held_out() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "target": ["log10_conductivity"] * 4 + ["transference_number"],
            "partition": [1, 1, 1, 2, 1],
            "record_id": ["000-T1-01", "p07-012", "003-T1-04", "000-T1-01", "000-T1-02"],
            "work_id": list("abcad"),
            "measured": [-4.0, -3.0, math.nan, -4.0, 0.5],
            "xgboost": [-3.5, -3.2, -5.0, -3.6, 0.4],
            "median": [-3.9, -3.9, -3.9, -3.9, 0.5],
        }
    )


@pytest.fixture
def scores():
    learners = {"xgboost": 0.4, "ridge": 0.3, "mixing_rule": 3.0, "median": 0.6}
    levels = {"50%": {"coverage": 0.45}, "90%": {"coverage": 0.88}, "calibration_error": 0.03}
    bins = [
        {"distance": d, "mean_absolute_error": e, "coverage": 0.8, "n_records": 9} for d, e in ((0.1, 0.4), (0.3, 0.6))
    ]
    family = {"family": "inert_oxide", "n_records": 67, "mean_absolute_error": 0.6, "baselines": {"median": 0.7}}
    return {
        "champion": "xgboost",
        "learners": {name: {"mean_absolute_error": error} for name, error in learners.items()},
        "intervals": {"xgboost": levels, "median": levels | {"50%": {"coverage": 0.1}}},
        "error_by_distance": bins,
        "families": {"polymer_family": [], "filler_family": [family]},
        "noise_floor": {"median_difference": 0.58},
    }


@pytest.fixture
def metrics(scores):
    years = [{"year": 2017, "n_records": 7, "n_works": 7, "xgboost": 0.46, "family_median": 0.5}]
    return {"log10_conductivity": scores, "error_by_year": years}


def drawn(figure, column):
    """Return the values of a column in the data sets of a chart that hold it, in order."""
    data = figure.chart.spec()["datasets"].values()
    return [row[column] for rows in data for row in rows if column in row]


@pytest.fixture
def figures(held_out, metrics):
    return {figure.name: figure for figure in trust_figures(held_out, metrics)}


def test_each_record_of_the_conductivity_with_a_number_is_drawn_once(figures):
    assert drawn(figures["parity"], "measured") == [-4.0, -3.0]
    assert drawn(figures["parity"], "predicted") == [-3.5, -3.2]


def test_the_points_are_those_of_the_learner_that_is_used(held_out, metrics):
    used = metrics | {"log10_conductivity": metrics["log10_conductivity"] | {"champion": "median"}}
    parity = next(figure for figure in trust_figures(held_out, used) if figure.name == "parity")
    assert drawn(parity, "predicted") == [-3.9, -3.9]


def test_learners_are_drawn_from_the_best_on_and_the_hopeless_are_left_to_the_table(figures):
    assert drawn(figures["errors"], "error") == [0.3, 0.4, 0.6]


def test_calibration_is_that_of_the_intervals_that_are_shown(figures):
    assert drawn(figures["calibration"], "nominal") == [0.5, 0.9]
    assert drawn(figures["calibration"], "coverage") == [0.45, 0.88]


def test_the_error_is_drawn_against_the_distance(figures):
    assert drawn(figures["distance"], "distance") == [0.1, 0.3]
    assert drawn(figures["distance"], "mean_absolute_error") == [0.4, 0.6]


def test_a_ring_marks_the_pairs_that_were_measured_whatever_else_is_said_of_them():
    ranking = pd.DataFrame(
        {
            "rank": [1, 2, 3],
            "polymer": ["PEO", "PAN", "PEO"],
            "filler": ["LLZO", "LLZO", "LATP"],
            "salt": "LiTFSI",
            "architecture": "particles",
            "log10_conductivity": [-3.0, -4.0, -5.0],
            "log10_conductivity_lower": [-4.0, -5.0, -6.0],
            "log10_conductivity_upper": [-2.0, -3.0, -4.0],
            "conductivity_S_cm": [1e-3, 1e-4, 1e-5],
            "domain": [
                "measured together; salt LiTFSI never measured",
                "each measured, not together",
                "measured together",
            ],
        }
    )
    records = pd.DataFrame(
        {
            "origin": ["literature", "public"],
            "sample_id": ["a", "b"],
            "sample_rank": 1,
            "polymer": "PEO",
            "filler": "LLZO",
            "conductivity_S_cm": [2e-4, 5e-4],
            "citation": "Doe et al.",
        }
    )
    found = {figure.name: figure for figure in candidate_figures(ranking, records, 30)}
    assert drawn(found["pairs"], "is_measured") == [True, False, True]
    assert drawn(found["intervals"], "conductivity") == [2e-4]


def test_a_family_stands_beside_its_baselines_and_the_noise(figures):
    assert drawn(figures["filler_family"], "error") == [0.6, 0.7]
    assert drawn(figures["filler_family"], "learner") == ["XGBoost, tuned", "median of the record"]
    assert drawn(figures["filler_family"], "noise") == [0.58]
    assert drawn(figures["polymer_family"], "error") == []


def test_a_year_is_drawn_by_model_and_by_family_median(figures, held_out, metrics):
    assert drawn(figures["years"], "error") == [0.46, 0.5]
    without = trust_figures(held_out, metrics | {"error_by_year": []})
    assert "years" not in {figure.name for figure in without}


def test_curves_are_drawn_on_the_scale_of_the_conductivity(advice):
    loading, arrhenius = curve_figures(advice, ["1. PEO / LLZTO", "2. PEO / Al₂O₃"], 2)
    assert "2 were measured below 10 °C" in arrhenius.caption
    assert drawn(loading, "predicted") == pytest.approx([1e-4, 1e-3] * 2)
    assert drawn(loading, "lower") == pytest.approx([1e-5, 1e-4] * 2)
    assert {3.66, 3.35} < set(drawn(arrhenius, "x"))
    assert {parameter["value"] for parameter in loading.chart.spec()["params"]} == {"1. PEO / LLZTO"}


def test_a_measured_point_is_drawn_only_where_its_place_is_known(advice):
    loading, arrhenius = curve_figures(advice[:1], ["1. PEO / LLZTO"], 2)
    assert drawn(loading, "conductivity") == [5e-5]
    assert drawn(arrhenius, "conductivity") == [2e-4]
    assert "30 °C" in drawn(arrhenius, "shown")


def test_what_is_not_known_is_a_part_of_its_own_on_either_side(advice):
    for of in advice:
        of["arrhenius"] |= {"temperature_C": [0.0, 25.0, 90.0], "is_known": [False, True, False]}
        of["arrhenius"] |= {name: [1.0, 1.0, 1.0] for name in ("reciprocal_temperature_1000_K", "predicted")}
        of["arrhenius"] |= {name: [1.0, 1.0, 1.0] for name in ("lower", "upper")}
    loading, arrhenius = curve_figures(advice, ["1. PEO / LLZTO", "2. PEO / Al₂O₃"], 2)
    assert drawn(arrhenius, "part") == [-1, 0, 1] * 2
    assert set(drawn(loading, "part")) == {0}


def test_no_candidate_no_curve():
    assert curve_figures([], [], 2) == []


def measured(**cells):
    common = {
        "origin": "literature",
        "sample_id": "a",
        "sample_rank": 1,
        "polymer": "PEO",
        "filler": "LLZO",
        "conductivity_S_cm": 2e-4,
        "citation": "Doe et al.",
        "transference_number": math.nan,
        "stability_window_V": math.nan,
        "tensile_strength_MPa": math.nan,
    }
    return common | cells


def test_what_is_traded_is_drawn_with_both_intervals_and_the_measured_composites_behind(ranking):
    ends = {"transference_number_lower": [0.3, 0.3], "transference_number_upper": [0.7, 0.7]}
    records = pd.DataFrame(
        [measured(transference_number=0.4), measured(sample_id="b", filler="", transference_number=0.2)]
    )
    found = {figure.name: figure for figure in trade_figures(ranking.assign(**ends, pareto_rank=[1, 2]), records)}
    trade = found["trade_transference_number"]
    assert drawn(trade, "value_lower") == [0.3, 0.3]
    assert drawn(trade, "is_on_front") == [True, False]
    assert drawn(trade, "citation") == ["Doe et al."]
    assert "all candidates stand on one line" in trade.caption
    assert drawn(found["trade_element_cost_USD_kg"], "rank") == [1]
    assert drawn(found["trade_tensile_strength_MPa"], "value") == [10.0, 10.0]


def test_a_limit_that_leaves_nothing_is_drawn_at_one_and_says_none():
    funnel = [{"reason": "all", "n_left": 10}, {"reason": "no germanium", "n_left": 0}]
    figure = funnel_figure(funnel)
    assert drawn(figure, "n_left") == [10, 1]
    assert drawn(figure, "said") == ["10", "0"]
