from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.regression import CrossConformalRegressor
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit

from pipeline.learning import CONDUCTIVITY, CONSTANT, TRANSFERENCE_NUMBER, fit_ensemble, folds_by_work
from pipeline.learning.ensemble import cv_plus


def mapie_bounds(learner, inputs, labels, folds, unseen, confidence):
    fold_of_row = np.empty(len(labels), dtype=int)
    for number, fold in enumerate(folds):
        fold_of_row[fold.test] = number
    oracle = CrossConformalRegressor(learner, confidence, method="plus", cv=PredefinedSplit(fold_of_row))
    bounds = oracle.fit_conformalize(inputs, labels).predict_interval(unseen)[1]
    return bounds[:, 0, 0], bounds[:, 1, 0]


@pytest.mark.parametrize("confidence", [0.6, 0.8, 0.95])
def test_bounds_equal_those_of_mapie_for_a_linear_model(sample, confidence):
    inputs = sample.features.fillna(0.5).to_numpy()
    unseen = np.random.default_rng(1).uniform(0, 4, (50, inputs.shape[1]))
    fitted = [LinearRegression().fit(inputs[f.train], sample.labels[f.train]) for f in sample.folds]
    residuals = tuple(
        np.abs(sample.labels[f.test] - m.predict(inputs[f.test])) for f, m in zip(sample.folds, fitted, strict=True)
    )
    lower, upper = cv_plus([member.predict(unseen) for member in fitted], residuals, confidence)
    expected = mapie_bounds(LinearRegression(), inputs, sample.labels, sample.folds, unseen, confidence)
    np.testing.assert_allclose((lower, upper), expected, rtol=1e-12)


def test_intervals_equal_those_of_mapie_around_the_median(sample):
    constant = fit_ensemble(sample.features, sample.labels, CONDUCTIVITY, sample.folds, CONSTANT, 0, 1)
    learner = DummyRegressor(strategy="median")
    inputs = sample.features.fillna(0).to_numpy()
    expected = mapie_bounds(learner, inputs, sample.labels, sample.folds, inputs, 0.8)
    np.testing.assert_allclose(constant.interval(sample.features, 0.8), expected, atol=1e-6)


def test_bounds_worked_out_by_hand():
    # Ten numbers of which nine are known: the eighth error covers the tenth with probability 8/10.
    lower, upper = cv_plus([np.zeros(1)], (np.arange(1.0, 10.0),), 0.8)
    assert (lower[0], upper[0]) == (-8, 8)


def test_bounds_cover_a_new_draw_as_often_as_they_say():
    generator = np.random.default_rng(20)
    draws = generator.standard_t(3, size=(3000, 25))
    covered = 0
    for values in draws:
        *folds, new = *np.split(values[:24], 4), values[24]
        means = [np.mean(np.concatenate(folds[:k] + folds[k + 1 :])) for k in range(4)]
        residuals = tuple(np.abs(fold - mean) for fold, mean in zip(folds, means, strict=True))
        lower, upper = cv_plus([np.array([mean]) for mean in means], residuals, 0.8)
        covered += lower[0] <= new <= upper[0]
    # Four standard errors of a share of 0.8 in 3000 draws are 0.029.
    assert 0.8 - 0.029 < covered / 3000 < 0.9


@pytest.mark.parametrize(("n_residuals", "is_bounded"), [(3, False), (4, True)])
def test_three_residuals_are_too_few_for_four_fifths(n_residuals, is_bounded):
    lower, upper = cv_plus([np.zeros(2)], (np.ones(n_residuals),), 0.8)
    assert lower.tolist() == ([-1, -1] if is_bounded else [-np.inf] * 2)
    assert upper.tolist() == ([1, 1] if is_bounded else [np.inf] * 2)


@st.composite
def members(draw):
    numbers = st.floats(-10, 10, allow_subnormal=False)
    predictions = draw(st.lists(numbers, min_size=2, max_size=4))
    residuals = [draw(st.lists(numbers.map(abs), min_size=3, max_size=8)) for _ in predictions]
    return [np.array([p]) for p in predictions], tuple(np.array(errors) for errors in residuals)


