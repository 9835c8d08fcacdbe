"""Hyperparameters by Optuna, judged on folds by primary work inside the training set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import optuna
from joblib import Parallel, delayed

from pipeline.learning import boosting
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.journal import Journal, Notes
from pipeline.learning.splits import Fold
from pipeline.learning.targets import Target

optuna.logging.set_verbosity(optuna.logging.WARNING)

ROUNDS = tuple(range(40, 161, 20))
"""Numbers of trees that are compared on the inner folds."""
_WORTH = 0.005
"""A batch pays if it lowers the best error by more than this share."""
_N_STARTUP = 4
_FOLD_ERRORS = "fold_errors"
_N_DIGITS = 12
"""Significant digits of a hyperparameter. The last of 17 differ with the C library; XGBoost computes with seven."""


@dataclass(frozen=True)
class Effort:
    """How much searching is done.

    Attributes:
        n_trials: Trials at most.
        batch_size: Trials asked for at once, and told together in order.
        patience: Batches in a row that may fail to pay before the search stops.
    """

    n_trials: int
    batch_size: int
    patience: int


@dataclass(frozen=True)
class Search:
    """What is searched for, and by which means.

    Attributes:
        target: What is predicted.
        effort: How much searching is done.
        seed: Seed of the sampler and of the boosters.
        n_threads: XGBoost threads.
        n_workers: Jobs that are done at once; the result does not depend on it. One works in this process.
        notes: Where finished batches are noted, so that a search that was killed goes on; nowhere if None.
        device: Where XGBoost computes: "cpu" or "cuda"; the last digits depend on it.
    """

    target: Target
    effort: Effort
    seed: int
    n_threads: int
    n_workers: int = 1
    notes: Notes | None = None
    device: str = boosting.CPU


@dataclass(frozen=True)
class Trial:
    """One set of hyperparameters and the error it had on the inner folds that it was given.

    Attributes:
        number: Place in the search.
        hyperparameters: With the number of trees that served best on those folds.
        mean_absolute_error: Every work counting as one.
        fold_errors: The same on each fold that it was given before it was given up.
        is_pruned: Whether it was given up as worse than half of the trials before it.
    """

    number: int
    hyperparameters: Hyperparameters
    mean_absolute_error: float
    fold_errors: tuple[float, ...]
    is_pruned: bool


def tune(
    evidence: Evidence, folds: Sequence[Fold], search: Search, tell: Callable[[str], None] = lambda _: None
) -> list[Trial]:
    """Search for the hyperparameters with the smallest mean absolute error on the folds.

    The first trial is `boosting.UNTUNED`. Trials are asked for in batches of a fixed size by a tree-structured Parzen
    estimator that is seeded anew for each batch, and told in order: neither the number of workers nor an interruption
    changes them. What this or another run has noted of the same search is taken from there. The number of trees is that
    at which the error curve of the inner folds is lowest (early stopping); a trial whose error after two folds or more
    is above the median of those before it is given up.

    Args:
        evidence: n records.
        folds: Splits of them by primary work.
        search: What is searched for, and how.
        tell: Called with a line of progress after each batch.

    Returns:
        All trials in order; `best` picks the winner.
    """
    study = optuna.create_study(
        pruner=optuna.pruners.MedianPruner(n_startup_trials=_N_STARTUP, n_warmup_steps=1, n_min_trials=_N_STARTUP)
    )
    journal = Journal.of(search.notes, evidence, folds, search)
    with Parallel(search.n_workers, backend="sequential" if search.n_workers == 1 else None) as workers:
        while len(study.trials) < search.effort.n_trials and not _stopped_paying(study, search.effort):
            noted = journal.read(search.effort.batch_size)[len(study.trials) :]
            study.add_trials(noted)
            if not noted:
                _run_batch(study, evidence, folds, search, workers)
                journal.write(study.trials)
            tell(f"{len(study.trials)} of at most {search.effort.n_trials} trials: {study.best_value:.4f}")
    return [_as_trial(trial) for trial in study.trials]


def best(trials: Sequence[Trial]) -> Trial:
    """Return the first trial, or the one with the smallest error if it is better by more than chance.

    More than chance is: by more than one standard error of its gain over the first trial from fold to fold (the
    one-standard-error rule of Breiman et al., Classification and Regression Trees, 1984). With few works the smallest
    of many errors is mostly luck.

    Args:
        trials: All trials in order; the earlier one of equals counts.
    """
    first = trials[0]
    least = min((t for t in trials if not t.is_pruned), key=lambda trial: (trial.mean_absolute_error, trial.number))
    gains = np.array(first.fold_errors) - np.array(least.fold_errors)
    standard_error = gains.std(ddof=1) / np.sqrt(len(gains)) if len(gains) > 1 else np.inf
    return least if gains.mean() > standard_error else first


def _run_batch(
    study: optuna.Study, evidence: Evidence, folds: Sequence[Fold], search: Search, workers: Parallel
) -> None:
    """Ask for a batch, give it fold after fold, drop what falls behind, and tell the rest in order."""
    first = len(study.trials)
    study.sampler = optuna.samplers.TPESampler(
        n_startup_trials=_N_STARTUP, multivariate=True, constant_liar=True, seed=search.seed + first
    )
    if first == 0:
        study.enqueue_trial({name: boosting.UNTUNED[name] for name in _SPACE})
    n_asked = min(search.effort.batch_size, search.effort.n_trials - first)
    alive = {trial.number: (trial, _suggest(trial)) for trial in (study.ask() for _ in range(n_asked))}
    curves: dict[int, list[Floats]] = {number: [] for number in alive}
    for step, fold in enumerate(folds):
        jobs = [delayed(_error_curve)(evidence, fold, chosen, search) for _, chosen in alive.values()]
        for number, curve in zip(list(alive), workers(jobs), strict=True):
            curves[number].append(curve)
            trial, _ = alive[number]
            trial.report(_lowest(curves[number])[1], step)
            if step + 1 < len(folds) and trial.should_prune():
                _tell(study, trial, curves[number], optuna.trial.TrialState.PRUNED)
                del alive[number]
    for number, (trial, _) in alive.items():
        _tell(study, trial, curves[number], optuna.trial.TrialState.COMPLETE)


def _tell(study: optuna.Study, trial: optuna.Trial, curves: list[Floats], state: optuna.trial.TrialState) -> None:
    n_rounds, error = _lowest(curves)
    place = ROUNDS.index(n_rounds)
    trial.set_user_attr(boosting.N_ROUNDS, n_rounds)
    trial.set_user_attr(_FOLD_ERRORS, [float(curve[place] / curve[-1]) for curve in curves])
    is_complete = state == optuna.trial.TrialState.COMPLETE
    study.tell(trial, error if is_complete else None, state=state)


def _error_curve(evidence: Evidence, fold: Fold, hyperparameters: Hyperparameters, search: Search) -> Floats:
    """Return the weighted absolute errors on a fold, summed, after each of `ROUNDS`; the last number is the weight."""
    known, unseen = evidence.take(fold.train), evidence.take(fold.test)
    most = hyperparameters | {boosting.N_ROUNDS: ROUNDS[-1]}
    booster = boosting.fit(
        known.features,
        known.bounds,
        search.target,
        most,
        search.seed,
        search.n_threads,
        known.weights,
        device=search.device,
    )
    is_number = np.isfinite(unseen.labels)
    weights = np.where(is_number, unseen.work_weights, 0)
    labels = np.where(is_number, unseen.labels, 0)
    staged = [search.target.clip(boosting.margin(booster, unseen.features, n_rounds)) for n_rounds in ROUNDS]
    return np.array([*(weights @ np.abs(predicted - labels) for predicted in staged), weights.sum()])


def _lowest(curves: list[Floats]) -> tuple[int, float]:
    """Return the number of trees with the smallest error over the folds so far, and that error."""
    *sums, weight = np.sum(curves, axis=0)
    place = int(np.argmin(sums))
    return ROUNDS[place], float(sums[place] / weight)


def _stopped_paying(study: optuna.Study, effort: Effort) -> bool:
    """Say whether the last batches failed to lower the best error noticeably."""
    values = [trial.value if trial.value is not None else np.inf for trial in study.trials]
    n_recent = effort.batch_size * effort.patience
    if len(values) <= n_recent:
        return False
    return min(values[-n_recent:]) > (1 - _WORTH) * min(values[:-n_recent])


_SPACE: dict[str, Callable[[optuna.Trial], Any]] = {
    "max_depth": lambda trial: trial.suggest_int("max_depth", 2, 4),
    "huber_slope": lambda trial: trial.suggest_float("huber_slope", 0.12, 0.5, log=True),
    "min_child_weight": lambda trial: trial.suggest_float("min_child_weight", 0.3, 2.0, log=True),
    "colsample_bytree": lambda trial: trial.suggest_float("colsample_bytree", 0.3, 0.8),
    "subsample": lambda trial: trial.suggest_float("subsample", 0.7, 1.0),
    "reg_lambda": lambda trial: trial.suggest_float("reg_lambda", 2.0, 12.0, log=True),
}
"""Narrow: with few hundred works, a wide space picks what fits the inner folds by chance."""


def _suggest(trial: optuna.Trial) -> Hyperparameters:
    for suggest in _SPACE.values():
        suggest(trial)
    return _hyperparameters(trial)


def _hyperparameters(trial: optuna.Trial | optuna.trial.FrozenTrial) -> Hyperparameters:
    return boosting.UNTUNED | {name: type(value)(f"{value:.{_N_DIGITS}g}") for name, value in trial.params.items()}


def _as_trial(trial: optuna.trial.FrozenTrial) -> Trial:
    n_rounds = trial.user_attrs[boosting.N_ROUNDS]
    last = max(trial.intermediate_values)
    return Trial(
        trial.number,
        _hyperparameters(trial) | {boosting.N_ROUNDS: n_rounds},
        trial.intermediate_values[last],
        tuple(trial.user_attrs[_FOLD_ERRORS]),
        trial.state == optuna.trial.TrialState.PRUNED,
    )
