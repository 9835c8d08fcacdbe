"""Primary works: which paper a review's reference number stands for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.common.errors import Problem, UserError
from pipeline.common.files import read_table

_BASE = ("work_id", "first_author", "year", "journal", "volume", "page", "doi")
_REFERENCE_PREFIX = "ref_"


@dataclass(frozen=True)
class Work:
    """A primary paper, the unit of evidence.

    Attributes:
        work_id: Its key in the records.
        year: Year of publication; None where no source states it.
        citation: Author, journal, volume, page and year as far as known.
        doi: DOI without resolver, or "".
    """

    work_id: str
    year: int | None
    citation: str
    doi: str


@dataclass(frozen=True)
class Works:
    """All primary works, by review and reference number."""

    by_reference: dict[tuple[str, str], Work]

    def find(self, source: str, reference: str) -> Work:
        """Return the work that the first reference number of a row stands for.

        Args:
            source: The review ("000").
            reference: Reference numbers as printed, joined by ";"; the first is the row's main one.

        Raises:
            ValueError: The review's number is not in works.csv.
        """
        number = reference.split(";")[0].strip()
        try:
            return self.by_reference[source, number]
        except KeyError:
            raise ValueError(
                f"review {source} has no work for reference {number!r}; add its line to data/raw/literature/works.csv"
            ) from None


def load_works(path: Path) -> Works:
    """Read works.csv.

    Raises:
        UserError: A column is missing, a work or a reference stands twice, or a year is no year.
    """
    table = read_table(path)
    missing = [column for column in _BASE if column not in table.columns]
    if missing:
        raise UserError([Problem(str(path), 1, column, "", "this column is missing") for column in missing])
    problems: list[Problem] = []
    by_reference: dict[tuple[str, str], Work] = {}
    seen: set[str] = set()
    for number, row in table.iterrows():
        line = int(str(number))
        if not row["work_id"] or row["work_id"] in seen:
            problems.append(Problem(str(path), line, "work_id", row["work_id"], "a new, unique id was expected"))
        seen.add(row["work_id"])
        if row["year"] and not (row["year"].isdecimal() and 1900 <= int(row["year"]) <= 2100):
            problems.append(Problem(str(path), line, "year", row["year"], "a year such as 2021 was expected"))
            continue
        for source, reference in _references(row):
            if (source, reference) in by_reference:
                reason = f"reference {reference} of review {source} already stands at another work"
                problems.append(Problem(str(path), line, f"ref_{source}", reference, reason))
            by_reference[source, reference] = _work(row)
    if problems:
        raise UserError(problems)
    return Works(by_reference)


def _references(row: pd.Series[str]) -> list[tuple[str, str]]:
    return [
        (str(column).removeprefix(_REFERENCE_PREFIX), part.strip())
        for column, cell in row.items()
        if str(column).startswith(_REFERENCE_PREFIX)
        for part in cell.split(";")
        if part.strip()
    ]


def _work(row: pd.Series[str]) -> Work:
    place = " ".join(part for part in (row["journal"], row["volume"]) if part)
    place = f"{place}, {row['page']}" if row["page"] else place
    parts = [f"{row['first_author']} et al." if row["first_author"] else "", place, row["year"]]
    return Work(
        row["work_id"], int(row["year"]) if row["year"] else None, ", ".join(part for part in parts if part), row["doi"]
    )
