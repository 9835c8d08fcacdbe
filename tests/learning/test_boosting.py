from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from hypothesis import given
from hypothesis import strategies as st

from features import RECIPROCAL_TEMPERATURE
from pipeline.learning import CONDUCTIVITY, TRANSFERENCE_NUMBER, Bounds, boosting
from pipeline.learning.boosting import CONSTANT, UNTUNED, weighted_median

GRID = np.linspace(1.5, 6.0, 300)
UNCONSTRAINED = replace(CONDUCTIVITY, monotone=())


def fitted(sample, labels, hyperparameters, target=CONDUCTIVITY, seed=0, weights=None):
    bounds = labels if isinstance(labels, Bounds) else Bounds.exactly(labels)
    return boosting.fit(sample.features, bounds, target, hyperparameters, seed, 1, weights)


def on_the_temperature_grid(booster, sample, target):
    """Predict 25 records at all temperatures of the grid, shape (25, 300), temperature falling along a row."""
    rows = sample.features.iloc[np.repeat(np.arange(25), len(GRID))].copy()
    rows[RECIPROCAL_TEMPERATURE.name] = np.tile(GRID, 25)
    return boosting.predict(booster, rows, target).reshape(25, len(GRID))


@pytest.fixture(params=range(4))
def misleading_labels(request, sample):
    """Measurements in which conductivity mostly falls as temperature rises."""
    noise = np.random.default_rng(request.param).normal(0, 0.5, len(sample))
    return -5 + 2 * (sample.features[RECIPROCAL_TEMPERATURE.name].to_numpy() - 3.1) + noise


def test_predicted_conductivity_never_falls_as_temperature_rises(sample, few_trees, misleading_labels):
    booster = fitted(sample, misleading_labels, few_trees)
    assert (np.diff(on_the_temperature_grid(booster, sample, CONDUCTIVITY), axis=1) <= 0).all()


def test_these_measurements_would_mislead_a_model_without_the_constraint(sample, few_trees, misleading_labels):
    booster = fitted(sample, misleading_labels, few_trees, UNCONSTRAINED)
    assert (np.diff(on_the_temperature_grid(booster, sample, UNCONSTRAINED), axis=1) > 0).any()


def test_conductivity_that_rises_with_temperature_is_learned(sample, few_trees):
    labels = -4 - 2 * (sample.features[RECIPROCAL_TEMPERATURE.name].to_numpy() - 3.1)
    booster = fitted(sample, labels, few_trees)
    assert np.abs(boosting.predict(booster, sample.features, CONDUCTIVITY) - labels).mean() < 0.1


@pytest.mark.parametrize(("labels", "median"), [([-9.0, -4.0, -3.5], -4.0), ([-9.0, -4.0, -3.0, -2.0], -3.5)])
def test_no_trees_predict_the_median_of_what_was_measured(sample, labels, median):
    few = sample.take(np.arange(len(labels)))
    booster = fitted(few, np.array(labels), CONSTANT)
    assert boosting.predict(booster, sample.features, CONDUCTIVITY).tolist() == [median] * len(sample)


def test_no_trees_predict_the_median_by_weight_of_what_is_known_as_a_number(sample):
    bounds = Bounds(np.array([-9.0, -np.inf, -6.0, -3.0]), np.array([-9.0, -8.0, -4.0, -3.0]))
    booster = fitted(sample.take(np.arange(4)), bounds, CONSTANT, weights=np.array([1.0, 50.0, 1.0, 3.0]))
    assert set(boosting.predict(booster, sample.features, CONDUCTIVITY)) == {-3.0}


def test_the_same_seed_gives_the_same_predictions_and_another_seed_others(sample, few_trees):
    first, again, other = (
        boosting.predict(fitted(sample, sample.labels, few_trees, seed=seed), sample.features, CONDUCTIVITY)
        for seed in (3, 3, 4)
    )
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


@pytest.mark.parametrize(("shift", "limit"), [(0.0, 0.0), (8.0, 1.0)])
def test_predictions_keep_to_what_is_physically_possible(sample, few_trees, shift, limit):
    booster = fitted(sample, sample.labels + shift, few_trees, TRANSFERENCE_NUMBER)
    assert set(boosting.predict(booster, sample.features, TRANSFERENCE_NUMBER)) == {limit}


def test_a_mixture_of_which_nothing_is_known_still_gets_a_prediction(sample, few_trees):
    booster = fitted(sample, sample.labels, few_trees)
    unknown = pd.DataFrame(np.nan, index=[0], columns=sample.features.columns)
    assert sample.labels.min() < boosting.predict(booster, unknown, CONDUCTIVITY)[0] < sample.labels.max()


