"""All trip-wires of a run, what becomes of one that trips, and what they were laid on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import digest, read_json
from pipeline.common.formats import require_format
from pipeline.common.seals import sha256
from pipeline.common.settings import FAIL, Frozen, TripWires
from pipeline.watching.drift import FORMAT, Baseline
from pipeline.watching.reading import Reading

WATCHED = (layout.METRICS, layout.OUT_OF_FOLD, layout.MODELS, layout.RANKINGS, layout.ADVICE)
"""What the wires are laid on, and reports are made of."""


class Tripped(Frozen):
    """A wire that tripped, in words."""

    wire: str
    said: str


class Checks(Frozen):
    """What `check` wrote: every wire, and the hashes of what was watched."""

    watched: dict[str, str]
    wires: tuple[dict[str, Any], ...]
    tripped: tuple[Tripped, ...]


def judge(readings: Sequence[Reading], wires: TripWires) -> tuple[Reading, ...]:
    """Return the wires that tripped, where none of them is to stop the run.

    Raises:
        UserError: One that is to stop the run tripped; the message names each that did, one a line.
    """
    tripped = tuple(each for each in readings if each.trips)
    if any(wires.on_trip(each.wire) == FAIL for each in tripped):
        lines = "\n".join(f"{each.wire} ({wires.on_trip(each.wire)}): {each.in_words}" for each in tripped)
        raise UserError(f"a trip-wire of {layout.PARAMS} says that something is wrong with this run:\n{lines}")
    return tripped


def as_checks(readings: Iterable[Reading], tripped: Iterable[Reading]) -> Checks:
    """Return what is written of a run that goes on."""
    return Checks(
        watched={place.as_posix(): hash_of_all(place) for place in WATCHED},
        wires=tuple(each.as_dict() for each in readings),
        tripped=tuple(Tripped(wire=each.wire, said=each.in_words) for each in tripped),
    )


def read_checks(*places: Path) -> Checks:
    """Read what the wires said of the run whose outputs lie there.

    Args:
        *places: What is to be shown, of `WATCHED`; all of it if none is named.

    Raises:
        UserError: They said nothing, or of another run: a wire stopped the one whose outputs lie there.
    """
    remedy = "`dvc repro` ends the run, or says which wire stopped it"
    if not layout.CHECKS.is_file():
        raise UserError(f"{layout.CHECKS}: no such file; {remedy}")
    try:
        checks = Checks.model_validate(read_json(layout.CHECKS))
    except ValidationError:
        raise UserError(f"{layout.CHECKS}: damaged, or of another version; {remedy}") from None
    for place in places or WATCHED:
        if checks.watched.get(place.as_posix()) != hash_of_all(place):
            raise UserError(f"{place}: not what the trip-wires were laid on; {remedy}")
    return checks


def hash_of_all(place: Path) -> str:
    """Return the hash of a file, or one of all files in a folder.

    Raises:
        UserError: A file is not what its stage wrote.
    """
    files = sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
    lines = [f"{path.as_posix()} {digest(path)}" for path in files if path.is_file()]
    return sha256("\n".join(lines).encode())


def read_baseline(path: Path = layout.BASELINE) -> Baseline:
    """Read what somebody accepted.

    Raises:
        UserError: Nobody did yet, or the file is damaged.
    """
    remedy = "`python -m pipeline accept` writes it anew from the record as it stands"
    if not path.is_file():
        raise UserError(f"{path}: no such file; {remedy}")
    content = read_json(path)
    if isinstance(content, dict):
        require_format(path, content.get("format"), FORMAT, remedy)
    try:
        return Baseline.model_validate(content)
    except ValidationError as error:
        raise UserError(f"{path}: not what was expected ({error.error_count()} faults); {remedy}") from None
