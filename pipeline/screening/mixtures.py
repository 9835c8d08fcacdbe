"""Which mixtures are one, and in which components two differ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import INPUT_COLUMNS

COMPONENTS = {
    "polymer": "polymer",
    "filler": "filler",
    "salt": "salt",
    "architecture_tags": "architecture",
    "additives": "additive",
}
"""Columns that say what a mixture is made of, and what people call that."""
_LISTS = ("architecture_tags", "additives")
_NUMBERS = ("salt_ratio", "filler_wt_fraction", "filler_vol_fraction", "particle_size_nm", "temperature_C")
_DIGITS = 9
_MIXTURE = [name for name in INPUT_COLUMNS if name != "temperature_C"]


def canonical(mixtures: pd.DataFrame) -> pd.DataFrame:
    """Write n mixtures so that equal ones are equal cells: lists sorted, numbers rounded.

    Args:
        mixtures: n rows with the columns of `features.INPUT_COLUMNS`.

    Returns:
        n rows with those columns, from 0 on.
    """
    table = mixtures[list(INPUT_COLUMNS)].reset_index(drop=True)
    lists = {name: table[name].map(lambda text: ";".join(sorted(filter(None, text.split(";"))))) for name in _LISTS}
    return table.assign(**lists, **{name: table[name].astype(float).round(_DIGITS) for name in _NUMBERS})


def kinds(table: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number what canonical mixtures are made of: equal numbers are equal components, whatever the amounts."""
    return np.array(table.groupby(list(COMPONENTS), dropna=False, sort=True).ngroup(), dtype=np.int64)


def is_among(table: pd.DataFrame, others: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Say which of n canonical mixtures stand among others, the temperature left aside, shape (n,)."""
    both = pd.concat([table, others], ignore_index=True)
    number = both.groupby(_MIXTURE, dropna=False, sort=False).ngroup().to_numpy()
    return np.asarray(np.isin(number[: len(table)], number[len(table) :]), dtype=bool)


def by_content(table: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return the positions of canonical mixtures in the order of what they are, whatever order they came in."""
    ordered = table.sort_values(list(table.columns), kind="stable")
    return ordered.index.to_numpy(np.intp)


def differences(one: pd.Series, other: pd.Series) -> list[str]:
    """Name the components in which two canonical mixtures differ."""
    return [name for column, name in COMPONENTS.items() if one[column] != other[column]]
