"""Stage 4: predictions of held-out works → metrics.json and parity plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import write_json, write_text
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.learning import LEARNERS, TARGETS, summary
from pipeline.reporting import Figure, parity_chart, render_figures


def main() -> None:
    """Score every learner on every target and draw measured against predicted."""
    settings = load_settings().train
    held_out = read_out_of_fold(layout.OUT_OF_FOLD)
    metrics: dict[str, Any] = {
        "split": f"{settings.n_outer_folds} folds by primary work, tuning nested inside",
        "interval_confidence": settings.confidence,
    }
    figures = []
    for target in TARGETS:
        rows = held_out[held_out["target"] == target.name]
        metrics[target.name] = summary(rows, LEARNERS, settings.seed)
        _say_scores(target.name, metrics[target.name])
        caption = f"{len(rows)} records, each predicted by a model that had seen nothing of its paper"
        figures.append(Figure(target.name, target.label, caption, parity_chart(rows, target.label)))
    write_text(layout.PARITY, render_figures("Measured and predicted, tuned XGBoost on held-out works", figures))
    write_json(layout.METRICS, metrics)


def read_out_of_fold(path: Path) -> pd.DataFrame:
    """Read the predictions of held-out works that training wrote.

    Raises:
        UserError: The file is absent.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file; run `dvc repro` to write it")
    return pd.read_csv(path)


def _say_scores(name: str, scores: dict[str, Any]) -> None:
    errors = ", ".join(f"{learner} {scores[learner]['mean_absolute_error']:.3f}" for learner in LEARNERS)
    say(
        f"evaluate: {name}: mean absolute error {errors} on {scores['n_records']} records from {scores['n_works']} "
        f"works; {scores['interval']['coverage']:.0%} inside their interval"
    )


if __name__ == "__main__":
    run("evaluate", main)
