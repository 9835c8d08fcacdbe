from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from mapie.regression import CrossConformalRegressor
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import PredefinedSplit

from pipeline.common.errors import UserError
from pipeline.learning import CONDUCTIVITY, KEPT, TRANSFERENCE_NUMBER, Bounds
from pipeline.learning.boosting import CONSTANT
from pipeline.learning.conformal import Difficulty
from pipeline.learning.ensemble import fit_ensemble
from pipeline.learning.kept import calibration_folds, fit_kept
from pipeline.learning.learners import LEARNERS, TRANSFER
from pipeline.learning.splits import folds_by_work

CONFIDENCES = [0.6, 0.8, 0.9]


@pytest.fixture(scope="module")
def constant(sample, folds, task):
    return fit_ensemble(sample, folds, replace(task, hyperparameters=CONSTANT))


@pytest.fixture(scope="module")
def kept(supported, task):
    return {name: fit_kept(name, supported, 4, task) for name in KEPT}


def test_intervals_equal_those_of_mapie_around_the_median(sample, folds, constant):
    fold_of_row = np.empty(len(sample), dtype=int)
    for number, fold in enumerate(folds):
        fold_of_row[fold.test] = number
    learner = DummyRegressor(strategy="median")
    oracle = CrossConformalRegressor(learner, 0.8, method="plus", cv=PredefinedSplit(fold_of_row))
    inputs = np.zeros((len(sample), 1))
    expected = oracle.fit_conformalize(inputs, sample.labels).predict_interval(inputs)[1]
    found = constant.interval(sample.features, 0.8)
    np.testing.assert_allclose(found, (expected[:, 0, 0], expected[:, 1, 0]), atol=1e-6)


def test_an_interval_holds_its_prediction_and_keeps_to_the_physical_limits(sample, folds, task):
    extreme = np.where(sample.features["filler_is_active"] == 1, 0.98, 0.02)
    for target, labels in ((TRANSFERENCE_NUMBER, extreme), (CONDUCTIVITY, sample.labels + 4)):
        fitted = fit_ensemble(sample.with_bounds(Bounds.exactly(labels)), folds, replace(task, target=target))
        lower, upper = fitted.interval(sample.features, 0.95)
        predicted = fitted.predict(sample.features)
        assert (target.lowest <= lower).all()
        assert (upper <= target.highest).all()
        assert ((lower <= predicted) & (predicted <= upper)).all()


def test_an_interval_holds_its_prediction_even_where_the_members_disagree_with_it(ensemble, sample):
    exact = replace(ensemble, scores=tuple(np.zeros_like(errors) for errors in ensemble.scores))
    lower, upper = exact.interval(sample.features, 0.6)
    predicted = exact.predict(sample.features)
    assert ((lower <= predicted) & (predicted <= upper)).all()
    assert ((lower == predicted) | (upper == predicted)).any()


def test_an_interval_is_wider_where_less_like_it_was_measured(ensemble, sample):
    sloped = replace(ensemble, difficulty=Difficulty(0.5, 1.0, 0.1))
    distance = sloped.distance(sample.features)
    widths = [np.subtract(*each.interval(sample.features, 0.8)[::-1]) for each in (sloped, ensemble)]
    flat = replace(ensemble, difficulty=Difficulty(0.5, 0.0, 0.1))
    level = np.subtract(*flat.interval(sample.features, 0.8)[::-1])
    is_far = distance > np.median(distance)
    assert (widths[0] >= level).all()
    assert (widths[0] - level)[is_far].mean() > 1.5 * (widths[0] - level)[~is_far].mean()


def test_a_row_of_which_nothing_like_it_was_measured_is_the_furthest(ensemble, sample):
    distance = ensemble.distance(sample.features)
    assert ((distance >= 0) & (distance <= 1)).all()
    copied = ensemble.distance(ensemble.references)
    assert copied.tolist() == distance.tolist()


def test_three_records_say_only_what_is_physically_possible(sample, evidence_of, task):
    few = evidence_of(sample.features[:3], sample.labels[:3], ["a", "b", "c"])
    fitted = fit_ensemble(few, folds_by_work(few, 3, 0), replace(task, hyperparameters=CONSTANT))
    lower, upper = fitted.interval(sample.features[:2], 0.8)
    assert (lower.tolist(), upper.tolist()) == ([-16, -16], [0, 0])


@pytest.mark.parametrize("name", KEPT)
def test_one_work_says_only_what_is_physically_possible(supported, task, name):
    is_other = supported.is_judged & (supported.work_ids != "work 03")
    one_work = supported.take(~is_other)
    assert calibration_folds(one_work, 4, 0) == []
    fitted = fit_kept(name, one_work, 4, task)
    for confidence in CONFIDENCES:
        lower, upper = fitted.interval(supported.features, confidence)
        assert (set(lower), set(upper)) == ({-16.0}, {0.0})
    assert np.isfinite(fitted.predict(supported.features)).all()


def test_errors_are_those_of_works_that_the_member_has_not_seen(sample, folds, constant):
    difficulty = constant.difficulty.at(np.zeros(1))[0]
    for fold, scores in zip(folds, constant.scores, strict=True):
        expected = np.abs(sample.labels[fold.test] - np.median(sample.labels[fold.train]))
        np.testing.assert_allclose(scores * difficulty, np.sort(expected), atol=1e-6)


