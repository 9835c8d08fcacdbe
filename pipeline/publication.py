"""What one run of the pipeline has to show, gathered from the files that it wrote."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import digest, read_csv, read_json, read_parquet
from pipeline.common.settings import load_settings
from pipeline.learning import CONDUCTIVITY, MEDIAN, NAMES, NOVELTIES, TARGETS, XGBOOST, load_all

SHOWN_FILES = (
    layout.PARAMS,
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
_NOTED = (XGBOOST, NAMES, MEDIAN)
SHOWN_FOLDERS = (layout.RANKINGS, layout.REPORTS)


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


def gather() -> Publication:
    """Read what the last run wrote.

    Raises:
        UserError: A file is missing or damaged.
    """
    metrics = read_json(layout.METRICS)
    records = read_parquet(layout.RECORDS)
    scores = metrics[CONDUCTIVITY.name]
    name = (
        f"{len(records)} records of {records['work_id'].nunique()} works, error "
        f"{scores['learners'][scores['champion']]['mean_absolute_error']:.3f} decades "
        f"(median {scores['learners'][MEDIAN]['mean_absolute_error']:.3f})"
    )
    return Publication(
        content=_content_hash(),
        name=name,
        params=_params(),
        metrics=_flat_metrics(metrics),
        tags=_git_tags()
        | {"ionscreen.records_sha256": digest(layout.RECORDS), "mlflow.note.content": _note(name, metrics)},
        trials=read_csv(layout.TRIALS),
    )


def _shown_files() -> list[Path]:
    folders = (layout.MODELS, *SHOWN_FOLDERS)
    files = [*SHOWN_FILES, *(path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())]
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        raise UserError(f"{', '.join(missing)}: no such file; run `dvc repro` to write it")
    return files


def _content_hash() -> str:
    lines = "\n".join(f"{path.as_posix()} {digest(path)}" for path in _shown_files())
    return hashlib.sha256(lines.encode()).hexdigest()


def _params() -> dict[str, str]:
    settings = load_settings().model_dump(exclude={"ablation"})
    params = {f"{part}.{key}": str(value) for part, values in settings.items() for key, value in values.items()}
    for name, (ensemble, manifest) in load_all(layout.MODELS).items():
        params[f"{name}.learner"] = manifest["training"]["learner"]
        params[f"{name}.why"] = manifest["training"]["reason"]
        params |= {f"{name}.{key}": f"{value:.6g}" for key, value in ensemble.hyperparameters.items()}
    for path in sorted(layout.RANKINGS.glob("*.json")):
        params[f"campaign.{path.stem}"] = f"{read_json(path)['n_candidates']} candidates"
    return params


def _flat_metrics(metrics: dict[str, Any]) -> dict[str, float]:
    flat = {f"backtest/{row['strategy']}_enrichment": float(row["enrichment"]) for row in metrics["backtest"]}
    for target in TARGETS:
        scores = metrics[target.name]
        if not scores["is_compared"]:
            continue
        parts = {
            **scores["learners"],
            **{f"gain_over_{name}": gain for name, gain in scores["gains"].items()},
            **_interval_parts(scores),
            "noise_floor": scores["noise_floor"] or {},
        }
        for part, values in parts.items():
            numbers = {key: value for key, value in values.items() if isinstance(value, int | float)}
            flat |= {f"{target.name}/{part}/{key}": float(value) for key, value in numbers.items()}
        for left_out in NOVELTIES:
            for learner in (XGBOOST, MEDIAN):
                error = scores[left_out][learner]["mean_absolute_error"]
                flat[f"{target.name}/{left_out}/{learner}_mean_absolute_error"] = float(error)
        flat |= {f"{target.name}/{key}": float(scores[key]) for key in ("n_records", "n_works")}
    return flat


def _interval_parts(scores: dict[str, Any]) -> dict[str, Any]:
    """Return the scores of the champion's intervals, one part a nominal coverage."""
    of_champion = scores["intervals"][scores["champion"]]
    parts = {f"interval_{level.rstrip('%')}": of for level, of in of_champion.items() if level.endswith("%")}
    return parts | {"intervals": {"calibration_error": of_champion["calibration_error"]}}


def _note(name: str, metrics: dict[str, Any]) -> str:
    level = f"{metrics['interval_confidence']:.0%}"
    rows = [_note_row(target.label, metrics[target.name], level) for target in TARGETS]
    head = (
        f"| target | records | predicted by | its error | {' | '.join(_NOTED)} | inside the {level} interval | works "
        f"differ by |\n|{'---|' * (6 + len(_NOTED))}\n"
    )
    return (
        f"{name}. Mean absolute errors on held-out works ({metrics['split']}):\n\n{head}"
        + "\n".join(rows)
        + "\n\nThe ranked reports are under Artifacts, reports/."
    )


def _note_row(label: str, scores: dict[str, Any], level: str) -> str:
    if not scores["is_compared"]:
        return f"| {label} | {scores.get('n_records', 0)} | {scores['champion'] or 'nothing'}: {scores['reason']} |"
    errors = [scores["learners"][name]["mean_absolute_error"] for name in (scores["champion"], *_NOTED)]
    noise = scores["noise_floor"]
    cells = [
        label,
        str(scores["n_records"]),
        scores["champion"],
        *(f"{error:.3f}" for error in errors),
        f"{scores['intervals'][scores['champion']][level]['coverage']:.0%}",
        f"{noise['median_difference']:.2f} ({noise['n_pairs']} pairs)" if noise else "",
    ]
    return f"| {' | '.join(cells)} |"


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
