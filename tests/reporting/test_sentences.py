from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.reporting import answer, best_by, candidate_figures, candidates, caution, feature_rows, novelty

ASKED = {"n_candidates": 1000, "temperature_C": 30.0}
RANKING = pd.DataFrame(
    {
        "rank": [1, 2],
        "polymer": ["PEO", "PEO"],
        "filler": ["LLZTO", "Al2O3"],
        "salt": ["LiTFSI", "LiTFSI"],
        "filler_wt_fraction_from": [0.1, 0.1],
        "filler_wt_fraction_to": [0.2, 0.1],
        "architecture": ["wires", "particles"],
        "additives": ["", "SN;dopamine"],
        "log10_conductivity": [-3.0, -4.0],
        "log10_conductivity_lower": [-4.0, -5.0],
        "log10_conductivity_upper": [-2.0, -3.0],
        "conductivity_S_cm": [1e-3, 1e-4],
        "stability_window_V": [4.9, 5.0],
        "transference_number": [0.5, 0.5],
        "domain": ["measured together", "filler Al2O3 never measured"],
        "nearest_1": ["PEO / BaTiO3: 1.0×10⁻⁵ S/cm", "x"],
    }
)


def test_the_answer_names_the_first_pair_its_value_and_how_many_are_known():
    said = answer(RANKING, ASKED, 10)
    for words in ("PEO with LLZTO", "10–20 wt%", "1.0×10⁻³ S/cm", "1.0×10⁻⁴ to 1.0×10⁻²", "1 of them was measured"):
        assert words in said


def test_nothing_left_is_said_and_drawn_as_nothing():
    nothing = RANKING.iloc[:0]
    assert "No combination keeps all the limits" in answer(nothing, ASKED, 10)
    assert candidate_figures(nothing, pd.DataFrame(), 30) == []
    assert candidates(nothing, 1) == []


def test_an_order_that_may_be_chance_is_called_a_hint():
    scores = {"xgboost": {"mean_absolute_error": 0.3}, "median": {"mean_absolute_error": 0.31}}
    assert "hint" in caution(scores | {"xgboost_gain_over_median": {"lower": -0.01}})
    assert "hint" not in caution(scores | {"xgboost_gain_over_median": {"lower": 0.01}})


def test_what_a_new_material_will_see_is_said_as_a_factor():
    def scores(xgboost, median, n):
        errors = {"xgboost": {"mean_absolute_error": xgboost}, "median": {"mean_absolute_error": median}}
        return errors | {"n_left_out": n}

    said = novelty({"new_polymer": scores(0.477, 0.6, 44), "new_filler_family": scores(0.3, 0.5, 22)})
    for words in (
        "3.0 (the median by 4.0) where its polymer is new",
        "2.0 (the median by 3.2)",
        "44 polymers",
        "22 fam",
    ):
        assert words in said


def test_the_dictionary_s_ranges_are_words():
    table = pd.DataFrame(
        {"name": list("abcd"), "lowest": [0, 0, -np.inf, -5], "highest": [1, np.inf, np.inf, -1], "why_not_used": ""}
    )
    assert [row["range"] for row in feature_rows(table)] == ["0 to 1", "from 0", "any", "−5 to −1"]


def test_each_component_is_listed_with_its_best_partner():
    assert [(row["name"], row["partner"]) for row in best_by(RANKING, "polymer")] == [("PEO", "LLZTO")]
    assert [row["name"] for row in best_by(RANKING, "filler")] == ["LLZTO", "Al₂O₃"]


def test_formulas_are_lowered_in_the_citation_and_not_in_the_numbers():
    assert candidates(RANKING, 1)[0]["nearest"] == ["PEO / BaTiO₃: 1.0×10⁻⁵ S/cm"]
