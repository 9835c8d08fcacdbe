"""What must not stand on both sides of a split: a work, one measurement under two ids, the twin of a neat reference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.common.errors import UserError
from pipeline.learning.bounds import Bounds

IDENTITY = ("polymer", "salt", "filler", "filler_wt_fraction", "temperature_C")
"""Columns of the records that say what was measured, and when two measurements may be one."""
_SAME_VALUE = 0.0044
"""log₁₀ of 1.01: values nearer than a hundredth are one value, printed with more and with fewer digits."""
_SAME_LOADING = 0.005
_SAME_TEMPERATURE_C = 1.0


class LeakError(UserError, ValueError):
    """A split that leaks: whatever makes one stops, since every error that it would state is too small."""


def twins(mixtures: pd.DataFrame, bounds: Bounds, work_ids: npt.NDArray[np.object_]) -> list[tuple[int, int]]:
    """Find records of different works that look like one measurement.

    Two records are twins when polymer and filler are the same, the values are one up to rounding, and neither salt,
    loading nor temperature contradict each other; what one of them leaves open contradicts nothing. A neat reference
    (no filler, or no polymer) that two works print is a twin like any other.

    Args:
        mixtures: n rows with the columns of `IDENTITY`.
        bounds: What was measured, on the learned scale, n bounds.
        work_ids: The work of each record, shape (n,).

    Returns:
        Positions of the two records of each pair, the smaller first, sorted.
    """
    table = mixtures[list(IDENTITY)].assign(work_id=work_ids, lower=bounds.lower, upper=bounds.upper)
    table["position"] = np.arange(len(mixtures))
    table["step"] = np.floor(bounds.lower.clip(-100) / _SAME_VALUE)
    near = pd.concat([table.assign(step=table["step"] + shift) for shift in (-1, 0, 1)])
    pairs = table.merge(near, on=["polymer", "filler", "step"], suffixes=("", "_other"))
    pairs = pairs[(pairs["position"] < pairs["position_other"]) & (pairs["work_id"] != pairs["work_id_other"])]
    is_twin = (
        _is_near(pairs, "lower", _SAME_VALUE)
        & _is_near(pairs, "upper", _SAME_VALUE)
        & ((pairs["salt"] == pairs["salt_other"]) | (pairs["salt"] == "") | (pairs["salt_other"] == ""))
        & (_is_near(pairs, "filler_wt_fraction", _SAME_LOADING) | _is_open(pairs, "filler_wt_fraction"))
        & (_is_near(pairs, "temperature_C", _SAME_TEMPERATURE_C) | _is_open(pairs, "temperature_C"))
    )
    return sorted(zip(pairs["position"][is_twin], pairs["position_other"][is_twin], strict=True))


def _is_near(pairs: pd.DataFrame, column: str, distance: float) -> pd.Series[bool]:
    one, other = pairs[column], pairs[f"{column}_other"]
    return (one == other) | ((one - other).abs() <= distance)


def _is_open(pairs: pd.DataFrame, column: str) -> pd.Series[bool]:
    return pairs[column].isna() | pairs[f"{column}_other"].isna()


def groups_of(work_ids: npt.NDArray[np.object_], pairs: Sequence[tuple[int, int]]) -> npt.NDArray[np.object_]:
    """Join works that share a twin into one group, so that a split by group leaks nothing.

    Args:
        work_ids: The work of each record, shape (n,).
        pairs: Twins, as `twins` finds them.

    Returns:
        The group of each record, named after the first of its works, shape (n,).
    """
    names, works = np.unique(work_ids, return_inverse=True)
    ends = works[np.array(pairs, dtype=int).reshape(-1, 2)]
    links = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(len(names), len(names)))
    _, joined = connected_components(links)
    _, first = np.unique(joined, return_index=True)
    return np.asarray(names[first[joined]][works], dtype=object)


def refuse_leaks(
    train: npt.NDArray[np.intp],
    test: npt.NDArray[np.intp],
    work_ids: npt.NDArray[np.object_],
    pairs: Sequence[tuple[int, int]],
) -> None:
    """Check that neither a work nor one of two twins stands on both sides of a split.

    Args:
        train: Positions of the records that are learned from.
        test: Positions of those held out.
        work_ids: The work of each record, shape (n,).
        pairs: Twins, as `twins` finds them.

    Raises:
        LeakError: Names the works that leak, or the works of the twins.
    """
    if shared := set(work_ids[train]) & set(work_ids[test]):
        raise LeakError(f"works on both sides of a split: {', '.join(sorted(map(str, shared)))}")
    side = np.zeros(len(work_ids), dtype=int)
    side[train], side[test] = 1, 2
    leaking = [f"{work_ids[one]} and {work_ids[other]}" for one, other in pairs if side[one] * side[other] == 2]
    if leaking:
        raise LeakError(f"one measurement under two works, on both sides of a split: {'; '.join(leaking)}")