def test_one_outlier_of_ten_decades_hardly_moves_the_others(sample, few_trees):
    flat = np.full(len(sample), -4.0)
    flat[0] = -14.0
    predicted = boosting.predict(fitted(sample, flat, few_trees), sample.features, CONDUCTIVITY)
    assert np.abs(predicted[1:] + 4).max() < 0.5


def test_there_is_a_leaf_for_each_row_and_tree_and_equal_rows_share_theirs(sample, few_trees):
    booster = fitted(sample, sample.labels, few_trees)
    leaves = boosting.leaves(booster, sample.features.iloc[[5, 0, 5]])
    assert leaves.shape == (3, 20)
    assert (leaves[0] == leaves[2]).all()
    assert (leaves[0] != leaves[1]).any()
    assert boosting.leaves(booster, sample.features.iloc[[0]]).tolist() == [leaves[1].tolist()]


def test_the_first_trees_are_those_of_a_model_that_was_stopped_there(sample, few_trees):
    whole = fitted(sample, sample.labels, few_trees)
    stopped = fitted(sample, sample.labels, few_trees | {"n_rounds": 7})
    np.testing.assert_allclose(
        boosting.margin(whole, sample.features, 7), boosting.margin(stopped, sample.features), atol=1e-6
    )


@pytest.mark.parametrize("slope", [0.12, 0.25, 1.0])
def test_numbers_are_fitted_as_by_xgboost_s_own_pseudo_huber_loss(sample, slope):
    ours = fitted(sample, sample.labels, UNTUNED | {"huber_slope": slope})
    settings = {name: value for name, value in UNTUNED.items() if name not in ("n_rounds", "huber_slope")}
    monotone = dict(CONDUCTIVITY.monotone)
    settings |= {
        "objective": "reg:pseudohubererror",
        "huber_slope": slope,
        "base_score": float(np.median(sample.labels)),
        "tree_method": "hist",
        "max_bin": 64,
        "seed": 0,
        "nthread": 1,
        "monotone_constraints": "(" + ",".join(str(monotone.get(name, 0)) for name in sample.features) + ")",
    }
    inputs = sample.features.to_numpy(np.float32)
    theirs = xgb.train(settings, xgb.DMatrix(inputs, sample.labels), UNTUNED["n_rounds"])
    expected = theirs.predict(xgb.DMatrix(inputs))
    assert np.std(expected) > 0.1
    np.testing.assert_allclose(boosting.margin(ours, sample.features), expected, atol=1e-5)


def test_between_two_bounds_nothing_is_pulled(sample):
    booster = fitted(sample, Bounds(sample.labels - 9, -sample.labels), UNTUNED)
    middle = weighted_median((sample.labels - 9 - sample.labels) / 2, np.ones(len(sample)))
    np.testing.assert_allclose(boosting.margin(booster, sample.features), middle, atol=1e-5)


def test_a_row_without_weight_is_not_learned_from(sample, few_trees):
    weights = np.where(np.arange(len(sample)) < 20, 0.0, 1.0)
    one, other = (
        boosting.margin(fitted(sample, labels, few_trees, weights=weights), sample.features)
        for labels in (sample.labels, np.where(weights == 0, -12.0, sample.labels))
    )
    assert one.tolist() == other.tolist()


def test_rows_that_keep_their_bounds_hold_back_no_leaf(sample):
    whole = UNTUNED | {"subsample": 1.0, "colsample_bytree": 1.0}
    thrice = pd.concat([sample.features] * 3, ignore_index=True)
    open_ended = np.full(2 * len(sample), np.inf)
    bounds = Bounds(
        np.concatenate([sample.labels, np.full(2 * len(sample), -15.0)]), np.concatenate([sample.labels, open_ended])
    )
    alone = boosting.margin(fitted(sample, sample.labels, whole), sample.features)
    among = boosting.margin(boosting.fit(thrice, bounds, CONDUCTIVITY, whole, 0, 1), sample.features)
    np.testing.assert_allclose(among, alone, atol=1e-3)


@pytest.fixture
def one_sided(sample):
    """All records at -4, but of those with an active filler only one bound is known; the others number more."""
    is_active = sample.features["filler_is_active"].to_numpy() == 1
    small_steps = UNTUNED | {"n_rounds": 400}

    def predict(lower, upper):
        bounds = Bounds(np.where(is_active, lower, -4.0), np.where(is_active, upper, -4.0))
        return boosting.margin(fitted(sample, bounds, small_steps), sample.features)[is_active]

    return predict


