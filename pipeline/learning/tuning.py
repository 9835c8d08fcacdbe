"""Hyperparameters by Optuna, judged on folds by primary work inside the training set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import optuna
import pandas as pd

from pipeline.learning import boosting
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.splits import Fold
from pipeline.learning.targets import Floats, Target

optuna.logging.set_verbosity(optuna.logging.WARNING)


@dataclass(frozen=True)
class Trial:
    """One set of hyperparameters and the error it had on the inner folds."""

    number: int
    hyperparameters: Hyperparameters
    mean_absolute_error: float


def tune(
    features: pd.DataFrame, labels: Floats, target: Target, folds: list[Fold], n_trials: int, seed: int, n_threads: int
) -> list[Trial]:
    """Search for the hyperparameters with the smallest mean absolute error on the folds.

    The first trial is `boosting.UNTUNED`; the others are asked for and told one after the other, so that a seed always
    gives the same trials.

    Args:
        features: n rows of features.
        labels: The target on its learned scale, shape (n,).
        target: What is predicted.
        folds: Splits of the n rows by primary work.
        n_trials: How many sets to try.
        seed: Seed of the sampler and of the boosters.
        n_threads: XGBoost threads.

    Returns:
        All trials in order; `best` picks the winner.
    """
    sampler = optuna.samplers.TPESampler(n_startup_trials=10, multivariate=False, seed=seed)
    study = optuna.create_study(direction="minimize", sampler=sampler)
    study.enqueue_trial(dict(boosting.UNTUNED))
    trials = []
    for number in range(n_trials):
        asked = study.ask()
        hyperparameters = _suggest(asked)
        held_out = out_of_fold(features, labels, target, folds, hyperparameters, seed, n_threads)
        error = float(np.nanmean(np.abs(held_out - labels)))
        study.tell(asked, error)
        trials.append(Trial(number, hyperparameters, error))
    return trials


def best(trials: list[Trial]) -> Trial:
    """Return the trial with the smallest error; the earlier one of equals."""
    return min(trials, key=lambda trial: (trial.mean_absolute_error, trial.number))


def out_of_fold(
    features: pd.DataFrame,
    labels: Floats,
    target: Target,
    folds: list[Fold],
    hyperparameters: Hyperparameters,
    seed: int,
    n_threads: int,
) -> Floats:
    """Predict every row, shape (n,), by the booster that was fitted without its fold; NaN where no fold tests it."""
    held_out = np.full(len(labels), np.nan)
    for fold in folds:
        booster = boosting.fit(features.iloc[fold.train], labels[fold.train], target, hyperparameters, seed, n_threads)
        held_out[fold.test] = boosting.predict(booster, features.iloc[fold.test], target)
    return held_out


def _suggest(trial: optuna.Trial) -> Hyperparameters:
    """Suggest from a narrow space: with few hundred works, a wide one picks what fits the inner folds by chance."""
    return boosting.UNTUNED | {
        boosting.N_ROUNDS: trial.suggest_int(boosting.N_ROUNDS, 60, 140, step=20),
        "max_depth": trial.suggest_int("max_depth", 2, 4),
        "huber_slope": trial.suggest_float("huber_slope", 0.12, 0.5, log=True),
        "min_child_weight": trial.suggest_float("min_child_weight", 0.3, 2.0, log=True),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.3, 0.8),
        "reg_lambda": trial.suggest_float("reg_lambda", 2.0, 12.0, log=True),
    }
