"""One at a time: what changes the tree holds a lock on it, and whoever comes second is told who and since when."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.processes import is_alive

WITHIN = "IONSCREEN_RUN"
"""Environment variable that tells a stage which process holds the lock on the run that it is part of."""
_PATIENCE_S = 1.0
"""How long a holder may take to write down who it is."""


class BusyError(UserError):
    """Another process is at work here; nothing was done."""


@contextmanager
def holding(path: Path, what: str) -> Iterator[IO[str]]:
    """Hold a lock for the length of a block; yields its open file, whose inheritors hold the lock as well.

    The system lets go of it when the last of them has ended, however it ended.

    Args:
        path: The lock's file; it says who holds it, and stays when nobody does.
        what: What the holder does, as a user would call it.

    Raises:
        BusyError: Somebody else holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"another one is at work here: {_holder(path)}; wait for its end, or stop it") from None
        _write(file, json.dumps({"what": what, "process": os.getpid(), "since": _now()}))
        try:
            yield file
        finally:
            _write(file, "")


@contextmanager
def working(name: str) -> Iterator[None]:
    """Hold the locks that a program needs which changes the tree: on the run, unless it is part of one, and its own.

    Args:
        name: The program's, as a user would call it.

    Raises:
        BusyError: Another one is at work here.
    """
    if _is_part_of_run():
        with holding(layout.STAGE_LOCK, name):
            yield
    else:
        with holding(layout.RUN_LOCK, name), holding(layout.STAGE_LOCK, name):
            yield


def at_work() -> str:
    """Return who else is changing the tree and since when; empty if nobody is."""
    ours = {os.environ.get(WITHIN), str(os.getpid())}
    found = [held for path in (layout.RUN_LOCK, layout.STAGE_LOCK) if (held := _read(path))]
    others = [held for held in found if str(held["process"]) not in ours and is_alive(held["process"])]
    return _described(others[0]) if others else ""


def _is_part_of_run() -> bool:
    """Return whether the process that started this one holds the lock on the run, or did until it was killed."""
    held = _read(layout.RUN_LOCK)
    return held is not None and os.environ.get(WITHIN) == str(held["process"])


def _holder(path: Path) -> str:
    """Say who holds a lock, once the holder has written it down."""
    give_up = time.monotonic() + _PATIENCE_S
    while time.monotonic() < give_up:
        held = _read(path)
        if held is not None and is_alive(held["process"]):
            return _described(held)
        time.sleep(0.01)
    return "a process that has not said which"


def _described(held: dict[str, Any]) -> str:
    return f"`{held['what']}` (process {held['process']}) since {held['since']}"


def _read(path: Path) -> dict[str, Any] | None:
    try:
        held: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return held


def _write(file: IO[str], text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


def _now() -> str:
    return datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