@given(members(), st.floats(0.5, 0.8))
def test_mirrored_predictions_have_mirrored_bounds(drawn, confidence):
    predictions, residuals = drawn
    lower, upper = cv_plus(predictions, residuals, confidence)
    mirrored = cv_plus([-p for p in predictions], residuals, confidence)
    assert (mirrored[0][0], mirrored[1][0]) == (-upper[0], -lower[0])


@given(members(), st.floats(0.5, 0.8), st.floats(0.5, 0.8))
def test_more_confidence_never_gives_a_narrower_interval(drawn, one, other):
    low, high = sorted((one, other))
    inner, outer = cv_plus(*drawn, low), cv_plus(*drawn, high)
    assert outer[0][0] <= inner[0][0]
    assert inner[1][0] <= outer[1][0]


def test_an_interval_holds_its_prediction_and_keeps_to_the_physical_limits(sample, few_trees):
    extreme = np.where(sample.features["filler_is_active"] == 1, 0.98, 0.02)
    for target, labels in ((TRANSFERENCE_NUMBER, extreme), (CONDUCTIVITY, sample.labels + 4)):
        fitted = fit_ensemble(sample.features, labels, target, sample.folds, few_trees, 0, 1)
        lower, upper = fitted.interval(sample.features, 0.95)
        predicted = fitted.predict(sample.features)
        assert (target.lowest <= lower).all()
        assert (upper <= target.highest).all()
        assert ((lower <= predicted) & (predicted <= upper)).all()


def test_an_interval_holds_its_prediction_even_where_the_members_disagree_with_it(ensemble, sample):
    exact = replace(ensemble, residuals=tuple(np.zeros_like(errors) for errors in ensemble.residuals))
    lower, upper = exact.interval(sample.features, 0.6)
    predicted = exact.predict(sample.features)
    assert ((lower <= predicted) & (predicted <= upper)).all()
    assert ((lower == predicted) | (upper == predicted)).any()


def test_three_records_say_only_what_is_physically_possible(sample):
    folds = folds_by_work(np.array(["a", "b", "c"], dtype=object), 3, 0)
    fitted = fit_ensemble(sample.features[:3], sample.labels[:3], CONDUCTIVITY, folds, CONSTANT, 0, 1)
    lower, upper = fitted.interval(sample.features[:2], 0.8)
    assert (lower.tolist(), upper.tolist()) == ([-16, -16], [0, 0])


def test_residuals_are_those_of_works_that_the_member_has_not_seen(sample):
    constant = fit_ensemble(sample.features, sample.labels, CONDUCTIVITY, sample.folds, CONSTANT, 0, 1)
    for fold, errors in zip(sample.folds, constant.residuals, strict=True):
        expected = np.abs(sample.labels[fold.test] - np.median(sample.labels[fold.train]))
        np.testing.assert_allclose(np.sort(errors), np.sort(expected), atol=1e-6)


def test_neither_the_order_of_the_columns_nor_further_ones_matter(ensemble, sample):
    shuffled = sample.features.iloc[:, ::-1].assign(note=1.0)
    assert ensemble.predict(shuffled).tolist() == ensemble.predict(sample.features).tolist()
    np.testing.assert_array_equal(ensemble.interval(shuffled, 0.8), ensemble.interval(sample.features, 0.8))
    np.testing.assert_array_equal(ensemble.leaves(shuffled), ensemble.leaves(sample.features))


def test_a_row_has_the_same_interval_alone_and_among_thousands(ensemble, sample):
    rows = np.random.default_rng(0).integers(len(sample.features), size=20_500)
    many = np.array(ensemble.interval(sample.features.iloc[rows], 0.8))
    few = np.array(ensemble.interval(sample.features, 0.8))
    np.testing.assert_array_equal(many, few[:, rows])


def test_the_same_seed_gives_the_same_ensemble(ensemble, sample, few_trees):
    again = fit_ensemble(sample.features, sample.labels, CONDUCTIVITY, sample.folds, few_trees, 0, 1)
    np.testing.assert_array_equal(again.interval(sample.features, 0.8), ensemble.interval(sample.features, 0.8))
    assert again.predict(sample.features).tolist() == ensemble.predict(sample.features).tolist()
