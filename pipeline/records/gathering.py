"""All raw files → one table of records, and a list of all that could not be read."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common.errors import Problem, UserError
from pipeline.common.files import read_table
from pipeline.records import columns
from pipeline.records.reading import Reading, RowReader
from pipeline.records.vocabulary import Vocabulary
from pipeline.records.works import Works

_LAB_PREFIX = "lab"


@dataclass(frozen=True)
class Gathered:
    """What the raw files hold.

    Attributes:
        records: One dictionary a sound row.
        problems: Every fault of the other rows.
        n_rows: Rows read, by file.
        n_rejected: Rows with a fault, by file.
    """

    records: list[dict[str, Any]]
    problems: list[Problem]
    n_rows: dict[str, int]
    n_rejected: dict[str, int]


def gather(literature: Iterable[Path], lab: Iterable[Path], vocabulary: Vocabulary, works: Works) -> Gathered:
    """Read every raw file; a row with a fault is left out whole and its faults are listed.

    Raises:
        UserError: A file cannot be read as a table at all (all such files are named at once).
    """
    gathered = Gathered([], [], {}, {})
    broken: list[Problem] = []
    places: dict[str, str] = {}
    copies: dict[tuple[str, ...], tuple[str, int]] = {}
    for paths, read in ((literature, _read_literature), (lab, _read_lab)):
        for path in sorted(paths):
            required = columns.REQUIRED_OF_LITERATURE if read is _read_literature else columns.REQUIRED_OF_MEASUREMENTS
            try:
                table = read_table(path)
                check_columns(path, table, required, columns.KNOWN)
            except UserError as error:
                broken += error.problems or [Problem(str(path), 0, "", "", str(error))]
                continue
            reader = RowReader(str(path), vocabulary)
            readings = {int(str(n)): read(reader, int(str(n)), dict(row), works) for n, row in table.iterrows()}
            _refuse_repeated(str(path), readings, places)
            if read is _read_lab:
                _refuse_copies(str(path), table, readings, copies)
            _add(gathered, str(path), list(readings.values()))
    if broken:
        raise UserError([*broken, *gathered.problems])
    return gathered


def require_columns(path: Path, table: pd.DataFrame, required: Iterable[str]) -> None:
    """Refuse a table that lacks a required column.

    Raises:
        UserError: Names each missing column.
    """
    missing = _missing_columns(path, table, required)
    if missing:
        raise UserError(missing)


def check_columns(path: Path, table: pd.DataFrame, required: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a table that lacks a required column or has one that nothing reads.

    Raises:
        UserError: Names each missing and each unknown column.
    """
    problems = _missing_columns(path, table, required)
    known = set(known)
    problems += [
        Problem(str(path), 1, name, "", _unknown_column(name, known)) for name in table.columns if name not in known
    ]
    if not problems and table.empty:
        problems = [Problem(str(path), 0, "", "", "a header without rows; add rows or remove the file")]
    if problems:
        raise UserError(problems)


def _unknown_column(name: str, known: set[str]) -> str:
    by_key = {column.casefold(): column for column in known}
    near = difflib.get_close_matches(name.casefold(), by_key, n=1)
    hint = f"did you mean {by_key[near[0]]}? " if near else ""
    return f"no such column; {hint}data/raw/lab/README.md lists those that are read"


def _missing_columns(path: Path, table: pd.DataFrame, required: Iterable[str]) -> list[Problem]:
    reason = "this column is missing; add it to the header (its cells may be empty)"
    return [Problem(str(path), 1, name, "", reason) for name in required if name not in table.columns]


def _read_literature(reader: RowReader, number: int, row: dict[str, str], works: Works) -> Reading:
    reading = reader.read_measurement(number, row)
    reading.record |= {
        "record_id": f"{row['source']}-{row['table'].replace('Table ', 'T')}-{row['row']:0>2}",
        "source": row["source"],
        "locator": f"{row['table']}, row {row['row']}",
        "reference": row["reference"],
    }
    try:
        work = works.find(row["source"], row["reference"])
    except ValueError as error:
        reading.problems.append(Problem(reader.file, number, "reference", row["reference"], str(error)))
        return reading
    reading.record |= {"work_id": work.work_id, "year": work.year, "citation": work.citation, "doi": work.doi}
    return reading


def _read_lab(reader: RowReader, number: int, row: dict[str, str], works: Works) -> Reading:  # noqa: ARG001
    reading = reader.read_measurement(number, row)
    if not any(row.get(name) for name in columns.ANY_RESULT):
        reason = "no result stands in this row; give a conductivity or another measurement, or remove the row"
        reading.problems.append(Problem(reader.file, number, "conductivity", "", reason))
    stem = Path(reader.file).stem
    work_id = f"{_LAB_PREFIX}-{stem}"
    reading.record |= {
        "record_id": f"{work_id}-{number}",
        "source": _LAB_PREFIX,
        "locator": f"{reader.file}, row {number}",
        "reference": row.get("reference", ""),
        "work_id": work_id,
        "year": None,
        "citation": f"own measurements, {stem}",
        "doi": "",
    }
    return reading


def _refuse_repeated(file: str, readings: dict[int, Reading], places: dict[str, str]) -> None:
    """Fault a row whose place in its source was read before."""
    for number, reading in readings.items():
        record_id = str(reading.record["record_id"])
        first = places.setdefault(record_id, f"{file}, row {number}")
        if first != f"{file}, row {number}":
            reason = f"this table row was already read at {first}; remove one of the two"
            reading.problems.append(Problem(file, number, "row", record_id, reason))


def _refuse_copies(
    file: str, table: pd.DataFrame, readings: dict[int, Reading], copies: dict[tuple[str, ...], tuple[str, int]]
) -> None:
    """Fault a row that another file of the lab holds too: a copied file would count as independent evidence."""
    for number, reading in readings.items():
        cells = tuple(str(table.at[number, name]) if name in table else "" for name in columns.KNOWN)  # noqa: PD008
        other, row = copies.setdefault(cells, (file, number))
        if other != file:
            reason = f"the same measurement stands in {other}, row {row}; remove one of the two"
            reading.problems.append(Problem(file, number, "", "", reason))


def _add(gathered: Gathered, name: str, readings: list[Reading]) -> None:
    sound = [reading.record for reading in readings if not reading.problems]
    gathered.records.extend(sound)
    gathered.problems.extend(problem for reading in readings for problem in reading.problems)
    gathered.n_rows[name] = len(readings)
    gathered.n_rejected[name] = len(readings) - len(sound)