def test_a_bound_that_is_kept_moves_no_prediction(one_sided):
    for kept in (one_sided(-np.inf, -3.0), one_sided(-5.0, np.inf)):
        np.testing.assert_allclose(kept, -4.0, atol=1e-5)


def test_a_bound_that_is_broken_moves_predictions_in_its_direction_alone(one_sided):
    lowered, raised = one_sided(-np.inf, -6.0), one_sided(-2.0, np.inf)
    assert (lowered <= -4).all()
    assert lowered.mean() < -5
    assert (raised >= -4).all()
    assert raised.mean() > -3


@pytest.mark.parametrize(("lower", "upper", "end"), [(-np.inf, -6.0, -6.0), (-2.0, np.inf, -2.0)])
def test_a_leaf_of_its_own_takes_a_row_to_its_bound_and_no_further(sample, lower, upper, end):
    is_active = sample.features["filler_is_active"].to_numpy() == 1
    bounds = Bounds(np.where(is_active, lower, -4.0), np.where(is_active, upper, -4.0))
    alone = replace(sample, features=sample.features[["filler_is_active"]])
    small_steps = UNTUNED | {"n_rounds": 400, "colsample_bytree": 1.0, "min_child_weight": 0.0}
    predicted = boosting.margin(fitted(alone, bounds, small_steps), alone.features)
    np.testing.assert_allclose(predicted, np.where(is_active, end, -4.0), atol=0.02)


@pytest.mark.parametrize(
    ("numbers", "weights", "median"),
    [
        ([3.0, 1.0, 2.0], [1, 1, 1], 2.0),
        ([1.0, 2.0, 3.0, 10.0], [1, 1, 1, 1], 2.5),
        ([1.0, 2.0, 3.0], [1, 1, 5], 3.0),
        ([1.0, 2.0, 3.0], [2, 1, 1], 1.5),
        ([1.0, 2.0], [1, 0], 1.0),
        ([np.nan, 5.0, 7.0, 6.0], [100, 1, 1, 1], 6.0),
        ([-4.0], [0.25], -4.0),
        ([1.0] * 3 + [2.0] * 3, [1 / 3] * 6, 1.5),
    ],
)
def test_weighted_medians_worked_out_by_hand(numbers, weights, median):
    assert weighted_median(np.array(numbers), np.array(weights, dtype=float)) == median


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(1, 4)), min_size=1, max_size=12))
def test_a_weighted_median_is_the_median_of_as_many_copies(drawn):
    numbers, copies = np.array(drawn).T
    expected = np.median(np.repeat(numbers, copies))
    assert weighted_median(numbers.astype(float), copies / 4) == pytest.approx(expected)


def test_a_device_is_no_part_of_what_is_learned_on_the_cpu(sample, few_trees):
    bounds = Bounds.exactly(sample.labels)
    named = boosting.fit(sample.features, bounds, CONDUCTIVITY, few_trees, 0, 1, device="cpu")
    assert bytes(named.save_raw("ubj")) == bytes(fitted(sample, sample.labels, few_trees).save_raw("ubj"))


def test_a_copy_on_the_same_device_predicts_the_same(sample, few_trees):
    booster = fitted(sample, sample.labels, few_trees)
    expected = boosting.margin(booster, sample.features).tolist()
    assert boosting.margin_on(booster, sample.features, "cpu").tolist() == expected


has_cuda = pytest.mark.skipif(
    not boosting.has_cuda(), reason="no NVIDIA GPU, or an XGBoost that was built without CUDA"
)


@has_cuda
def test_a_gpu_sums_the_same_trees_to_the_same_number_but_for_rounding(sample, few_trees):
    booster = fitted(sample, sample.labels, few_trees)
    on_gpu = boosting.margin_on(booster, sample.features, "cuda")
    assert on_gpu.tolist() == pytest.approx(boosting.margin(booster, sample.features).tolist(), abs=1e-5)


@has_cuda
def test_trees_grown_on_a_gpu_predict_about_as_well_and_keep_the_constraint(sample, few_trees):
    grown = boosting.fit(sample.features, Bounds.exactly(sample.labels), CONDUCTIVITY, few_trees, 0, 1, device="cuda")
    errors = [
        np.abs(boosting.predict(booster, sample.features, CONDUCTIVITY) - sample.labels).mean()
        for booster in (grown, fitted(sample, sample.labels, few_trees))
    ]
    assert errors[0] == pytest.approx(errors[1], rel=0.1)
    assert (np.diff(on_the_temperature_grid(grown, sample, CONDUCTIVITY), axis=1) <= 0).all()
