"""How far predictions are off for what no paper has measured: every polymer, every filler family left out in turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, split_mixture
from features.filler import family_of
from pipeline.learning import boosting
from pipeline.learning.evidence import Evidence
from pipeline.learning.targets import Floats, Target


def repeat_units(mixture: str, library: Library) -> frozenset[str]:
    """Return the polymers of a mixture by their structure, so that PEO and PEG are one; by name where it has none."""
    return frozenset(library.polymers.get(name, {}).get("psmiles") or name for name, _ in split_mixture(mixture))


def filler_families(mixture: str, library: Library) -> frozenset[str]:
    """Return the structure families of a mixture's fillers."""
    return frozenset(family_of(name, library) or name for name, _ in split_mixture(mixture))


NOVELTIES: Mapping[str, tuple[str, Callable[[str, Library], frozenset[str]]]] = {
    "new_polymer": ("polymer", repeat_units),
    "new_filler_family": ("filler", filler_families),
}
"""What is left out: the column of the records, and what counts as one."""


def leave_each_out(
    evidence: Evidence, held: list[frozenset[str]], target: Target, seed: int, n_threads: int
) -> pd.DataFrame:
    """Predict each judged record by a model that has seen neither its component nor its work.

    A record with several components is predicted once for each, by a model that has not seen that one.

    Args:
        evidence: The records that hold the target.
        held: The components of each record, n sets.
        target: What is predicted.
        seed: Seed of the boosters.
        n_threads: XGBoost threads.

    Returns:
        One row a judged record and component: `record_id`, `work_id`, `component`, `measured`, `xgboost` and `median`
        (of the judged records that were learned from).
    """
    components = sorted(
        {name for names, is_judged in zip(held, evidence.is_judged, strict=True) if is_judged for name in names}
    )
    rows = [_leave_out(name, evidence, held, target, seed, n_threads) for name in components]
    return pd.concat(rows, ignore_index=True)


def _leave_out(
    name: str, evidence: Evidence, held: list[frozenset[str]], target: Target, seed: int, n_threads: int
) -> pd.DataFrame:
    holds: npt.NDArray[np.bool_] = np.array([name in names for names in held])
    is_new = holds & evidence.is_judged
    is_known = ~holds & ~pd.Series(evidence.work_ids).isin(set(evidence.work_ids[is_new])).to_numpy()
    known, new = evidence.take(is_known), evidence.take(is_new)
    booster = boosting.fit(known.features, known.labels, target, boosting.UNTUNED, seed, n_threads, known.weights)
    median: Floats = np.full(len(new.labels), np.median(known.labels[known.is_judged]))
    return new.keys.assign(
        component=name,
        measured=new.labels,
        xgboost=boosting.predict(booster, new.features, target),
        median=median,
    )
