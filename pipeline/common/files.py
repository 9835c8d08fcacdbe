"""Reading and writing files: what is written changes in one step, what a stage wrote is held against its seal."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from pipeline.common import seals
from pipeline.common.atomic import replacing
from pipeline.common.errors import Problem, UserError
from pipeline.common.formulas import guarded, unguarded

_READ_LIMIT_BYTES = 200_000_000
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


class _StrictLoader(yaml.SafeLoader):
    """Reads plain YAML and refuses a key that stands twice, which YAML would let win silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build a mapping; raises a ConstructorError that names a doubled key and its line."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for (key, _), name in zip(node.value, keys, strict=True):
            if keys.count(name) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {name!r} stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF line ends, atomically; half of a surrogate pair, which UTF-8 cannot hold, becomes �."""
    with replacing(path) as temporary:
        temporary.write_bytes(_LONE_SURROGATES.sub("\ufffd", text).encode("utf-8"))


def write_json(path: Path, content: Any) -> None:
    """Write JSON with sorted keys, so that equal content gives equal bytes; NaN is refused."""
    write_text(path, json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n")


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as UTF-8 CSV with LF line ends, atomically."""
    write_text(path, csv_text(frame))


def csv_text(frame: pd.DataFrame) -> str:
    """Return a frame as CSV with LF line ends.

    Text that a spreadsheet would run as a formula is guarded by apostrophes, which `read_csv` and `read_gapped_csv`
    take off; numbers stay numbers. A zero byte, which no CSV holds, becomes �.
    """
    harmless = frame.map(lambda cell: _harmless(cell) if isinstance(cell, str) else cell)
    text = str(harmless.to_csv(index=False, lineterminator="\n"))
    if "\r" in text:  # pandas leaves a cell unquoted that holds one, and every reader then ends the row there
        text = str(harmless.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC))
    return text


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as Parquet, atomically."""
    with replacing(path) as temporary:
        frame.to_parquet(temporary, index=False)


def read_text(path: Path) -> str:
    """Read a text file that is shipped.

    Raises:
        UserError: The file is absent or not UTF-8.
    """
    try:
        return _read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text ({error}); `git restore {path}` brings it back") from error


def read_json(path: Path) -> Any:
    """Read a JSON file that a stage wrote.

    Raises:
        UserError: The file is absent or not JSON.
    """
    try:
        return json.loads(_read_bytes(path))
    except ValueError as error:
        raise UserError(f"{path}: not valid JSON ({error}); run `dvc repro` to write it anew") from error


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a Parquet file that a stage wrote.

    Raises:
        UserError: The file is absent or damaged.
    """
    return _read_frame(path, pd.read_parquet)


def read_csv(path: Path, texts: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read a CSV that a stage wrote: columns without gaps as numbers, an empty cell as "" (also where all are).

    Args:
        path: The file.
        texts: Columns that are text even where every cell looks like a number.

    Raises:
        UserError: The file is absent or damaged.
    """
    dtypes = dict.fromkeys(texts, str)
    return _read_frame(path, lambda source: _as_typed(pd.read_csv(source, keep_default_na=False, dtype=dtypes)))


def read_gapped_csv(path: Path, texts: tuple[str, ...]) -> pd.DataFrame:
    """Read a CSV that a stage wrote and whose numbers have gaps: an empty cell is NaN, in a column of text "".

    Args:
        path: The file.
        texts: Columns that are text.

    Raises:
        UserError: The file is absent or damaged.
    """

    def read(source: io.BytesIO) -> pd.DataFrame:
        frame = pd.read_csv(source, keep_default_na=False, na_values=[""], dtype=dict.fromkeys(texts, str))
        return _as_typed(frame.fillna(dict.fromkeys(texts, "")))

    return _read_frame(path, read)


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


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal text."""
    return seals.sha256(_read_bytes(path))


def _read_frame(path: Path, read: Callable[[io.BytesIO], pd.DataFrame]) -> pd.DataFrame:
    if not path.is_file():
        raise UserError(f"{path}: no such file; run `dvc repro` to write it")
    content = _read_bytes(path)
    try:
        return read(io.BytesIO(content))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read ({error}); delete it and run `dvc repro`") from error


def _harmless(cell: str) -> str:
    return guarded(_LONE_SURROGATES.sub("\ufffd", cell).replace("\0", "\ufffd"))


def _as_typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Take off what `write_csv` put in so that a spreadsheet runs nothing."""
    texts = frame.columns[frame.dtypes == "str"]
    return frame.assign(**{name: frame[name].map(unguarded, na_action="ignore") for name in texts})


def _decode(path: Path) -> str:
    try:
        return _read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 text (byte {error.start}); save the sheet as 'CSV UTF-8'"
        raise UserError([Problem(str(path), 0, "", "", reason)]) from error


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise UserError(f"{path}: is a folder; a file was expected")
    if not path.is_file():
        raise UserError(f"{path}: no such file")
    size = path.stat().st_size
    if size > _READ_LIMIT_BYTES:
        raise UserError(f"{path}: {size} bytes, more than the {_READ_LIMIT_BYTES} that are read; split the file")
    content = path.read_bytes()
    seals.check(path, content)
    return content
