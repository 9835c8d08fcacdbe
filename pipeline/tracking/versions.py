"""Which version wrote a store: ours, as a tag of each experiment, and MLflow's, as the schema of its database.

Version 1 are the stores from before there was a tag: their runs are written alike, but two who published at once may
have left doubles, which publishing removes. Version 2 is written by one publisher at a time (`turns`).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.common.errors import UserError
from pipeline.tracking import names

if TYPE_CHECKING:
    from mlflow.entities import Experiment

STORE_VERSION = 2
_FIRST = "1"
_SCHEMAS = re.compile(r"found version (\w+), but expected (\w+)")
_FILE = "sqlite:///"


def version_of(experiment: Experiment) -> int:
    """Return the version by which an experiment was written; a tag that is no number counts as one from the future."""
    tag = experiment.tags.get(names.STORE_VERSION, _FIRST)
    return int(tag) if tag.isascii() and tag.isdigit() else STORE_VERSION + 1


def refuse_newer(experiment: Experiment) -> None:
    """Refuse an experiment that a newer version wrote, which may mean something else by the same names.

    Raises:
        UserError: It is one.
    """
    if version_of(experiment) > STORE_VERSION:
        tag = experiment.tags[names.STORE_VERSION]
        raise UserError(
            f"the MLflow store holds {experiment.name!r} in version {tag}, and this ionscreen reads up to version "
            f"{STORE_VERSION}: use the newer ionscreen that wrote it, or name another store by MLFLOW_TRACKING_URI"
        )


def other_schema(said: str, address: str) -> str | None:
    """Say what to do with a database that another MLflow made; None where MLflow complains of something else.

    Args:
        said: MLflow's words.
        address: The database's.
    """
    if not (found := _SCHEMAS.search(said)):
        return None
    is_older = any(_migrations().glob(f"{found[1]}_*.py"))
    if not is_older:
        return (
            f"the MLflow store {address} was made by a newer MLflow (schema {found[1]}, this one knows up to "
            f"{found[2]}): run `make setup` in the newer ionscreen that wrote it, or name another store by "
            "MLFLOW_TRACKING_URI"
        )
    backup = f"cp {(path := address.removeprefix(_FILE))} {path}.backup && " if address.startswith(_FILE) else ""
    advice = "copy it and bring it up to date" if backup else "have its database copied and brought up to date"
    return (
        f"the MLflow store {address} was made by an older MLflow (schema {found[1]}, {found[2]} is needed); {advice}:\n"
        f"  {backup}.venv/bin/mlflow db upgrade {address}"
    )


def _migrations() -> Path:
    from mlflow.store import db_migrations

    return Path(db_migrations.__file__).parent / "versions"