def test_what_a_left_out_work_measured_does_not_move_the_member_that_left_it_out(sample, folds, task, ensemble):
    changed = sample.labels.copy()
    changed[folds[1].test] -= 3
    again = fit_ensemble(sample.with_bounds(Bounds.exactly(changed)), folds, task)
    raw = [[bytes(member.save_raw()) for member in each.members] for each in (ensemble, again)]
    assert [one == other for one, other in zip(*raw, strict=True)] == [False, True, False, False]


def test_coverage_of_works_that_are_held_out_is_near_the_stated_one(sample, task):
    covered = []
    for fold in folds_by_work(sample, 6, 1):
        known, unseen = sample.take(fold.train), sample.take(fold.test)
        lower, upper = fit_ensemble(known, folds_by_work(known, 4, 1), task).interval(unseen.features, 0.8)
        covered += list((lower <= unseen.labels) & (unseen.labels <= upper))
    # Four standard errors of a share of 0.8 among 100 records.
    assert np.mean(covered) == pytest.approx(0.8, abs=4 * np.sqrt(0.8 * 0.2 / len(sample)))


def test_neither_the_order_of_the_columns_nor_further_ones_matter(ensemble, sample):
    shuffled = sample.features.iloc[:, ::-1].assign(note=1.0)
    assert ensemble.predict(shuffled).tolist() == ensemble.predict(sample.features).tolist()
    np.testing.assert_array_equal(ensemble.interval(shuffled, 0.8), ensemble.interval(sample.features, 0.8))
    np.testing.assert_array_equal(ensemble.leaves(shuffled), ensemble.leaves(sample.features))


def test_a_row_has_the_same_interval_alone_and_among_thousands(ensemble, sample):
    rows = np.random.default_rng(0).integers(len(sample), size=20_500)
    many = np.array(ensemble.interval(sample.features.iloc[rows], 0.8))
    few = np.array(ensemble.interval(sample.features, 0.8))
    np.testing.assert_array_equal(many, few[:, rows])


def test_the_same_seed_gives_the_same_ensemble(ensemble, sample, folds, task):
    again = fit_ensemble(sample, folds, task)
    np.testing.assert_array_equal(again.interval(sample.features, 0.8), ensemble.interval(sample.features, 0.8))
    assert again.predict(sample.features).tolist() == ensemble.predict(sample.features).tolist()


def test_intervals_of_several_confidences_lie_within_each_other(ensemble, sample):
    ends = ensemble.intervals(sample.features, CONFIDENCES)
    assert list(ends) == CONFIDENCES
    for inner, outer in pairwise(CONFIDENCES):
        assert (ends[outer][0] <= ends[inner][0]).all()
        assert (ends[inner][1] <= ends[outer][1]).all()
        assert (np.subtract(*ends[outer]) < np.subtract(*ends[inner])).any()


def test_features_of_another_version_are_refused_by_the_name_of_what_is_missing(ensemble, sample):
    with pytest.raises(UserError, match=r"log10_conductivity reads filler_is_active, which .*run `dvc repro`"):
        ensemble.predict(sample.features.drop(columns="filler_is_active"))


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_predicts_what_the_learner_of_that_name_predicts(kept, supported, task, name):
    expected = {**LEARNERS, **TRANSFER}[name](supported, supported.unlabelled(), task)
    # A median is stored as XGBoost's float32.
    np.testing.assert_allclose(kept[name].predict(supported.features), expected, rtol=1e-7)


def test_a_median_has_intervals_and_no_trees(kept, supported):
    lower, upper = kept["median"].interval(supported.features, 0.8)
    assert len(set(lower)) == len(set(upper)) == 1
    assert kept["median"].hyperparameters == CONSTANT
    assert (kept["median"].distance(supported.features) == 0).all()


def test_public_records_are_no_references(kept, supported):
    public = set(supported.keys["record_id"][supported.is_public])
    for name, each in kept.items():
        assert not public & set(each.references.index), name
    assert set(kept["xgboost_with_public"].references.index) == set(supported.keys["record_id"]) - public
    assert set(kept["median"].references.index) == set(supported.keys["record_id"][supported.is_judged])


def test_intervals_are_calibrated_on_composites_alone(kept, supported):
    for name, each in kept.items():
        assert sum(map(len, each.scores)) == supported.is_judged.sum(), name


def test_models_of_the_phases_are_kept_where_they_are_read(kept, supported):
    assert [name for name, each in kept.items() if each.phases is not None] == ["xgboost_with_phases"]
    assert kept["xgboost_with_phases"].feature_names[-2:] == ("host_by_public_set", "filler_by_public_set")
    located = kept["xgboost_with_phases"].located(supported.features)
    assert list(located.features) == list(kept["xgboost_with_phases"].feature_names)


def test_one_sided_records_are_learned_from_and_calibrate_nothing(sample, folds, task, ensemble):
    is_open = np.arange(len(sample)) % 3 == 0
    bounds = Bounds(np.where(is_open, -np.inf, sample.labels), np.where(is_open, sample.labels - 4, sample.labels))
    fitted = fit_ensemble(sample.with_bounds(bounds), folds, task)
    assert sum(map(len, fitted.scores)) == (~is_open).sum()
    assert fitted.predict(sample.features).mean() < ensemble.predict(sample.features).mean()


def test_no_rows_have_no_predictions(ensemble, sample):
    nothing = sample.features[:0]
    assert ensemble.predict(nothing).shape == (0,)
