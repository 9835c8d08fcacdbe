"""What a target is learned from and judged on: composites are judged, all else supports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, filler_family, polymer_family
from pipeline.learning.bounds import Bounds, Floats
from pipeline.learning.leaks import IDENTITY, groups_of, twins
from pipeline.learning.targets import Target

_MIXING_RULES = (
    "physics_interphase_log10_conductivity",
    "physics_bruggeman_log10_conductivity",
    "physics_host_log10_conductivity",
    "physics_filler_log10_conductivity",
)
"""What physics predicts from the phases alone, from the most that is known to the least."""
_HAS_FILLER = "filler_is_present"
_BUILT = ("architecture_tags", "additives", "salt_ratio", "particle_size_nm")


@dataclass(frozen=True)
class Corpus:
    """All that was measured, and how it is described.

    Attributes:
        records: The table of records, n rows.
        described: Every feature of the records, n rows in the same order.
        used: Names of the features that models read.
        library: Describes components.
    """

    records: pd.DataFrame
    described: pd.DataFrame
    used: tuple[str, ...]
    library: Library

    def take(self, rows: npt.NDArray[np.bool_]) -> Corpus:
        """Return the records that a mask of shape (n,) chooses."""
        return Corpus(
            self.records[rows].reset_index(drop=True),
            self.described[rows].reset_index(drop=True),
            self.used,
            self.library,
        )

    def without_public(self) -> Corpus:
        """Return the records of the literature and the lab."""
        return self.take((self.records["origin"] != "public").to_numpy())


@dataclass(frozen=True)
class Evidence:
    """The records that hold a target.

    Attributes:
        keys: n rows: `record_id`, `work_id`, `year`; what was measured (`polymer`, `salt`, `filler`,
            `filler_wt_fraction`, `temperature_C`, `architecture_tags`, `additives`, `salt_ratio`,
            `particle_size_nm`); `polymer_family` and `filler_family`; and `mixing_rule`, what physics alone predicts
            of the conductivity (log₁₀ S/cm, NaN where the phases are not known).
        features: n rows of features.
        bounds: What is known of the target, on the learned scale, n bounds.
        is_judged: Composites of the literature and the lab, on whose held-out works errors are measured, shape (n,).
            Neat polymers and ceramics, and public data sets, support: they are learned from and never judged.
        is_public: Records of public data sets, shape (n,).
    """

    keys: pd.DataFrame
    features: pd.DataFrame
    bounds: Bounds
    is_judged: npt.NDArray[np.bool_]
    is_public: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def labels(self) -> Floats:
        """The target as one number on the learned scale, NaN where only one bound is known, shape (n,)."""
        return self.bounds.middle

    @property
    def work_ids(self) -> npt.NDArray[np.object_]:
        """The primary work of each record, shape (n,)."""
        return self.keys["work_id"].to_numpy(object)

    @property
    def work_weights(self) -> Floats:
        """What each record counts where every work counts as one, however often it measured, shape (n,)."""
        return _shares(self.keys, ["work_id"])

    @property
    def weights(self) -> Floats:
        """What each record counts where a model learns, shape (n,).

        A work's repeated and conflicting measurements of one mixture count as one; its other mixtures tell something
        else and count by themselves. A work of a public set, which may hold hundreds of rows of one polymer, counts as
        one.
        """
        return np.where(self.is_public, self.work_weights, _shares(self.keys, ["work_id", *IDENTITY, *_BUILT]))

    @cached_property
    def twins(self) -> list[tuple[int, int]]:
        """Positions of records of different works that look like one measurement."""
        return twins(self.keys, self.bounds, self.work_ids)

    @cached_property
    def groups(self) -> npt.NDArray[np.object_]:
        """What is held out as one: a work, joined with those that share a twin with it, shape (n,)."""
        return groups_of(self.work_ids, self.twins)

    def take(self, rows: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> Evidence:
        """Return the records that a mask of shape (n,), or positions, choose."""
        return Evidence(
            self.keys.iloc[rows].reset_index(drop=True),
            self.features.iloc[rows].reset_index(drop=True),
            self.bounds[rows],
            self.is_judged[rows],
            self.is_public[rows],
        )

    def without_public(self) -> Evidence:
        """Return the records of the literature and the lab."""
        return self.take(~self.is_public)

    def judged(self) -> Evidence:
        """Return the composites on which errors are measured."""
        return self.take(self.is_judged)

    def numbers(self, with_public: bool = False) -> Evidence:
        """Return the records whose target is known as one number, and that number in the place of a range.

        Args:
            with_public: Whether those of public sets are among them.
        """
        is_kept = np.isfinite(self.labels) & (with_public | ~self.is_public)
        kept = self.take(is_kept)
        return kept.with_bounds(Bounds.exactly(kept.labels))

    def with_bounds(self, bounds: Bounds) -> Evidence:
        """Return the same records with other bounds."""
        return Evidence(self.keys, self.features, bounds, self.is_judged, self.is_public)

    def unlabelled(self) -> Evidence:
        """Return the same records as one that is to be predicted knows them: without what was measured."""
        return self.with_bounds(Bounds.exactly(np.full(len(self), np.nan)))


def _shares(keys: pd.DataFrame, columns: list[str]) -> Floats:
    """Return for each of n rows 1 over the number of rows that are equal in some columns, shape (n,)."""
    return 1 / keys.groupby(columns, dropna=False)["work_id"].transform("size").to_numpy(float)


def gather_evidence(target: Target, corpus: Corpus) -> Evidence:
    """Pick the records that hold a target, and the features that vary among those that are not public.

    Args:
        target: What is learned.
        corpus: All that was measured.
    """
    bounds = target.bounds(corpus.records)
    is_known = ~np.isnan(bounds.lower)
    known, described = corpus.take(is_known).records, corpus.take(is_known).described
    is_public = (known["origin"] == "public").to_numpy()
    is_composite = ((known["polymer"] != "") & (described[_HAS_FILLER] == 1)).to_numpy()
    table = described[list(corpus.used)]
    varies = table[~is_public].nunique(dropna=False) > 1
    table = table.loc[:, varies] if varies.any() else table  # even a median is a booster, and none reads no column
    keys = known[["record_id", "work_id", "year", *IDENTITY, *_BUILT]].assign(
        polymer_family=[polymer_family(name, corpus.library) for name in known["polymer"]],
        filler_family=[filler_family(name, corpus.library) for name in known["filler"]],
        mixing_rule=described[list(_MIXING_RULES)].bfill(axis=1).iloc[:, 0],
    )
    return Evidence(keys, table, bounds[is_known], is_composite & ~is_public, is_public)
