"""The kept model fitted again: to works drawn anew, or with another seed. What changes with it was chance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pipeline.learning.ensemble import Ensemble
from pipeline.learning.evidence import Evidence
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import Task

_COPY = "copy"


def resampled(evidence: Evidence, generator: np.random.Generator) -> Evidence:
    """Draw as many works as there are, with replacement, each with all of its records.

    What is held out as one (a work, joined with those that print the same measurement) is drawn as one. A work that is
    drawn twice counts twice; its copies share their measurements, so that no split parts them.

    Args:
        evidence: n records.
        generator: Draws.
    """
    groups = evidence.groups
    distinct = sorted(set(groups))
    positions, copies = [], []
    seen = dict.fromkeys(distinct, 0)
    for place in generator.integers(len(distinct), size=len(distinct)):
        rows = np.flatnonzero(groups == distinct[place])
        seen[distinct[place]] += 1
        positions.append(rows)
        copies += [seen[distinct[place]]] * len(rows)
    drawn = evidence.take(np.concatenate(positions))
    endings = [f" {_COPY} {copy}" if copy > 1 else "" for copy in copies]
    named = {
        column: [f"{name}{ending}" for name, ending in zip(drawn.keys[column], endings, strict=True)]
        for column in ("work_id", "record_id")
    }
    return replace(drawn, keys=drawn.keys.assign(**named))


def fit_resampled(name: str, evidence: Evidence, n_folds: int, task: Task, number: int) -> Ensemble:
    """Fit a kept learner to works drawn anew.

    Args:
        name: The learner, one of `KEPT`.
        evidence: All records that hold the target.
        n_folds: Folds of works that calibrate the intervals.
        task: Target, hyperparameters, seed, threads.
        number: Which draw; with the task's seed it determines the works.
    """
    return fit_kept(name, resampled(evidence, np.random.default_rng([task.seed, number])), n_folds, task)


def fit_reseeded(name: str, evidence: Evidence, n_folds: int, task: Task, number: int) -> Ensemble:
    """Fit a kept learner to the same records with another seed: other subsamples, other folds.

    Args:
        name: The learner, one of `KEPT`.
        evidence: All records that hold the target.
        n_folds: Folds of works that calibrate the intervals.
        task: Target, hyperparameters, seed, threads.
        number: Which seed, from 1.
    """
    return fit_kept(name, evidence, n_folds, replace(task, seed=task.seed + number))
