"""Stage 7: everything the run wrote → MLflow. The only module that knows MLflow.

Files are the truth and MLflow shows them: publishing the same files again, or to another server, never doubles a run.
"""

from __future__ import annotations

import hashlib
import logging
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import digest, read_json, read_parquet, write_json
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.learning import CONDUCTIVITY, LEARNERS, TARGETS, load_all

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


@dataclass(frozen=True)
class Publication:
    """What one pipeline run has to show.

    Attributes:
        content: Hash over every file that is shown: the identity of the run.
        name: The run's name in words.
        params: Settings and chosen hyperparameters.
        metrics: Numbers by name.
        tags: Where it came from.
        trials: One row a tuning trial.
    """

    content: str
    name: str
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]
    trials: pd.DataFrame


def main() -> None:
    """Publish the last run unless the store already holds it."""
    os.environ.update({key: value for key, value in _QUIET.items() if key not in os.environ})
    publication = _gather()
    client, experiment_id = _connect()
    if _finished_run(client, experiment_id, publication.content) is not None:
        say(f"publish: the store already holds this run ({publication.content[:12]}); nothing to do")
    else:
        run_id = _publish(client, experiment_id, publication)
        say(f"publish: run {publication.name!r} with {len(publication.trials)} trials ({run_id}); `make ui` shows it")
    write_json(layout.PUBLISHED, {"content": publication.content, "n_trials": len(publication.trials)})


def _gather() -> Publication:
    metrics = read_json(layout.METRICS)
    records = read_parquet(layout.RECORDS)
    scores = metrics[CONDUCTIVITY.name]
    name = (
        f"{len(records)} records of {records['work_id'].nunique()} works, error "
        f"{scores['xgboost']['mean_absolute_error']:.3f} decades (median {scores['median']['mean_absolute_error']:.3f})"
    )
    return Publication(
        content=_content_hash(),
        name=name,
        params=_params(),
        metrics=_flat_metrics(metrics),
        tags=_git_tags()
        | {"ionscreen.records_sha256": digest(layout.RECORDS), "mlflow.note.content": _note(name, metrics)},
        trials=pd.read_csv(layout.TRIALS),
    )


def _shown_files() -> list[Path]:
    single = [
        layout.PARAMS,
        layout.METRICS,
        layout.OUT_OF_FOLD,
        layout.TRIALS,
        layout.FEATURE_DICTIONARY,
        layout.PARITY,
        layout.REJECTED,
        layout.RECORDS,
    ]
    folders = (layout.MODELS, layout.RANKINGS, layout.REPORTS)
    files = [*single, *(path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())]
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise UserError(f"{', '.join(missing)}: no such file; run `dvc repro` to write it")
    return files


def _content_hash() -> str:
    lines = "\n".join(f"{path.as_posix()} {digest(path)}" for path in _shown_files())
    return hashlib.sha256(lines.encode()).hexdigest()


def _params() -> dict[str, str]:
    settings = load_settings().model_dump()
    params = {f"{part}.{key}": str(value) for part, values in settings.items() for key, value in values.items()}
    for name, (ensemble, manifest) in load_all(layout.MODELS).items():
        params[f"{name}.learner"] = manifest["training"]["learner"]
        params |= {f"{name}.{key}": f"{value:.6g}" for key, value in ensemble.hyperparameters.items()}
    for path in sorted(layout.RANKINGS.glob("*.json")):
        params[f"campaign.{path.stem}"] = f"{read_json(path)['n_candidates']} candidates"
    return params


def _flat_metrics(metrics: dict[str, Any]) -> dict[str, float]:
    flat: dict[str, float] = {}
    for target in TARGETS:
        scores = metrics[target.name]
        for part in (*LEARNERS, "interval", "xgboost_gain_over_median"):
            flat |= {f"{target.name}/{part}/{key}": float(value) for key, value in scores[part].items()}
        flat |= {f"{target.name}/{key}": float(scores[key]) for key in ("n_records", "n_works")}
    return flat


def _note(name: str, metrics: dict[str, Any]) -> str:
    rows = [
        f"| {target.label} | {metrics[target.name]['n_records']} | "
        + " | ".join(f"{metrics[target.name][learner]['mean_absolute_error']:.3f}" for learner in LEARNERS)
        + f" | {metrics[target.name]['interval']['coverage']:.0%} |"
        for target in TARGETS
    ]
    head = f"| target | records | {' | '.join(LEARNERS)} | inside the interval |\n|---|---|---|---|---|---|\n"
    return (
        f"{name}. Mean absolute errors on held-out works ({metrics['split']}):\n\n{head}"
        + "\n".join(rows)
        + "\n\nThe ranked reports are under Artifacts, reports/."
    )


def _git_tags() -> dict[str, str]:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit, changed = git("rev-parse", "HEAD"), git("status", "--porcelain", "--untracked-files=no")
    except OSError:
        return {}
    return {
        "mlflow.source.name": "pipeline.publish",
        "mlflow.source.git.commit": commit,
        "ionscreen.has_uncommitted_changes": str(bool(changed)).lower(),
    }


def _connect() -> tuple[MlflowClient, str]:
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
    _log_trials(client, experiment_id, run_id, publication.trials)
    _log_files(client, run_id)
    _log_data_and_models(run_id)
    client.set_terminated(run_id, _FINISHED)
    return run_id


def _log_trials(client: MlflowClient, experiment_id: str, parent_id: str, trials: pd.DataFrame) -> None:
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
    for path in (
        layout.METRICS,
        layout.OUT_OF_FOLD,
        layout.TRIALS,
        layout.FEATURE_DICTIONARY,
        layout.PARITY,
        layout.REJECTED,
        layout.PARAMS,
    ):
        client.log_artifact(run_id, str(path))
    client.log_artifacts(run_id, str(layout.RANKINGS), "rankings")
    client.log_artifacts(run_id, str(layout.REPORTS), "reports")


def _log_data_and_models(run_id: str) -> None:
    import mlflow
    import mlflow.xgboost
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    records = read_parquet(layout.RECORDS)
    with mlflow.start_run(run_id=run_id):
        dataset = mlflow.data.from_pandas(
            records.astype({"year": "float64"}), name="records", digest=digest(layout.RECORDS)[:32]
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
