import pandas as pd
import pytest

from pipeline.reporting import blind_spots, leakage, stable

SCORES = {
    "champion": "xgboost",
    "n_records": 274,
    "n_works": 250,
    "learners": {"xgboost": {"mean_absolute_error": 0.456}},
    "families": {
        "polymer_family": [
            {"family": "polyether", "n_records": 128, "mean_absolute_error": 0.46, "coverage": {"80%": 0.6}},
        ],
        "filler_family": [
            {"family": "inert_oxide", "n_records": 67, "mean_absolute_error": 0.61, "coverage": {"80%": 0.66}},
        ],
    },
}


def test_how_much_of_the_order_stands_is_said_with_its_figures(fits):
    said = stable(fits, 20, SCORES)
    for words in ("(10 times", "names 20% of the first 2 again", "another seed (5 times) 100%", "−0.12 decades"):
        assert words in said
    assert "where the model errs by 0.46" in said
    assert said.endswith("Named instead most often: PVDF / SiO₂ (8).")


def test_without_newcomers_none_is_named(fits):
    fits["resampled"]["newcomers"] = []
    assert "instead" not in stable(fits, 20, SCORES)


def test_an_empty_ranking_has_no_order(fits):
    empty = {kind: of | {"n_times_in_top": []} for kind, of in fits.items()}
    assert stable(empty, 20, SCORES) == "There is no order: no combination keeps the limits."


def test_leakage_is_told_with_what_was_held_out():
    assert "274 records of 250 works" in leakage(SCORES)


@pytest.fixture
def records():
    composite = {
        "origin": "literature",
        "polymer": "PEO",
        "filler": "LLZO",
        "filler_wt_fraction": 0.1,
        "filler_vol_fraction": float("nan"),
        "salt": "LiTFSI",
        "particle_size_nm": float("nan"),
        "is_temperature_stated": True,
        "temperature_C": 30.0,
    }
    cold = {"temperature_C": 0.0, "salt": "", "filler_wt_fraction": float("nan")}
    return pd.DataFrame([composite, composite | cold, composite | {"filler": ""}, composite | {"origin": "public"}])


def test_the_worst_family_and_the_narrowest_intervals_are_named(records):
    worst, loose, *_ = blind_spots(SCORES, records, "80%")
    assert "inert oxide: 0.61 decades (67 records)" in worst
    assert "polyether are too narrow: they hold 60% where 80%" in loose


def test_gaps_are_counted_over_measured_composites(records):
    *_, gaps, cold = blind_spots(SCORES, records, "80%")
    assert gaps.startswith(
        "Of 2 measured composites come 50% without a loading, 50% without a salt, 100% without a particle size and 0% "
        "without a temperature"
    )
    assert cold.startswith("1 of them were measured below 10 °C")


def test_without_families_and_records_nothing_is_said(records):
    assert blind_spots(SCORES | {"families": {"polymer_family": [], "filler_family": []}}, records[:0], "80%") == []
