"""Stage 4: predictions of held-out works → metrics.json and parity plots."""

from __future__ import annotations

from typing import Any

from pipeline.common import layout
from pipeline.common.files import read_csv, write_json, write_text
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.learning import LEARNERS, TARGETS, summary
from pipeline.reporting import Figure, parity_chart, render_figures


def main() -> None:
    """Score every learner on every target and draw measured against predicted."""
    settings = load_settings().train
    held_out = read_csv(layout.OUT_OF_FOLD)
    metrics: dict[str, Any] = {
        "split": f"{settings.n_outer_folds} folds by primary work, tuning nested inside, works dealt into folds "
        f"{settings.n_partitions} times",
        "interval_confidence": settings.confidence,
    }
    figures = []
    for target in TARGETS:
        rows = held_out[held_out["target"] == target.name]
        metrics[target.name] = summary(rows, LEARNERS, settings.seed)
        _say_scores(target.name, metrics[target.name])
        first = rows[rows["partition"] == 1]
        caption = f"{len(first)} records, each predicted by a model that had seen nothing of its paper"
        figures.append(Figure(target.name, target.label, caption, parity_chart(first, target.label)))
    write_text(layout.PARITY, render_figures("Measured and predicted, tuned XGBoost on held-out works", figures))
    write_json(layout.METRICS, metrics)


def _say_scores(name: str, scores: dict[str, Any]) -> None:
    errors = ", ".join(f"{learner} {scores[learner]['mean_absolute_error']:.3f}" for learner in LEARNERS)
    say(
        f"evaluate: {name}: mean absolute error {errors} on {scores['n_records']} records from {scores['n_works']} "
        f"works; {scores['interval']['coverage']:.0%} inside their interval"
    )


if __name__ == "__main__":
    run("evaluate", main)
