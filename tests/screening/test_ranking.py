import numpy as np
import pandas as pd
import pytest

from features import featurize
from pipeline.learning import CONDUCTIVITY
from pipeline.screening import equal_loadings, predictions, screen
from pipeline.screening.ranking import INDISTINGUISHABLE


@pytest.fixture
def best(ask, models, knowledge):
    def of(n=50, **changes):
        screened = screen(ask(**changes), models, knowledge, n)
        return screened.space, screened.indices

    return of


def test_equal_loadings_are_the_ends_of_what_is_predicted_alike(best, models, library):
    grid = (0.1, 0.02, 0.05, 0.2, 0.3, 0.45, 0.6, 0.8)
    space, found = best(8, filler_wt_fractions=grid)
    ensemble = models[CONDUCTIVITY.name][0]
    ends = equal_loadings(space, found, ensemble, library)
    stated = zip(space.mixtures(found).iterrows(), ends.to_numpy(), strict=True)
    for (_, mixture), (lowest, highest, other, difference) in stated:
        variants = pd.DataFrame([mixture] * len(grid)).assign(filler_wt_fraction=grid)
        predicted = pd.Series(ensemble.predict(featurize(variants, library)), index=grid)
        alike = [w for w in grid if abs(predicted[w] - predicted[mixture["filler_wt_fraction"]]) <= INDISTINGUISHABLE]
        assert (lowest, highest) == (min(alike), max(alike))
        beyond = [w for w in grid if not lowest <= w <= highest]
        assert other == max(beyond, key=predicted.get)
        assert difference == predicted[other] - predicted[mixture["filler_wt_fraction"]]
    assert (ends["filler_wt_fraction_to"] < 0.8).any() or (ends["filler_wt_fraction_from"] > 0.02).any()


def test_of_no_candidate_there_are_no_loadings(best, models, library):
    space, found = best(8)
    assert equal_loadings(space, found[:0], models[CONDUCTIVITY.name][0], library).shape == (0, 4)


def test_a_model_that_knows_no_loading_finds_all_loadings_equal(best, constant, library):
    found = equal_loadings(*best(5), constant, library)
    assert set(found["filler_wt_fraction_from"]) == {0.02}
    assert set(found["filler_wt_fraction_to"]) == {0.5}
    assert found[["next_best_loading", "next_best_loading_difference"]].isna().all(axis=None)


def test_a_loading_that_a_limit_closes_is_neither_as_good_nor_next_best(best, models, library):
    grid = (0.02, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
    space, found = best(8, filler_wt_fractions=grid)
    ensemble = models[CONDUCTIVITY.name][0]
    free = equal_loadings(space, found, ensemble, library)
    own = space.mixtures(found)["filler_wt_fraction"]
    only_best = np.isin(grid, own)
    closed = equal_loadings(space, found, ensemble, library, [(("filler_wt_fraction",), only_best)])
    others = np.array(grid)[only_best]
    assert closed["next_best_loading"].dropna().isin(others).all()
    assert not free["next_best_loading"].isin(others).all()
    none = equal_loadings(space, found[:1], ensemble, library, [(("filler_wt_fraction",), np.isin(grid, own[0]))])
    assert none[["filler_wt_fraction_from", "filler_wt_fraction_to"]].to_numpy().tolist() == [[own[0], own[0]]]
    assert none[["next_best_loading", "next_best_loading_difference"]].isna().all(axis=None)


def test_every_prediction_stands_between_its_bounds_beside_a_verdict(best, models, library):
    space, indices = best()
    mixtures = space.mixtures(indices)
    table = predictions(mixtures, featurize(mixtures, library), models, library)
    for name in models:
        assert (table[f"{name}_lower"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_upper"]).all()
    assert table[f"{CONDUCTIVITY.name}_lower"].is_monotonic_decreasing
    assert set(table["verdict"]) <= {"inside", "edge", "outside"}
    assert (table["domain"] != "").all()


def test_a_candidate_is_judged_by_what_was_measured_of_its_parts(models, measured, library):
    known = measured.records.iloc[[0, 0, 0, 0]].reset_index(drop=True)
    asked = known.assign(polymer=["PEO", "PEO", "PAN", "PAN"], filler=["LLZO", "LAGP", "LLZO", "LAGP"], salt="LiTFSI")
    judged = predictions(asked, featurize(asked, library), models, library)
    named = [{name for name in ("PAN", "LAGP") if f" {name} never measured" in line} for line in judged["domain"]]
    assert named == [set(), {"LAGP"}, {"PAN"}, {"PAN", "LAGP"}]
    assert judged["domain"][0].startswith("measured together")
    assert judged["verdict"].tolist()[1:] == ["edge", "outside", "outside"]


def test_a_temperature_beyond_all_measured_is_outside_of_what_is_known(best, models, library):
    space, indices = best(temperature_C=200)
    mixtures = space.mixtures(indices)
    judged = predictions(mixtures, featurize(mixtures, library), models, library)
    assert set(judged["verdict"]) == {"outside"}
    assert judged["domain"].str.contains("200 °C, measured from").all()
