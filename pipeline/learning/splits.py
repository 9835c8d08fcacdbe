"""Folds by primary work: a paper is either learned from or predicted, never both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.model_selection import GroupKFold

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Fold:
    """Positions of the records to learn from and of those held out."""

    train: Indices
    test: Indices


def folds_by_work(
    work_ids: npt.NDArray[np.object_], n_folds: int, seed: int, is_judged: npt.NDArray[np.bool_] | None = None
) -> list[Fold]:
    """Split records into folds of whole works.

    The works of the judged records are dealt into folds, whatever else there is. A record that is not judged supports:
    it is learned from wherever its work is not held out, and never predicted.

    Args:
        work_ids: The work of each record, shape (n,).
        n_folds: Number of folds; fewer when there are fewer works.
        seed: Decides which work goes into which fold.
        is_judged: Which records are held out in turn, shape (n,); all of them if None.

    Raises:
        ValueError: Fewer than two works with judged records, or a work on both sides of a fold.
    """
    judged = np.arange(len(work_ids)) if is_judged is None else np.flatnonzero(is_judged)
    n_works = len(set(work_ids[judged]))
    if n_works < 2:
        raise ValueError(f"{n_works} works cannot be split by work; two are needed")
    splitter = GroupKFold(min(n_folds, n_works), shuffle=True, random_state=seed)
    folds = []
    for _, held_out in splitter.split(judged, groups=work_ids[judged]):
        test = judged[held_out]
        folds.append(Fold(np.flatnonzero(~pd.Series(work_ids).isin(set(work_ids[test])).to_numpy()), test))
    for fold in folds:
        refuse_shared_works(work_ids, fold)
    return folds


def refuse_shared_works(work_ids: npt.NDArray[np.object_], fold: Fold) -> None:
    """Check that no work is on both sides.

    Raises:
        ValueError: Names the works that leak.
    """
    shared = set(work_ids[fold.train]) & set(work_ids[fold.test])
    if shared:
        raise ValueError(f"works on both sides of a split: {', '.join(sorted(map(str, shared)))}")
