"""Records → the feature table: each component described once, then looked up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from features import architecture, condition, filler, polymer, salt
from features.dictionary import Feature
from features.library import Library

INPUT_COLUMNS = (
    "polymer",
    "salt",
    "filler",
    "filler_wt_fraction",
    "filler_vol_fraction",
    "architecture_tags",
    "additives",
    "temperature_C",
)


def dictionary(library: Library) -> list[Feature]:
    """Return every column that `featurize` writes, in order."""
    return [
        *polymer.dictionary(),
        *salt.dictionary(),
        *filler.dictionary(library),
        *filler.loading_dictionary(),
        *architecture.dictionary(library),
        *condition.dictionary(),
    ]


def featurize(records: pd.DataFrame, library: Library) -> pd.DataFrame:
    """Turn mixtures into numbers.

    A phase that is absent has its `..._is_present` at 0 and NaN in the columns that describe it. What the source
    does not state is NaN as well; nothing is filled in.

    Args:
        records: n rows with the columns of `INPUT_COLUMNS`: component names (or repeat units and formulas) as the
            vocabulary writes them, fractions between 0 and 1, tags and additives joined by ";", temperature in °C.
        library: Structures and formulas by name.

    Returns:
        n rows with the columns of `dictionary(library)`, float64, under the index of `records`.

    Raises:
        KeyError: A name that the library does not hold.
    """
    blocks = [
        _described(records["polymer"], polymer.describe, library),
        _described(records["salt"], salt.describe, library),
        _described(records["filler"], filler.describe, library),
        _loading(records),
        _described(records["architecture_tags"], architecture.describe_tags, library),
        _described(records["additives"], architecture.describe_additives, library),
        pd.DataFrame(
            {
                condition.RECIPROCAL_TEMPERATURE.name: condition.reciprocal_temperature(
                    records["temperature_C"].to_numpy(float)
                )
            },
            index=records.index,
        ),
    ]
    return pd.concat(blocks, axis=1)[[feature.name for feature in dictionary(library)]]


def _described(
    column: pd.Series[str], describe: Callable[[str, Library], dict[str, float]], library: Library
) -> pd.DataFrame:
    codes, names = pd.factorize(column)
    table = pd.DataFrame(
        [describe(str(name), library) for name in names], columns=list(describe("", library)), dtype=float
    )
    return pd.DataFrame(table.to_numpy()[codes], columns=table.columns, index=column.index)


def _loading(records: pd.DataFrame) -> pd.DataFrame:
    has_no_filler = (records["filler"] == "").to_numpy()
    has_no_polymer = (records["polymer"] == "").to_numpy() & ~has_no_filler
    loading = {
        name: np.select([has_no_filler, has_no_polymer], [0.0, 1.0], records[name].to_numpy(float))
        for name in ("filler_wt_fraction", "filler_vol_fraction")
    }
    return pd.DataFrame(loading, index=records.index)
