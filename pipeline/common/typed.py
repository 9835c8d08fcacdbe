"""Reading what a person typed or what is shipped: text, YAML and tables, each fault named with its place."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from pipeline.common.errors import Problem, UserError
from pipeline.common.files import _read_bytes


class _StrictLoader(yaml.SafeLoader):
    """Reads plain YAML and refuses a key that stands twice, which YAML would let win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping; raises a ConstructorError that names a doubled key and its line."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for (key, _), name in zip(node.value, keys, strict=True):
            if keys.count(name) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {name!r} stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


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
        UserError: The file is absent or is not YAML; the message names line and column.
    """
    return parse_yaml(path, _read_bytes(path))


def parse_yaml(path: Path, content: bytes) -> Any:
    """Read YAML that stands in a file, or is to stand there.

    Raises:
        UserError: It is not YAML; the message names the file, line and column.
    """
    try:
        return _StrictLoader(content.decode("utf-8-sig")).get_single_data()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error)
        raise UserError(f"{path}{where}: not valid YAML ({what}); mend the file and run again") from error


def read_table(path: Path) -> pd.DataFrame:
    """Read a CSV that a person wrote: every cell as the text that stands there, blanks as empty strings.

    Returns:
        A frame of strings whose index is the row number as a spreadsheet shows it (header = 1).

    Raises:
        UserError: The file is absent, empty, too large, not UTF-8, or a row has too many or too few cells.
    """
    name = str(path)
    text = _decode(path)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(number, row) for number, row in enumerate(lines, start=1) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        problem = f"not a readable CSV ({error}); check the quotes"
        raise UserError([Problem(name, lines.line_num, "", "", problem)]) from error
    if "\0" in text:
        raise UserError([Problem(name, 0, "", "", "holds zero bytes; save the sheet as 'CSV UTF-8'")])
    if rows and rows[0][0] != 1:
        raise UserError([Problem(name, 1, "", "", "the first line is blank; the header was expected there")])
    if not rows:
        raise UserError([Problem(name, 0, "", "", "the file is empty; a header line and rows were expected")])
    rows = _without_empty_columns(rows)
    header = [cell.strip() for cell in rows[0][1]]
    if len(header) == 1 and re.search("[;\t]", header[0]):
        reason = "the columns are not separated by commas; save as 'CSV UTF-8', comma separated, with decimal points"
        raise UserError([Problem(name, 1, "", header[0], reason)])
    problems = [
        Problem(name, 1, column, "", "the column stands twice in the header; remove one")
        for column in sorted({c for c in header if header.count(c) > 1})
    ]
    problems += [
        Problem(
            name,
            number,
            "",
            ",".join(row),
            f"{len(row)} cells where the header has {len(header)}; quote cells that hold commas",
        )
        for number, row in rows[1:]
        if len(row) != len(header)
    ]
    if problems:
        raise UserError(problems)
    cells = [[cell.strip() for cell in row] for _, row in rows[1:]]
    return pd.DataFrame(cells, columns=header, index=[number for number, _ in rows[1:]], dtype=str)


def _without_empty_columns(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Leave off the columns at the end that have no name and no cell, which spreadsheets like to add."""
    stated = width = len(rows[0][1])
    while width > 1 and not any("".join(row[width - 1 : stated]).strip() for _, row in rows):
        width -= 1
    return [(number, row[:width] if len(row) == stated else row) for number, row in rows]


def _decode(path: Path) -> str:
    try:
        return _read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 text (byte {error.start}); save the sheet as 'CSV UTF-8'"
        raise UserError([Problem(str(path), 0, "", "", reason)]) from error
