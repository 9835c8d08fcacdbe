"""Models on disk: XGBoost's own UBJSON and JSON beside a manifest that holds each file's hash. No pickle."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb

from pipeline.common.errors import UserError
from pipeline.common.files import digest, read_json, read_parquet, write_json, write_parquet
from pipeline.common.seals import sha256
from pipeline.learning.conformal import Difficulty
from pipeline.learning.ensemble import Ensemble
from pipeline.learning.learners import PhaseModels
from pipeline.learning.targets import TARGETS

FORMAT = 2
_MANIFEST = "manifest.json"
_OWN_HASH = "manifest_sha256"
_REMEDY = "Delete data/processed/models and run `dvc repro` to train anew"
_MODEL = "model.ubj"
_READABLE = "model.json"
_REFERENCES = "references.parquet"


def save(folder: Path, ensemble: Ensemble, about: dict[str, Any]) -> None:
    """Write an ensemble into an empty folder.

    Args:
        folder: Where; created if need be.
        ensemble: What to write.
        about: What users of the model have to know (nominal coverage, units, what it was trained on), kept as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    boosters = {_MODEL: ensemble.model, _READABLE: ensemble.model}
    boosters |= {f"member_{number}.ubj": member for number, member in enumerate(ensemble.members)}
    phases = ensemble.phases.boosters if ensemble.phases else {}
    boosters |= {f"{name}.ubj": booster for name, booster in phases.items()}
    for name, booster in boosters.items():
        booster.save_model(folder / name)
    write_parquet(folder / _REFERENCES, ensemble.references.reset_index())
    manifest = {
        "format": FORMAT,
        "versions": {"xgboost": xgb.__version__},
        "target": ensemble.target.name,
        "features": list(ensemble.feature_names),
        "hyperparameters": ensemble.hyperparameters,
        "difficulty": asdict(ensemble.difficulty),
        "scores": [errors.tolist() for errors in ensemble.scores],
        "phases": {name: list(ensemble.phases.columns[name]) for name in phases} if ensemble.phases else {},
        **about,
        "sha256": {name: sha256((folder / name).read_bytes()) for name in (*boosters, _REFERENCES)},
    }
    write_json(folder / _MANIFEST, manifest | {_OWN_HASH: _hash(manifest)})


def load(folder: Path) -> tuple[Ensemble, dict[str, Any]]:
    """Read an ensemble and its manifest; every file's hash is checked before anything in it is parsed.

    Raises:
        UserError: A file is absent, damaged, of another format or of a foreign version of XGBoost.
    """
    manifest = read_manifest(folder)
    for name, stated in manifest["sha256"].items():
        _check(folder / name, stated)
    n_members = len(manifest["scores"])
    phases = PhaseModels(
        {name: _booster(folder / f"{name}.ubj") for name in manifest["phases"]},
        {name: tuple(columns) for name, columns in manifest["phases"].items()},
    )
    ensemble = Ensemble(
        target=next(target for target in TARGETS if target.name == manifest["target"]),
        feature_names=tuple(manifest["features"]),
        hyperparameters=manifest["hyperparameters"],
        model=_booster(folder / _MODEL),
        members=tuple(_booster(folder / f"member_{number}.ubj") for number in range(n_members)),
        scores=tuple(np.array(errors) for errors in manifest["scores"]),
        difficulty=Difficulty(**manifest["difficulty"]),
        references=read_parquet(folder / _REFERENCES).set_index("record_id"),
        phases=phases if phases.boosters else None,
    )
    return ensemble, manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what is known of an ensemble without loading its boosters.

    Raises:
        UserError: The manifest is absent, damaged, changed, of another format or of a foreign version of XGBoost.
    """
    path = folder / _MANIFEST
    manifest = read_json(path)
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise UserError(f"{path}: format {found!r}, {FORMAT} was expected. {_REMEDY}")
    own = manifest.pop(_OWN_HASH, None)
    if own != _hash(manifest):
        raise UserError(f"{path}: its hash is not the one that it states; the file was changed or damaged. {_REMEDY}")
    written, here = manifest["versions"]["xgboost"], xgb.__version__
    if _release(written)[0] != _release(here)[0] or _release(written) > _release(here):
        raise UserError(f"{path}: written by XGBoost {written}, {here} is installed. {_REMEDY}")
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


def _release(version: str) -> tuple[int, ...]:
    """Return major and minor number of a version."""
    return tuple(int(part) for part in version.split(".")[:2])


def _check(path: Path, stated: str) -> None:
    if digest(path) != stated:
        raise UserError(f"{path}: its hash is not the one in {_MANIFEST}; the file was changed or damaged. {_REMEDY}")


def _booster(path: Path) -> Any:
    booster = xgb.Booster()
    booster.load_model(path)
    return booster


def _hash(manifest: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(manifest, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
