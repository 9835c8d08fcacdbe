import copy

import pandas as pd
import pytest

from pipeline.watching import falling_curves, faster_than_known, impossible_predictions
from pipeline.watching.predicted import falls

ROW = {
    "rank": 1,
    "filler_wt_fraction": 0.1,
    "log10_conductivity": -4.0,
    "log10_conductivity_lower": -5.0,
    "log10_conductivity_upper": -3.0,
    "conductivity_S_cm": 1e-4,
    "transference_number": 0.5,
    "transference_number_lower": 0.2,
    "transference_number_upper": 0.8,
    "desirability": 0.5,
    "probability_of_meeting_all": 1.0,
}
CURVE = {"predicted": [-5.0, -4.5, -4.5], "lower": [-6.0, -5.0, -5.0], "upper": [-4.0, -4.0, -4.0]}


@pytest.fixture
def advice():
    one = {"rank": 1, "loading": dict(CURVE), "arrhenius": {**CURVE, "temperature_C": [0.0, 25.0, 60.0]}}
    return {"warm": [copy.deepcopy(one)]}


def ranking(**changes):
    return {"warm": pd.DataFrame([ROW | changes])}


def test_what_can_be_trips_nothing(advice):
    assert impossible_predictions(ranking(), advice).trips == ()
    assert faster_than_known(ranking(), advice, 0.1).trips == ()
    assert list(falling_curves(advice)) == [None]


def test_what_is_not_known_is_not_wrong(advice):
    unknown = {f"transference_number{end}": float("nan") for end in ("", "_lower", "_upper")}
    assert impossible_predictions(ranking(**unknown, desirability=float("nan")), advice).trips == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"transference_number": 1.2, "transference_number_upper": 1.3}, "transference_number is 1.2, where 0 to 1"),
        ({"transference_number": -0.2, "transference_number_lower": -1}, "transference_number is -0.2"),
        ({"transference_number": 0.9}, "transference_number 0.9 lies outside of its interval, 0.2 to 0.8"),
        ({"log10_conductivity_lower": -3.5}, "log10_conductivity -4 lies outside of its interval, -3.5 to -3"),
        ({"log10_conductivity_lower": -3.0, "log10_conductivity_upper": -5.0}, "lies outside of its interval"),
        (
            {"log10_conductivity": 1.0, "log10_conductivity_upper": 2.0, "conductivity_S_cm": 10.0},
            "is 1, where -16 to 0",
        ),
        ({"conductivity_S_cm": 1e-3}, "conductivity_S_cm 0.001 is not 10 to the power of -4"),
        ({"filler_wt_fraction": 1.2}, "filler_wt_fraction is 1.2, where 0 to 1 can be"),
        ({"desirability": -0.5}, "desirability is -0.5"),
        ({"probability_of_meeting_all": 1.5}, "probability_of_meeting_all is 1.5"),
    ],
    ids=str,
)
def test_what_cannot_be_is_named_with_its_rank(advice, changes, said):
    (trip,) = impossible_predictions(ranking(**changes), advice).trips
    assert trip.startswith("warm, rank 1: ")
    assert said in trip


@pytest.mark.parametrize("axis", ["loading", "arrhenius"])
def test_a_curve_that_leaves_its_band_trips(advice, axis):
    advice["warm"][0][axis]["upper"] = [-4.0, -4.6, -4.0]
    (trip,) = impossible_predictions(ranking(), advice).trips
    assert trip.startswith(f"warm, rank 1, {axis} curve: log10_conductivity -4.5 lies outside")


def test_a_curve_that_falls_as_it_gets_warmer_trips(advice):
    advice["warm"][0]["arrhenius"]["predicted"] = [-5.0, -4.5, -4.6]
    assert list(falling_curves(advice)) == ["warm, rank 1: the prediction falls by 0.100 decades from 25 to 60 °C"]


def test_rounding_is_no_fall():
    assert falls("x", [0, 25], pd.Series([-4.0, -4.0 - 1e-9]).to_numpy(), 1e-6) is None
    assert falls("x", [0, 25], pd.Series([-4.0, -4.001]).to_numpy(), 1e-6) is not None


def test_a_candidate_faster_than_any_electrolyte_trips(advice):
    fast = {"log10_conductivity": -0.5, "conductivity_S_cm": 0.316}
    assert faster_than_known(ranking(**fast), advice, 0.1).trips == (
        "warm, rank 1: 0.316 S/cm, where 0.1 is known of none",
    )
    advice["warm"][0]["arrhenius"]["predicted"] = [-5.0, -4.0, -0.9]
    assert "arrhenius curve: 0.126 S/cm" in faster_than_known(ranking(), advice, 0.1).trips[0]
