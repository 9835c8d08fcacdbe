"""What a run was made from: small enough to be kept with it, and enough to say what changed since."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.files import digest
from pipeline.common.settings import load_settings
from pipeline.common.typed import read_yaml
from pipeline.records import read_records

_OTHER_ROWS = ["sample_id", "sample_rank"]
"""Columns that change with a record's neighbours."""
_LIBRARIES = ("numpy", "pandas", "rdkit", "scikit-learn", "xgboost")
_NUMBERS = (
    *("features", "pipeline/common", "pipeline/records", "pipeline/learning", "pipeline/screening"),
    *(f"pipeline/{name}.py" for name in ("ingest", "featurize", "corpus", "train", "backtest", "evaluate", "rank")),
)
_PAGES = ("pipeline/advising", "pipeline/reporting", "pipeline/report.py")
_HASH_LETTERS = 12
_SETTINGS_OF_MODELS = {"ingest", "featurize", "train"}
_UNUSED_SETTINGS = {"ablation"}

Flat = dict[str, str | list[str]]


@dataclass(frozen=True)
class Inputs:
    """What a run was made from.

    Attributes:
        settings: params.yaml by dotted key.
        records: Of each record, by its id, where it is from ("march: lab") and a hash of what it says.
        files: A hash of each file beside the records that numbers depend on, by name.
        code: A hash of the code that makes numbers (`numbers`), and of what makes pages (`pages`).
        versions: Of the libraries that make numbers.
        commit: What git calls the code; empty where git does not know.
        campaign: The campaign's file by dotted key; empty for the models.
    """

    settings: Flat
    records: dict[str, tuple[str, str]]
    files: dict[str, str]
    code: dict[str, str]
    versions: dict[str, str]
    commit: str = ""
    campaign: Flat = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return what `from_dict` reads."""
        return asdict(self)

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Inputs:
        """Read what `as_dict` wrote."""
        records = {key: (str(place), str(said)) for key, (place, said) in content["records"].items()}
        return cls(**{**content, "records": records})


def inputs_of_models() -> Inputs:
    """Read what the models of the last run were made from."""
    settings = load_settings().model_dump(mode="json", include=_SETTINGS_OF_MODELS)
    return Inputs(
        settings=flat(settings),
        records=_records(read_records(layout.RECORDS)),
        files=_hashes(sorted(layout.COMPONENTS.glob("*.csv"))),
        code={"numbers": _code(_NUMBERS)},
        versions={name: version(name) for name in _LIBRARIES},
        commit=_commit(),
    )


def inputs_of_campaign(models: Inputs, path: Path) -> Inputs:
    """Add to what the models were made from what one campaign's ranking and report were."""
    settings = load_settings().model_dump(mode="json", exclude=_UNUSED_SETTINGS)
    beside = [path for path in (layout.INVENTORY, layout.PENDING) if path.is_file()]
    return Inputs(
        settings=flat(settings),
        records=models.records,
        files=models.files | _hashes(beside),
        code=models.code | {"pages": _code(_PAGES)},
        versions=models.versions,
        commit=models.commit,
        campaign=flat(read_yaml(path)),
    )


def flat(content: Any, prefix: str = "") -> Flat:
    """Flatten nested settings to dotted keys; a list stays one, its entries as text."""
    if isinstance(content, dict):
        parts = [flat(value, f"{prefix}.{key}" if prefix else str(key)) for key, value in content.items()]
        return {key: value for part in parts for key, value in part.items()}
    if isinstance(content, list):
        return {prefix: [entry if isinstance(entry, str) else json.dumps(entry) for entry in content]}
    return {prefix: content if isinstance(content, str) else json.dumps(content)}


def _records(records: pd.DataFrame) -> dict[str, tuple[str, str]]:
    lines = records.drop(columns=_OTHER_ROWS, errors="ignore").to_json(orient="records", lines=True).splitlines()
    is_lab = records["origin"] == "lab"
    files = records["source"].mask(is_lab, records["work_id"].str.removeprefix("lab-"))
    places = files + ": " + records["origin"]
    ids = records["record_id"]
    return {key: (place, _short(line)) for key, place, line in zip(ids, places, lines, strict=True)}


def _code(places: Iterable[str]) -> str:
    return _hash_of_code(tuple(places))


@cache
def _hash_of_code(places: tuple[str, ...]) -> str:
    paths = [Path(place) for place in places]
    files = [file for path in paths for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])]
    return _short("\n".join(f"{file.as_posix()} {digest(file)}" for file in files if file.is_file()))


def _hashes(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: digest(path)[:_HASH_LETTERS] for path in paths}


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_HASH_LETTERS]


def _commit() -> str:
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
