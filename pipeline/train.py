"""Stage 3: features.parquet → models, tuning trials, and predictions of held-out works by every learner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_parquet, replacing_folder, write_csv
from pipeline.common.settings import TrainSettings, load_settings
from pipeline.common.stage import run, say
from pipeline.learning import (
    CONSTANT,
    TARGETS,
    Floats,
    Target,
    Trial,
    best,
    champion,
    compare,
    fit_ensemble,
    folds_by_work,
    save,
    tune,
)

_KEYS = ("record_id", "work_id")


def main() -> None:
    """For each target: judge the learners on held-out works, then tune and fit on all of them."""
    settings = load_settings().train
    records = read_parquet(layout.RECORDS)
    features = read_parquet(layout.FEATURES)
    held_out, trials = [], []
    with replacing_folder(layout.MODELS) as folder:
        for target in TARGETS:
            judged, tried = _train_target(target, records, features, settings, folder)
            held_out.append(judged)
            trials.append(tried)
    write_csv(layout.TRIALS, pd.concat(trials, ignore_index=True))
    write_csv(layout.OUT_OF_FOLD, pd.concat(held_out, ignore_index=True))


def _train_target(
    target: Target, records: pd.DataFrame, features: pd.DataFrame, settings: TrainSettings, folder: Path
) -> tuple[pd.DataFrame, pd.DataFrame]:
    labels = target.labels(records)
    rows = np.flatnonzero(np.isfinite(labels))
    known, labels = records.iloc[rows], labels[rows]
    works = known["work_id"].to_numpy(object)
    if len(set(works)) <= settings.n_outer_folds:
        raise UserError(
            f"{target.name}: {len(set(works))} works hold it, more than "
            f"{settings.n_outer_folds} are needed; lower train.n_outer_folds in {layout.PARAMS}"
        )
    table = features.drop(columns=list(_KEYS)).iloc[rows].reset_index(drop=True)
    table = table.loc[:, table.nunique(dropna=False) > 1]
    say(f"train: {target.name}: {len(rows)} records from {len(set(works))} works, {table.shape[1]} features")
    judged = [_judge(table, labels, works, target, settings, number) for number in range(settings.n_partitions)]
    folds = folds_by_work(works, settings.n_outer_folds, settings.seed)
    trials = tune(table, labels, target, folds, settings.n_trials, settings.seed, settings.n_threads)
    chosen = "xgboost" if target.is_ranked else champion(pd.concat(judged), ("xgboost", "median"))
    hyperparameters = best(trials).hyperparameters if chosen == "xgboost" else CONSTANT
    ensemble = fit_ensemble(table, labels, target, folds, hyperparameters, settings.seed, settings.n_threads)
    save(folder / target.name, ensemble, settings.confidence, {"learner": chosen, **_trained_on(known)})
    say(f"train:   {chosen} fitted to all works")
    keys = known[list(_KEYS)].reset_index(drop=True).assign(target=target.name)
    held_out = pd.concat([pd.concat([keys, partition], axis=1) for partition in judged], ignore_index=True)
    return held_out, _as_table(target, trials)


def _judge(
    table: pd.DataFrame,
    labels: Floats,
    works: npt.NDArray[np.object_],
    target: Target,
    settings: TrainSettings,
    number: int,
) -> pd.DataFrame:
    """Compare the learners on one partition of the works into outer folds."""
    dealt_anew = settings.model_copy(update={"seed": settings.seed + number})
    name = f"partition {number + 1} of {settings.n_partitions}"
    judged = compare(table, labels, works, target, dealt_anew, lambda line: say(f"train:   {name}, {line}"))
    return judged.astype({"fold": int}).assign(partition=number + 1, measured=labels)


def _trained_on(known: pd.DataFrame) -> dict[str, Any]:
    return {
        "n_records": len(known),
        "n_works": int(known["work_id"].nunique()),
        "polymers": sorted(set(known["polymer"])),
        "fillers": sorted(set(known["filler"])),
        "salts": sorted(set(known["salt"])),
        "pairs": sorted({f"{p} | {f}" for p, f in zip(known["polymer"], known["filler"], strict=True)}),
        "temperature_C": [float(known["temperature_C"].min()), float(known["temperature_C"].max())],
    }


def _as_table(target: Target, trials: list[Trial]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "target": target.name,
                "trial": trial.number,
                "mean_absolute_error": trial.mean_absolute_error,
                **trial.hyperparameters,
            }
            for trial in trials
        ]
    )


if __name__ == "__main__":
    run("train", main)
