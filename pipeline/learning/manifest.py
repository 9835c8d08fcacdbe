"""The manifest of a model: what it is, and the hash of each of its files; read so that nothing foreign gets further."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Annotated, Any

import xgboost as xgb
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.common import seals
from pipeline.common.errors import UserError, printable
from pipeline.common.files import write_text
from pipeline.learning.targets import PHASES_BY_PUBLIC_SETS, TARGETS

FORMAT = 2
MANIFEST = "manifest.json"
OWN_HASH = "manifest_sha256"
MODEL = "model.ubj"
READABLE = "model.json"
REFERENCES = "references.parquet"
REMEDY = "Delete data/processed/models and run `dvc repro` to train anew"
_MOST_BYTES = 200_000_000

Number = Annotated[float, Field(allow_inf_nan=False)]
Names = Annotated[list[str], Field(max_length=100_000)]


class _Difficulty(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    at_zero: Number
    slope: Number
    least: Number


class _Versions(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    xgboost: str = Field(pattern=r"^\d{1,4}(\.\d{1,4})+$")


class _Manifest(BaseModel):
    """What has to stand in a manifest; what users of the model have to know stands beside it."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True)

    versions: _Versions
    target: str
    features: Names
    hyperparameters: dict[str, Number]
    difficulty: _Difficulty
    scores: Annotated[list[list[Number]], Field(max_length=100)]
    phases: dict[str, Names]
    sha256: dict[str, Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]

    @model_validator(mode="after")
    def _is_one_of_ours(self) -> _Manifest:
        if self.target not in {target.name for target in TARGETS}:
            raise ValueError("a target of this version was expected")
        if not self.phases.keys() <= set(PHASES_BY_PUBLIC_SETS):
            raise ValueError("models of other phases than this version knows")
        if self.sha256.keys() != files_of(len(self.scores), self.phases):
            raise ValueError("hashes of the model's own files were expected, and of no others")
        return self


def files_of(n_members: int, phases: Any) -> set[str]:
    """Name the files that a model is made of, the manifest left out."""
    members = (f"member_{number}.ubj" for number in range(n_members))
    return {MODEL, READABLE, REFERENCES, *members, *(f"{name}.ubj" for name in phases)}


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write a manifest with its own hash."""
    write_text(folder / MANIFEST, _text(manifest | {OWN_HASH: hash_of(manifest)}))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what is known of a model, with the manifest's own hash, without loading its boosters.

    Raises:
        UserError: The manifest is absent, damaged, changed, lists other files than the model's own, or is of another
            format or of a foreign version of XGBoost.
    """
    path = folder / MANIFEST
    if folder.is_symlink():
        raise UserError(f"{folder}: a folder was expected, and no link to one. {REMEDY}")
    content = read_plain(path)
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not valid JSON ({error}). {REMEDY}") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise UserError(f"{path}: format {found!r:.40}, {FORMAT} was expected. {REMEDY}")
    _check_unchanged(path, manifest, content)
    try:
        _Manifest.model_validate(manifest)
    except ValidationError as error:
        first = error.errors()[0]
        where = printable(".".join(map(str, first["loc"])))
        raise UserError(f"{path}: {where:.80}: {first['msg']:.200}. {REMEDY}") from None
    written, here = manifest["versions"]["xgboost"], xgb.__version__
    if _release(written)[0] != _release(here)[0] or _release(written) > _release(here):
        raise UserError(f"{path}: written by XGBoost {written}, {here} is installed. {REMEDY}")
    return manifest


def _check_unchanged(path: Path, manifest: dict[str, Any], content: bytes) -> None:
    """Refuse what is not, byte for byte, what `write_manifest` wrote: a key that stands twice, NaN, other spaces."""
    try:
        own = hash_of({key: value for key, value in manifest.items() if key != OWN_HASH})
        is_unchanged = manifest.get(OWN_HASH) == own and content == _text(manifest).encode()
    except (ValueError, RecursionError):
        is_unchanged = False
    if not is_unchanged:
        raise UserError(f"{path}: its hash is not the one that it states; the file was changed or damaged. {REMEDY}")


def read_checked(path: Path, sha256: str) -> bytearray:
    """Read a file of a model once; what is parsed is what was hashed, whatever becomes of the file meanwhile.

    Raises:
        UserError: It is absent, no plain file, or not the one that the manifest means.
    """
    content = read_plain(path)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise UserError(f"{path}: its hash is not the one in {MANIFEST}; the file was changed or damaged. {REMEDY}")
    return bytearray(content)


def read_plain(path: Path) -> bytes:
    """Read a plain file that lies where it seems to lie: no link, no pipe, no device.

    Raises:
        UserError: It is something else, absent, too large, or not what the stage wrote that trains.
    """
    try:
        with open(path, "rb", opener=_without_following) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise UserError(f"{path}: a plain file was expected. {REMEDY}")
            if status.st_size > _MOST_BYTES:
                raise UserError(f"{path}: {status.st_size} bytes, more than the {_MOST_BYTES} that are read. {REMEDY}")
            content = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        raise UserError(f"{path}: no such file. {REMEDY}") from None
    except OSError as error:
        raise UserError(f"{path}: a plain file was expected ({error.strerror}). {REMEDY}") from None
    seals.check(path, content)
    return content


def _without_following(path: str, flags: int) -> int:
    """Open a path, which may be no link; a pipe nobody writes into does not make this wait."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def hash_of(manifest: dict[str, Any]) -> str:
    """Return the hash of what a manifest says, its own hash left out."""
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _text(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _release(version: str) -> tuple[int, ...]:
    """Return major and minor number of a version."""
    return tuple(int(part) for part in version.split(".")[:2])
