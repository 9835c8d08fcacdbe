"""Stage 4: predictions of held-out works → metrics.json and parity plots."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.files import read_csv, write_json, write_text
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.learning import LEARNERS, NOVELTIES, TARGETS, WITH_PUBLIC, gain_between, is_proven, point_scores, summary
from pipeline.reporting import Figure, parity_chart, render_figures


def main() -> None:
    """Score every learner on every target and draw measured against predicted."""
    settings = load_settings().train
    held_out, new = read_csv(layout.OUT_OF_FOLD), read_csv(layout.NEW_COMPONENTS)
    metrics: dict[str, Any] = {
        "split": f"{settings.n_outer_folds} folds of composites by primary work, tuning nested inside, works dealt "
        f"into folds {settings.n_partitions} times; neat polymers and ceramics of other works are learned from, not "
        "judged",
        "interval_confidence": settings.confidence,
    }
    figures = []
    for target in TARGETS:
        rows = held_out[held_out["target"] == target.name]
        metrics[target.name] = summary(rows, LEARNERS, settings.seed)
        if WITH_PUBLIC in rows and (rows[WITH_PUBLIC] != "").all():
            metrics[target.name]["public_sets"] = _added_by_public_sets(rows, settings.seed)
        _say_scores(target.name, metrics[target.name])
        metrics[target.name] |= _of_new_components(new[new["target"] == target.name], settings.seed)
        first = rows[rows["partition"] == 1]
        caption = f"{len(first)} records, each predicted by a model that had seen nothing of its paper"
        figures.append(Figure(target.name, target.label, caption, parity_chart(first, target.label)))
    write_text(layout.PARITY, render_figures("Measured and predicted, tuned XGBoost on held-out works", figures))
    write_json(layout.METRICS, metrics)


def _added_by_public_sets(rows: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Say what learning from the public sets too did to the error on composites, on the same folds."""
    rows = rows.astype({WITH_PUBLIC: float})
    measured, predicted = rows["measured"].to_numpy(float), rows[WITH_PUBLIC].to_numpy(float)
    gain = gain_between(rows, WITH_PUBLIC, LEARNERS[0], seed)
    interval = f"{-gain['upper']:+.3f} to {-gain['lower']:+.3f}"
    say(f"evaluate:   the public sets change the error by {-gain['gain']:+.3f} ({interval})")
    return point_scores(measured, predicted) | {"gain_over_xgboost_without": gain, "is_kept": is_proven(gain)}


def _of_new_components(rows: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Score the predictions of composites none of whose polymer, or filler's family, had been learned from."""
    scores: dict[str, Any] = {}
    for name in NOVELTIES:
        left_out = rows[rows["left_out"] == name]
        measured = left_out["measured"].to_numpy(float)
        scores[name] = {
            "n_records": int(left_out["record_id"].nunique()),
            "n_left_out": int(left_out["component"].nunique()),
            **{learner: point_scores(measured, left_out[learner].to_numpy(float)) for learner in ("xgboost", "median")},
            "xgboost_gain_over_median": gain_between(left_out, "xgboost", "median", seed),
        }
        errors = ", ".join(
            f"{learner} {scores[name][learner]['mean_absolute_error']:.3f}" for learner in ("xgboost", "median")
        )
        say(f"evaluate:   {name.replace('_', ' ')}: {errors} ({scores[name]['n_left_out']} left out in turn)")
    return scores


def _say_scores(name: str, scores: dict[str, Any]) -> None:
    errors = ", ".join(f"{learner} {scores[learner]['mean_absolute_error']:.3f}" for learner in LEARNERS)
    say(
        f"evaluate: {name}: mean absolute error {errors} on {scores['n_records']} records from {scores['n_works']} "
        f"works; {scores['interval']['coverage']:.0%} inside their interval"
    )


if __name__ == "__main__":
    run("evaluate", main)
