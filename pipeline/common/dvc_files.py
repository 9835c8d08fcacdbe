"""DVC's own files, which it writes in place: what a kill or a full disk left of them is mended before it reads them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from pipeline.common import layout
from pipeline.common.atomic import replacing

_READERS = layout.DVC_OWN / "rwlock"
_KEPT = layout.DVC_OWN / "ionscreen_dvc.lock"
_OBJECTS = Path(".dvc/cache/files/md5")
_CONFLICT = b"<<<<<<< "


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
    """Mend what a DVC that was killed, or had no room on the disk, left behind."""
    try:
        json.loads(_READERS.read_bytes())
    except FileNotFoundError:
        pass
    except ValueError:
        _READERS.unlink()
    _restore_lock()


def remove_damaged_objects() -> list[Path]:
    """Remove from DVC's cache what is not what its name says, and return it; DVC would hand it out again."""
    found = [path for path in sorted(_OBJECTS.glob("??/*")) if path.is_file() and not _is_what_it_says(path)]
    for path in found:
        path.unlink()
    return found


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
