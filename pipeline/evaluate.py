"""Stage 5: predictions of held-out works → metrics.json and parity plots."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.files import read_csv, read_gapped_csv, write_json, write_text
from pipeline.common.settings import TrainSettings, load_settings
from pipeline.common.stage import run_stage, say
from pipeline.learning import (
    BACKTEST_HEADLINE,
    DISTANCE,
    FAMILY_MEDIAN,
    HELD_OUT_TEXTS,
    KEPT,
    LEARNERS,
    MEDIAN,
    NAMES,
    NOVELTIES,
    TARGETS,
    TRANSFER,
    XGBOOST,
    Target,
    bound_columns,
    calibration_error,
    coverage_by,
    enrichment,
    error_by_distance,
    error_by_year,
    gain_between,
    interval_scores,
    point_scores,
    read_manifest,
    summary,
    weights_of,
)
from pipeline.reporting import Figure, parity_chart, render_figures

_LEAST_RECORDS = 15
"""Records that a family needs for a coverage of its own."""
_N_BINS = 5
_FAMILIES = ("polymer_family", "filler_family")
_NOVEL = (XGBOOST, MEDIAN)
_BASELINES = (MEDIAN, FAMILY_MEDIAN, NAMES)


def main() -> None:
    """Score every learner on every target and draw measured against predicted."""
    settings = load_settings().train
    spent = settings.spent
    held_out, new = (read_gapped_csv(path, HELD_OUT_TEXTS) for path in (layout.OUT_OF_FOLD, layout.NEW_COMPONENTS))
    noise = read_gapped_csv(layout.NOISE_FLOOR, ("definition", "meaning", "target"))
    metrics: dict[str, Any] = {
        "split": f"{spent.n_outer_folds} folds of composites by primary work, tuning nested inside, works dealt "
        f"into folds {spent.n_partitions} times; every work counts as one; neat polymers and ceramics of other works "
        "are learned from, not judged",
        "interval_confidence": settings.confidence,
        "backtest": _backtest(settings.seed),
        "error_by_year": error_by_year(read_csv(layout.BACKTEST)).to_dict("records"),
    }
    figures = []
    for target in TARGETS:
        rows = held_out[held_out["target"] == target.name]
        found = _trained(target) | _noise(noise[noise["target"] == target.name])
        if len(rows):
            found |= _scores(rows, found["champion"], settings)
            found |= _of_new_components(new[new["target"] == target.name], settings.seed)
            figures.append(_figure(rows, found["champion"], target))
        _say(target, found)
        metrics[target.name] = found | {"is_compared": bool(len(rows))}
    write_text(layout.PARITY, render_figures("Measured and predicted, tuned XGBoost on held-out works", figures))
    write_json(layout.METRICS, metrics)


def _backtest(seed: int) -> list[dict[Any, Any]]:
    """Return for each strategy how much more of the later best it points at than chance, on the headline's terms."""
    table = enrichment(read_csv(layout.BACKTEST), seed)
    for column, value in BACKTEST_HEADLINE.items():
        table = table[table[column] == value] if len(table) else table
    return table.to_dict("records")


def _trained(target: Target) -> dict[str, Any]:
    """Return which learner predicts a target and why; that nothing does, where no composite holds it."""
    folder = layout.MODELS / target.name
    if not folder.is_dir():
        return {"champion": "", "reason": "fewer than two works on composites hold a number of it", "beaten_by": []}
    training = read_manifest(folder)["training"]
    return {
        "champion": training["learner"],
        "reason": training["reason"],
        "beaten_by": training["beaten_by"],
        "n_records": training["n_records"],
        "n_works": training["n_works"],
    }


def _noise(rows: pd.DataFrame) -> dict[str, Any]:
    """Return how far independent works differ, by the headline definition."""
    headline = rows[rows["is_headline"]].drop(columns=["target", "is_headline"]).to_dict("records")
    return {"noise_floor": headline[0] if headline and headline[0]["n_pairs"] else None}


