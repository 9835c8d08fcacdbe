"""What one run shows, before it is in any store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common.errors import UserError
from pipeline.common.files import digest
from pipeline.tracking.inputs import Inputs

Pictures = Mapping[str, bytes]


@dataclass(frozen=True)
class Shown:
    """What one run shows.

    Attributes:
        content: Hash over all files that are shown: the identity of the run.
        inputs: What it was made from, by which it is named.
        head: The beginning of its description, in Markdown.
        params: Settings and choices, by name.
        metrics: Numbers, by name.
        series: Numbers in a row, by name, which MLflow draws.
        tags: What else is known of it.
        files: Files by the place at which they are shown.
        folders: Folders by the place at which they are shown.
        tables: Tables by the place at which they are shown.
        documents: What is shown as JSON, by place.
        pictures: Draws PNG pictures, by place; called only where a run is written.
    """

    content: str
    inputs: Inputs
    head: str
    params: dict[str, str]
    metrics: dict[str, float]
    series: dict[str, list[float]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    pictures: Callable[[], Pictures] = dict


def content_of(places: Iterable[Path]) -> str:
    """Return the hash of all files that are named or lie in a folder that is named.

    Raises:
        UserError: One is missing.
    """
    files = [file for place in places for file in _files_of(place)]
    if missing := [str(path) for path in files if not path.is_file()]:
        raise UserError(f"{', '.join(missing)}: no such file; run `dvc repro` to write it")
    lines = "\n".join(f"{path.as_posix()} {digest(path)}" for path in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def _files_of(place: Path) -> list[Path]:
    return sorted(path for path in place.rglob("*") if path.is_file()) if place.is_dir() else [place]
