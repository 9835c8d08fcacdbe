"""Where a row stands and which work it is evidence of: literature, the lab's own results, public data sets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.common.errors import Problem
from pipeline.records import columns
from pipeline.records.public import PublicRow, PublicSet
from pipeline.records.reading import Reading, RowReader
from pipeline.records.works import Work, Works
from pipeline.records.worksheet import status_problem

_RUNNING_TEXT = "text"
_LAB_PREFIX = "lab"
_PLACE = ("source", "table", "row")


def read_literature(reader: RowReader, number: int, row: Mapping[str, str], works: Works) -> Reading:
    """Read a row of a review (its tables or its running text) or of a paper."""
    reading = reader.read_measurement(number, row)
    reading.record |= {
        "record_id": _literature_id(row),
        "origin": "literature",
        "source": row["source"],
        "locator": _locator(row),
        "reference": row["reference"],
        "same_sample_as": row.get("same_sample_as", ""),
    }
    for column in _PLACE:
        if not row[column]:
            reason = "a row of the literature says where in its source it stands"
            reading.problems.append(Problem(reader.file, number, column, "", reason))
    try:
        reading.record |= _evidence_of(works.find(row["source"], row["reference"]))
    except ValueError as error:
        reading.problems.append(Problem(reader.file, number, "reference", row["reference"], str(error)))
    return reading


def read_lab(reader: RowReader, number: int, row: Mapping[str, str]) -> Reading:
    """Read a row of the lab's own results; all rows of a file are one work."""
    reading = reader.read_measurement(number, row)
    if problem := status_problem(reader.file, number, row):
        reading.problems.append(problem)
    elif not any(row.get(name) for name in columns.ANY_RESULT):
        reason = "no result stands in this row; give a conductivity or another measurement, or remove the row"
        reading.problems.append(Problem(reader.file, number, "conductivity", "", reason))
    stem = Path(reader.file).stem
    work = Work(f"{_LAB_PREFIX}-{stem}", None, f"own measurements, {stem}", "")
    reading.record |= {
        "record_id": f"{work.work_id}-{number}",
        "origin": "lab",
        "source": _LAB_PREFIX,
        "locator": f"{reader.file}, row {number}",
        "reference": row.get("reference", ""),
        "same_sample_as": row.get("same_sample_as", ""),
        **_evidence_of(work),
    }
    return reading


def read_public(reader: RowReader, number: int, row: PublicRow, public_set: PublicSet, works: Works) -> Reading:
    """Read a row of a public data set; a paper that works.csv holds keeps its id there."""
    reading = Reading() if row.fault else reader.read_measurement(number, row.cells)
    if row.fault:
        reading.problems.append(Problem(reader.file, number, *row.fault))
    known = works.by_doi.get(row.doi.casefold())
    group = row.group or str(reading.record.get("polymer", ""))
    work = known or Work(row.doi.casefold() or f"{public_set.name}: {group}", None, public_set.citation, row.doi)
    reading.record |= {
        "record_id": f"{public_set.name}-{row.key}",
        "origin": "public",
        "source": public_set.name,
        "locator": f"row {number}",
        "reference": row.doi or group,
        **_evidence_of(work),
    }
    return reading


def _evidence_of(work: Work) -> dict[str, Any]:
    return {"work_id": work.work_id, "year": work.year, "citation": work.citation, "doi": work.doi}


def _literature_id(row: Mapping[str, str]) -> str:
    if row["table"] == _RUNNING_TEXT:
        return f"{row['source']}-L{row['row']}"
    if row["source"].isdecimal():
        return f"{row['source']}-{row['table'].replace('Table ', 'T')}-{row['row']:0>2}"
    return f"{row['source']}-{row['row']:0>3}"


def _locator(row: Mapping[str, str]) -> str:
    """Return where in its source a row stands, for people."""
    place = row.get("place", "")
    if row["table"] == _RUNNING_TEXT:
        return f"text, {place}" if place else "text"
    if row["source"].isdecimal():
        return f"{row['table']}, row {row['row']}"
    return f"{row['table']}, {place}" if place else row["table"]
