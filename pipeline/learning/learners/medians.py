"""What a model has to beat: medians of the record."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.learning.boosting import weighted_median
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners.learner import Task

_FAMILY = ["polymer_family", "filler_family"]
_LEAST = 3
"""Works that a family needs for a median of its own."""


def median(known: Evidence, unseen: Evidence, task: Task) -> Floats:  # noqa: ARG001
    """Predict the median of the composites."""
    judged = known.take(known.is_judged)
    return np.full(len(unseen), weighted_median(judged.labels, judged.weights))


def family_median(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Predict the median of the composites with the same families of polymer and filler.

    Where fewer than three works hold that pair, those with the polymer's family speak, then all.
    """
    judged = known.take(known.is_judged)
    predicted = pd.Series(median(known, unseen, task))
    for columns in (_FAMILY[:1], _FAMILY):
        table = _medians(judged, columns)
        own = pd.Series([table.get(tuple(row), np.nan) for row in unseen.keys[columns].to_numpy(object)], dtype=float)
        predicted = own.fillna(predicted)
    return np.asarray(predicted, dtype=np.float64)


def _medians(judged: Evidence, columns: list[str]) -> dict[tuple[str, ...], float]:
    medians = {}
    for family, rows in judged.keys.groupby(columns).indices.items():
        of_family = judged.take(np.sort(rows))
        if of_family.keys["work_id"].nunique() >= _LEAST:
            names = family if isinstance(family, tuple) else (family,)
            medians[names] = weighted_median(of_family.labels, of_family.weights)
    return medians
