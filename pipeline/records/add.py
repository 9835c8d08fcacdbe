"""Adds the lab's own results, checked before anything is written.

The columns are those of data/raw/lab/README.md. A worksheet of data/processed/rankings/batches is a sheet, too, filled
in as far as there are results. Nothing that stands in data/raw/lab is ever changed: rows are added at the end of a
file, files beside the others.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.common import layout
from pipeline.common.atomic import replacing
from pipeline.common.errors import Problem, UserError
from pipeline.common.formulas import guarded
from pipeline.common.names import is_device
from pipeline.common.typed import read_table
from pipeline.records.columns import KNOWN, REQUIRED_OF_MEASUREMENTS, STATUS
from pipeline.records.files import raw_files
from pipeline.records.gathering import Gathered, RawFiles, gather
from pipeline.records.vocabulary import load_vocabulary
from pipeline.records.works import load_works

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9 ()_.-]{0,78}[A-Za-z0-9()_-])?")
_CELLS = (STATUS, *KNOWN)
"""What a row of the command line may hold."""
_QUOTED_ENDS = "\r\n"
"""Characters for which the writer quotes a cell: both, however the file ends its lines."""


@dataclass(frozen=True)
class Checked:
    """A file of the lab as it is to be, free of faults.

    Attributes:
        source: The sheet that it is a copy of; None where a row is added.
        target: Where it is to stand.
        content: All of its bytes.
        n_rows: Rows that it holds.
        n_pending: Those of them that are being made.
    """

    source: Path | None
    target: Path
    content: bytes
    n_rows: int
    n_pending: int

    @property
    def held(self) -> str:
        """What it holds in words: "3 rows (2 results, 1 pending)"."""
        n_results = self.n_rows - self.n_pending
        return f"{self.n_rows} rows" + (f" ({n_results} results, {self.n_pending} pending)" if self.n_pending else "")

    def write(self) -> None:
        """Write it, atomically.

        Raises:
            UserError: It is a sheet that lies there already.
        """
        if self.source is not None and self.target.exists():
            raise _taken(self.target, self.source)
        with replacing(self.target) as temporary:
            temporary.write_bytes(self.content)


def check(given: Sequence[str], to: str | None) -> Checked:
    """Check what is given and list every problem at once.

    Args:
        given: The path of one sheet, or the cells of a row as column=value.
        to: The file of data/raw/lab that the row is added to; None: a sheet, or a row for "results".

    Raises:
        UserError: Something is wrong with what is given, or a file would take the place of another.
    """
    if to is None and len(given) == 1 and "=" not in given[0]:
        source = Path(given[0])
        target = layout.LAB / f"{_name(source.stem)}.csv"
        if target.exists() and not source.samefile(target):
            raise _taken(target, source)
        content = _bytes(source)
        return Checked(source, target, content, *_counted(target, content, source))
    target = layout.LAB / f"{_name('results' if to is None else to)}.csv"
    content = _with_row(target, _cells(given))
    return Checked(None, target, content, *_counted(target, content, target))


def _taken(target: Path, source: Path) -> UserError:
    return UserError(
        f"{target} is there already and is not overwritten; rename {source.name}, or add rows to it with --to"
    )


def _name(stem: str) -> str:
    name = stem[:-4] if stem.lower().endswith(".csv") else stem
    if not _NAME.fullmatch(name) or is_device(name):
        raise UserError(
            f"{name[:80]!r} is no name for a file of {layout.LAB}; up to 80 letters, digits, spaces and ()_.- are"
        )
    return name


def _bytes(source: Path) -> bytes:
    read_table(source)
    return source.read_bytes()


def _cells(given: Sequence[str]) -> dict[str, str]:
    cells: dict[str, str] = {}
    problems = []
    for text in given:
        name, sign, value = text.partition("=")
        if reason := _refusal(name, sign, value.strip(), cells):
            problems.append(Problem("command line", 0, name[:80], value[:80], reason))
        cells[name] = value.strip()
    if not problems and not any(cells.values()):
        problems.append(Problem("command line", 0, "", "", "no cell holds anything; write column=value"))
    if problems:
        raise UserError(problems)
    return cells


def _refusal(name: str, sign: str, value: str, cells: dict[str, str]) -> str:
    """Say why a cell is not taken, or nothing."""
    if name in cells:
        return "is given twice"
    if not sign or name not in _CELLS:
        return "is no column; write column=value, as in polymer=PEO, or the name of one sheet and nothing else"
    if guarded(value) != value:
        return "a spreadsheet would run this as a formula; begin with another character"
    if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        return "is not UTF-8 text that a file holds; take the zero byte or the half character out"
    return ""


def _with_row(target: Path, cells: dict[str, str]) -> bytes:
    """Return what the file holds, byte by byte, and the new row behind it."""
    if target.exists():
        old = target.read_bytes()
        header = list(read_table(target).columns)
        if unknown := [name for name in cells if name not in header]:
            names = ", ".join(unknown)
            raise UserError(f"{target} has no column {names}; add it to its header, or take another file with --to")
        line_end = "\r\n" if b"\r\n" in old else "\n"
        old += b"" if old.endswith(b"\n") else line_end.encode()
    else:
        further = [name for name in _CELLS if name in cells and name not in REQUIRED_OF_MEASUREMENTS]
        header = [*REQUIRED_OF_MEASUREMENTS, *further]
        line_end = "\n"
        old = f"{','.join(header)}\n".encode()
    line = io.StringIO()
    csv.writer(line, lineterminator=_QUOTED_ENDS).writerow([cells.get(name, "") for name in header])
    return old + (line.getvalue().removesuffix(_QUOTED_ENDS) + line_end).encode()


def _counted(target: Path, content: bytes, given: Path) -> tuple[int, int]:
    """Read the lab's files as they would be; return how many rows the target would hold, and how many are pending.

    Raises:
        UserError: Every problem that there was not before, under the name of the file that was `given`.
    """
    others = tuple(path for path in raw_files().lab if path != target)
    vocabulary, works = load_vocabulary(layout.COMPONENTS), load_works(layout.WORKS)
    standing = gather(RawFiles(lab=others), vocabulary, works).problems
    with TemporaryDirectory() as folder:
        trial = Path(folder) / target.name
        trial.write_bytes(content)
        try:
            gathered = gather(RawFiles(lab=(*others, trial)), vocabulary, works)
        except UserError as error:
            gathered = Gathered(problems=error.problems)
    if new := [problem for problem in gathered.problems if problem not in standing]:
        shown = [str(problem).replace(str(trial), str(given)) for problem in new]
        raise UserError("\n".join([*shown, "Nothing was written."]))
    return gathered.n_rows[str(trial)], gathered.n_pending[str(trial)]
