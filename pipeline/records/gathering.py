"""All raw files → one table of records, and a list of all that could not be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_table
from pipeline.records import columns
from pipeline.records.headers import hint, meant
from pipeline.records.provenance import read_lab, read_literature, read_public
from pipeline.records.public import PublicSet
from pipeline.records.reading import Reading, RowReader
from pipeline.records.samples import link
from pipeline.records.vocabulary import Vocabulary
from pipeline.records.works import Works
from pipeline.records.worksheet import is_pending, read_pending, rows_of

_LISTED = "data/raw/lab/README.md lists those that are read (a newer version may read more: `git pull`)"


@dataclass(frozen=True)
class RawFiles:
    """Where the evidence lies.

    Attributes:
        literature: CSVs of what reviews and papers print.
        lab: CSVs of the lab's own results.
        public: Public data sets, each with the adapter that reads it.
    """

    literature: tuple[Path, ...] = ()
    lab: tuple[Path, ...] = ()
    public: tuple[tuple[Path, PublicSet], ...] = ()


@dataclass(frozen=True)
class Gathered:
    """What the raw files hold.

    Attributes:
        records: One dictionary a sound row.
        problems: Every fault of the other rows.
        n_rows: Rows read, by file.
        n_rejected: Rows with a fault, by file.
        n_pending: Sound rows of mixtures that are being made, which are no records, by file of the lab.
        quarantined: Of `n_rejected`, those of public data sets, whose faults are not the user's to mend.
    """

    records: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    n_rows: dict[str, int] = field(default_factory=dict)
    n_rejected: dict[str, int] = field(default_factory=dict)
    n_pending: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)


def gather(files: RawFiles, vocabulary: Vocabulary, works: Works) -> Gathered:
    """Read every raw file; a row with a fault is left out whole and its faults are listed.

    Raises:
        UserError: A file cannot be read as a table at all (all such files are named at once).
    """
    gathering = _Gathering(vocabulary, works)
    for path in sorted(files.literature):
        gathering.add_literature(path)
    for path in sorted(files.lab):
        gathering.add_lab(path)
    for path, public_set in sorted(files.public, key=lambda pair: pair[0]):
        gathering.add_public(path, public_set)
    if gathering.broken:
        raise UserError([*gathering.broken, *gathering.gathered.problems])
    gathering.link()
    return gathering.gathered


@dataclass
class _Gathering:
    """What has been read so far."""

    vocabulary: Vocabulary
    works: Works
    gathered: Gathered = field(default_factory=Gathered)
    broken: list[Problem] = field(default_factory=list)
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    copies: dict[tuple[str, ...], tuple[str, int]] = field(default_factory=dict)

    def add_literature(self, path: Path) -> None:
        table = self._table(path, columns.REQUIRED_OF_LITERATURE, columns.KNOWN)
        reader = RowReader(str(path), self.vocabulary)
        self._add(str(path), {n: read_literature(reader, n, row, self.works) for n, row in _rows(table)})

    def add_lab(self, path: Path) -> None:
        table = self._table(path, columns.REQUIRED_OF_MEASUREMENTS, columns.KNOWN_OF_LAB, columns.PREDICTED)
        reader = RowReader(str(path), self.vocabulary)
        rows = rows_of(table)
        readings = {n: read_lab(reader, n, row) for n, row in rows if not is_pending(row)}
        for number, row in rows:
            if number in readings:
                self._refuse_copy(str(path), number, row, readings[number])
        self._add(str(path), readings)
        self._add_pending(str(path), [read_pending(reader, n, row) for n, row in rows if is_pending(row)])

    def add_public(self, path: Path, public_set: PublicSet) -> None:
        table = self._table(path, public_set.columns)
        reader = RowReader(str(path), self.vocabulary)
        readings: dict[int, Reading] = {}
        first: dict[str, str] = {}
        faults = public_set.compare(table) if len(table) else {}
        for number, cells in _rows(table):
            row = public_set.read(number, cells)
            row = replace(row, fault=row.fault or faults.get(number))
            readings[number] = read_public(reader, number, row, public_set, self.works)
            if row.same_sample and not readings[number].problems:
                record_id = str(readings[number].record["record_id"])
                original = first.setdefault(row.same_sample, record_id)
                readings[number].record["same_sample_as"] = original if original != record_id else ""
        self._add(str(path), readings)
        self.gathered.quarantined[str(path)] = self.gathered.n_rejected[str(path)]

    def link(self) -> None:
        """Join the records of one sample; a row whose link leads nowhere is rejected."""
        rejected = set()
        for record_id, other, reason in link(self.gathered.records):
            file, number = self.places[record_id]
            self.gathered.problems.append(Problem(file, number, "same_sample_as", other, reason))
            self.gathered.n_rejected[file] += 1
            rejected.add(record_id)
        sound = [record for record in self.gathered.records if record["record_id"] not in rejected]
        self.gathered.records[:] = sound

    def _table(
        self, path: Path, required: Iterable[str], known: Iterable[str] | None = None, ignored: str | None = None
    ) -> pd.DataFrame:
        """Read a file; one that cannot be read is noted as broken and counts as empty."""
        try:
            table = read_table(path)
            if known is None:
                require_columns(path, table, required)
            else:
                check_columns(path, table, required, known, ignored)
        except UserError as error:
            self.broken += error.problems or [Problem(str(path), 0, "", "", str(error))]
            return pd.DataFrame()
        return table

    def _add(self, file: str, readings: dict[int, Reading]) -> None:
        for number, reading in readings.items():
            self._refuse_repeated(file, number, reading)
        sound = [reading.record for reading in readings.values() if not reading.problems]
        self.gathered.records.extend(sound)
        self.gathered.problems.extend(problem for reading in readings.values() for problem in reading.problems)
        self.gathered.n_rows[file] = len(readings)
        self.gathered.n_rejected[file] = len(readings) - len(sound)

    def _add_pending(self, file: str, readings: list[Reading]) -> None:
        problems = [problem for reading in readings for problem in reading.problems]
        n_rejected = sum(bool(reading.problems) for reading in readings)
        self.gathered.problems.extend(problems)
        self.gathered.n_rows[file] += len(readings)
        self.gathered.n_rejected[file] += n_rejected
        self.gathered.n_pending[file] = len(readings) - n_rejected

    def _refuse_repeated(self, file: str, number: int, reading: Reading) -> None:
        """Fault a row whose place in its source was read before."""
        record_id = str(reading.record["record_id"])
        first = self.places.setdefault(record_id, (file, number))
        if first != (file, number):
            reason = f"this row was already read at {first[0]}, row {first[1]}; remove one of the two"
            reading.problems.append(Problem(file, number, "row", record_id, reason))

    def _refuse_copy(self, file: str, number: int, row: dict[str, str], reading: Reading) -> None:
        """Fault a row that another file of the lab holds too: a copied file would count as independent evidence."""
        cells = tuple(row.get(name, "") for name in columns.KNOWN)
        other, row_there = self.copies.setdefault(cells, (file, number))
        if other != file:
            reason = f"the same measurement stands in {other}, row {row_there}; remove one of the two"
            reading.problems.append(Problem(file, number, "", "", reason))


def _rows(table: pd.DataFrame) -> list[tuple[int, dict[str, str]]]:
    """Return the rows of a table, each with its number in the file."""
    records = table.to_dict("records")
    return [
        (int(str(number)), {str(name): str(cell) for name, cell in row.items()})
        for number, row in zip(table.index, records, strict=True)
    ]


def require_columns(path: Path, table: pd.DataFrame, required: Iterable[str]) -> None:
    """Refuse a table that lacks a required column.

    Raises:
        UserError: Names each missing column.
    """
    missing = _missing_columns(path, table, required)
    if missing:
        raise UserError(missing)


def check_columns(
    path: Path, table: pd.DataFrame, required: Iterable[str], known: Iterable[str], ignored: str | None = None
) -> None:
    """Refuse a table that lacks a required column or has one that nothing reads.

    Args:
        path: The table's file, for messages.
        table: What it holds.
        required: Columns that have to be there.
        known: Columns that may be there.
        ignored: How the names of further columns begin that may be there; none where left out.

    Raises:
        UserError: Names each missing and each unknown column.
    """
    problems = _missing_columns(path, table, required)
    known = set(known)
    problems += [
        Problem(str(path), 1, name, "", f"no such column; {hint(name, known)}{_LISTED}")
        for name in table.columns
        if name not in known and not (ignored and name.startswith(ignored))
    ]
    if not problems and table.empty:
        problems = [Problem(str(path), 0, "", "", "a header without rows; add rows or remove the file")]
    if problems:
        raise UserError(problems)


def _missing_columns(path: Path, table: pd.DataFrame, required: Iterable[str]) -> list[Problem]:
    missing = [name for name in required if name not in table.columns]
    meant_by = {column: str(name) for name in table.columns if (column := meant(str(name), missing))}
    reason = "this column is missing; add it to the header (its cells may be empty)"
    renamed = {column: f"this column is missing; name {header!r} so" for column, header in meant_by.items()}
    return [Problem(str(path), 1, name, "", renamed.get(name, reason)) for name in missing]
