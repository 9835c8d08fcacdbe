"""Models on disk: XGBoost's own UBJSON and JSON beside a manifest that holds each file's hash. No pickle."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import xgboost as xgb

from pipeline.common.errors import UserError
from pipeline.common.files import write_parquet
from pipeline.common.seals import sha256
from pipeline.learning.conformal import Difficulty
from pipeline.learning.ensemble import Ensemble
from pipeline.learning.learners import PhaseModels
from pipeline.learning.manifest import (
    FORMAT,
    MODEL,
    READABLE,
    REFERENCES,
    REMEDY,
    read_checked,
    read_manifest,
    write_manifest,
)
from pipeline.learning.targets import CONDUCTIVITY, TARGETS

Files = dict[str, bytearray]
"""What a model's files hold, by name; their hashes were checked."""


def save(folder: Path, ensemble: Ensemble, about: dict[str, Any]) -> None:
    """Write an ensemble into an empty folder.

    Args:
        folder: Where; created if need be.
        ensemble: What to write.
        about: What users of the model have to know (nominal coverage, units, what it was trained on), kept as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    boosters = {MODEL: ensemble.model, READABLE: ensemble.model}
    boosters |= {f"member_{number}.ubj": member for number, member in enumerate(ensemble.members)}
    phases = ensemble.phases.boosters if ensemble.phases else {}
    boosters |= {f"{name}.ubj": booster for name, booster in phases.items()}
    for name, booster in boosters.items():
        booster.save_model(folder / name)
    write_parquet(folder / REFERENCES, ensemble.references.reset_index())
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
        "sha256": {name: sha256((folder / name).read_bytes()) for name in (*boosters, REFERENCES)},
    }
    write_manifest(folder, manifest)


def load(folder: Path) -> tuple[Ensemble, dict[str, Any]]:
    """Read an ensemble and its manifest; every file's hash is checked before anything in it is parsed.

    Raises:
        UserError: A file is absent, damaged, no plain file, of another format or of a foreign version of XGBoost.
    """
    manifest = read_manifest(folder)
    return _parsed(folder, manifest, _read(folder, manifest))


def load_all(folder: Path) -> dict[str, tuple[Ensemble, dict[str, Any]]]:
    """Read the ensembles of all targets, by target name.

    Raises:
        UserError: There are no models, one is damaged, or lies where another one belongs.
    """
    found = {target.name: folder / target.name for target in TARGETS if os.path.lexists(folder / target.name)}
    if CONDUCTIVITY.name not in found:
        raise UserError(f"{folder}: no trained models; run `make screen` or `dvc repro` first")
    manifests = {name: read_manifest(path) for name, path in found.items()}
    for name, manifest in manifests.items():
        if manifest["target"] != name:
            raise UserError(f"{found[name]}: holds the model of {manifest['target']}. {REMEDY}")
    files = {name: _read(found[name], manifest) for name, manifest in manifests.items()}
    return {name: _parsed(found[name], manifests[name], files[name]) for name in found}


def _read(folder: Path, manifest: dict[str, Any]) -> Files:
    """Read the files that a manifest lists, each of them once."""
    return {name: read_checked(folder / name, stated) for name, stated in manifest["sha256"].items()}


def _parsed(folder: Path, manifest: dict[str, Any], files: Files) -> tuple[Ensemble, dict[str, Any]]:
    """Make an ensemble of what was read."""

    def booster(name: str, columns: Sequence[str]) -> Any:
        return _booster(folder / name, files[name], columns)

    features, phases = manifest["features"], manifest["phases"]
    of_phases = PhaseModels(
        {name: booster(f"{name}.ubj", columns) for name, columns in phases.items()},
        {name: tuple(columns) for name, columns in phases.items()},
    )
    ensemble = Ensemble(
        target=next(target for target in TARGETS if target.name == manifest["target"]),
        feature_names=tuple(features),
        hyperparameters=manifest["hyperparameters"],
        model=booster(MODEL, features),
        members=tuple(booster(f"member_{number}.ubj", features) for number in range(len(manifest["scores"]))),
        scores=tuple(np.array(errors) for errors in manifest["scores"]),
        difficulty=Difficulty(**manifest["difficulty"]),
        references=_references(folder / REFERENCES, files[REFERENCES]),
        phases=of_phases if phases else None,
    )
    return ensemble, manifest


def _booster(path: Path, content: bytearray, columns: Sequence[str]) -> Any:
    booster = xgb.Booster()
    try:
        booster.load_model(content)
    except xgb.core.XGBoostError as error:
        raise UserError(f"{path}: not a model that XGBoost reads ({error!s:.200}). {REMEDY}") from error
    if list(booster.feature_names or ()) != list(columns):  # it would read beyond the end of a shorter row
        raise UserError(f"{path}: reads other features than the manifest names. {REMEDY}")
    return booster


def _references(path: Path, content: bytearray) -> pd.DataFrame:
    try:
        return pd.read_parquet(io.BytesIO(content)).set_index("record_id")
    except (pa.ArrowException, OSError, KeyError) as error:
        raise UserError(f"{path}: cannot be read ({error!s:.200}). {REMEDY}") from error
