"""The data of a report as an XLSX workbook, in which nothing that a user typed is a formula or a link."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from pipeline.common.atomic import replacing
from pipeline.common.errors import UserError
from pipeline.common.formulas import guarded
from pipeline.reporting.column_meanings import (
    ColumnMeaning,
    column_meanings,
    funnel_column,
    ranking_column,
    worksheet_column,
)

RANKING, EXPERIMENTS, FUNNEL, ABOUT, COLUMNS = "ranking", "next experiments", "funnel", "about", "columns"
_DESCRIBED: dict[str, Callable[[str], ColumnMeaning]] = {
    RANKING: ranking_column,
    EXPERIMENTS: worksheet_column,
    FUNNEL: funnel_column,
}
_CREATED = datetime(2000, 1, 1)
"""A date in every workbook's properties that never changes, so that equal content gives equal bytes."""
_MOST_ROWS, _MOST_COLUMNS, _LONGEST_TEXT, _LONGEST_NAME = 1_048_576, 16_384, 32_767, 31
_LARGEST_EXACT = 2**53
"""Whole numbers beyond are written as text: a spreadsheet's floating-point numbers would change their last digits."""
_NARROWEST, _WIDEST = 9, 60
_NOT_IN_NAMES = "[]:*?/\\"
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_RAW_XML = re.compile(r"<r>.*</r>", re.DOTALL)


def campaign_sheets(
    ranking: pd.DataFrame, worksheet: pd.DataFrame, asked: Mapping[str, Any], said: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    """Gather the sheets of one campaign's workbook.

    Args:
        ranking: The campaign's ranking, best first.
        worksheet: Its next experiments, in order.
        asked: What it asked and came to, as `rank` wrote it: `question`, `temperature_C`, `n_candidates`, `funnel`.
        said: The report's sentences by what they are about, in order; empty ones are left out.

    Returns:
        Tables by sheet name: the ranking, the next experiments, the funnel, the answer, and what the columns mean.
    """
    facts: dict[str, Any] = {
        "question": asked["question"],
        "temperature in °C": asked["temperature_C"],
        "mixtures covered": asked["n_candidates"],
        **{name: sentence for name, sentence in said.items() if sentence},
        "how to read it": "Every sheet holds plain text and numbers; units and meanings are on the sheet of columns.",
    }
    tables = {RANKING: ranking, EXPERIMENTS: worksheet, FUNNEL: _funnel(asked["funnel"])}
    listed = [
        column_meanings(map(str, table.columns), _DESCRIBED[name]).assign(sheet=name) for name, table in tables.items()
    ]
    about = pd.DataFrame({"what": list(facts), "says": pd.Series(list(facts.values()), dtype=object)})
    return tables | {
        ABOUT: about,
        COLUMNS: pd.concat(listed)[["sheet", "column", "unit", "meaning"]],
    }


def write_workbook(path: Path, sheets: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as a workbook, atomically; the same tables give the same bytes.

    Numbers are numbers (with the 16 digits that a spreadsheet keeps), text is text whatever it looks like, and what is
    missing is empty. Text is kept as far as the format holds it: it ends with "…" after 32,767 characters, and half of
    a surrogate pair becomes �.

    Args:
        path: Where it goes.
        sheets: Tables by the name of their sheet; a name that no sheet may have is made one.

    Raises:
        UserError: A table has more rows or columns than a sheet holds.
    """
    for name, table in sheets.items():
        if len(table) >= _MOST_ROWS or len(table.columns) > _MOST_COLUMNS:
            reason = f"{len(table)} rows and {len(table.columns)} columns are more than a sheet holds; read the CSV"
            raise UserError(f"{path}, sheet {name}: {reason}")
    with replacing(path) as temporary, xlsxwriter.Workbook(str(temporary), {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        styles = _Styles(book)
        for title, (name, table) in zip(_titles(sheets), sheets.items(), strict=True):
            _write_sheet(book.add_worksheet(title), table, _DESCRIBED.get(name, ColumnMeaning), styles)


class _Styles:
    """The workbook's formats, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.heading = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        self.text = book.add_format({"text_wrap": True, "valign": "top"})
        self.guarded = book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True})

    def number(self, number_format: str) -> Format:
        """Return the format of a column's numbers."""
        if number_format not in self._made:
            self._made[number_format] = self._book.add_format({"num_format": number_format, "valign": "top"})
        return self._made[number_format]


