from dataclasses import replace

import numpy as np
import optuna
import pytest

from pipeline.learning import CONDUCTIVITY, Bounds, boosting, tuning
from pipeline.learning.splits import folds_by_work
from pipeline.learning.tuning import Effort, Search, Trial, best, tune

pytestmark = pytest.mark.usefixtures("small_models")
SEARCH = Search(CONDUCTIVITY, Effort(n_trials=8, batch_size=4, patience=5), seed=5, n_threads=1)


@pytest.fixture(scope="module")
def trials(sample, folds, small_models):
    return tune(sample, folds, SEARCH)


class Killed(BaseException):
    """As a process that is killed: nothing catches it."""


def test_the_same_seed_gives_the_same_trials(sample, folds, trials):
    assert tune(sample, folds, SEARCH) == trials


def test_the_number_of_workers_decides_nothing(sample, folds, monkeypatch):
    monkeypatch.setattr(tuning, "ROUNDS", tuple(range(40, 161, 20)))  # other processes see no patch
    few = replace(SEARCH, effort=Effort(3, 2, 5))
    assert tune(sample, folds[:2], replace(few, n_workers=2)) == tune(sample, folds[:2], few)


class OtherLastDigits(optuna.samplers.TPESampler):
    """As with a C library that rounds a logarithm the other way."""

    def sample_relative(self, *arguments):
        return {name: nudged(value) for name, value in super().sample_relative(*arguments).items()}

    def sample_independent(self, *arguments):
        return nudged(super().sample_independent(*arguments))


def nudged(value):
    return float(np.nextafter(value, 0.6)) if isinstance(value, float) else value


def test_last_digits_of_a_c_library_decide_nothing(sample, folds, trials, monkeypatch):
    monkeypatch.setattr(optuna.samplers, "TPESampler", OtherLastDigits)
    assert tune(sample, folds, SEARCH) == trials


def test_another_seed_gives_other_trials(sample, folds, trials):
    few = replace(SEARCH, effort=Effort(2, 2, 1), seed=6)
    assert tune(sample, folds, few)[1].hyperparameters != trials[1].hyperparameters


def test_the_first_trial_is_what_serves_without_tuning(trials):
    n_rounds = {boosting.N_ROUNDS: trials[0].hyperparameters[boosting.N_ROUNDS]}
    assert trials[0].hyperparameters == boosting.UNTUNED | n_rounds


def test_trials_are_numbered_in_order_and_differ(trials):
    assert [trial.number for trial in trials] == list(range(8))
    assert len({tuple(trial.hyperparameters.items()) for trial in trials}) == 8
    assert {trial.hyperparameters[boosting.N_ROUNDS] for trial in trials} <= set(tuning.ROUNDS)


def test_the_error_of_a_trial_is_that_on_held_out_works_each_counting_as_one(sample, folds, trials):
    trial = next(trial for trial in trials if not trial.is_pruned)
    error_of_work = {}
    for fold in folds:
        known, unseen = sample.take(fold.train), sample.take(fold.test)
        booster = boosting.fit(
            known.features, known.bounds, CONDUCTIVITY, trial.hyperparameters, SEARCH.seed, 1, known.weights
        )
        errors = np.abs(boosting.predict(booster, unseen.features, CONDUCTIVITY) - unseen.labels)
        error_of_work |= {work: errors[unseen.work_ids == work].mean() for work in set(unseen.work_ids)}
    assert trial.mean_absolute_error == pytest.approx(np.mean(list(error_of_work.values())))


def test_the_number_of_trees_is_that_of_the_smallest_error(sample, folds, trials):
    trial = next(trial for trial in trials if not trial.is_pruned)
    curves = [tuning._error_curve(sample, fold, trial.hyperparameters, SEARCH) for fold in folds]
    *sums, weight = np.sum(curves, axis=0)
    assert trial.hyperparameters[boosting.N_ROUNDS] == tuning.ROUNDS[int(np.argmin(sums))]
    assert trial.mean_absolute_error == pytest.approx(min(sums) / weight)


def test_what_only_one_bound_is_known_of_is_no_error(sample, folds):
    is_open = np.isin(np.arange(len(sample)), folds[0].test[::2])

    def curve(upper):
        bounds = Bounds(np.where(is_open, -np.inf, sample.labels), np.where(is_open, upper, sample.labels))
        return tuning._error_curve(sample.with_bounds(bounds), folds[0], boosting.UNTUNED, SEARCH)

    assert np.isfinite(curve(-8.0)).all()
    assert curve(-8.0).tolist() == curve(-1.0).tolist()


@pytest.fixture
def misfit(monkeypatch):
    """Every second trial of the second batch fits nothing; counts what is fitted."""
    real, fitted = tuning._error_curve, []

    def curve(evidence, fold, hyperparameters, search):
        fitted.append(hyperparameters)
        known = real(evidence, fold, hyperparameters, search)
        return known * ([4.0] * len(tuning.ROUNDS) + [1.0]) if hyperparameters != boosting.UNTUNED else known

    monkeypatch.setattr(tuning, "_error_curve", curve)
    return fitted


