"""Files and folders that change in one step: a killed run leaves the old one or the new one, never half of one."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.common.processes import is_alive

_LEFTOVER = re.compile(r"\..+\.(\d+)\.[^.]+\.part")
_CWD, _EXCHANGE = -100, 2
"""AT_FDCWD and RENAME_EXCHANGE (linux/fcntl.h, linux/fs.h); RENAME_SWAP of macOS is 2, too (sys/stdio.h)."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; sync and rename it onto `path` if the block succeeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=_prefix(path), suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """Yield an empty temporary folder beside `path` that takes its place if the block succeeds.

    Old and new are exchanged in one step where the system and its file system can (Linux, macOS); elsewhere a kill
    between two renames leaves no folder, and the next run writes it anew.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=_prefix(path), suffix=".part", dir=path.parent))
    try:
        yield temporary
        temporary.chmod(0o755)
        for file in (temporary, *temporary.rglob("*")):
            _sync(file)
        if not path.exists():
            temporary.replace(path)
        elif not _exchange(temporary, path):
            _retire(path)
            temporary.replace(path)
        _sync(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what killed processes left half written in a folder and those below it."""
    for path in sorted(folder.rglob(".*.part")):
        written_by = _LEFTOVER.fullmatch(path.name)
        if written_by and not is_alive(int(written_by[1])):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _prefix(path: Path) -> str:
    return f".{path.name}.{os.getpid()}."


def _retire(path: Path) -> None:
    """Take a folder out of the way, under a name that `sweep` knows."""
    retired = Path(tempfile.mkdtemp(prefix=_prefix(path), suffix=".part", dir=path.parent))
    path.replace(retired / path.name)
    shutil.rmtree(retired, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two paths in one step; return False, with nothing changed, where that cannot be done."""
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        return bool(libc.renamex_np(*names, _EXCHANGE) == 0)
    if not hasattr(libc, "renameat2"):
        return False
    return bool(libc.renameat2(_CWD, names[0], _CWD, names[1], _EXCHANGE) == 0)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
