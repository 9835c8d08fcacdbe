"""Backtest by year: would what was known have pointed at the best of what came later?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.learning.boosting import UNTUNED
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners import FAMILY_MEDIAN, LEARNERS, XGBOOST, Task
from pipeline.learning.splits import split_by_year

FIRST_CUT_OFF = 2016
"""The last year that the first model knows."""
NEAR_ROOM_TEMPERATURE_C = (20.0, 30.0)
_N_FITS = 5
_LEAST_WORKS = 10
_WET = "architecture_is_wet"


def rank_by_year(evidence: Evidence, task: Task) -> pd.DataFrame:
    """Rank, at the end of each year from 2016 on, what was published later, by what was known then.

    Nothing is tuned: hyperparameters are `UNTUNED`, whatever the task says.

    Args:
        evidence: The records that hold the target.
        task: Gives target, seed and threads.

    Returns:
        One row a cut-off and later composite with a number: `last_known_year`, `record_id`, `work_id`, `year`,
        `is_near_room_temperature`, `is_temperature_stated`, `is_wet`, `measured`, and the score of each of
        `STRATEGIES` (higher: recommended first). Cut-offs at which fewer than ten works on composites are known are
        left out.
    """
    years = evidence.keys["year"][evidence.is_judged].dropna()
    last = int(years.max()) if len(years) else FIRST_CUT_OFF
    tables = [_ranked(evidence, year, task) for year in range(FIRST_CUT_OFF, max(last, FIRST_CUT_OFF + 1))]
    return pd.concat(tables, ignore_index=True)


def _ranked(evidence: Evidence, last_known: int, task: Task) -> pd.DataFrame:
    fold = split_by_year(evidence, last_known)
    known, later = evidence.take(fold.train), evidence.take(fold.test)
    is_enough = known.keys["work_id"][known.is_judged].nunique() >= _LEAST_WORKS
    later = later.take(np.isfinite(later.labels) & is_enough)
    unseen = later.unlabelled()
    table = later.keys[["record_id", "work_id", "year"]].assign(
        is_near_room_temperature=_is_near_room_temperature(later),
        is_temperature_stated=later.keys["temperature_C"].notna(),
        is_wet=_is_wet(later),
        measured=later.labels,
        **{name: score(known, unseen, task) if len(unseen) else np.zeros(0) for name, score in STRATEGIES.items()},
    )
    table.insert(0, "last_known_year", last_known)
    return table


def _is_near_room_temperature(evidence: Evidence) -> npt.NDArray[np.bool_]:
    return evidence.keys["temperature_C"].between(*NEAR_ROOM_TEMPERATURE_C).to_numpy(bool)


def _is_wet(evidence: Evidence) -> npt.NDArray[np.bool_]:
    return np.asarray(evidence.features.get(_WET, pd.Series(0.0, evidence.features.index)) > 0, dtype=bool)


def _xgboost(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Return the mean prediction of five boosters that differ in their seed: one alone moves with it."""
    tasks = [replace(task, hyperparameters=UNTUNED, seed=task.seed + number) for number in range(_N_FITS)]
    return np.asarray(np.mean([LEARNERS[XGBOOST](known, unseen, one) for one in tasks], axis=0), dtype=np.float64)


def best_known_plus_filler(known: Evidence, unseen: Evidence, task: Task) -> Floats:  # noqa: ARG001
    """Score as a chemist does who takes the best composite known near room temperature and adds filler.

    First comes what is wet or dry as that composite is; among those, what has its polymer, then one of the same family,
    then any; among those, likewise its filler; among those, what holds more filler. An unstated loading counts as the
    median of those known.

    Returns:
        Ranks from 0, equal where this cannot tell two mixtures apart, shape (n,).
    """
    composites = known.take(known.is_judged & np.isfinite(known.labels) & _is_near_room_temperature(known))
    if len(composites) == 0:
        return np.zeros(len(unseen))
    position = int(np.argmax(composites.labels))
    best = composites.keys.iloc[position]
    typical = known.keys["filler_wt_fraction"][known.is_judged].median()
    order = np.column_stack(
        [
            _is_wet(unseen) == _is_wet(composites)[position],
            _likeness(unseen.keys, best, "polymer"),
            _likeness(unseen.keys, best, "filler"),
            unseen.keys["filler_wt_fraction"].fillna(typical).fillna(0.0),
        ]
    ).astype(float)
    return np.unique(order, axis=0, return_inverse=True)[1].reshape(-1).astype(float)


def _likeness(mixtures: pd.DataFrame, best: pd.Series[Any], phase: str) -> Floats:
    """Return 2 for the same component, 1 for one of its family, 0 for another, shape (n,)."""
    is_same = (mixtures[phase] == best[phase]).to_numpy(bool)
    is_family = (mixtures[f"{phase}_family"] == best[f"{phase}_family"]).to_numpy(bool)
    return np.where(is_same, 2.0, np.where(is_family, 1.0, 0.0))


def best_dry_known_plus_filler(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Do the same with the best composite that holds no liquid."""
    return best_known_plus_filler(known.take(~_is_wet(known)), unseen, task)


def wet_first(known: Evidence, unseen: Evidence, task: Task) -> Floats:  # noqa: ARG001
    """Put every electrolyte that holds a liquid before every one that does not, which takes no model."""
    return _is_wet(unseen).astype(float)


STRATEGIES: Mapping[str, Callable[[Evidence, Evidence, Task], Floats]] = {
    XGBOOST: _xgboost,
    FAMILY_MEDIAN: LEARNERS[FAMILY_MEDIAN],
    "best_known_plus_filler": best_known_plus_filler,
    "best_dry_known_plus_filler": best_dry_known_plus_filler,
    "wet_first": wet_first,
}
"""What ranks the later composites, by column of the table."""
