"""From evidence to what is kept: learners compared, the champion chosen, tuned and fitted to all works."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from pipeline.common.errors import UserError
from pipeline.common.settings import TrainSettings
from pipeline.learning.boosting import UNTUNED
from pipeline.learning.champion import Champion, choose
from pipeline.learning.comparison import Comparison, judge, mean_absolute_error
from pipeline.learning.ensemble import Ensemble
from pipeline.learning.evidence import Evidence
from pipeline.learning.journal import Notes
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import MEDIAN, XGBOOST, Task
from pipeline.learning.splits import Fold, folds_by_work
from pipeline.learning.targets import Target
from pipeline.learning.tuning import Effort, Search, Trial, best, tune

LEAST_WORKS = 10
"""Works on composites below which learners are not compared: the median is all that they can teach."""


@dataclass(frozen=True)
class Trained:
    """What training one target gave.

    Attributes:
        ensemble: What predicts it.
        champion: Which learner that is, and why.
        trials: The final tuning's trials; none of a median.
    """

    ensemble: Ensemble
    champion: Champion
    trials: tuple[Trial, ...]


def n_works(evidence: Evidence) -> int:
    """Return how many works on composites hold the target as a number."""
    return len(set(evidence.groups[evidence.is_judged & np.isfinite(evidence.labels)]))


def compare(
    evidence: Mapping[Target, Evidence],
    settings: TrainSettings,
    notes: Notes | None,
    tell: Callable[[int, int, str], None],
) -> dict[Target, pd.DataFrame]:
    """Judge all learners on all targets; a target with fewer than `LEAST_WORKS` works is not in the result.

    Args:
        evidence: By target.
        settings: Budget, seed, workers.
        notes: Where searches are noted, so that a run that was killed goes on.
        tell: Called after each outer fold with how many are done, of how many, and a line of progress.

    Returns:
        By target the rows of `judge`, with `partition` and `fold`, sorted by partition and record.

    Raises:
        UserError: A record says nothing of its target, or what cannot be.
    """
    for target, of_target in evidence.items():
        _refuse_unsound(target, of_target)
    jobs = [job for target in evidence for job in _jobs(target, evidence[target], settings, notes)]
    judged: dict[Target, list[pd.DataFrame]] = {job.comparison.target: [] for job in jobs}
    with Parallel(settings.n_workers, return_as="generator") as workers:
        results = workers(delayed(judge)(evidence[j.comparison.target], j.fold, j.comparison) for j in jobs)
        for n_done, (job, rows) in enumerate(zip(jobs, results, strict=True), start=1):
            judged[job.comparison.target].append(rows.assign(partition=job.partition, fold=job.number))
            errors = ", ".join(f"{name} {mean_absolute_error(rows, name):.3f}" for name in (XGBOOST, MEDIAN))
            tell(
                n_done,
                len(jobs),
                f"{job.comparison.target.name}: partition {job.partition}, fold {job.number}: {errors}",
            )
    return {
        target: pd.concat(rows).sort_values(["partition", "record_id"], ignore_index=True)
        for target, rows in judged.items()
    }


@dataclass(frozen=True)
class _Job:
    comparison: Comparison
    partition: int
    number: int
    fold: Fold


def _jobs(target: Target, evidence: Evidence, settings: TrainSettings, notes: Notes | None) -> Iterator[_Job]:
    if n_works(evidence) < LEAST_WORKS:
        return
    for partition in range(1, settings.spent.n_partitions + 1):
        comparison = _comparison(target, settings, settings.seed + partition - 1, notes)
        for number, fold in enumerate(comparison.folds(evidence), start=1):
            yield _Job(comparison, partition, number, fold)


def _comparison(target: Target, settings: TrainSettings, seed: int, notes: Notes | None) -> Comparison:
    spent = settings.spent
    return Comparison(
        target=target,
        seed=seed,
        n_outer_folds=spent.n_outer_folds,
        n_inner_folds=spent.n_inner_folds,
        effort=_effort(settings),
        confidences=settings.measured_confidences,
        n_trees=spent.n_forest_trees,
        n_threads=settings.n_threads,
        notes=notes,
        device=settings.device,
    )


def _effort(settings: TrainSettings) -> Effort:
    return Effort(settings.spent.n_trials, settings.spent.batch_size, settings.spent.patience)


def train(
    target: Target, evidence: Evidence, held_out: pd.DataFrame | None, settings: TrainSettings, notes: Notes | None
) -> Trained:
    """Choose the champion of one target, tune it on folds of all works and fit it to them.

    Args:
        target: What is predicted.
        evidence: The records that hold it, composites among them.
        held_out: The comparison's rows; None where there was none, which leaves the median.
        settings: Budget, seed, workers.
        notes: Where searches are noted.

    Raises:
        UserError: No record of a composite holds the target as a number, or a record says what cannot be.
    """
    _refuse_unsound(target, evidence)
    if not n_works(evidence):
        raise UserError(f"{target.name}: no record of a composite holds it as a number; there is nothing to learn")
    if held_out is None:
        reason = f"{n_works(evidence)} works on composites are too few to compare learners ({LEAST_WORKS} are needed)"
        champion = Champion(MEDIAN, reason, ())
    else:
        champion = choose(held_out, target, settings.seed)
    task = task_of(target, settings)
    if champion.name == MEDIAN:
        return Trained(fit_kept(MEDIAN, evidence, settings.spent.n_outer_folds, task), champion, ())
    own = evidence.numbers()
    search = Search(
        target, _effort(settings), settings.seed, settings.n_threads, settings.n_workers, notes, settings.device
    )
    trials = tune(own, folds_by_work(own, settings.spent.n_outer_folds, settings.seed), search)
    chosen = replace(task, hyperparameters=best(trials).hyperparameters)
    return Trained(fit_kept(champion.name, evidence, settings.spent.n_outer_folds, chosen), champion, tuple(trials))


def _refuse_unsound(target: Target, evidence: Evidence) -> None:
    lower, upper = evidence.bounds.lower, evidence.bounds.upper
    is_sound = (lower <= upper) & (np.isfinite(lower) | np.isfinite(upper))
    is_sound &= (lower < np.inf) & (upper > -np.inf)
    if not is_sound.all():
        said = zip(evidence.keys["record_id"][~is_sound], lower[~is_sound], upper[~is_sound], strict=True)
        records = "; ".join(f"{record}: from {low:g} to {high:g}" for record, low, high in said)
        raise UserError(f"{target.name}: a number, a range or one bound was expected of each record; {records}")


def task_of(target: Target, settings: TrainSettings) -> Task:
    """Return the task of predicting a target with untuned hyperparameters."""
    return Task(target, UNTUNED, settings.seed, settings.n_threads, settings.spent.n_forest_trees, settings.device)


def as_table(target: Target, trials: tuple[Trial, ...]) -> pd.DataFrame:
    """Return one row a trial: number, error, folds, whether it was given up, and its hyperparameters."""
    rows: list[dict[str, Any]] = [
        {
            "target": target.name,
            "trial": trial.number,
            "mean_absolute_error": trial.mean_absolute_error,
            "n_folds": len(trial.fold_errors),
            "is_pruned": trial.is_pruned,
            **trial.hyperparameters,
        }
        for trial in trials
    ]
    return pd.DataFrame(rows)
