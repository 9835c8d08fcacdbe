from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import RECIPROCAL_TEMPERATURE
from pipeline.learning import CONDUCTIVITY, CONSTANT, TRANSFERENCE_NUMBER, boosting

GRID = np.linspace(1.5, 6.0, 300)
UNCONSTRAINED = replace(CONDUCTIVITY, monotone=())


def on_the_temperature_grid(booster, sample, target):
    """Predict 25 records at all temperatures of the grid, shape (25, 300), temperature falling along a row."""
    rows = sample.features.iloc[np.repeat(np.arange(25), len(GRID))].copy()
    rows[RECIPROCAL_TEMPERATURE.name] = np.tile(GRID, 25)
    return boosting.predict(booster, rows, target).reshape(25, len(GRID))


@pytest.fixture(params=range(4))
def misleading_labels(request, sample):
    """Measurements in which conductivity mostly falls as temperature rises."""
    noise = np.random.default_rng(request.param).normal(0, 0.5, len(sample.labels))
    return -5 + 2 * (sample.features[RECIPROCAL_TEMPERATURE.name].to_numpy() - 3.1) + noise


def test_predicted_conductivity_never_falls_as_temperature_rises(sample, few_trees, misleading_labels):
    booster = boosting.fit(sample.features, misleading_labels, CONDUCTIVITY, few_trees, 0, 1)
    assert (np.diff(on_the_temperature_grid(booster, sample, CONDUCTIVITY), axis=1) <= 0).all()


def test_these_measurements_would_mislead_a_model_without_the_constraint(sample, few_trees, misleading_labels):
    booster = boosting.fit(sample.features, misleading_labels, UNCONSTRAINED, few_trees, 0, 1)
    assert (np.diff(on_the_temperature_grid(booster, sample, UNCONSTRAINED), axis=1) > 0).any()


def test_conductivity_that_rises_with_temperature_is_learned(sample, few_trees):
    labels = -4 - 2 * (sample.features[RECIPROCAL_TEMPERATURE.name].to_numpy() - 3.1)
    booster = boosting.fit(sample.features, labels, CONDUCTIVITY, few_trees, 0, 1)
    assert np.abs(boosting.predict(booster, sample.features, CONDUCTIVITY) - labels).mean() < 0.1


@pytest.mark.parametrize(("labels", "median"), [([-9.0, -4.0, -3.5], -4.0), ([-9.0, -4.0, -3.0, -2.0], -3.5)])
def test_no_trees_predict_the_median_of_what_was_measured(sample, labels, median):
    booster = boosting.fit(sample.features[: len(labels)], np.array(labels), CONDUCTIVITY, CONSTANT, 0, 1)
    assert boosting.predict(booster, sample.features, CONDUCTIVITY).tolist() == [median] * len(sample.features)


def test_the_same_seed_gives_the_same_predictions_and_another_seed_others(sample, few_trees):
    first, again, other = (
        boosting.predict(
            boosting.fit(sample.features, sample.labels, CONDUCTIVITY, few_trees, seed, 1),
            sample.features,
            CONDUCTIVITY,
        )
        for seed in (3, 3, 4)
    )
    assert first.tolist() == again.tolist()
    assert first.tolist() != other.tolist()


@pytest.mark.parametrize(("shift", "limit"), [(0.0, 0.0), (8.0, 1.0)])
def test_predictions_keep_to_what_is_physically_possible(sample, few_trees, shift, limit):
    booster = boosting.fit(sample.features, sample.labels + shift, TRANSFERENCE_NUMBER, few_trees, 0, 1)
    assert set(boosting.predict(booster, sample.features, TRANSFERENCE_NUMBER)) == {limit}


def test_a_mixture_of_which_nothing_is_known_still_gets_a_prediction(sample, few_trees):
    booster = boosting.fit(sample.features, sample.labels, CONDUCTIVITY, few_trees, 0, 1)
    unknown = pd.DataFrame(np.nan, index=[0], columns=sample.features.columns)
    assert sample.labels.min() < boosting.predict(booster, unknown, CONDUCTIVITY)[0] < sample.labels.max()


def test_one_outlier_of_ten_decades_hardly_moves_the_others(sample, few_trees):
    n = len(sample.labels)
    flat = np.full(n, -4.0)
    flat[0] = -14.0
    predicted = boosting.predict(
        boosting.fit(sample.features, flat, CONDUCTIVITY, few_trees, 0, 1), sample.features, CONDUCTIVITY
    )
    assert np.abs(predicted[1:] + 4).max() < 0.5


def test_there_is_a_leaf_for_each_row_and_tree_and_equal_rows_share_theirs(sample, few_trees):
    booster = boosting.fit(sample.features, sample.labels, CONDUCTIVITY, few_trees, 0, 1)
    leaves = boosting.leaves(booster, sample.features.iloc[[5, 0, 5]])
    assert leaves.shape == (3, 20)
    assert (leaves[0] == leaves[2]).all()
    assert (leaves[0] != leaves[1]).any()
    assert boosting.leaves(booster, sample.features.iloc[[0]]).tolist() == [leaves[1].tolist()]
