"""Models on disk: XGBoost's own UBJSON beside a manifest that holds each file's hash. No pickle."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

from pipeline.common.errors import UserError
from pipeline.common.files import digest, read_json, write_json
from pipeline.learning.ensemble import Ensemble
from pipeline.learning.targets import TARGETS

_FORMAT = 1
_MANIFEST = "manifest.json"
_OWN_HASH = "manifest_sha256"
_REMEDY = "Delete data/processed/models and run `dvc repro` to train anew"
_MODEL = "model.ubj"


def save(folder: Path, ensemble: Ensemble, confidence: float, training: dict[str, Any]) -> None:
    """Write an ensemble into an empty folder.

    Args:
        folder: Where; created if need be.
        ensemble: What to write.
        confidence: Nominal coverage of the intervals that users of the model show.
        training: What it was trained on (names of polymers and fillers, counts), kept as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = {_MODEL: ensemble.model} | {f"member_{k}.ubj": m for k, m in enumerate(ensemble.members)}
    for name, booster in names.items():
        booster.save_model(folder / name)
    manifest = {
        "format": _FORMAT,
        "target": ensemble.target.name,
        "features": list(ensemble.feature_names),
        "hyperparameters": ensemble.hyperparameters,
        "confidence": confidence,
        "residuals": [errors.tolist() for errors in ensemble.residuals],
        "training": training,
        "sha256": {name: digest(folder / name) for name in names},
    }
    write_json(folder / _MANIFEST, manifest | {_OWN_HASH: _hash(manifest)})


def load(folder: Path) -> tuple[Ensemble, dict[str, Any]]:
    """Read an ensemble and its manifest; every file's hash is checked before XGBoost parses it.

    Raises:
        UserError: A file is absent, damaged or of another format.
    """
    manifest = read_manifest(folder)
    target = next(target for target in TARGETS if target.name == manifest["target"])
    boosters = {name: _load_booster(folder / name, sha256) for name, sha256 in manifest["sha256"].items()}
    members = tuple(boosters[name] for name in sorted(boosters, key=_member_number) if name != _MODEL)
    residuals = tuple(np.array(errors) for errors in manifest["residuals"])
    ensemble = Ensemble(
        target, tuple(manifest["features"]), manifest["hyperparameters"], boosters[_MODEL], members, residuals
    )
    return ensemble, manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what is known of an ensemble without loading its boosters.

    Raises:
        UserError: The manifest is absent, damaged, changed or of another format.
    """
    path = folder / _MANIFEST
    manifest = read_json(path)
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise UserError(f"{path}: format {found!r}, {_FORMAT} was expected. {_REMEDY}")
    own = manifest.pop(_OWN_HASH, None)
    if own != _hash(manifest):
        raise UserError(f"{path}: its hash is not the one that it states; the file was changed or damaged. {_REMEDY}")
    return dict(manifest)


def load_all(folder: Path) -> dict[str, tuple[Ensemble, dict[str, Any]]]:
    """Read the ensembles of all targets, by target name.

    Raises:
        UserError: There are no models, or one is damaged.
    """
    folders = [folder / target.name for target in TARGETS if (folder / target.name / _MANIFEST).is_file()]
    if not folders:
        raise UserError(f"{folder}: no trained models; run `make screen` or `dvc repro` first")
    return {path.name: load(path) for path in folders}


def _member_number(name: str) -> int:
    digits = "".join(character for character in name if character.isdigit())
    return int(digits) if digits else -1


def _load_booster(path: Path, sha256: str) -> Any:
    if digest(path) != sha256:
        raise UserError(f"{path}: its hash is not the one in {_MANIFEST}; the file was changed or damaged. {_REMEDY}")
    booster = xgb.Booster()
    booster.load_model(path)
    return booster


def _hash(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
