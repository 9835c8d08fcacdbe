from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.reporting import (
    answer,
    best_by,
    candidate_figures,
    candidates,
    caution,
    constants,
    feature_rows,
    hindsight,
    noise,
    novelty,
    trust,
)

ASKED = {"n_candidates": 1000, "temperature_C": 30.0}


def test_the_answer_names_the_first_pair_its_value_and_how_many_are_known(ranking):
    said = answer(ranking, ASKED, 10)
    for words in ("PEO with LLZTO", "10–20 wt%", "1.0×10⁻³ S/cm", "1.0×10⁻⁴ to 1.0×10⁻²", "1 of them was measured"):
        assert words in said


@pytest.mark.parametrize(
    ("domains", "said"),
    [
        (["measured together", "measured together; salt LiI never measured"], "All of them were measured before."),
        (["each measured, not together"] * 2, "None of them was measured before: they join"),
    ],
)
def test_all_and_none_are_called_so(ranking, domains, said):
    assert said in answer(ranking.assign(domain=domains), {"n_candidates": 2, "temperature_C": 30.0}, 2)


def test_nothing_left_is_said_and_drawn_as_nothing(ranking):
    nothing = ranking.iloc[:0]
    assert "No combination keeps all the limits" in answer(nothing, ASKED, 10)
    assert candidate_figures(nothing, pd.DataFrame(), 30) == []
    assert candidates(nothing, 1) == []


def judged(champion="xgboost", gain=0.01, p_value=0.2):
    learners = {"xgboost": {"mean_absolute_error": 0.301}, "median": {"mean_absolute_error": 0.602}}
    return {"champion": champion, "learners": learners, "gains": {"median": {"gain": gain, "p_value": p_value}}}


@pytest.mark.parametrize(
    ("gain", "p_value", "is_hint"), [(0.01, 0.2, True), (0.01, 0.05, True), (0.01, 0.04, False), (-0.01, 0.04, True)]
)
def test_an_order_that_may_be_chance_is_called_a_hint(gain, p_value, is_hint):
    assert ("hint" in caution(judged(gain=gain, p_value=p_value))) == is_hint


def test_the_error_is_that_of_the_learner_that_is_used():
    assert "off by a factor of 2.0 on average, the plain median of the record by 4.0" in caution(judged())
    assert "off by a factor of 4.0 on average" in caution(judged(champion="median"))


def test_a_column_that_is_one_number_or_none_is_named_with_the_reason():
    metrics = {
        "transference_number": {"champion": "median", "reason": "not proven better (-0.01 to 0.02)"},
        "stability_window_V": {"champion": "", "reason": "no work holds it"},
    }
    said = constants(metrics)
    assert (
        "The transference number is the median of the record, the same in every row: not proven better (−0.01" in said
    )
    assert "No stability window is predicted: no work holds it." in said


def test_nothing_is_said_of_columns_that_are_predicted_row_by_row():
    of = {"champion": "xgboost", "reason": "better"}
    assert constants({"transference_number": of, "stability_window_V": of}) == ""


def test_the_number_of_works_behind_the_judgement_is_said():
    assert "judged on 42 primary works" in trust({"n_works": 42})


def test_how_far_works_differ_is_said_as_factors():
    floor = {
        "meaning": "the same salt",
        "median_difference": 0.301,
        "lower_quartile": 0.0,
        "upper_quartile": 1.0,
        "n_pairs": 7,
        "n_works": 5,
        "lowest_mean_absolute_error": 0.477,
        "mean_absolute_error_of_the_other_works": 0.602,
    }
    said = noise({"noise_floor": floor})
    for words in ("(the same salt)", "factor of 2.0 in the median, quartiles 1.0 and 10.0", "(7 pairs, 5 works)"):
        assert words in said
    assert "at least 3.0 on average" in said
    assert "is off by 4.0" in said


def test_where_no_two_works_measured_one_mixture_that_is_said():
    assert "No two works" in noise({"noise_floor": None})


def strategy(name, enrichment):
    counts = {"n_records": 84, "n_best": 12, "highest": 5.0}
    return {"strategy": name, "enrichment": enrichment, "lower": 1.26, "upper": 3.7, **counts}


def test_the_hindsight_sets_the_model_beside_what_needs_none():
    said = hindsight([strategy("wet_first", 2.54), strategy("xgboost", 2.68)])
    assert "held 2.7 times as many of the best tenth as chance" in said
    assert "1.3 to 3.7" in said
    assert said.endswith("Without a model: gels before dry films 2.5.")


def test_a_record_without_later_years_has_no_hindsight():
    assert "No composite" in hindsight([])


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


def test_each_component_is_listed_with_its_best_partner(ranking):
    assert [(row["name"], row["partner"]) for row in best_by(ranking, "polymer")] == [("PEO", "LLZTO")]
    assert [row["name"] for row in best_by(ranking, "filler")] == ["LLZTO", "Al₂O₃"]


def test_formulas_are_lowered_in_the_citation_and_not_in_the_numbers(ranking):
    assert candidates(ranking, 1)[0]["nearest"] == ["PEO / BaTiO₃: 1.0×10⁻⁵ S/cm"]


def test_what_nothing_predicts_is_an_empty_cell(ranking):
    ranking = ranking.drop(columns=["stability_window_V", "transference_number"])
    (first, _) = candidates(ranking, 1)
    assert (first["window"], first["transference"], first["conductivity"]) == ("", "", "1.0×10⁻³")
