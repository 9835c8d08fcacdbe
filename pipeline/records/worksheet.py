"""The worksheet of a batch: written with empty result columns, filled in by the lab, read back as results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from pipeline.common.errors import Problem, UserError
from pipeline.common.formulas import unguarded
from pipeline.common.typed import read_table
from pipeline.records import columns
from pipeline.records.columns import DONE, PENDING, STATUS
from pipeline.records.headers import refuse_lookalikes
from pipeline.records.reading import Reading, RowReader
from pipeline.records.vocabulary import Vocabulary

_ALLOWED = f"{PENDING} (being made, no result yet) or {DONE} (a result stands in the row) was expected"
_DIGITS = 6


def blank_worksheet(mixtures: pd.DataFrame) -> pd.DataFrame:
    """Write mixtures in the columns in which results are read, every row still to be made.

    Args:
        mixtures: n rows with the columns of `features.INPUT_COLUMNS`.

    Returns:
        n rows: `status`, the composition, then empty result columns; the unit of the conductivity is there already.
    """
    has_filler = (mixtures["filler"] != "") & mixtures["filler_wt_fraction"].notna()
    composition = {
        "polymer": mixtures["polymer"],
        "salt": mixtures["salt"],
        "salt_ratio": mixtures["salt_ratio"],
        "salt_ratio_unit": mixtures["salt_ratio_unit"].where(mixtures["salt_ratio"].notna(), ""),
        "filler": mixtures["filler"],
        "filler_amount": mixtures["filler_wt_fraction"].mul(100).where(has_filler),
        "filler_unit": pd.Series("wt%", mixtures.index).where(has_filler, ""),
        columns.PARTICLE_SIZE.raw: mixtures[columns.PARTICLE_SIZE.raw],
        "architecture": mixtures["architecture_tags"],
        "additives": mixtures["additives"],
        "temperature_C": mixtures["temperature_C"],
    }
    results = dict.fromkeys((*columns.RESULTS, "note"), "") | {"conductivity_unit": columns.CONDUCTIVITY.unit}
    return pd.DataFrame({STATUS: PENDING, **composition, **results}, index=mixtures.index).round(_DIGITS)


def is_pending(row: Mapping[str, str]) -> bool:
    """Say whether a row's status is PENDING, in letters of any size."""
    return row.get(STATUS, "").upper() == PENDING


def status_problem(file: str, number: int, row: Mapping[str, str]) -> Problem | None:
    """Say what is wrong with a row's status; nothing where its file has no such column.

    Args:
        file: The file's path, for the message.
        number: The row's number in it.
        row: Cells by column name.
    """
    status = row.get(STATUS)
    held = [name for name in columns.ANY_RESULT if row.get(name)]
    if status is None:
        return None
    if status.upper() not in (PENDING, DONE):
        reason = _ALLOWED if status else f"{_ALLOWED}; the cell is empty"
    elif is_pending(row) and held:
        reason = f"a result stands in {', '.join(held)}; write {DONE}, or empty the result"
    elif not is_pending(row) and not held:
        reason = f"no result stands in this row; give a conductivity or another measurement, or write {PENDING}"
    else:
        return None
    return Problem(file, number, STATUS, status, reason)


def read_pending(reader: RowReader, number: int, row: Mapping[str, str]) -> Reading:
    """Read the mixture of a row that is being made."""
    reading = reader.read_mixture(number, row)
    if problem := status_problem(reader.file, number, row):
        reading.problems.append(problem)
    return reading


def pending_rows(path: Path, vocabulary: Vocabulary) -> list[Reading]:
    """Read the mixtures that a file of the lab's results marks as being made; none of a file without a status.

    Raises:
        UserError: The file is no table.
    """
    reader = RowReader(str(path), vocabulary)
    return [read_pending(reader, number, row) for number, row in rows_of(read_table(path)) if is_pending(row)]


def listed_rows(path: Path, vocabulary: Vocabulary) -> list[Reading]:
    """Read the mixtures of a list of what is being made, which needs no status.

    Raises:
        UserError: The file is no table, a column is misnamed, or rows hold results, which are not read from here.
    """
    reader = RowReader(str(path), vocabulary)
    table = read_table(path)
    refuse_lookalikes(path, table, (*columns.COMPOSITION, *columns.FURTHER_COMPOSITION))
    rows = rows_of(table)
    reason = f"results are not read from here; move the row into a file of results in {path.parent}"
    done = [
        Problem(str(path), number, STATUS, row[STATUS], reason)
        for number, row in rows
        if row.get(STATUS, "").upper() == DONE
    ]
    if done:
        raise UserError(done)
    return [read_pending(reader, number, row) for number, row in rows]


def rows_of(table: pd.DataFrame) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a table of the lab, each with its number in the file.

    What `write_csv` put before text that a spreadsheet would run is taken off again.
    """
    return [
        (int(str(number)), {str(name): unguarded(str(cell)).strip() for name, cell in row.items()})
        for number, row in zip(table.index, table.to_dict("records"), strict=True)
    ]