def _write_sheet(
    sheet: Worksheet, table: pd.DataFrame, describe: Callable[[str], ColumnMeaning], styles: _Styles
) -> None:
    for place, name in enumerate(map(str, table.columns)):
        cells = [_plain(cell) for cell in table.iloc[:, place].tolist()]
        number_format = styles.number(describe(name).number_format)
        _write_text(sheet, 0, place, name, styles.heading, styles.heading)
        for row, cell in enumerate(cells, start=1):
            _write_cell(sheet, row, place, cell, number_format, styles)
        sheet.set_column(place, place, _width(name, cells))
    sheet.freeze_panes(1, 0)
    if len(table.columns):
        sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _write_cell(
    sheet: Worksheet, row: int, place: int, cell: str | float | bool | None, number_format: Format, styles: _Styles
) -> None:
    if isinstance(cell, str):
        _write_text(sheet, row, place, cell, styles.text, styles.guarded)
    elif isinstance(cell, bool):
        sheet.write_boolean(row, place, cell, number_format)
    elif cell is not None:
        sheet.write_number(row, place, cell, number_format)


def _write_text(sheet: Worksheet, row: int, place: int, text: str, plain: Format, guard: Format) -> None:
    """Write a text that stays text even where someone edits the cell: the guard's style carries a quote prefix."""
    style = plain if guarded(text) == text else guard
    if _RAW_XML.fullmatch(text):  # XlsxWriter would copy it into the file as markup, unescaped
        letters = _CONTROLS.sub("\ufffd", text)
        sheet.write_rich_string(row, place, letters[0], letters[1], letters[2:], style)
    elif text:
        sheet.write_string(row, place, text, style)


def _plain(cell: Any) -> str | float | bool | None:
    """Return a cell as what the format knows: text, a number, a truth value, or nothing."""
    if isinstance(cell, np.generic):
        cell = cell.item()
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        return cell if abs(cell) <= _LARGEST_EXACT else str(cell)
    if isinstance(cell, float) and not math.isnan(cell):
        return cell if math.isfinite(cell) else str(cell)
    return None if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)) else _shortened(str(cell))


def _shortened(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Return a text without halves of surrogate pairs and of at most so many UTF-16 units, in which Excel counts."""
    whole = _LONE_SURROGATES.sub("\ufffd", text)
    units = whole.encode("utf-16-le")
    if len(units) <= 2 * longest:
        return whole
    return units[: 2 * (longest - 1)].decode("utf-16-le", "ignore") + "…"


def _width(name: str, cells: list[str | float | bool | None]) -> int:
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    return min(max(_NARROWEST, len(name) + 3, longest + 1), _WIDEST)


def _titles(names: Iterable[str]) -> list[str]:
    """Make names that sheets may have: 31 characters at most, not reserved, no two alike in letters of any size."""
    titles: list[str] = []
    for name in names:
        readable = "".join(letter if letter.isprintable() and letter not in _NOT_IN_NAMES else " " for letter in name)
        title = _shortened(readable, _LONGEST_NAME).strip(" '") or "sheet"
        taken = {"history", *(other.lower() for other in titles)}
        numbered = (f"{_shortened(title, _LONGEST_NAME - 8)} ({number})" for number in count(2))
        titles.append(next(one for one in (title, *islice(numbered, len(titles) + 1)) if one.lower() not in taken))
    return titles


def _funnel(gates: list[Mapping[str, Any]]) -> pd.DataFrame:
    names = {"limit": "reason", "mixtures_left": "n_left", "it_alone_would_drop": "alone", "source": "source"}
    columns = {column: [gate[key] for gate in gates] for column, key in names.items()}
    return pd.DataFrame(columns, dtype=object)  # not "str", which refuses half a surrogate pair
