"""Primary works: which paper a review's reference number, an id or a DOI stands for."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_table

_BASE = ("work_id", "first_author", "year", "journal", "volume", "page", "doi", "address")
_REFERENCE_PREFIX = "ref_"


@dataclass(frozen=True)
class Work:
    """A primary paper, the unit of evidence.

    Attributes:
        work_id: Its key in the records.
        year: Year of publication; None where no source states it.
        citation: Author, journal, volume, page and year as far as known; without a journal the DOI or the address.
        doi: DOI without resolver, or "".
    """

    work_id: str
    year: int | None
    citation: str
    doi: str


@dataclass(frozen=True)
class Works:
    """All primary works, by review and reference number, by id and by DOI (in lower case)."""

    by_reference: dict[tuple[str, str], Work]
    by_id: dict[str, Work]
    by_doi: dict[str, Work]

    def find(self, source: str, reference: str) -> Work:
        """Return the work that the first reference of a row stands for.

        Args:
            source: The review ("000") or the batch of papers ("p01").
            reference: Reference numbers as the review prints them, or ids of works, joined by ";"; the first is the
                row's main one.

        Raises:
            ValueError: Neither a number of that review nor an id in works.csv.
        """
        first = reference.split(";")[0].strip()
        work = self.by_reference.get((source, first)) or self.by_id.get(first)
        if work is None:
            raise ValueError(
                f"source {source} has no work for reference {first!r}; add its line to data/raw/literature/works.csv"
            )
        return work


def load_works(path: Path) -> Works:
    """Read works.csv.

    Raises:
        UserError: A column is missing, a work or a reference stands twice, or a year is no year.
    """
    table = read_table(path)
    missing = [column for column in _BASE if column not in table.columns]
    if missing:
        raise UserError([Problem(str(path), 1, column, "", "this column is missing") for column in missing])
    problems = [problem for check in (_bad_ids, _bad_years, _doubled) for problem in check(path, table)]
    works = Works({}, {}, {})
    for number, row in table.iterrows():
        if any(problem.row == number for problem in problems):
            continue
        work = _work(row)
        works.by_id[work.work_id] = work
        if work.doi:
            works.by_doi[work.doi.casefold()] = work
        for source, reference in _references(row):
            if (source, reference) in works.by_reference:
                reason = f"reference {reference} of review {source} already stands at another work"
                problems.append(Problem(str(path), int(str(number)), f"ref_{source}", reference, reason))
            works.by_reference[source, reference] = work
    if problems:
        raise UserError(problems)
    return works


def _bad_ids(path: Path, table: pd.DataFrame) -> list[Problem]:
    reason = "a new, unique id was expected"
    is_bad = (table["work_id"] == "") | table["work_id"].duplicated()
    return [
        Problem(str(path), int(str(number)), "work_id", work_id, reason)
        for number, work_id in table.loc[is_bad, "work_id"].items()
    ]


def _bad_years(path: Path, table: pd.DataFrame) -> list[Problem]:
    return [
        Problem(str(path), int(str(number)), "year", year, "a year such as 2021 was expected")
        for number, year in table["year"].items()
        if year and not (year.isdecimal() and 1900 <= int(year) <= 2100)
    ]


def _doubled(path: Path, table: pd.DataFrame) -> list[Problem]:
    """Find papers that stand twice: by DOI, and by author, volume and page."""
    problems = []
    for column, key_of in (("doi", _doi_key), ("page", _place_key)):
        first: dict[str, str] = {}
        for number, row in table.iterrows():
            key = key_of(row)
            if key and (other := first.setdefault(key, row["work_id"])) != row["work_id"]:
                reason = f"the same paper stands at {other!r}; make one row of the two"
                problems.append(Problem(str(path), int(str(number)), column, row[column], reason))
    return problems


def _doi_key(row: pd.Series[str]) -> str:
    return str(row["doi"]).casefold()


def _place_key(row: pd.Series[str]) -> str:
    parts = [row["first_author"], row["year"], row["volume"], row["page"]]
    return plain_letters(" ".join(parts)) if all(parts) else ""


def plain_letters(text: str) -> str:
    """Return a name without accents and case, so that two spellings of one author compare equal."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


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
    author = f"{row['first_author']} et al." if row["first_author"] else ""
    parts = [author, place if row["journal"] else "", row["year"]]
    if not row["journal"]:
        parts.append(f"doi {row['doi']}" if row["doi"] else row["address"])
    citation = ", ".join(part for part in parts if part)
    return Work(row["work_id"], int(row["year"]) if row["year"] else None, citation, row["doi"])
