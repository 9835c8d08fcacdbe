"""What has to hold on the real record: no skill from nothing, and laws that the fitted model keeps."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import RECIPROCAL_TEMPERATURE, dictionary, featurize
from pipeline.learning import CONDUCTIVITY, LEARNERS, Bounds, Corpus, gather_evidence
from pipeline.learning.boosting import UNTUNED
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import Task
from pipeline.learning.scores import point_scores
from pipeline.learning.splits import folds_by_work

TASK = Task(CONDUCTIVITY, UNTUNED, seed=0, n_threads=1, n_trees=50)
CELSIUS = np.arange(-20.0, 121.0, 5.0)


@pytest.fixture(scope="module")
def corpus(records, library):
    used = tuple(feature.name for feature in dictionary(library) if feature.is_learned)
    return Corpus(records, featurize(records, library), used, library)


@pytest.fixture(scope="module")
def evidence(corpus):
    return gather_evidence(CONDUCTIVITY, corpus)


@pytest.fixture(scope="module")
def model(evidence):
    return fit_kept("xgboost", evidence, 3, TASK)


def r2_on_held_out_works(evidence, learner, n_folds=3):
    own = evidence.numbers()
    predicted = np.full(len(own), np.nan)
    for fold in folds_by_work(own, n_folds, 0):
        known, unseen = own.take(fold.train), own.take(fold.test).unlabelled()
        predicted[fold.test] = LEARNERS[learner](known, unseen, TASK)
    judged = own.is_judged
    return point_scores(own.labels[judged], predicted[judged], own.work_weights[judged])["r2"]


@pytest.mark.parametrize("learner", ["xgboost", "random_forest", "ridge", "family_median"])
def test_shuffled_measurements_give_no_skill(evidence, learner):
    order = np.random.default_rng(1).permutation(len(evidence))
    assert r2_on_held_out_works(evidence.with_bounds(evidence.bounds[order]), learner) <= 0.05


@pytest.mark.parametrize("learner", ["xgboost", "random_forest", "ridge"])
def test_a_planted_law_is_found_on_the_same_works(evidence, learner):
    # Loading and temperature as the features tell them; both are known of nearly every composite.
    loading = evidence.features["filler_wt_fraction"].fillna(0.3).to_numpy()
    temperature = evidence.features[RECIPROCAL_TEMPERATURE.name].fillna(3.35).to_numpy()
    noise = np.random.default_rng(2).normal(0, 0.1, len(evidence))
    planted = evidence.with_bounds(Bounds.exactly(-4 - 2 * loading - 2 * (temperature - 3.35) + noise))
    assert r2_on_held_out_works(planted, learner) > 0.6


def at_every_temperature(mixtures):
    """The mixtures at each temperature of the grid, temperature rising along each of them."""
    rows = mixtures.loc[np.repeat(mixtures.index, len(CELSIUS))].reset_index(drop=True)
    return rows.assign(temperature_C=np.tile(CELSIUS, len(mixtures)))


@pytest.fixture(scope="module")
def heated(records, library):
    """Every fifteenth record, at each temperature of the grid."""
    mixtures = records[(records["polymer"] != "")].iloc[::15]
    table = featurize(at_every_temperature(mixtures), library)
    return table, len(mixtures)


def test_all_that_temperature_moves_among_the_features_is_constrained_and_moves_that_way(heated, evidence):
    table, n = heated
    directions = dict(CONDUCTIVITY.monotone)
    moved = set()
    for name in evidence.features:
        steps = np.diff(table[name].to_numpy().reshape(n, len(CELSIUS)), axis=1)
        if not (np.nan_to_num(steps) == 0).all():
            moved.add(name)
            assert (np.nan_to_num(steps) * directions[name] >= -1e-9).all(), name
        known = np.isfinite(table[name].to_numpy().reshape(n, len(CELSIUS)))
        assert (known.all(axis=1) | ~known.any(axis=1)).all(), name
    assert RECIPROCAL_TEMPERATURE.name in moved
    assert len(moved) > 1


def test_predicted_conductivity_never_falls_with_temperature(heated, model):
    table, n = heated
    for booster in (model.model, *model.members):
        predicted = replace(model, model=booster).predict(table).reshape(n, len(CELSIUS))
        assert (np.diff(predicted, axis=1) >= 0).all()
    assert (predicted[:, -1] > predicted[:, 0]).all()


def test_records_in_another_order_give_the_same_evidence_once_sorted_and_the_same_predictions(corpus, evidence, model):
    order = np.random.default_rng(3).permutation(len(corpus.records))
    shuffled = Corpus(
        corpus.records.iloc[order].reset_index(drop=True),
        corpus.described.iloc[order].reset_index(drop=True),
        corpus.used,
        corpus.library,
    )
    again = gather_evidence(CONDUCTIVITY, shuffled)
    again = again.take(np.argsort(again.keys["record_id"].to_numpy(str), kind="stable"))
    assert again.keys["record_id"].tolist() == evidence.keys["record_id"].tolist()
    fitted = fit_kept("xgboost", again, 3, TASK)
    assert fitted.predict(evidence.features).tolist() == model.predict(evidence.features).tolist()


def test_the_order_of_the_columns_decides_nothing_but_which_are_drawn(evidence):
    own = evidence.numbers()
    every_column = replace(TASK, hyperparameters=UNTUNED | {"colsample_bytree": 1.0})
    backwards = replace(own, features=own.features.iloc[:, ::-1])
    fold = folds_by_work(own, 3, 0)[0]
    one, other = (
        LEARNERS["xgboost"](each.take(fold.train), each.take(fold.test).unlabelled(), every_column)
        for each in (own, backwards)
    )
    # Features that split the works alike tie, and of those the first is taken.
    assert np.median(np.abs(one - other)) < 0.05
    by_name = fit_kept("xgboost", own, 3, TASK)
    assert by_name.predict(backwards.features).tolist() == by_name.predict(own.features).tolist()


def test_a_column_that_is_the_same_everywhere_changes_nothing(corpus, evidence, model):
    described = corpus.described.assign(constant=7.0)
    more = gather_evidence(CONDUCTIVITY, Corpus(corpus.records, described, (*corpus.used, "constant"), corpus.library))
    assert more.features.equals(evidence.features)
    fitted = fit_kept("xgboost", more, 3, TASK)
    assert fitted.predict(evidence.features).tolist() == model.predict(evidence.features).tolist()


SAID_OTHERWISE = {
    "a blend the other way round": ({"polymer": "PVDF:0.3 + PEO:0.7"}, {"polymer": "PEO:0.7 + PVDF:0.3"}),
    "a repeat unit read from the other end": ({"polymer": "*CC(C)O*"}, {"polymer": "*OC(C)C*"}),
    "a name and its repeat unit": ({"polymer": "PEO"}, {"polymer": "*OCC*"}),
    "a formula in another order": ({"filler": "Li7La3Zr2O12"}, {"filler": "La3Zr2Li7O12"}),
    "two fillers the other way round": ({"filler": "LLZO + LATP"}, {"filler": "LATP + LLZO"}),
    "no filler, and none of a filler": ({"filler": "", "filler_wt_fraction": 0.0}, {"filler_wt_fraction": 0.0}),
    "no filler, and no volume of a filler": (
        {"filler": "", "filler_wt_fraction": np.nan},
        {"filler_wt_fraction": np.nan, "filler_vol_fraction": 0.0},
    ),
}


@pytest.mark.parametrize("said", SAID_OTHERWISE)
def test_what_is_said_otherwise_is_predicted_the_same(said, model, vocabulary, library):
    mixture = {
        "polymer": "PEO",
        "salt": "LiTFSI",
        "salt_ratio": np.nan,
        "salt_ratio_unit": "",
        "filler": "LLZTO",
        "filler_wt_fraction": 0.4,
        "filler_vol_fraction": np.nan,
        "particle_size_nm": np.nan,
        "architecture_tags": "",
        "additives": "",
        "temperature_C": 25.0,
    }
    table = pd.DataFrame([mixture | cells for cells in SAID_OTHERWISE[said]])
    table["polymer"] = [vocabulary.polymer(text) for text in table["polymer"]]
    table["filler"] = [vocabulary.filler(text) if text else "" for text in table["filler"]]
    one, other = model.predict(featurize(table, library))
    assert one == other
    np.testing.assert_array_equal(*np.array(model.interval(featurize(table, library), 0.8)).T)
