"""Learners judged on the same held-out works: nested, so that nothing tuned has seen what it is judged on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.common.settings import TrainSettings
from pipeline.learning import baselines, boosting
from pipeline.learning.ensemble import fit_ensemble
from pipeline.learning.evidence import Evidence
from pipeline.learning.splits import folds_by_work
from pipeline.learning.targets import Target
from pipeline.learning.tuning import best, tune

LEARNERS = ("xgboost", "random_forest", "median")
WITH_PUBLIC = "xgboost_with_public"
"""XGBoost with the same hyperparameters, fitted to the public data sets too."""


def compare(evidence: Evidence, target: Target, settings: TrainSettings, tell: Callable[[str], None]) -> pd.DataFrame:
    """Predict every judged record by models that have not seen its primary work.

    In each outer fold XGBoost is tuned on inner folds of the other works; the random forest learns from the same
    records, and the median from the judged ones among them. Where there are public records, XGBoost is fitted once
    more with them, to tell what they add.

    Args:
        evidence: The records that hold the target.
        target: What is predicted.
        settings: Folds, trials, seed.
        tell: Called with a line of progress after each outer fold.

    Returns:
        One row a judged record, in order: `fold`, one column a learner, `lower` and `upper`, XGBoost's interval, and
        `xgboost_with_public` where there are public records.
    """
    core = evidence.take(~evidence.is_public)
    public = evidence.take(evidence.is_public)
    names = [*LEARNERS, "lower", "upper", *([WITH_PUBLIC] if len(public.labels) else [])]
    held_out = pd.DataFrame(np.nan, index=core.features.index, columns=["fold", *names])
    seed, threads = settings.seed, settings.n_threads
    outer = folds_by_work(core.work_ids, settings.n_outer_folds, seed, core.is_judged)
    for number, fold in enumerate(outer, start=1):
        known, unseen, y = core.features.iloc[fold.train], core.features.iloc[fold.test], core.labels[fold.train]
        is_judged = core.is_judged[fold.train]
        inner = folds_by_work(core.work_ids[fold.train], settings.n_inner_folds, seed, is_judged)
        winner = best(tune(known, y, target, inner, settings.n_trials, seed, threads))
        ensemble = fit_ensemble(known, y, target, inner, winner.hyperparameters, seed, threads)
        lower, upper = ensemble.interval(unseen, settings.confidence)
        forest = baselines.random_forest(known, y, unseen, target, settings.n_forest_trees, seed, threads)
        median = baselines.median(y[is_judged], len(unseen))
        columns = [ensemble.predict(unseen), forest, median, lower, upper]
        if len(public.labels):
            is_free = ~pd.Series(public.work_ids).isin(set(core.work_ids[fold.test])).to_numpy()
            more = public.take(is_free)
            booster = boosting.fit(
                pd.concat([known, more.features]),
                np.concatenate([y, more.labels]),
                target,
                winner.hyperparameters,
                seed,
                threads,
                np.concatenate([core.weights[fold.train], more.weights]),
            )
            columns.append(boosting.predict(booster, unseen, target))
        held_out.iloc[fold.test] = np.column_stack([np.full(len(unseen), number), *columns])
        tell(
            f"fold {number} of {len(outer)}, {settings.n_trials} trials: "
            f"mean absolute error {winner.mean_absolute_error:.3f} inside, "
            f"{np.mean(np.abs(columns[0] - core.labels[fold.test])):.3f} on held-out works"
        )
    return held_out[core.is_judged].reset_index(drop=True)
