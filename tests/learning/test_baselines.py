import numpy as np
import pytest

from pipeline.learning import CONDUCTIVITY, TRANSFERENCE_NUMBER, baselines


@pytest.mark.parametrize(("labels", "expected"), [([1.0, 100.0, 2.0], 2.0), ([1.0, 2.0, 4.0, 100.0], 3.0)])
def test_the_median_of_small_samples(labels, expected):
    assert baselines.median(np.array(labels), 4).tolist() == [expected] * 4


def test_no_other_constant_has_a_smaller_absolute_error_than_the_median(sample):
    constant = baselines.median(sample.labels, 1)[0]
    others = np.linspace(-8, -1, 701)
    errors = np.abs(others[:, None] - sample.labels).mean(axis=1)
    assert np.abs(constant - sample.labels).mean() <= errors.min()


def forest(sample, labels, target=CONDUCTIVITY, seed=0):
    return baselines.random_forest(sample.features, labels, sample.features, target, 10, seed, 1)


def test_a_forest_predicts_within_the_range_of_what_was_measured(sample):
    predicted = forest(sample, sample.labels)
    assert sample.labels.min() <= predicted.min() < predicted.max() <= sample.labels.max()


def test_a_forest_is_closer_to_what_it_learned_from_than_the_median(sample):
    error = np.abs(forest(sample, sample.labels) - sample.labels).mean()
    assert error < np.abs(baselines.median(sample.labels, 1) - sample.labels).mean()


def test_a_forest_keeps_to_what_is_physically_possible(sample):
    assert set(forest(sample, sample.labels, TRANSFERENCE_NUMBER)) == {0.0}


def test_the_same_seed_gives_the_same_forest_and_another_seed_another(sample):
    first, again, other = (forest(sample, sample.labels, seed=seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
