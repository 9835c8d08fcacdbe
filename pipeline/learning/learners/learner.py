"""The one interface of all learners: from what is known to predictions of what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.learning.boosting import CPU, Hyperparameters
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.targets import Target


@dataclass(frozen=True)
class Task:
    """What is to be predicted, and with which settings.

    Attributes:
        target: What is predicted.
        hyperparameters: Those of boosted trees, tuned on works that are learned from.
        seed: Seed of whatever draws.
        n_threads: XGBoost threads.
        n_trees: Trees of a forest.
        device: Where XGBoost computes: "cpu" or "cuda".
    """

    target: Target
    hyperparameters: Hyperparameters
    seed: int
    n_threads: int
    n_trees: int
    device: str = CPU


Learner = Callable[[Evidence, Evidence, Task], Floats]
"""Learns from the first records and predicts the second ones, n of them, on the learned scale, shape (n,).

A learner never sees what was measured of those that it predicts: `Evidence.unlabelled` goes in. Public data sets are
among the known records; only the learners that say so learn from them.
"""
