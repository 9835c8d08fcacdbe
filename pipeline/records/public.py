"""Public data sets: what an adapter has to say about each row of a file that others made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

Fault = tuple[str, str, str]
"""Column, value and reason."""


@dataclass(frozen=True)
class PublicRow:
    """One row of a public data set, in the terms of the raw columns.

    Attributes:
        cells: Raw cells by column name, as a lab's own CSV would hold them.
        key: The row's id within its set.
        group: What the row counts as evidence with where `doi` is empty: rows of one group are held out together. ""
            for all rows of one polymer, however its structure is spelled.
        doi: DOI of the primary work, or "".
        same_sample: Rows with the same text here measure one thing; "" where the set does not say.
        fault: Column, value and reason why the row is quarantined; None if it is sound.
    """

    cells: Mapping[str, str]
    key: str
    group: str
    doi: str = ""
    same_sample: str = ""
    fault: Fault | None = None


def _find_nothing(table: pd.DataFrame) -> Mapping[int, Fault]:  # noqa: ARG001
    return {}


@dataclass(frozen=True)
class PublicSet:
    """A public data set and how its rows are read.

    Attributes:
        name: Source in the records, and name of the file without ".csv".
        columns: Columns that the file must have.
        citation: What to cite.
        read: Turns a row (its number in the file, cells by column name) into a `PublicRow`.
        compare: Finds faults that only show beside other rows: the table (text, under its row numbers) → by row
            number, what is wrong.
    """

    name: str
    columns: tuple[str, ...]
    citation: str
    read: Callable[[int, Mapping[str, str]], PublicRow]
    compare: Callable[[pd.DataFrame], Mapping[int, Fault]] = _find_nothing
