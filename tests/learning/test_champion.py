import numpy as np
import pandas as pd
import pytest

from pipeline.learning import CONDUCTIVITY, KEPT, STABILITY_WINDOW, choose
from pipeline.learning.champion import VARIANTS

N_WORKS = 40


@pytest.fixture(scope="module")
def held_out():
    """Held-out works on which each learner has the mean error that is given, with the scatter of its own."""
    generator = np.random.default_rng(6)

    def make(**mean_errors):
        scatter = {name: generator.normal(0, 0.05, N_WORKS) for name in mean_errors}
        errors = {name: mean + scatter[name] - scatter[name].mean() for name, mean in mean_errors.items()}
        return pd.DataFrame({"work_id": [f"work {n}" for n in range(N_WORKS)], "measured": 0.0, **errors})

    return make


def test_the_median_holds_where_nothing_is_proven(held_out):
    champion = choose(held_out(xgboost=1.0, median=1.0), STABILITY_WINDOW, 0)
    assert champion.name == "median"
    assert "not proven better than the median" in champion.reason
    assert champion.beaten_by == ()


def test_a_worse_model_does_not_replace_the_median_and_the_median_is_not_beaten_by_it(held_out):
    champion = choose(held_out(xgboost=1.5, median=1.0), STABILITY_WINDOW, 0)
    assert (champion.name, champion.beaten_by) == ("median", ())


@pytest.mark.parametrize("target", [CONDUCTIVITY, STABILITY_WINDOW], ids=lambda target: target.name)
def test_a_model_that_is_proven_better_replaces_the_median(held_out, target):
    champion = choose(held_out(xgboost=0.6, median=1.0), target, 0)
    assert champion.name == "xgboost"
    assert champion.reason.startswith("better than the median by 0.400")
    assert "p = " in champion.reason


def test_what_candidates_are_ranked_by_keeps_its_model_and_says_that_it_is_not_proven(held_out):
    champion = choose(held_out(xgboost=1.2, median=1.0), CONDUCTIVITY, 0)
    assert champion.name == "xgboost"
    assert "not proven better than the median" in champion.reason
    assert "ranked" in champion.reason
    assert champion.beaten_by == ("median",)


def test_yardsticks_that_are_proven_better_are_named(held_out):
    table = held_out(xgboost=0.6, median=1.0, random_forest=0.4, gaussian_process=0.3, ridge=0.6, extra_trees=0.9)
    champion = choose(table, CONDUCTIVITY, 0)
    assert champion.name == "xgboost"
    assert set(champion.beaten_by) == {"random_forest", "gaussian_process"}


def test_yardsticks_that_beat_the_median_are_named_where_the_median_holds(held_out):
    champion = choose(held_out(xgboost=1.0, median=1.0, ridge=0.7), STABILITY_WINDOW, 0)
    assert (champion.name, champion.beaten_by) == ("median", ("ridge",))


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_replaces_plain_xgboost_only_if_it_is_proven_better(held_out, variant):
    better = choose(held_out(xgboost=0.6, median=1.0, **{variant: 0.5}), CONDUCTIVITY, 0)
    assert better.name == variant
    assert f"{variant} better than plain XGBoost by 0.100" in better.reason
    for error in (0.6, 0.7):
        assert choose(held_out(xgboost=0.6, median=1.0, **{variant: error}), CONDUCTIVITY, 0).name == "xgboost"


def test_the_best_of_several_proven_variants_is_taken_and_the_others_do_not_beat_it(held_out):
    table = held_out(xgboost=0.8, median=1.0, xgboost_on_bounds=0.7, xgboost_with_public=0.5, xgboost_with_phases=0.6)
    champion = choose(table, CONDUCTIVITY, 0)
    assert (champion.name, champion.beaten_by) == ("xgboost_with_public", ())


def test_a_variant_does_not_replace_the_median(held_out):
    champion = choose(held_out(xgboost=1.0, median=1.0, xgboost_on_bounds=0.7), STABILITY_WINDOW, 0)
    assert champion.name == "median"
    assert champion.beaten_by == ("xgboost_on_bounds",)


def test_whatever_is_chosen_can_be_kept(held_out):
    for errors in ({"ridge": 0.1}, {"xgboost_on_bounds": 0.1}, {"gaussian_process": 0.1, "mixing_rule": 0.2}):
        for target in (CONDUCTIVITY, STABILITY_WINDOW):
            assert choose(held_out(xgboost=0.6, median=1.0, **errors), target, 0).name in KEPT


def test_the_same_seed_makes_the_same_choice_with_the_same_words(held_out):
    table = held_out(xgboost=0.9, median=1.0, ridge=0.8)
    assert choose(table, CONDUCTIVITY, 3) == choose(table, CONDUCTIVITY, 3)
