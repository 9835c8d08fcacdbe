"""Stage 3: features.parquet → models, tuning trials, and predictions of held-out works by every learner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from features import Library
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_parquet, replacing_folder, write_csv
from pipeline.common.settings import TrainSettings, load_settings
from pipeline.common.stage import run, say
from pipeline.learning import (
    CONSTANT,
    NOVELTIES,
    TARGETS,
    WITH_PUBLIC,
    Evidence,
    Fold,
    Target,
    Trial,
    best,
    compare,
    fit_ensemble,
    folds_by_work,
    gain_between,
    gather_evidence,
    is_proven,
    leave_each_out,
    save,
    tune,
)
from pipeline.records import load_vocabulary


def main() -> None:
    """For each target: judge the learners on held-out works, then tune and fit on all of them."""
    settings = load_settings().train
    records = read_parquet(layout.RECORDS)
    features = read_parquet(layout.FEATURES)
    library = load_vocabulary(layout.COMPONENTS).library
    held_out, trials, new = [], [], []
    with replacing_folder(layout.MODELS) as folder:
        for target in TARGETS:
            judged, tried = _train_target(target, records, features, settings, folder)
            held_out.append(judged)
            trials.append(tried)
            new.append(_leave_components_out(target, records, features, library, settings))
    write_csv(layout.TRIALS, pd.concat(trials, ignore_index=True))
    write_csv(layout.OUT_OF_FOLD, pd.concat(held_out, ignore_index=True))
    write_csv(layout.NEW_COMPONENTS, pd.concat(new, ignore_index=True))


def _train_target(
    target: Target, records: pd.DataFrame, features: pd.DataFrame, settings: TrainSettings, folder: Path
) -> tuple[pd.DataFrame, pd.DataFrame]:
    evidence = gather_evidence(target, records, features)
    works = set(evidence.work_ids[evidence.is_judged])
    if len(works) <= settings.n_outer_folds:
        raise UserError(
            f"{target.name}: {len(works)} works on composites hold it, more than "
            f"{settings.n_outer_folds} are needed; lower train.n_outer_folds in {layout.PARAMS}"
        )
    say(f"train: {target.name}: {_counts(evidence)}, {evidence.features.shape[1]} features")
    judged = pd.concat(
        [_judge(evidence, target, settings, number) for number in range(settings.n_partitions)], ignore_index=True
    )
    core = evidence.take(~evidence.is_public)
    trials = tune(
        core.features,
        core.labels,
        target,
        _final_folds(core, settings),
        settings.n_trials,
        settings.seed,
        settings.n_threads,
    )
    beats_median = is_proven(gain_between(judged, "xgboost", "median", settings.seed))
    chosen = "xgboost" if target.is_ranked or beats_median else "median"
    if chosen == "xgboost":
        learned, hyperparameters = _learned_from(evidence, judged, settings), best(trials).hyperparameters
    else:
        learned, hyperparameters = core.take(core.is_judged), CONSTANT
    ensemble = fit_ensemble(
        learned.features,
        learned.labels,
        target,
        _final_folds(learned, settings),
        hyperparameters,
        settings.seed,
        settings.n_threads,
        learned.weights,
    )
    known = records.set_index("record_id").loc[evidence.keys["record_id"][~evidence.is_public]]
    training = {"learner": chosen, "learned_from_public": bool(learned.is_public.any()), **_trained_on(known)}
    save(folder / target.name, ensemble, settings.confidence, training)
    say(f"train:   {chosen} fitted to all works")
    return judged.assign(target=target.name), _as_table(target, trials)


def _leave_components_out(
    target: Target, records: pd.DataFrame, features: pd.DataFrame, library: Library, settings: TrainSettings
) -> pd.DataFrame:
    """Predict every composite as if none of its polymer, and none of its filler's family, had been measured."""
    is_public = records["origin"] == "public"
    evidence = gather_evidence(target, records[~is_public], features[~is_public])
    known = records.set_index("record_id").loc[evidence.keys["record_id"]]
    predicted = []
    for name, (column, parts) in NOVELTIES.items():
        held = [parts(text, library) for text in known[column]]
        rows = leave_each_out(evidence, held, target, settings.seed, settings.n_threads)
        predicted.append(rows.assign(target=target.name, left_out=name))
    return pd.concat(predicted, ignore_index=True)


def _counts(evidence: Evidence) -> str:
    n_judged, n_public = int(evidence.is_judged.sum()), int(evidence.is_public.sum())
    n_works = len(set(evidence.work_ids[evidence.is_judged]))
    n_neat = len(evidence.labels) - n_judged - n_public
    return (
        f"judged on {n_judged} records of composites from {n_works} works; learned from as well: {n_neat} of neat "
        f"phases, {n_public} of public sets"
    )


def _judge(evidence: Evidence, target: Target, settings: TrainSettings, number: int) -> pd.DataFrame:
    """Compare the learners on one partition of the works into outer folds."""
    dealt_anew = settings.model_copy(update={"seed": settings.seed + number})
    name = f"partition {number + 1} of {settings.n_partitions}"
    judged = compare(evidence, target, dealt_anew, lambda line: say(f"train:   {name}, {line}"))
    keys = evidence.keys[evidence.is_judged].reset_index(drop=True)
    measured = evidence.labels[evidence.is_judged]
    return pd.concat([keys, judged.astype({"fold": int})], axis=1).assign(partition=number + 1, measured=measured)


def _final_folds(evidence: Evidence, settings: TrainSettings) -> list[Fold]:
    return folds_by_work(evidence.work_ids, settings.n_outer_folds, settings.seed, evidence.is_judged)


def _learned_from(evidence: Evidence, judged: pd.DataFrame, settings: TrainSettings) -> Evidence:
    """Return what the kept model learns from: public sets only where they proved to lower the composites' error."""
    if WITH_PUBLIC not in judged:
        return evidence
    gain = gain_between(judged, WITH_PUBLIC, "xgboost", settings.seed)
    is_kept = is_proven(gain)
    change = f"{-gain['gain']:+.3f} ({-gain['upper']:+.3f} to {-gain['lower']:+.3f})"
    say(f"train:   public sets change the error by {change}: they are {'kept' if is_kept else 'left out of the model'}")
    return evidence if is_kept else evidence.take(~evidence.is_public)


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
