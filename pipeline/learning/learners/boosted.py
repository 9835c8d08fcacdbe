"""XGBoost, alone and on what physics leaves over."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import HuberRegressor

from pipeline.learning import boosting
from pipeline.learning.bounds import Bounds, Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners.learner import Task
from pipeline.learning.learners.medians import median


def xgboost(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Learn from numbers: a range counts as its middle, and what is known from one side only is dropped."""
    return _fitted(known.numbers(), unseen, task)


def xgboost_on_bounds(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Learn from ranges and one-sided bounds as they are: nothing is lost between two bounds."""
    return _fitted(known.without_public(), unseen, task)


def xgboost_with_public(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Learn from the public data sets as well."""
    return _fitted(known.numbers(with_public=True), unseen, task)


def mixing_rule(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Predict what physics makes of the phases alone; the median where it has nothing to say.

    The general effective medium with an interphase where loading and phases are known, else Bruggeman's, else what the
    host conducts, else the filler (`features.physics`).
    """
    physics = unseen.keys["mixing_rule"].to_numpy(float)
    return task.target.clip(np.where(np.isfinite(physics), physics, median(known, unseen, task)))


def mixing_rule_and_xgboost(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Add to a line through what physics predicts what XGBoost learns of the residuals.

    The line is fitted to composites with Huber's loss, since the rules are off by decades where a phase is not known.
    """
    own = known.numbers()
    expected, judged = mixing_rule(own, own, task), own.is_judged
    line = HuberRegressor(alpha=0.0, max_iter=1000).fit(expected[judged, None], own.labels[judged])
    slope = max(float(line.coef_[0]), 0.0)  # so that the sum still rises with temperature
    left = own.with_bounds(Bounds.exactly(own.labels - line.intercept_ - slope * expected))
    booster = boosting.fit(
        left.features,
        left.bounds,
        task.target,
        task.hyperparameters,
        task.seed,
        task.n_threads,
        left.weights,
        task.device,
    )
    physics = line.intercept_ + slope * mixing_rule(own, unseen, task)
    return task.target.clip(physics + boosting.margin(booster, unseen.features))


def _fitted(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    booster = boosting.fit(
        known.features,
        known.bounds,
        task.target,
        task.hyperparameters,
        task.seed,
        task.n_threads,
        known.weights,
        task.device,
    )
    return boosting.predict(booster, unseen.features, task.target)