def _scores(rows: pd.DataFrame, champion: str, settings: TrainSettings) -> dict[str, Any]:
    """Score learners, intervals and distances of one target."""
    learners = [name for name in (*LEARNERS, *TRANSFER) if name in rows and rows[name].notna().any()]
    levels = settings.measured_confidences
    baselines = [name for name in _BASELINES if name in learners]
    return {
        **summary(rows, learners, settings.seed),
        "intervals": {name: _intervals(rows, name, levels) for name in KEPT if name in learners},
        "families": {
            column: coverage_by(rows, champion, column, levels, _LEAST_RECORDS, baselines) for column in _FAMILIES
        },
        "error_by_distance": _by_distance(rows, settings.confidence),
    }


def _intervals(rows: pd.DataFrame, learner: str, levels: tuple[float, ...]) -> dict[str, Any]:
    by_level = {f"{level:.0%}": interval_scores(rows, learner, level) for level in levels}
    return by_level | {"calibration_error": calibration_error(rows, learner, levels)}


def _by_distance(rows: pd.DataFrame, confidence: float) -> list[dict[Any, Any]]:
    known = rows[rows["measured"].notna()]
    low, high = (known[name] for name in bound_columns(XGBOOST, confidence))
    table = error_by_distance(
        known[DISTANCE].to_numpy(float),
        (known[XGBOOST] - known["measured"]).abs().to_numpy(float),
        ((low <= known["measured"]) & (known["measured"] <= high)).to_numpy(bool),
        known["work_id"].to_numpy(object),
        _N_BINS,
    )
    return table.to_dict("records")


def _of_new_components(rows: pd.DataFrame, seed: int) -> dict[str, Any]:
    """Score the predictions of composites none of whose polymer, or filler's family, had been learned from."""
    scores: dict[str, Any] = {}
    for name in NOVELTIES:
        left_out = rows[(rows["left_out"] == name) & rows["measured"].notna()]
        measured, weights = left_out["measured"].to_numpy(float), weights_of(left_out)
        scores[name] = {
            "n_records": int(left_out["record_id"].nunique()),
            "n_left_out": int(left_out["component"].nunique()),
            **{learner: point_scores(measured, left_out[learner].to_numpy(float), weights) for learner in _NOVEL},
            "xgboost_gain_over_median": gain_between(left_out, XGBOOST, MEDIAN, seed),
        }
    return scores


def _figure(rows: pd.DataFrame, champion: str, target: Target) -> Figure:
    first = rows[(rows["partition"] == 1) & rows["measured"].notna()]
    caption = f"{len(first)} records, each predicted by a model that had seen nothing of its paper"
    return Figure(
        target.name,
        target.label,
        caption,
        parity_chart(first, XGBOOST if champion == MEDIAN else champion, target.label),
    )


def _say(target: Target, found: dict[str, Any]) -> None:
    say(f"evaluate: {target.name}: predicted by {found['champion'] or 'nothing'}: {found['reason']}")
    if "learners" not in found:
        return
    ordered = sorted(found["learners"].items(), key=lambda item: float(item[1]["mean_absolute_error"]))
    errors = ", ".join(f"{name} {scores['mean_absolute_error']:.3f}" for name, scores in ordered)
    say(f"evaluate:   mean absolute error on {found['n_records']} records of {found['n_works']} works: {errors}")
    for level, scores in found["intervals"][found["champion"]].items():
        if level in {"80%", "90%"}:
            inside, width = f"{scores['coverage']:.1%}", f"{scores['mean_width']:.2f}"
            say(f"evaluate:   {inside} inside their {level} interval, mean width {width}")
    if found["noise_floor"]:
        noise = found["noise_floor"]
        say(
            f"evaluate:   independent works on nominally the same mixture differ by {noise['median_difference']:.2f} "
            f"({noise['lower_quartile']:.2f} to {noise['upper_quartile']:.2f}; {noise['n_pairs']} pairs)"
        )
    new = ", ".join(
        f"{name.replace('_', ' ')}: " + ", ".join(f"{e} {found[name][e]['mean_absolute_error']:.3f}" for e in _NOVEL)
        for name in NOVELTIES
    )
    say(f"evaluate:   {new}")


if __name__ == "__main__":
    run_stage("evaluate", main, [layout.METRICS, layout.PARITY])
