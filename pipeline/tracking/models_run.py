"""What the training has to show: errors by target and by fold, models, trials, tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.files import read_gapped_csv, read_json
from pipeline.common.settings import load_settings
from pipeline.learning import (
    CONDUCTIVITY,
    HELD_OUT_TEXTS,
    MEDIAN,
    NAMES,
    NOVELTIES,
    TARGETS,
    XGBOOST,
    Target,
    read_manifest,
)
from pipeline.records import read_records
from pipeline.tracking.inputs import inputs_of_models
from pipeline.tracking.names import BY_FOLD, group_of
from pipeline.tracking.pictures import errors_by_fold
from pipeline.tracking.shown import Pictures, Shown, content_of
from pipeline.tracking.words import as_text, bullets, table
from pipeline.watching import Checks, read_checks

_FILES = (
    layout.METRICS,
    layout.OUT_OF_FOLD,
    layout.NEW_COMPONENTS,
    layout.NOISE_FLOOR,
    layout.BACKTEST,
    layout.TRIALS,
    layout.FEATURE_DICTIONARY,
    layout.PARITY,
    layout.REJECTED,
    layout.RECORDS,
)
_SETTINGS = ("ingest", "featurize", "train")
_NOTED = (XGBOOST, NAMES, MEDIAN)
_UNTOLD = {"budgets"}


def models_run() -> Shown:
    """Read what the training of the last run came to.

    Raises:
        UserError: A file is missing or damaged.
    """
    content = content_of([*_FILES, layout.MODELS])
    metrics, records = read_json(layout.METRICS), read_records(layout.RECORDS)
    held_out = read_gapped_csv(layout.OUT_OF_FOLD, HELD_OUT_TEXTS)
    series, checks = _errors_by_fold(held_out, metrics), read_checks()
    return Shown(
        content=content,
        inputs=inputs_of_models(),
        head=f"{_wrong(checks)}{_head(metrics, records)}",
        params=_params(records),
        metrics=_metrics(metrics) | {f"trip_wires/{each['wire']}": float(len(each["trips"])) for each in checks.wires},
        series=series,
        tags={},
        files={path.name: path for path in _FILES},
        folders={"models": layout.MODELS},
        tables={"errors.json": _errors(metrics)},
        pictures=lambda: _pictures(series),
    )


def _wrong(checks: Checks) -> str:
    """Say what the trip-wires found, where they found something."""
    if not checks.tripped:
        return ""
    found = bullets(f"{each.wire}: {each.said}" for each in checks.tripped)
    return f"**Something is wrong with this run, say its trip-wires:**\n\n{found}\n\n"


def _params(records: pd.DataFrame) -> dict[str, str]:
    settings = load_settings().model_dump(mode="json", include=set(_SETTINGS))
    params = {
        f"{part}.{key}": str(value) for part in _SETTINGS for key, value in settings[part].items() if key not in _UNTOLD
    }
    params |= {f"train.{key}": str(value) for key, value in load_settings().train.spent.model_dump().items()}
    params |= {
        "n_records": str(len(records)),
        "n_works": str(records["work_id"].nunique()),
        "n_sources": str(records["source"].nunique()),
        "years": f"{records['year'].min()} to {records['year'].max()}",
    }
    for folder in _model_folders():
        manifest = read_manifest(folder)
        params[f"{folder.name}.predicted_by"] = manifest["training"]["learner"]
        params[f"{folder.name}.why"] = manifest["training"]["reason"]
        if manifest["training"]["learner"] != MEDIAN:
            chosen = {key: f"{value:.6g}" for key, value in manifest["hyperparameters"].items()}
            params |= {f"{folder.name}.{key}": value for key, value in chosen.items()}
    return params


def _model_folders() -> list[Path]:
    return [layout.MODELS / target.name for target in TARGETS if (layout.MODELS / target.name).is_dir()]


def _metrics(metrics: dict[str, Any]) -> dict[str, float]:
    shown: dict[str, float] = {}
    for target in TARGETS:
        if metrics[target.name]["is_compared"]:
            of_target = _of_target(target, metrics[target.name], f"{metrics['interval_confidence']:.0%}")
            shown |= {f"{group_of(target.name)}/{key}": float(value) for key, value in of_target.items()}
    return shown | {f"backtest/{row['strategy']}_enrichment": float(row["enrichment"]) for row in metrics["backtest"]}


def _of_target(target: Target, scores: dict[str, Any], level: str) -> dict[str, float]:
    """Return what a reviewer needs of one target; metrics.json holds the rest."""
    champion, learners = scores["champion"], scores["learners"]
    shown = {
        "error": learners[champion]["mean_absolute_error"],
        **{f"error_of_{name}": learners[name]["mean_absolute_error"] for name in _NOTED},
        "xgboost_gain_over_median": scores["gains"][MEDIAN]["gain"],
        "xgboost_gain_over_median_p_value": scores["gains"][MEDIAN]["p_value"],
        "spearman_rho": learners[champion]["spearman_rho"],
        f"inside_{level.rstrip('%')}_percent_interval": scores["intervals"][champion][level]["coverage"],
        "interval_width": scores["intervals"][champion][level]["mean_width"],
        "calibration_error": scores["intervals"][champion]["calibration_error"],
        "n_records": scores["n_records"],
        "n_works": scores["n_works"],
    }
    for novelty in NOVELTIES if target.is_ranked else ():
        for learner in (XGBOOST, MEDIAN):
            shown[f"error_of_{learner}_{novelty}"] = scores[novelty][learner]["mean_absolute_error"]
    if scores["noise_floor"]:
        shown["works_differ_by"] = scores["noise_floor"]["median_difference"]
    return shown


def _errors_by_fold(held_out: pd.DataFrame, metrics: dict[str, Any]) -> dict[str, list[float]]:
    """Return the error in each fold of each dealing, in order, of what predicts a target and of the median."""
    series = {}
    known = held_out[held_out["measured"].notna()]
    for target, rows in known.groupby("target", sort=False):
        for learner in dict.fromkeys((metrics[str(target)]["champion"], XGBOOST, MEDIAN)):
            errors = (rows[learner] - rows["measured"]).abs()
            by_work = errors.groupby([rows["partition"], rows["fold"], rows["work_id"]]).mean()
            series[f"{group_of(str(target))}{BY_FOLD}/error_of_{learner}"] = (
                by_work.groupby(level=[0, 1]).mean().tolist()
            )
    return series


def _errors(metrics: dict[str, Any]) -> pd.DataFrame:
    """List the error of every learner on every target."""
    return pd.DataFrame(
        [
            {
                "target": target.label,
                "learner": learner,
                "predicts": "yes" if learner == metrics[target.name]["champion"] else "",
                **{key: round(float(value), 4) for key, value in scores.items()},
            }
            for target in TARGETS
            if metrics[target.name]["is_compared"]
            for learner, scores in metrics[target.name]["learners"].items()
        ]
    )


def _head(metrics: dict[str, Any], records: pd.DataFrame) -> str:
    scores = metrics[CONDUCTIVITY.name]
    learners = scores["learners"]
    error, median = (learners[name]["mean_absolute_error"] for name in (scores["champion"], MEDIAN))
    level = f"{metrics['interval_confidence']:.0%}"
    learned = (name.replace("_", " ") for name in _NOTED)
    header = ("target", "records", "predicted by", "error", *learned, f"inside {level}", "works differ by")
    rows = [_row(target.label, metrics[target.name], level) for target in TARGETS]
    return (
        f"{len(records)} records of {records['work_id'].nunique()} works. On papers that it has not seen, the model of "
        f"the conductivity is off by {error:.3f} decades, the plain median by {median:.3f}.\n\n"
        f"Mean absolute errors on held-out works ({as_text(metrics['split'])}):\n\n{table(header, rows)}\n\n"
        "Artifacts: `parity.html` (measured and predicted), `errors.json` (every learner), `models/`; "
        "charts: the error fold by fold."
    )


def _row(label: str, scores: dict[str, Any], level: str) -> list[str]:
    if not scores["is_compared"]:
        said = f"{scores['champion'] or 'nothing'}: {scores['reason']}"
        return [label, str(scores.get("n_records", 0)), said, "", "", "", "", "", ""]
    errors = [scores["learners"][name]["mean_absolute_error"] for name in (scores["champion"], *_NOTED)]
    noise = scores["noise_floor"]
    return [
        label,
        str(scores["n_records"]),
        scores["champion"],
        *(f"{error:.3f}" for error in errors),
        f"{scores['intervals'][scores['champion']][level]['coverage']:.0%}",
        f"{noise['median_difference']:.2f} in {noise['n_pairs']} pairs" if noise else "",
    ]


def _pictures(series: dict[str, list[float]]) -> Pictures:
    """Draw the errors of the conductivity fold by fold."""
    conductivity = f"{group_of(CONDUCTIVITY.name)}{BY_FOLD}/"
    of = {key.split("_of_")[-1]: values for key, values in series.items() if key.startswith(conductivity)}
    return {"errors_by_fold.png": errors_by_fold(of, CONDUCTIVITY.label)} if of else {}
