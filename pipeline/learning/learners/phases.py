"""What public sets say of the phases alone, as two more features of a mixture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from features import RECIPROCAL_TEMPERATURE
from pipeline.learning import boosting
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners.learner import Task
from pipeline.learning.targets import PHASES_BY_PUBLIC_SETS

_HOST, _FILLER = PHASES_BY_PUBLIC_SETS
_BLOCKS = {
    _HOST: ("polymer", ("polymer_", "salt_", RECIPROCAL_TEMPERATURE.name)),
    _FILLER: ("filler", ("filler_", RECIPROCAL_TEMPERATURE.name)),
}
"""For each feature: the phase that has to be there, and the beginnings of the features that describe it."""
_OF_A_MIXTURE = ("filler_wt_fraction", "filler_vol_fraction")
_LEAST = 20
HYPERPARAMETERS: Hyperparameters = boosting.UNTUNED | {boosting.N_ROUNDS: 200, "max_depth": 5, "learning_rate": 0.1}
"""Deeper than for composites: the public sets hold hundreds and thousands of values."""


@dataclass(frozen=True)
class PhaseModels:
    """Models of the neat phases, each fitted to public records of that phase alone.

    Attributes:
        boosters: By the name of the feature that each gives.
        columns: The features that each reads.
    """

    boosters: dict[str, Any]
    columns: dict[str, tuple[str, ...]]

    def extend(self, features: pd.DataFrame) -> pd.DataFrame:
        """Return n rows of features with what the models predict of each row's phases; NaN where there is none."""
        more = {name: self._predicted(name, features) for name in self.boosters}
        return features.assign(**more)

    def _predicted(self, name: str, features: pd.DataFrame) -> Floats:
        described = features.reindex(columns=list(self.columns[name]))
        is_there = described.drop(columns=RECIPROCAL_TEMPERATURE.name, errors="ignore").notna().any(axis=1)
        return np.where(is_there, boosting.margin(self.boosters[name], described), np.nan)


def fit_phase_models(known: Evidence, task: Task) -> PhaseModels:
    """Fit one model a phase of which there are enough public records.

    Args:
        known: Records, public ones among them.
        task: Gives target, seed and threads.
    """
    boosters, columns = {}, {}
    for name, (phase, beginnings) in _BLOCKS.items():
        other = {"polymer": "filler", "filler": "polymer"}[phase]
        of_phase = known.take(known.is_public & (known.keys[other] == "").to_numpy())
        if len(of_phase) < _LEAST:
            continue
        read = [
            column for column in known.features.columns if column.startswith(beginnings) and column not in _OF_A_MIXTURE
        ]
        columns[name] = tuple(read)
        boosters[name] = boosting.fit(
            of_phase.features[read],
            of_phase.bounds,
            task.target,
            HYPERPARAMETERS,
            task.seed,
            task.n_threads,
            of_phase.weights,
            task.device,
        )
    return PhaseModels(boosters, columns)


def xgboost_with_phases(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Learn from composites and neat phases, and read what models of the public sets predict of the phases."""
    phases = fit_phase_models(known, task)
    own = known.numbers()
    booster = boosting.fit(
        phases.extend(own.features),
        own.bounds,
        task.target,
        task.hyperparameters,
        task.seed,
        task.n_threads,
        own.weights,
        task.device,
    )
    return boosting.predict(booster, phases.extend(unseen.features), task.target)
