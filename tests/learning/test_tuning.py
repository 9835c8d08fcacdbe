import numpy as np
import pytest

from pipeline.learning import CONDUCTIVITY, CONSTANT, Trial, best, boosting, tune
from pipeline.learning.tuning import out_of_fold


def search(sample, n_trials, seed):
    return tune(sample.features, sample.labels, CONDUCTIVITY, sample.folds, n_trials, seed, 1)


@pytest.fixture(scope="module")
def trials(sample):
    return search(sample, 12, 5)


def test_the_same_seed_gives_the_same_trials(sample, trials):
    assert search(sample, 12, 5) == trials


def test_another_seed_gives_other_trials(sample, trials):
    assert search(sample, 2, 6)[1].hyperparameters != trials[1].hyperparameters


def test_the_first_trial_is_the_middle_of_the_space(trials):
    assert trials[0].hyperparameters == boosting.UNTUNED


def test_trials_are_numbered_in_order_and_differ(trials):
    assert [trial.number for trial in trials] == list(range(12))
    assert len({tuple(trial.hyperparameters.items()) for trial in trials}) == 12


def test_the_best_trial_has_the_smallest_error():
    errors = [0.5, 0.3, 0.4]
    assert best([Trial(number, {}, error) for number, error in enumerate(errors)]).number == 1


def test_of_equal_trials_the_earlier_one_is_best():
    assert best([Trial(2, {}, 0.3), Trial(1, {}, 0.3), Trial(0, {}, 0.4)]).number == 1


def test_a_held_out_record_is_predicted_from_the_other_folds(sample):
    held_out = out_of_fold(sample.features, sample.labels, CONDUCTIVITY, sample.folds, CONSTANT, 0, 1)
    for fold in sample.folds:
        assert held_out[fold.test] == pytest.approx(np.median(sample.labels[fold.train]), abs=1e-6)


def test_what_a_held_out_work_measured_does_not_change_its_prediction(sample, few_trees):
    fold = sample.folds[0]
    changed = sample.labels.copy()
    changed[fold.test] += 3
    before, after = (
        out_of_fold(sample.features, labels, CONDUCTIVITY, sample.folds, few_trees, 0, 1)
        for labels in (sample.labels, changed)
    )
    assert before[fold.test].tolist() == after[fold.test].tolist()
    assert before[fold.train].tolist() != after[fold.train].tolist()


def test_the_error_of_a_trial_is_that_on_held_out_records(sample):
    (trial,) = search(sample, 1, 5)
    held_out = out_of_fold(sample.features, sample.labels, CONDUCTIVITY, sample.folds, trial.hyperparameters, 5, 1)
    assert trial.mean_absolute_error == np.abs(held_out - sample.labels).mean()
