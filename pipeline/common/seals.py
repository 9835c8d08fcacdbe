"""What each stage wrote, by hash: a file of the last run that has changed since is noticed before it is used.

A stage ends by sealing its outputs: `data/processed/seals/<stage>.json` holds the SHA-256 of each, and the
format that they have. Whatever is read of them is held against its seal, and what no seal names is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.common import layout
from pipeline.common.atomic import replacing
from pipeline.common.errors import UserError
from pipeline.common.formats import WRITE_ANEW, of_outputs, require_format
from pipeline.common.locks import at_work

FORMAT = 1
_OWN_HASH = "seal_sha256"


def sha256(content: bytes) -> str:
    """Return the SHA-256 of bytes as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def seal(stage: str, written: Iterable[Path]) -> None:
    """Write down the hashes of what a stage wrote.

    Args:
        stage: Its name.
        written: Files, and folders whose files are all meant.
    """
    _write(stage, _hashes(written))


def renew(stage: str, written: Iterable[Path]) -> None:
    """Write down the hashes of some outputs that a stage wrote before it stopped; those of the last good run stand.

    Nothing is written where there was no good run of this version.

    Args:
        stage: Its name.
        written: Files, and folders whose files are all meant.
    """
    path = layout.SEALS / f"{stage}.json"
    try:
        sealed = _read(path)
    except (FileNotFoundError, UserError):
        return
    _write(stage, sealed | _hashes(written))


def check(path: Path, content: bytes) -> None:
    """Hold what was read of a file against its seal; files that no stage writes have none.

    Raises:
        UserError: A stage's output is not what the stage wrote, or no stage wrote it.
    """
    if not _is_output(path):
        return
    refused = []
    for seal_file in sorted(layout.SEALS.glob("*.json")):
        try:
            stated = _read(seal_file).get(_name(path))
        except UserError as error:  # after an upgrade, of a later stage that is still to run
            refused.append(error)
            continue
        if stated is not None:
            if stated != sha256(content):
                raise UserError(
                    f"{path}: not what `{seal_file.stem}` wrote; it was changed or damaged since.{_what_to_do()}"
                )
            return
    raise refused[0] if refused else UserError(f"{path}: no stage of the last run wrote it.{_what_to_do()}")


def broken() -> list[tuple[str, Path]]:
    """Return the stage and the path of each output of the last run, or seal, that is missing or was changed since."""
    found = []
    for seal_file in sorted(layout.SEALS.glob("*.json")):
        try:
            sealed = _read(seal_file)
        except UserError:
            found.append((seal_file.stem, seal_file))
            continue
        paths = {layout.PROCESSED / name: stated for name, stated in sealed.items()}
        found += [(seal_file.stem, path) for path, stated in paths.items() if not _is_sound(path, stated)]
    return found


def _is_sound(path: Path, stated: str) -> bool:
    return path.is_file() and sha256(path.read_bytes()) == stated


def _read(path: Path) -> dict[str, str]:
    """Read the hashes of one stage's outputs."""
    try:
        content = json.loads(path.read_bytes())
        is_ours = isinstance(content, dict) and content["stage"] == path.stem
        own = content.pop(_OWN_HASH)
        sealed = {str(name): str(stated) for name, stated in content["sha256"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"{path}: damaged ({error}).{_what_to_do()}") from error
    if not is_ours or content.get("format") != FORMAT:
        raise UserError(
            f"{path}: format {content.get('format')!r} of stage {content['stage']!r}, {FORMAT} of {path.stem!r} was "
            f"expected: another version wrote it.{_what_to_do()}"
        )
    require_format(path, content.get("outputs"), of_outputs(path.stem))
    if own != _hash(content):
        raise UserError(f"{path}: damaged (its hash is not the one that it states).{_what_to_do()}")
    return sealed


def _what_to_do() -> str:
    holder = at_work()
    return f" {holder} is at work here: ask again when it has ended" if holder else f" {WRITE_ANEW.capitalize()}"


def _is_output(path: Path) -> bool:
    """Return whether a path is that of a stage's output, and not of a file that is being written."""
    absolute, root = path.absolute(), layout.PROCESSED.absolute()
    return absolute.is_relative_to(root) and not any(part.startswith(".") for part in absolute.relative_to(root).parts)


def _name(path: Path) -> str:
    return path.absolute().relative_to(layout.PROCESSED.absolute()).as_posix()


def _hashes(written: Iterable[Path]) -> dict[str, str]:
    return {_name(file): sha256(file.read_bytes()) for path in written for file in _files(path)}


def _write(stage: str, sealed: dict[str, str]) -> None:
    content = {"format": FORMAT, "stage": stage, "outputs": of_outputs(stage), "sha256": sealed}
    with replacing(layout.SEALS / f"{stage}.json") as temporary:
        whole = content | {_OWN_HASH: _hash(content)}
        temporary.write_text(json.dumps(whole, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _hash(content: dict[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode())


def _files(path: Path) -> list[Path]:
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
