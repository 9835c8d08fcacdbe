"""Processes: which one of which machine something was, whether it lives as far as is known, and ending with another."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_BOOT = _PROC / "sys/kernel/random/boot_id"
_SPACE = _PROC / "self/ns/pid"
_STATE, _START = 0, 19
"""Places in `/proc/<pid>/stat` after the name of the program (proc(5): fields 3 and 22)."""
_ENDED = ("Z", "X")
_LOOK_EVERY_S = 2.0


@dataclass(frozen=True)
class Process:
    """A process, named so that no other one, here or elsewhere, is taken for it.

    Attributes:
        machine: This start of this machine, and the container in it; empty where that cannot be known.
        pid: Its number there.
        started: When it began, in ticks of that machine's clock.
    """

    machine: str
    pid: int
    started: str

    @classmethod
    def own(cls) -> Process:
        """Return this process."""
        return cls(_machine(), os.getpid(), _started(os.getpid()) or "")

    @classmethod
    def parse(cls, text: str) -> Process | None:
        """Read what `str` of a process wrote; None where it is not of that form."""
        parts = text.split(" ")
        if len(parts) != len(cls.__dataclass_fields__) or not parts[1].isascii() or not parts[1].isdigit():
            return None
        return cls(parts[0], int(parts[1]), parts[2])

    def __str__(self) -> str:
        return f"{self.machine} {self.pid} {self.started}"

    @property
    def is_known_dead(self) -> bool:
        """Whether it was of this machine and has ended; of other machines nothing is known."""
        if not self.machine or self.machine != _machine() or not 0 < self.pid <= sys.maxsize >> 32:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False  # of another user, who may hide when it began
        started = _started(self.pid)
        return started is None or started != self.started


def is_alive(pid: int) -> bool:
    """Return whether there is a process of this number that has not ended.

    One that has ended keeps its number until its parent asks after it, which in a container may be never.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    fields = _fields(pid)
    return fields is None or fields[_STATE] not in _ENDED


def end_with(parent: int, end: Callable[[], object]) -> None:
    """Have this process end soon after the one that it works for, also where that was killed and could tell nobody.

    Args:
        parent: The number of the process that started this one.
        end: What ends this one, called from a thread beside the main one.
    """

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY_S)
        end()

    threading.Thread(target=look, daemon=True).start()


def _machine() -> str:
    try:
        return f"{_BOOT.read_text().strip()}/{_SPACE.readlink()}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """Return when a process began; None where it has ended."""
    fields = _fields(pid)
    return None if fields is None or fields[_STATE] in _ENDED else fields[_START]


def _fields(pid: int) -> list[str] | None:
    """Return what this system tells of a process, after its name; None where it tells nothing."""
    try:
        return (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
