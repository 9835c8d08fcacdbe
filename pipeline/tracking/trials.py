"""Tuning trials as runs below the run of the training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from pipeline.tracking import names

if TYPE_CHECKING:
    from mlflow import MlflowClient


def log_trials(client: MlflowClient, experiment_id: str, parent_id: str, trials: pd.DataFrame) -> None:
    """Log trials as runs below another one, the numbers of each in one batch."""
    from mlflow.entities import Metric, Param

    for trial in trials.to_dict("records"):
        target, number, error = trial.pop("target"), trial.pop("trial"), trial.pop("mean_absolute_error")
        child = client.create_run(experiment_id, run_name=f"{target}, trial {number}", tags={names.PARENT: parent_id})
        client.log_batch(
            child.info.run_id,
            metrics=[Metric("tuning_mean_absolute_error", error, 0, 0)],
            params=[Param("target", target), *(Param(str(key), f"{value:.6g}") for key, value in trial.items())],
        )
        client.set_terminated(child.info.run_id, names.FINISHED)
