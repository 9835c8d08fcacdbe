"""Records → the feature table: each component described once, then looked up, and one pass for what joins them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import architecture, filler, joining, polymer, salt
from features.dictionary import Feature
from features.library import Library

INPUT_COLUMNS = (
    "polymer",
    "salt",
    "salt_ratio",
    "salt_ratio_unit",
    "filler",
    "filler_wt_fraction",
    "filler_vol_fraction",
    "particle_size_nm",
    "architecture_tags",
    "additives",
    "temperature_C",
)
_LOADINGS = ("filler_wt_fraction", "filler_vol_fraction")
NUMBERS = ("salt_ratio", *_LOADINGS, "particle_size_nm", "temperature_C")
"""Columns that hold numbers; the others hold text."""


def dictionary(library: Library) -> list[Feature]:
    """Return every column that `featurize` writes, in order."""
    return [
        *polymer.dictionary(),
        *salt.dictionary(),
        *filler.dictionary(library),
        *architecture.dictionary(library),
        *joining.dictionary(),
    ]


def featurize(records: pd.DataFrame, library: Library) -> pd.DataFrame:
    """Turn mixtures into numbers that say why they conduct.

    A row is one mixture, as one would write it into a notebook: which polymer (a name, a blend such as
    "PEO:0.7 + PVDF:0.3", or a repeat unit such as "*CCO*"), which salt and how much of it, which filler (a name or a
    formula) and how much, how it is built, what was added, and at what temperature. What comes out are its numbers:
    how many donors the chain holds and how strongly they bind Li⁺, how large the anion is, what the filler is made of,
    whether its units touch, how far above the glass transition it is. `dictionary` explains each of them.

    A phase that is absent has NaN in the columns that describe it, and so has what the source does not state or nobody
    knows; nothing is filled in. A density that was estimated is flagged. A filler of which there is none (0 wt%) is no
    filler.

    Args:
        records: n rows with the columns of `INPUT_COLUMNS`: component names as the vocabulary writes them ("" for
            none), fractions between 0 and 1, tags and additives joined by ";", temperature in °C, size in nm, the salt
            ratio with one of the units of `salt_ratio.salt_wt_fraction`.
        library: Structures, formulas and constants by name.

    Returns:
        n rows with the columns of `dictionary(library)`, float64, under the index of `records`.

    Raises:
        KeyError: A name that the library does not hold, or a column that is missing.
    """
    names = [feature.name for feature in dictionary(library)]
    if records.empty:
        return pd.DataFrame(np.empty((0, len(names))), columns=names, index=records.index)
    is_none = (records[list(_LOADINGS)] == 0).any(axis=1)
    tables = [
        _Table.of([records["polymer"]], lambda names: polymer.describe(names[0], library)),
        _Table.of([records["salt"]], lambda names: salt.describe(names[0], library)),
        _Table.of([records["filler"].mask(is_none, "")], lambda names: filler.describe(names[0], library)),
        _Table.of(
            [records["architecture_tags"], records["additives"]],
            lambda names: architecture.describe(names[0], names[1], library),
        ),
    ]
    given = {name: records[name].to_numpy(float) for name in NUMBERS}
    given |= {name: np.where(is_none, np.nan, given[name]) for name in _LOADINGS}
    given["salt_ratio_unit"] = records["salt_ratio_unit"].to_numpy(object)
    described = {name: column for table in tables for name, column in table.columns().items()}
    described |= joining.join(given, described)
    return pd.DataFrame(np.column_stack([described[name] for name in names]), columns=names, index=records.index)


class _Table:
    """What was described of the distinct components of a column, and which of them each row holds."""

    def __init__(self, described: list[Mapping[str, float]], codes: npt.NDArray[np.intp]) -> None:
        self._described = described
        self._codes = codes

    @classmethod
    def of(cls, columns: list[pd.Series[str]], describe: Callable[[tuple[str, ...]], Mapping[str, float]]) -> _Table:
        """Describe each distinct combination of what n rows hold in some columns, once."""
        coded = [pd.factorize(column) for column in columns]
        shape = tuple(len(names) for _, names in coded)
        joint = np.ravel_multi_index(tuple(codes for codes, _ in coded), shape)
        distinct, codes = np.unique(joint, return_inverse=True)
        held = [
            tuple(str(names[place]) for (_, names), place in zip(coded, places, strict=True))
            for places in zip(*np.unravel_index(distinct, shape), strict=True)
        ]
        return cls([describe(names) for names in held], codes)

    def columns(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the described columns, one number a row."""
        return {
            name: np.array([described[name] for described in self._described], dtype=float)[self._codes]
            for name in self._described[0]
        }
