"""Learners whose predictions change smoothly with the descriptors: ridge regression and a Gaussian process."""

from __future__ import annotations

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline.learning.bounds import Floats
from pipeline.learning.censored import fit_process
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners.learner import Task

_PENALTIES = np.logspace(0, 4, 9)


def ridge(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Fit a line with penalised slopes; missing descriptors count as their mean, leave-one-out picks the penalty."""
    own = known.numbers()
    described = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler()).fit(own.features)
    fitted = RidgeCV(_PENALTIES).fit(described.transform(own.features), own.labels, sample_weight=own.weights)
    return task.target.clip(fitted.predict(described.transform(unseen.features)))


def gaussian_process(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Condition a Gaussian process on the records, bounds as they are printed."""
    own = known.without_public()
    return task.target.clip(fit_process(own.features, own.bounds).predict(unseen.features))
