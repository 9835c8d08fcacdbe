"""DVC's own files, which it writes in place: what a kill or a full disk left of them is mended before it reads them."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from pipeline.common import layout
from pipeline.common.atomic import replacing

_READERS = layout.DVC_OWN / "rwlock"
_KEPT = layout.DVC_OWN / "ionscreen_dvc.lock"
_OBJECTS = Path(".dvc/cache/files/md5")
_CONFLICT = b"<<<<<<< "
_PROC = Path("/proc")


@contextmanager
def keeping_lock() -> Iterator[None]:
    """Put dvc.lock back as it was before a block that left half of one."""
    if _is_whole(layout.DVC_LOCK):
        _copy(layout.DVC_LOCK, _KEPT)
    try:
        yield
    finally:
        _restore_lock()


def mend() -> None:
    """Mend what a DVC that was killed, or had no room on the disk, left behind.

    Its list of who reads and writes what is removed where it is half of one, or where nobody whom it names is a DVC at
    work: DVC itself takes a killed process that nobody has buried yet, and whoever got its number since, for alive.
    """
    if _READERS.is_file() and not any(map(_is_dvc_at_work, _listed_readers())):
        _READERS.unlink()
    _restore_lock()


def remove_damaged_objects() -> list[Path]:
    """Remove from DVC's cache what is not what its name says, and return it; DVC would hand it out again."""
    found = [path for path in sorted(_OBJECTS.glob("??/*")) if path.is_file() and not _is_what_it_says(path)]
    for path in found:
        path.unlink()
    return found


def _listed_readers() -> set[int]:
    """Return the processes that DVC's list names; none where the list cannot be read."""
    try:
        return set(_pids(json.loads(_READERS.read_bytes())))
    except ValueError:
        return set()


def _pids(node: Any) -> Iterator[int]:
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for part in parts:
        yield from _pids(part)
    if isinstance(node, dict) and isinstance(node.get("pid"), int):
        yield node["pid"]


def _is_dvc_at_work(pid: int) -> bool:
    """Return whether a process is alive and a DVC; true where that cannot be known."""
    if not _PROC.is_dir():
        return True
    try:
        return pid != os.getpid() and b"dvc" in (_PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False


def _restore_lock() -> None:
    if layout.DVC_LOCK.is_file() and not _is_whole(layout.DVC_LOCK) and _is_whole(_KEPT):
        _copy(_KEPT, layout.DVC_LOCK)


def _is_whole(path: Path) -> bool:
    """Return whether a dvc.lock is there and whole; one in conflict is somebody's to solve, and counts as whole."""
    if not path.is_file():
        return False
    content = path.read_bytes()
    if _CONFLICT in content:
        return True
    try:
        stages = yaml.safe_load(content)["stages"]
        return all("cmd" in stage and stage.get("outs") for stage in stages.values())
    except (yaml.YAMLError, UnicodeDecodeError, TypeError, KeyError, AttributeError):
        return False


def _is_what_it_says(path: Path) -> bool:
    md5 = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    return f"{path.parent.name}{path.name.removesuffix('.dir')}" == md5


def _copy(source: Path, target: Path) -> None:
    with replacing(target) as temporary:
        shutil.copyfile(source, temporary)
