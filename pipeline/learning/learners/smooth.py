"""Learners whose predictions change smoothly with the descriptors: ridge regression and a Gaussian process."""

from __future__ import annotations

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from pipeline.learning.bounds import Floats
from pipeline.learning.censored import fit_process
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners.learner import Task

_PENALTIES = np.logspace(0, 4, 9)
_ALONE = {"limits": 1, "user_api": "blas"}
"""Else the last digits depend on how many cores a machine has."""


def ridge(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Fit a line with penalised slopes; missing descriptors count as their mean, leave-one-out picks the penalty."""
    own = known.numbers()
    described = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()).fit(own.features)
    with threadpool_limits(**_ALONE):
        fitted = RidgeCV(_PENALTIES).fit(described.transform(own.features), own.labels, sample_weight=own.weights)
        return task.target.clip(fitted.predict(described.transform(unseen.features)))


def gaussian_process(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Condition a Gaussian process on the records, bounds as they are printed."""
    own = known.without_public()
    with threadpool_limits(**_ALONE):
        return task.target.clip(fit_process(own.features, own.bounds).predict(unseen.features))
