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

from pipeline.common import seals
from pipeline.common.atomic import replacing
from pipeline.common.errors import UserError
from pipeline.common.formulas import guarded, unguarded

_READ_LIMIT_BYTES = 200_000_000
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


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
