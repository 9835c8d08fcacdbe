"""Names that are no names of files everywhere, and places where no answer is to be written."""

from __future__ import annotations

from pathlib import Path

from pipeline.common import layout
from pipeline.common.errors import UserError, printable

_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{kind}{n}" for kind in ("com", "lpt") for n in range(10))})
"""Microsoft, "Naming Files, Paths, and Namespaces": reserved in Windows with any ending."""
_LONGEST_NAME = 200
"""Bytes: file systems hold 255, and a file is written under a longer name first."""


def is_device(name: str) -> bool:
    """Say whether Windows takes a file name for a device, so that a copy of the repository could not hold it."""
    return name.split(".")[0].strip().casefold() in _DEVICES


def refuse_place(output: Path, given: Path | None = None) -> None:
    """Refuse a place for an answer where what was measured lies, or where no file can be.

    Args:
        output: Where the answer is to be written.
        given: The file that was asked about.

    Raises:
        UserError: It is the file that was asked about, lies among the raw data, is a folder, or is no path.
    """
    shown = printable(str(output)[:200])
    if "\0" in str(output) or any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in output.parts):
        raise UserError(f"{shown}: is no name of a file; take a shorter one of plain letters")
    if beneath := [parent for parent in output.parents if parent.is_file()]:
        raise UserError(f"{shown}: {beneath[0]} is a file; name a folder")
    if output.is_dir():
        raise UserError(f"{shown}: is a folder; name a file in it")
    _refuse_raw(output)
    if given is not None and given.resolve() == output.resolve():
        raise UserError(f"{shown}: is the input file; name another file")


def refuse_folder(output: Path) -> None:
    """Refuse a folder for answers that lies among the raw data, is a file or is no path.

    Raises:
        UserError: It is one of these.
    """
    refuse_place(output / "ranking.csv")
    if output.exists() and not output.is_dir():
        raise UserError(f"{printable(str(output)[:200])}: is a file; name a folder")


def _refuse_raw(output: Path) -> None:
    """Refuse a place among the raw data, wherever links lead."""
    raw = layout.LITERATURE.parent
    if output.resolve().is_relative_to(raw.resolve()):
        raise UserError(f"{printable(str(output)[:200])}: {raw} holds what was measured; write to another folder")
