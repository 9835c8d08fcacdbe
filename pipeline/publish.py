"""Stage 8: everything the run wrote → MLflow. The only module that knows MLflow.

Files are the truth and MLflow shows them: publishing the same files again, or to another server, never doubles a run.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import digest, read_parquet, write_json
from pipeline.common.stage import run, say
from pipeline.learning import load_all
from pipeline.publication import SHOWN_FILES, SHOWN_FOLDERS, Publication, gather

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

_EXPERIMENT = "ionscreen"
_EXPERIMENT_TAGS = {"mlflow.experimentKind": "custom_model_development"}
_CONTENT_TAG = "ionscreen.content"
_PARENT_TAG = "mlflow.parentRunId"
_FINISHED = "FINISHED"
_STORE_VARIABLE = "MLFLOW_TRACKING_URI"
_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "GIT_PYTHON_REFRESH": "quiet",
}


def main() -> None:
    """Publish the last run unless the store already holds it."""
    be_quiet()
    publication = gather()
    client, experiment_id = connect()
    if _finished_run(client, experiment_id, publication.content) is not None:
        say(f"publish: the store already holds this run ({publication.content[:12]}); nothing to do")
    else:
        run_id = _publish(client, experiment_id, publication)
        say(f"publish: run {publication.name!r} with {len(publication.trials)} trials ({run_id}); `make ui` shows it")
    write_json(layout.PUBLISHED, {"content": publication.content, "n_trials": len(publication.trials)})


def be_quiet() -> None:
    """Keep MLflow from telling others, and from talking."""
    os.environ.update({key: value for key, value in _QUIET.items() if key not in os.environ})


def connect() -> tuple[MlflowClient, str]:
    """Return a client of the store, and the id of this program's experiment in it.

    Raises:
        UserError: The store cannot be used.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    for noisy in ("alembic", "mlflow.store.db.utils"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    is_local = not os.environ.get(_STORE_VARIABLE)
    if is_local:
        layout.TRACKING_STORE.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(f"sqlite:///{layout.TRACKING_STORE}/mlflow.db")
    artifacts = (layout.TRACKING_STORE / "artifacts").resolve().as_uri() if is_local else None
    try:
        client = mlflow.MlflowClient()
        experiment = client.get_experiment_by_name(_EXPERIMENT)
        if experiment is not None:
            return client, str(experiment.experiment_id)
        return client, str(client.create_experiment(_EXPERIMENT, artifact_location=artifacts, tags=_EXPERIMENT_TAGS))
    except MlflowException as error:
        raise UserError(f"the MLflow store cannot be used: {error}") from error


def _finished_run(client: MlflowClient, experiment_id: str, content: str) -> Run | None:
    """Return the finished run with this content; remains of unfinished ones are removed."""
    finished = None
    for found in client.search_runs([experiment_id], f"tags.`{_CONTENT_TAG}` = '{content}'"):
        if found.info.status == _FINISHED and _PARENT_TAG not in found.data.tags:
            finished = found
        elif _PARENT_TAG not in found.data.tags:
            for child in client.search_runs([experiment_id], f"tags.`{_PARENT_TAG}` = '{found.info.run_id}'"):
                client.delete_run(child.info.run_id)
            client.delete_run(found.info.run_id)
    return finished


def _publish(client: MlflowClient, experiment_id: str, publication: Publication) -> str:
    from mlflow.entities import Metric, Param

    tags = publication.tags | {_CONTENT_TAG: publication.content}
    parent = client.create_run(experiment_id, run_name=publication.name, tags=tags)
    run_id = str(parent.info.run_id)
    client.log_batch(
        run_id,
        metrics=[Metric(key, value, 0, 0) for key, value in publication.metrics.items()],
        params=[Param(key, value) for key, value in publication.params.items()],
    )
    log_trials(client, experiment_id, run_id, publication.trials)
    _log_files(client, run_id)
    _log_data_and_models(run_id)
    client.set_terminated(run_id, _FINISHED)
    return run_id


def log_trials(client: MlflowClient, experiment_id: str, parent_id: str, trials: pd.DataFrame) -> None:
    """Log trials as runs below another one, the numbers of each in one batch."""
    from mlflow.entities import Metric, Param

    for trial in trials.to_dict("records"):
        target, number, error = trial.pop("target"), trial.pop("trial"), trial.pop("mean_absolute_error")
        child = client.create_run(experiment_id, run_name=f"{target}, trial {number}", tags={_PARENT_TAG: parent_id})
        client.log_batch(
            child.info.run_id,
            metrics=[Metric("tuning_mean_absolute_error", error, 0, 0)],
            params=[Param("target", target), *(Param(str(key), f"{value:.6g}") for key, value in trial.items())],
        )
        client.set_terminated(child.info.run_id, _FINISHED)


def _log_files(client: MlflowClient, run_id: str) -> None:
    for path in SHOWN_FILES:
        client.log_artifact(run_id, str(path))
    for folder in SHOWN_FOLDERS:
        client.log_artifacts(run_id, str(folder), folder.name)


def _log_data_and_models(run_id: str) -> None:
    import mlflow
    import mlflow.xgboost
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    records = read_parquet(layout.RECORDS)
    with mlflow.start_run(run_id=run_id):
        dataset = mlflow.data.from_pandas(
            records.astype({"year": "float64", "sample_rank": "float64"}),
            name="records",
            digest=digest(layout.RECORDS)[:32],
        )
        mlflow.log_input(dataset, context="training")
        for name, (ensemble, _) in load_all(layout.MODELS).items():
            signature = ModelSignature(
                inputs=Schema([ColSpec("double", column) for column in ensemble.feature_names]),
                outputs=Schema([ColSpec("double", name)]),
            )
            mlflow.xgboost.log_model(
                ensemble.model,
                name=name,
                signature=signature,
                model_format="ubj",
                pip_requirements=_pinned("xgboost", "numpy", "pandas"),
            )


def _pinned(*packages: str) -> list[str]:
    from importlib.metadata import version

    return [f"{package}=={version(package)}" for package in packages]


if __name__ == "__main__":
    run("publish", main)