def test_a_trial_that_is_worse_on_the_first_folds_is_given_up(sample, misfit, monkeypatch):
    many = folds_by_work(sample, 6, 0)
    searched = tune(sample, many, replace(SEARCH, effort=Effort(12, 4, 9)))
    pruned = [trial for trial in searched if trial.is_pruned]
    assert pruned
    assert all(1 < len(trial.fold_errors) < len(many) for trial in pruned)
    assert all(len(trial.fold_errors) == len(many) for trial in searched if not trial.is_pruned)
    assert len(misfit) == sum(len(trial.fold_errors) for trial in searched)
    assert not any(trial.is_pruned for trial in searched[:4])


def test_a_search_stops_when_it_no_longer_pays(sample, folds, misfit):
    for patience in (1, 2):
        searched = tune(sample, folds, replace(SEARCH, effort=Effort(40, 4, patience)))
        assert len(searched) == 4 * (1 + patience)


def test_a_search_that_pays_goes_on_to_the_last_trial(sample, folds, monkeypatch):
    n_curves = iter(range(1000))

    def better_and_better(evidence, fold, hyperparameters, search):
        return np.array([100.0 - next(n_curves)] * len(tuning.ROUNDS) + [1.0])

    monkeypatch.setattr(tuning, "_error_curve", better_and_better)
    assert len(tune(sample, folds, replace(SEARCH, effort=Effort(10, 4, 1)))) == 10


def trial(number, *fold_errors, is_pruned=False):
    return Trial(number, {}, float(np.mean(fold_errors)), fold_errors, is_pruned)


def test_the_smallest_error_wins_where_it_is_smaller_from_fold_to_fold():
    steady = [trial(0, 0.50, 0.60, 0.55), trial(1, 0.40, 0.50, 0.46), trial(2, 0.45, 0.55, 0.50)]
    assert best(steady).number == 1


def test_a_gain_within_its_standard_error_leaves_what_serves_without_tuning():
    # Gains of 0.3, -0.2 and 0.2: mean 0.1, standard error 0.153.
    assert best([trial(0, 0.5, 0.5, 0.5), trial(1, 0.2, 0.7, 0.3)]).number == 0
    # Gains of 0.3, 0 and 0.3: mean 0.2, standard error 0.1.
    assert best([trial(0, 0.5, 0.5, 0.5), trial(1, 0.2, 0.5, 0.2)]).number == 1


def test_of_equal_trials_the_earlier_one_is_best():
    assert best([trial(0, 0.9, 0.91), trial(1, 0.3, 0.31), trial(2, 0.3, 0.31)]).number == 1


def test_what_was_given_up_never_wins():
    assert best([trial(0, 0.5, 0.5, 0.5), trial(1, 0.1, 0.1, is_pruned=True)]).number == 0


def test_one_fold_alone_proves_nothing():
    assert best([trial(0, 0.5), trial(1, 0.1)]).number == 0


@pytest.fixture
def noted(tmp_path):
    return replace(SEARCH, notes=tmp_path / "searches")


def killed_in(monkeypatch, n_curves):
    """Have the process die in the middle of its work, after so many fits."""
    real, left = tuning._error_curve, [n_curves]

    def curve(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(tuning, "_error_curve", curve)


@pytest.mark.parametrize("n_curves", [3, 16, 21])
def test_a_search_that_was_killed_goes_on_as_if_it_had_not_been(sample, folds, trials, noted, monkeypatch, n_curves):
    with monkeypatch.context() as patch:
        killed_in(patch, n_curves)
        with pytest.raises(Killed):
            tune(sample, folds, noted)
    assert tune(sample, folds, noted) == trials


def test_a_finished_search_is_read_and_not_done_again(sample, folds, trials, noted, monkeypatch):
    tune(sample, folds, noted)
    killed_in(monkeypatch, 0)
    assert tune(sample, folds, noted) == trials


@pytest.mark.parametrize("n_lost", [1, 30, 400])
def test_a_journal_whose_end_was_lost_is_gone_on_from_its_last_whole_batch(sample, folds, trials, noted, n_lost):
    tune(sample, folds, noted)
    (journal,) = noted.notes.glob("*.log")
    journal.write_bytes(journal.read_bytes()[:-n_lost])
    assert tune(sample, folds, noted) == trials
    assert tune(sample, folds, noted) == trials


def test_a_search_is_noted_under_all_that_decides_it(sample, folds, noted):
    few = replace(noted, effort=Effort(1, 1, 1))
    others = {
        "seed": (sample, folds, replace(few, seed=6)),
        "effort": (sample, folds, replace(few, effort=Effort(1, 2, 1))),
        "labels": (sample.with_bounds(Bounds.exactly(sample.labels + 0.1)), folds, few),
        "features": (replace(sample, features=sample.features.iloc[:, ::-1]), folds, few),
        "folds": (sample, folds_by_work(sample, 3, 0), few),
    }
    tune(sample, folds, few)
    for number, (changed, arguments) in enumerate(others.items(), start=2):
        tune(*arguments)
        assert len(list(noted.notes.glob("*.log"))) == number, changed
    tune(sample, folds, replace(few, n_workers=2))
    assert len(list(noted.notes.glob("*.log"))) == 1 + len(others)
