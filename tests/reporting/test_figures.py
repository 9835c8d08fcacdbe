from __future__ import annotations

import math

import pandas as pd
import pytest

from pipeline.reporting import candidate_figures, trust_figures


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
    return {
        "champion": "xgboost",
        "learners": {name: {"mean_absolute_error": error} for name, error in learners.items()},
        "intervals": {"xgboost": levels, "median": levels | {"50%": {"coverage": 0.1}}},
        "error_by_distance": bins,
    }


def drawn(figure, column):
    """Return the values of a column in the data sets of a chart that hold it, in order."""
    data = figure.chart.spec()["datasets"].values()
    return [row[column] for rows in data for row in rows if column in row]


@pytest.fixture
def figures(held_out, scores):
    return {figure.name: figure for figure in trust_figures(held_out, scores)}


def test_each_record_of_the_conductivity_with_a_number_is_drawn_once(figures):
    assert drawn(figures["parity"], "measured") == [-4.0, -3.0]
    assert drawn(figures["parity"], "predicted") == [-3.5, -3.2]


def test_the_points_are_those_of_the_learner_that_is_used(held_out, scores):
    used = scores | {"champion": "median"}
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
