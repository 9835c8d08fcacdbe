"""What a target is learned from and judged on: composites are judged, all else supports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.learning.targets import Floats, Target


@dataclass(frozen=True)
class Evidence:
    """The records that hold a target.

    Attributes:
        keys: `record_id` and `work_id`, n rows.
        features: n rows of features.
        labels: The target on its learned scale, shape (n,).
        is_judged: Composites of the literature and the lab, on whose held-out works errors are measured, shape (n,).
            Neat polymers and ceramics, and public data sets, support: they are learned from and never judged.
        is_public: Records of public data sets, shape (n,).
        weights: What each record counts: 1, or for a public one its share of its work, shape (n,).
    """

    keys: pd.DataFrame
    features: pd.DataFrame
    labels: Floats
    is_judged: npt.NDArray[np.bool_]
    is_public: npt.NDArray[np.bool_]
    weights: Floats

    @property
    def work_ids(self) -> npt.NDArray[np.object_]:
        """The primary work of each record, shape (n,)."""
        return self.keys["work_id"].to_numpy(object)

    def take(self, rows: npt.NDArray[np.bool_]) -> Evidence:
        """Return the records that a mask of shape (n,) chooses."""
        return Evidence(
            self.keys[rows].reset_index(drop=True),
            self.features[rows].reset_index(drop=True),
            self.labels[rows],
            self.is_judged[rows],
            self.is_public[rows],
            self.weights[rows],
        )


def gather_evidence(target: Target, records: pd.DataFrame, features: pd.DataFrame) -> Evidence:
    """Pick the records that hold a target, and the features that vary among those that are not public.

    Args:
        target: What is learned.
        records: The table of records, n rows.
        features: Their features, n rows in the same order, with their keys.
    """
    labels = target.labels(records)
    is_known = np.isfinite(labels)
    known = records[is_known].reset_index(drop=True)
    is_public = (known["origin"] == "public").to_numpy()
    is_composite = ((known["polymer"] != "") & (known["filler"] != "")).to_numpy()
    table = features.drop(columns=["record_id", "work_id"])[is_known].reset_index(drop=True)
    table = table.loc[:, table[~is_public].nunique(dropna=False) > 1]
    n_of_work = known.groupby("work_id")["work_id"].transform("size").to_numpy(float)
    return Evidence(
        known[["record_id", "work_id"]],
        table,
        labels[is_known],
        is_composite & ~is_public,
        is_public,
        np.where(is_public, 1 / n_of_work, 1.0),
    )
