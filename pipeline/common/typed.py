"""Reading what a person typed or what is shipped: text, YAML and tables, each fault named with its place."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from pipeline.common.errors import Problem, UserError
from pipeline.common.files import _read_bytes
from pipeline.common.strict_yaml import StrictLoader

MAX_YAML_BYTES = 1_000_000
MAX_COLUMNS = 1000
MAX_ROWS = 300_000
MAX_CELLS = 3_000_000
"""With these limits a table takes a few seconds and less than half a gigabyte."""
MAX_LINE_LENGTH = 1_000_000
_N_LISTED = 1000
"""Faulty rows that are listed one by one."""
_SAVE_AS = "save the sheet as 'CSV UTF-8'"
_ENCODINGS = {b"\xff\xfe": "UTF-16, which Excel calls 'Unicode text'", b"\xfe\xff": "UTF-16"}
"""What the first bytes of a file tell of it."""


def read_text(path: Path) -> str:
    """Read a text file that is shipped.

    Raises:
        UserError: The file is absent or not UTF-8.
    """
    try:
        return _read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text ({error}); `git restore {path}` brings it back") from error


def read_yaml(path: Path) -> Any:
    """Read a YAML file that a user wrote.

    Raises:
        UserError: The file is absent, too large or not plain YAML; the message names line and column.
    """
    return parse_yaml(path, _read_bytes(path))


def parse_yaml(path: Path, content: bytes) -> Any:
    """Read YAML that stands in a file, or is to stand there.

    Raises:
        UserError: It is too large or not plain YAML; the message names the file, line and column.
    """
    if len(content) > MAX_YAML_BYTES:
        raise UserError(f"{path}: {len(content):,} bytes; {MAX_YAML_BYTES:,} of YAML are read at most; shorten it")
    try:
        return StrictLoader(content.decode("utf-8-sig")).get_single_data()
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise UserError(f"{path}{where}: not valid YAML ({what}); mend the file and run again") from error


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV that a person wrote: every cell as the text that stands there, blanks as empty strings.

    UTF-8 with or without a mark at its start, comma separated, lines ended by LF, CRLF or CR.

    Returns:
        A frame of strings whose index is the row number as a spreadsheet shows it (header = 1).

    Raises:
        UserError: The file is absent, empty, too large, not UTF-8, or a row has too many or too few cells.
    """
    name = str(path)
    rows = _without_empty_columns(_rows(path))
    header = [cell.strip() for cell in rows[0][1]]
    if any(re.search("[;\t]", cell) for cell in header):
        reason = f"the columns are not separated by commas; {_SAVE_AS}, comma separated, with decimal points"
        raise UserError([Problem(name, 1, "", ",".join(header), reason)])
    problems = [
        Problem(name, 1, column, "", "the column stands twice in the header; remove one")
        for column, n_times in sorted(Counter(header).items())
        if n_times > 1
    ]
    ragged = [(number, row) for number, row in rows if len(row) != len(header)]
    wanted = f"cells where the header has {len(header)}; quote cells that hold commas"
    problems += [Problem(name, number, "", ",".join(row), f"{len(row)} {wanted}") for number, row in ragged[:_N_LISTED]]
    if len(ragged) > _N_LISTED:
        problems.append(Problem(name, 0, "", "", f"{len(ragged) - _N_LISTED:,} more rows have other numbers of cells"))
    if problems:
        raise UserError(problems)
    cells = [[cell.strip() for cell in row] for _, row in rows[1:]]
    return pd.DataFrame(cells, columns=header, index=[number for number, _ in rows[1:]], dtype=str)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Read the rows that are not blank, each with its number; there is at least one, and it is row 1."""
    name = str(path)
    lines = csv.reader(_lines(path), strict=True)
    rows = []
    n_cells = 0
    try:
        for number, row in enumerate(lines, start=1):
            n_cells += len(row)
            if len(row) > MAX_COLUMNS or number > MAX_ROWS or n_cells > MAX_CELLS:
                reason = f"more than {MAX_COLUMNS:,} columns, {MAX_ROWS:,} rows or {MAX_CELLS:,} cells; split the file"
                raise UserError([Problem(name, number, "", "", reason)])
            if any(cell.strip() for cell in row):
                rows.append((number, row))
    except csv.Error as error:
        problem = f"not a readable CSV ({error}); check the quotes"
        raise UserError([Problem(name, lines.line_num, "", "", problem)]) from error
    if not rows:
        raise UserError([Problem(name, 0, "", "", "the file is empty; a header line and rows were expected")])
    if rows[0][0] != 1:
        raise UserError([Problem(name, 1, "", "", "the first line is blank; the header was expected there")])
    return rows


def _lines(path: Path) -> Iterator[str]:
    """Read a file line by line, so that no more of it than one line is ever held as text.

    Raises:
        UserError: It is not UTF-8, or a line is longer than any that a person wrote or holds a zero byte.
    """
    name, content = str(path), _read_bytes(path)
    if encoding := _ENCODINGS.get(content[:2]):
        raise UserError([Problem(name, 0, "", "", f"not UTF-8 text but {encoding}; {_SAVE_AS}")])
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    number = 0
    try:
        while line := text.readline(MAX_LINE_LENGTH):
            number += 1
            if len(line) == MAX_LINE_LENGTH:
                reason = f"line {number} is longer than {MAX_LINE_LENGTH:,} characters; check the line ends"
                raise UserError([Problem(name, 0, "", "", reason)])
            if "\0" in line:
                reason = f"line {number} holds zero bytes, as UTF-16 does; {_SAVE_AS}"
                raise UserError([Problem(name, 0, "", "", reason)])
            yield line
    except UnicodeDecodeError:
        raise UserError([Problem(name, 0, "", "", f"not UTF-8 text ({_undecoded(content)}); {_SAVE_AS}")]) from None


def _undecoded(content: bytes) -> str:
    """Say where a text stops being UTF-8: the decoder of a stream knows the place in its own piece alone."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return f"byte {error.start}, line {len(content[: error.start].splitlines()) or 1}"
    return ""


def _without_empty_columns(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Leave off the columns at the end that have no name and no cell, which spreadsheets like to add."""
    stated = len(rows[0][1])
    width = max(_n_filled(row[:stated]) for _, row in rows)
    return [(number, row[:width] if len(row) == stated else row) for number, row in rows]


def _n_filled(row: list[str]) -> int:
    """Return the number of cells up to the last one that is not blank, at least 1."""
    return next((place for place in range(len(row), 1, -1) if row[place - 1].strip()), 1)
