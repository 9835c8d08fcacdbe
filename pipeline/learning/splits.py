"""Splits that hold for what comes next: a new paper, a new polymer, a later year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import GroupKFold

from pipeline.learning.evidence import Evidence
from pipeline.learning.leaks import refuse_leaks

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Fold:
    """Positions of the records to learn from and of those held out."""

    train: Indices
    test: Indices


def folds_by_work(evidence: Evidence, n_folds: int, seed: int) -> list[Fold]:
    """Split records into folds of whole works; works that share a twin stay together.

    The works of the judged records are dealt into folds, whatever else there is. A record that is not judged supports:
    it is learned from wherever its work is not held out, and never predicted.

    Args:
        evidence: n records.
        n_folds: Number of folds; fewer when there are fewer works.
        seed: Decides which work goes into which fold.

    Raises:
        ValueError: Fewer than two works with judged records.
    """
    judged = np.flatnonzero(evidence.is_judged)
    groups = evidence.groups
    n_groups = len(set(groups[judged]))
    if n_groups < 2:
        raise ValueError(f"{n_groups} works cannot be split by work; two are needed")
    splitter = GroupKFold(min(n_folds, n_groups), shuffle=True, random_state=seed)
    folds = []
    for _, held_out in splitter.split(judged, groups=groups[judged]):
        test = judged[held_out]
        folds.append(_fold(evidence, ~pd.Series(groups).isin(set(groups[test])).to_numpy(), test))
    return folds


def leave_out(evidence: Evidence, components: Sequence[frozenset[str]], name: str) -> Fold:
    """Split off every judged record that holds a component; no other record with it, nor of its works, is learned from.

    Args:
        evidence: n records.
        components: The components of each record, n sets.
        name: The component that is left out.
    """
    holds: npt.NDArray[np.bool_] = np.array([name in names for names in components])
    test = np.flatnonzero(holds & evidence.is_judged)
    is_of_theirs = pd.Series(evidence.groups).isin(set(evidence.groups[test])).to_numpy()
    return _fold(evidence, ~holds & ~is_of_theirs, test)


def split_by_year(evidence: Evidence, last_known: int) -> Fold:
    """Split into what was published up to a year and what came later.

    A record of unknown year is neither: nobody knows whether it came before. What a later work repeats of an earlier
    one (a twin) is not held out, since it was known.

    Args:
        evidence: n records.
        last_known: The last year that is learned from.
    """
    years = evidence.keys["year"].astype("float64").to_numpy()
    train = years <= last_known
    is_known_again = pd.Series(evidence.groups).isin(set(evidence.groups[train])).to_numpy()
    return _fold(evidence, train, np.flatnonzero((years > last_known) & evidence.is_judged & ~is_known_again))


def fixed_split(evidence: Evidence, held_out: frozenset[str]) -> Fold:
    """Split as a data set prescribes.

    Args:
        evidence: n records.
        held_out: Ids of the records that are held out.

    Raises:
        LeakError: A work, or one measurement under two works, stands on both sides.
    """
    is_held_out = evidence.keys["record_id"].isin(held_out).to_numpy()
    return _fold(evidence, ~is_held_out, np.flatnonzero(is_held_out))


def _fold(evidence: Evidence, is_learned: npt.NDArray[np.bool_], test: Indices) -> Fold:
    train = np.flatnonzero(is_learned)
    refuse_leaks(train, test, evidence.work_ids, evidence.twins)
    return Fold(train, test)
