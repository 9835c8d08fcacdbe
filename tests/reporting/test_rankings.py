import numpy as np
import pandas as pd
import pytest

from pipeline.reporting import candidates, coverage, experiments, gates, goals, labels, ordering, reasons
from pipeline.reporting.wording import blended

ASKED = {
    "n_candidates": 3_565_900_800,
    "temperature_C": 30.0,
    "shape": {
        "polymer": 201,
        "filler": 60,
        "salt": 8,
        "architecture": 11,
        "additive": 1,
        "salt_ratio": 7,
        "particle_size_nm": 1,
        "filler_wt_fraction": 40,
        "temperature_C": 1,
    },
    "distinct": ["polymer", "filler"],
    "order_by": "lower",
    "funnel": [{"n_left": 3_565_900_800}, {"n_left": 12_345}],
    "goals": {},
    "completeness": "",
}


def test_how_many_were_covered_and_that_the_order_is_exact_is_said():
    said = coverage(ASKED)
    for words in ("All 3,565,900,800 mixtures", "201 polymers and blends", "12,345 keep the limits", "order is exact"):
        assert words in said
    assert "additive" not in said
    assert "lower end of the interval" in said
    assert "predicted value" in coverage(ASKED | {"order_by": "mean"})


def test_by_what_is_ordered_is_said():
    assert "a promise counts less" in ordering(ASKED)
    assert "combination of polymer and filler" in ordering(ASKED)
    assert "Ordered by the predicted value." in ordering(ASKED | {"order_by": "mean"})


def test_goals_are_said_where_there_are_any():
    assert goals(ASKED) == ""
    facts = {
        "judged_by": ["conductivity_S_cm", "element_cost_USD_kg"],
        "left_out": {"stability_window_V": "the same for all candidates: 5"},
        "n_on_front": 4,
        "n_on_pessimistic_front": 9,
    }
    said = goals(ASKED | {"goals": facts, "completeness": "Complete."})
    assert "beats in conductivity and cost of the elements at once (4 by predicted values, 9 by" in said
    assert "The stability window orders nothing: the same for all candidates: 5." in said
    assert said.endswith("Complete.")


@pytest.mark.parametrize(
    ("mixture", "shown"),
    [
        ("PEO", "PEO"),
        ("PEO:0.700000 + PVDF:0.300000", "PEO + PVDF 70:30"),
        ("PAN + PEO", "PAN + PEO"),
        ("", ""),
        ("12:30", "12:30"),
    ],
)
def test_shares_stand_behind_the_names(mixture, shown):
    assert blended(mixture) == shown


def test_a_row_shows_salt_ratio_and_goals_where_they_are_known(ranking):
    plain, stated = candidates(ranking.assign(salt_ratio=[np.nan, 18.0], salt_ratio_unit=["", "EO:Li"]), 1)
    assert (plain["salt"], stated["salt"]) == ("LiTFSI", "LiTFSI, EO:Li 18")
    assert plain["goals"] == []
    judged = ranking.assign(pareto_rank=[1, 2], desirability=[0.5, 0.25], probability_of_meeting_all=[0.81, 0.2])
    (first, _) = candidates(judged, 1)
    assert first["goals"] == ["front 1", "desirability 0.50", "meets all limits: 81%"]


def test_experiments_are_numbered_with_their_reasons():
    batch = pd.DataFrame(
        {
            "polymer": ["PEO"],
            "filler": ["BaTiO3"],
            "filler_amount": [10.0],
            "filler_unit": ["wt%"],
            "way_to_build": ["wires"],
            "salt": ["LiTFSI"],
            "salt_ratio": [16.0],
            "salt_ratio_unit": ["EO:Li"],
            "additives": ["SN;dopamine"],
            "predicted_conductivity_S_cm": [3.6e-4],
            "predicted_conductivity_lower_S_cm": [5.3e-5],
            "predicted_conductivity_upper_S_cm": [1.8e-3],
            "reason": ["Number 1."],
        }
    )
    (row,) = experiments(batch)
    assert (row["predicted"], row["interval"]) == ("3.6×10⁻⁴", "5.3×10⁻⁵ to 1.8×10⁻³")
    assert (row["number"], row["filler"], row["loading"]) == ("1", "BaTiO₃", "10 wt%")
    assert (row["additives"], row["reason"]) == ("SN, dopamine", "Number 1.")


def test_a_gate_shows_what_it_left_and_what_it_would_drop_alone():
    first = {"reason": "all combinations", "source": "", "n_left": 1000, "alone": 0}
    second = {"reason": "no Ge", "source": "the campaign", "n_left": 900, "alone": 1234}
    assert [(gate["n_left"], gate["alone"]) for gate in gates([first, second])] == [("1,000", ""), ("900", "1,234")]


def test_a_row_says_what_its_elements_cost_what_is_critical_and_what_is_in_stock(ranking):
    first, second = candidates(ranking, 1)
    assert first["supply"] == ["elements 150 USD/kg", "critical: La, Ta", "not in stock: LLZTO"]
    assert second["supply"] == ["no critical element", "in stock"]
    (unknown, _) = candidates(ranking.assign(in_stock=""), 1)
    assert unknown["supply"] == ["elements 150 USD/kg", "critical: La, Ta"]
    assert first["strength"] == "10.0"


def test_drivers_are_told_in_a_chemists_words_and_what_is_less_than_the_error_is_not(ranking, advice, fits):
    first, second = reasons(ranking, advice, fits)
    assert first["drivers"] == [
        {"words": "PEO + PVDF 70:30", "adds": "+0.30"},
        {"words": "Al₂O₃, 50 nm", "adds": "−0.10"},
        {"words": "wires", "adds": "+0.05"},
    ]
    assert second["drivers"][2]["words"] == "particles", "the campaign's own name of the way to build"


def test_what_would_change_a_place_is_told(ranking, advice, fits):
    first, second = reasons(ranking, advice, fits)
    assert (first["rank_by_predicted_value"], first["next_best_loading"]) == (2, "26 wt%: −0.04")
    assert second["next_best_loading"] == ""
    assert first["named"] == ["3 of 10", "5 of 5"]


def test_candidates_are_labelled_with_their_rank(ranking):
    assert labels(ranking) == ["1. PEO / LLZTO", "2. PEO / Al₂O₃"]
