"""How far predictions are off for what no paper has measured: every polymer, every filler family left out in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from features import Library, filler_families, repeat_units
from pipeline.common.errors import UserError
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners import LEARNERS, MEDIAN, XGBOOST, Task
from pipeline.learning.splits import leave_out

NOVELTIES: Mapping[str, tuple[str, Callable[[str, Library], frozenset[str]]]] = {
    "new_polymer": ("polymer", repeat_units),
    "new_filler_family": ("filler", filler_families),
}
"""What is left out: the column of the records, and what counts as one."""
_JUDGED = (XGBOOST, MEDIAN)


def leave_each_out(evidence: Evidence, held: Sequence[frozenset[str]], task: Task) -> pd.DataFrame:
    """Predict each judged record by models that have seen neither its component nor its work.

    A record with several components is predicted once for each, by a model that has not seen that one.

    Args:
        evidence: The records that hold the target.
        held: The components of each record, n sets.
        task: Target, hyperparameters, seed, threads.

    Returns:
        One row a judged record and component: `record_id`, `work_id`, `component`, `measured`, `xgboost` and `median`.

    Raises:
        UserError: Without one of the components no number is left to learn from.
    """
    components = sorted(
        {name for names, is_judged in zip(held, evidence.is_judged, strict=True) if is_judged for name in names}
    )
    return pd.concat([_leave_out(name, evidence, held, task) for name in components], ignore_index=True)


def _leave_out(name: str, evidence: Evidence, held: Sequence[frozenset[str]], task: Task) -> pd.DataFrame:
    fold = leave_out(evidence, held, name)
    known, new = evidence.take(fold.train), evidence.take(fold.test)
    if not np.isfinite(known.judged().labels).any():
        raise UserError(
            f"every composite with a number of {task.target.name} holds {name}, or shares a work with one that does: "
            "what a new one costs cannot be measured; add records without it"
        )
    predicted = {learner: LEARNERS[learner](known, new.unlabelled(), task) for learner in _JUDGED}
    return new.keys[["record_id", "work_id"]].assign(component=name, measured=new.labels, **predicted)
