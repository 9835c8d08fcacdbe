"""Learners judged on the same held-out works: nested, so that nothing tuned has seen what it is judged on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.common.settings import TrainSettings
from pipeline.learning import baselines
from pipeline.learning.ensemble import fit_ensemble
from pipeline.learning.splits import folds_by_work
from pipeline.learning.targets import Floats, Target
from pipeline.learning.tuning import best, tune

LEARNERS = ("xgboost", "random_forest", "median")


def compare(
    features: pd.DataFrame,
    labels: Floats,
    work_ids: npt.NDArray[np.object_],
    target: Target,
    settings: TrainSettings,
    tell: Callable[[str], None],
) -> pd.DataFrame:
    """Predict every record by models that have not seen its primary work.

    In each outer fold XGBoost is tuned on inner folds of the other works; the random forest and the median learn
    from the same works.

    Args:
        features: n rows of features.
        labels: The target on its learned scale, shape (n,).
        work_ids: The primary work of each row, shape (n,).
        target: What is predicted.
        settings: Folds, trials, seed.
        tell: Called with a line of progress after each outer fold.

    Returns:
        n rows: `fold`, one column a learner, and `lower`, `upper`, XGBoost's interval.
    """
    held_out = pd.DataFrame(np.nan, index=features.index, columns=["fold", *LEARNERS, "lower", "upper"])
    outer = folds_by_work(work_ids, settings.n_outer_folds, settings.seed)
    for number, fold in enumerate(outer, start=1):
        known, unseen = features.iloc[fold.train], features.iloc[fold.test]
        y, seed, threads = labels[fold.train], settings.seed, settings.n_threads
        inner = folds_by_work(work_ids[fold.train], settings.n_inner_folds, seed)
        winner = best(tune(known, y, target, inner, settings.n_trials, seed, threads))
        ensemble = fit_ensemble(known, y, target, inner, winner.hyperparameters, seed, threads)
        lower, upper = ensemble.interval(unseen, settings.confidence)
        forest = baselines.random_forest(known, y, unseen, target, settings.n_forest_trees, seed, threads)
        held_out.iloc[fold.test] = np.column_stack(
            [
                np.full(len(unseen), number),
                ensemble.predict(unseen),
                forest,
                baselines.median(y, len(unseen)),
                lower,
                upper,
            ]
        )
        tell(
            f"fold {number} of {len(outer)}, {settings.n_trials} trials: "
            f"mean absolute error {winner.mean_absolute_error:.3f} inside, "
            f"{np.mean(np.abs(held_out['xgboost'].to_numpy()[fold.test] - labels[fold.test])):.3f} on held-out works"
        )
    return held_out
