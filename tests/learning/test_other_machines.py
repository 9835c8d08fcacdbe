"""Comparing and tuning by dask workers: the same bytes as in this process, however many there are and whoever dies."""

import os
import signal
from dataclasses import replace

import pytest

from pipeline.common.workers import workers
from pipeline.learning import CONDUCTIVITY, compare, tuning
from pipeline.learning.tuning import Effort, Search, tune

SEARCH = Search(CONDUCTIVITY, Effort(n_trials=4, batch_size=2, patience=2), seed=5, n_threads=1)


@pytest.fixture(scope="module")
def trials(sample, folds):
    return tune(sample, folds, SEARCH)


@pytest.mark.parametrize("n_workers", [1, 3])
def test_the_trials_are_the_same_with_any_number_of_workers(scaled, sample, folds, trials, n_workers):
    with workers(scaled(n_workers), 1) as n_found:
        assert n_found == max(2, n_workers)
        assert tune(sample, folds, replace(SEARCH, n_workers=n_found)) == trials


def test_the_trials_are_the_same_where_a_worker_is_killed_half_way(
    scaled, sample, folds, trials, tmp_path, monkeypatch
):
    real, died, killer = tuning._error_curve, tmp_path / "died", os.getpid()

    def deadly(evidence, fold, hyperparameters, search):
        if fold.test[0] == folds[2].test[0] and os.getpid() != killer and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return real(evidence, fold, hyperparameters, search)

    monkeypatch.setattr(tuning, "_error_curve", deadly)
    with workers(scaled(2), 1) as n_workers:
        assert tune(sample, folds, replace(SEARCH, n_workers=n_workers)) == trials
    assert died.exists()


def test_what_the_learners_predict_is_the_same_bytes(scaled, sample, quick):
    with workers(scaled(2), 1) as n_workers:
        elsewhere = compare({CONDUCTIVITY: sample}, quick.model_copy(update={"n_workers": n_workers}), None, print)
    here = compare({CONDUCTIVITY: sample}, quick, None, print)
    assert elsewhere[CONDUCTIVITY].to_csv() == here[CONDUCTIVITY].to_csv()
