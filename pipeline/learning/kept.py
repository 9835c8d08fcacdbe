"""What can be kept: ensembles that are stored, explained and searched exactly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pipeline.learning.boosting import CONSTANT
from pipeline.learning.ensemble import Ensemble, fit_ensemble
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners import BOUNDS, MEDIAN, WITH_PHASES, WITH_PUBLIC, XGBOOST, Task, fit_phase_models
from pipeline.learning.splits import Fold, folds_by_work

_LEARNED_FROM: Mapping[str, Callable[[Evidence], Evidence]] = {
    MEDIAN: lambda known: known.numbers().judged(),
    XGBOOST: lambda known: known.numbers(),
    BOUNDS: lambda known: known.without_public(),
    WITH_PUBLIC: lambda known: known.numbers(with_public=True),
    WITH_PHASES: lambda known: known.numbers(),
}
KEPT = tuple(_LEARNED_FROM)
"""The learners that can predict a target for users; the others measure what that costs."""


def fit_kept(name: str, known: Evidence, n_folds: int, task: Task) -> Ensemble:
    """Fit one of `KEPT` with its intervals; it predicts what the learner of that name predicts.

    Args:
        name: One of `KEPT`.
        known: The records that hold the target, public ones among them.
        n_folds: Folds of works that calibrate the intervals; with one work there are none, and the interval is all
            that is physically possible.
        task: Target, hyperparameters, seed, threads.
    """
    learned = _LEARNED_FROM[name](known)
    if name == MEDIAN:
        task = replace(task, hyperparameters=CONSTANT)
    phases = fit_phase_models(known, task) if name == WITH_PHASES else None
    return fit_ensemble(learned, calibration_folds(learned, n_folds, task.seed), task, phases)


def calibration_folds(evidence: Evidence, n_folds: int, seed: int) -> list[Fold]:
    """Return folds by work; none where there is but one work."""
    if len(set(evidence.groups[evidence.is_judged])) < 2:
        return []
    return folds_by_work(evidence, n_folds, seed)
