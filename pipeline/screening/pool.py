"""Mixtures whose results are known and hidden: the pool from which a replay chooses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import INPUT_COLUMNS, dictionary
from pipeline.learning import CONDUCTIVITY, Corpus, Evidence, gather_evidence
from pipeline.screening.mixtures import canonical

NEAR_ROOM_TEMPERATURE_C = (20.0, 30.0)
WET = "architecture_is_wet"


@dataclass(frozen=True)
class Pool:
    """Experiments that can be replayed.

    Attributes:
        evidence: n records, each with a number.
        mixtures: The same as mixtures, with the columns of `features.INPUT_COLUMNS`.
    """

    evidence: Evidence
    mixtures: pd.DataFrame

    def __len__(self) -> int:
        return len(self.mixtures)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Pool:
        """Return the experiments that a mask of shape (n,), or positions, choose."""
        return Pool(self.evidence.take(rows), self.mixtures.iloc[rows].reset_index(drop=True))

    def hidden(self) -> Pool:
        """Return the same experiments without their results."""
        return Pool(self.evidence.unlabelled(), self.mixtures)

    def is_wet(self) -> npt.NDArray[np.bool_]:
        """Say which hold a liquid, shape (n,)."""
        features = self.evidence.features
        return np.asarray(features.get(WET, pd.Series(0.0, features.index)) > 0, dtype=bool)

    def is_best(self, share: float) -> npt.NDArray[np.bool_]:
        """Say which are the best share, rounded up, with all that equal the last of them, shape (n,)."""
        values = self.evidence.labels
        n_best = int(np.ceil(share * len(values) - 1e-9))
        return np.asarray(values >= np.sort(values)[-n_best], dtype=bool)


def gather_pool(corpus: Corpus) -> Pool:
    """Gather the composites whose conductivity at 20 to 30 °C is known as one number.

    Every feature that is meant to be learned stands in it, not only those that the record as a whole tells apart: what
    can be told apart is for a strategy to find out from what it was shown. Of equal mixtures the first is kept, by
    record id, and so of records of different works that look like one measurement (twins), so that no result is shown
    under another name.
    """
    learned = {feature.name for feature in dictionary(corpus.library) if feature.is_learned}
    names = tuple(name for name in corpus.described.columns if name in learned)
    every = Corpus(corpus.records, corpus.described, names, corpus.library).without_public()
    own = gather_evidence(CONDUCTIVITY, every).numbers()
    is_near = own.keys["temperature_C"].between(*NEAR_ROOM_TEMPERATURE_C).to_numpy(bool)
    own = own.take(own.is_judged & is_near)
    own = own.take(np.argsort(own.keys["record_id"].to_numpy(str), kind="stable"))
    by_id = every.records.set_index("record_id")[list(INPUT_COLUMNS)]
    mixtures = by_id.loc[own.keys["record_id"]].reset_index(drop=True)
    is_repeated = canonical(mixtures).duplicated().to_numpy(bool, copy=True)
    is_repeated[[later for _, later in own.twins]] = True
    return Pool(own, mixtures).take(~is_repeated)


def one_a_work(pool: Pool) -> Pool:
    """Keep one record of each work: the middle one by record id, whatever it measured."""
    works = pd.Series(pool.evidence.groups)
    place, size = works.groupby(works).cumcount(), works.groupby(works).transform("size")
    return pool.take((place == (size - 1) // 2).to_numpy(bool))


def dry_one_a_work(pool: Pool) -> Pool:
    """Keep one record of each work, among those that hold no liquid."""
    return one_a_work(pool.take(~pool.is_wet()))


BY_WORK = "by_work"
POOLS: Mapping[str, Callable[[Pool], Pool]] = {
    BY_WORK: one_a_work,
    "dry_by_work": dry_one_a_work,
    "by_record": lambda pool: pool,
}
"""What counts as one experiment, the headline first."""
