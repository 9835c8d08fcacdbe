"""The store that MLflow keeps: a file beside the campaigns, or a server."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.tracking import names
from pipeline.tracking.login import ADDRESS
from pipeline.tracking.versions import STORE_VERSION, other_schema, refuse_newer
from pipeline.tracking.views import view_of

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Experiment, Run
    from mlflow.exceptions import MlflowException

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "GIT_PYTHON_REFRESH": "quiet",
}
_NO_PICKLES = {"MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false"}
"""A pickle runs what stands in it: MLflow loads none for us, whatever the environment says."""
_MOST_RUNS = 1000
_FILE = "sqlite:///"


@dataclass(frozen=True)
class Store:
    """A place that holds runs.

    Attributes:
        client: Asks it.
        artifacts: Where new experiments keep files; None lets a server decide.
    """

    client: MlflowClient
    artifacts: str | None

    def experiment(self, name: str, note: str) -> str:
        """Return the id of an experiment, which is made if need be."""
        found = self.client.get_experiment_by_name(name)
        if found is not None:
            refuse_newer(found)
            return str(found.experiment_id)
        tags = names.KIND | view_of(name) | {names.NOTE: note, names.STORE_VERSION: str(STORE_VERSION)}
        return str(self.client.create_experiment(name, artifact_location=self.artifacts, tags=tags))

    def experiments(self) -> list[Experiment]:
        """Return the experiments that hold publications.

        Raises:
            UserError: One was written by a newer version than this one.
        """
        prefix = f"name LIKE '{names.CAMPAIGN_PREFIX}%'"
        found: list[Experiment] = list(self.client.search_experiments(filter_string=prefix))
        for experiment in found:
            refuse_newer(experiment)
        return found

    def runs(self, experiment_id: str) -> list[Run]:
        """Return the finished publications of an experiment, the newest first."""
        return [run for run in self.all_runs(experiment_id) if is_complete(run)]

    def all_runs(self, experiment_id: str) -> list[Run]:
        """Return the publications of an experiment with those that were killed, the newest first."""
        found = self.client.search_runs([experiment_id], f"tags.`{names.CONTENT}` != ''", max_results=_MOST_RUNS)
        return sorted(found, key=lambda run: -int(run.data.tags.get(names.NUMBER, 0)))


def is_complete(run: Run) -> bool:
    """Say whether a run was written to its end."""
    return run.info.status == names.FINISHED and names.IS_COMPLETE in run.data.tags


def is_missing(error: MlflowException) -> bool:
    """Say whether MLflow refused since what was named is not there."""
    return bool(error.error_code == "RESOURCE_DOES_NOT_EXIST")


def is_there_already(error: MlflowException) -> bool:
    """Say whether MLflow refused since what was to be made is there."""
    return bool(error.error_code == "RESOURCE_ALREADY_EXISTS")


def be_quiet() -> None:
    """Keep MLflow from telling others, from talking, and from loading pickles."""
    os.environ.update({key: value for key, value in _QUIET.items() if key not in os.environ} | _NO_PICKLES)
    for noisy in ("alembic", "mlflow.store.db.utils", "mlflow.utils.environment", "mlflow.types.utils"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def connect() -> Store:
    """Return the store that `MLFLOW_TRACKING_URI` names, or the one in `experiments/mlflow`.

    Raises:
        UserError: It cannot be used.
    """
    be_quiet()
    import mlflow

    address = os.environ.get(ADDRESS) or f"{_FILE}{layout.TRACKING_STORE.resolve()}/mlflow.db"
    artifacts = None
    if address.startswith(_FILE):
        folder = Path(address.removeprefix(_FILE)).resolve().parent
        folder.mkdir(parents=True, exist_ok=True)
        artifacts = (folder / "artifacts").as_uri()
    mlflow.set_tracking_uri(address)
    with refusals():
        client = mlflow.MlflowClient()
        client.search_experiments(max_results=1)
    return Store(client, artifacts)


@contextmanager
def refusals() -> Iterator[None]:
    """Have what MLflow refuses end as a user's mistake: an address, a login, a store of another version."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    place = os.environ.get(ADDRESS) or f"{_FILE}{layout.TRACKING_STORE}/mlflow.db"
    try:
        yield
    except SQLAlchemyError as error:
        said = str(error).splitlines()[0]
        raise UserError(f"the MLflow store {place} cannot be used: {said}") from error
    except MlflowException as error:
        if "401" in str(error) or "not authenticated" in str(error):
            raise UserError(
                f"{place}: the login was refused; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or name "
                "the file with --password-file"
            ) from None
        if (advice := other_schema(str(error), place)) is not None:
            raise UserError(advice) from None
        raise UserError(f"the MLflow store {place} cannot be used: {error}") from error
