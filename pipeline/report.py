"""Stage 7: rankings, metrics and records → one report a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.files import read_csv, read_gapped_csv, read_json, read_parquet, replacing_folder, write_text
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.learning import CONDUCTIVITY, HELD_OUT_TEXTS
from pipeline.reporting import (
    answer,
    best_by,
    candidate_figures,
    candidates,
    caution,
    constants,
    coverage,
    experiments,
    families,
    feature_rows,
    gates,
    goals,
    hindsight,
    measurements,
    noise,
    novelty,
    ordering,
    provenance,
    quality,
    render_report,
    trust,
    trust_figures,
)
from pipeline.screening import TEXT_COLUMNS

_N_TOP = 10
_BATCH_TEXTS = (
    "polymer",
    "salt",
    "salt_ratio_unit",
    "filler",
    "filler_unit",
    "architecture",
    "additives",
    "way_to_build",
    "reason",
)


def main() -> None:
    """Write a report for every ranking."""
    records = read_parquet(layout.RECORDS)
    metrics = read_json(layout.METRICS)
    common = _common(records, metrics)
    trusted = trust_figures(read_gapped_csv(layout.OUT_OF_FOLD, HELD_OUT_TEXTS), metrics[CONDUCTIVITY.name])
    n_neighbours = load_settings().rank.n_neighbours
    with replacing_folder(layout.REPORTS) as folder:
        for path in sorted(layout.RANKINGS.glob("*.csv")):
            ranking, asked = read_gapped_csv(path, TEXT_COLUMNS), read_json(path.with_suffix(".json"))
            batch = read_gapped_csv(layout.RANKINGS / "batches" / path.name, _BATCH_TEXTS)
            content = common | _of_campaign(path, ranking, batch, asked, n_neighbours)
            figures = [*candidate_figures(ranking, records, asked["temperature_C"]), *trusted]
            write_text(folder / path.stem / "index.html", render_report(content, figures))
            say(f"report: {layout.REPORTS / path.stem / 'index.html'}")


def _common(records: pd.DataFrame, metrics: dict[str, Any]) -> dict[str, Any]:
    """Return what stands in every report."""
    return {
        "confidence": f"{metrics['interval_confidence']:.0%}",
        "split": metrics["split"],
        "quality": quality(metrics),
        "provenance": provenance(records),
        "measurements": measurements(records),
        "trust": trust(metrics[CONDUCTIVITY.name]),
        "novelty": novelty(metrics[CONDUCTIVITY.name]),
        "noise": noise(metrics[CONDUCTIVITY.name]),
        "hindsight": hindsight(metrics["backtest"]),
        "polymer_families": families(metrics[CONDUCTIVITY.name], "polymer_family"),
        "filler_families": families(metrics[CONDUCTIVITY.name], "filler_family"),
        "caution": caution(metrics[CONDUCTIVITY.name]),
        "features": feature_rows(read_csv(layout.FEATURE_DICTIONARY)),
        "constants": constants(metrics),
    }


def _of_campaign(
    path: Path, ranking: pd.DataFrame, batch: pd.DataFrame, asked: dict[str, Any], n_neighbours: int
) -> dict[str, Any]:
    """Return what stands in one campaign's report alone."""
    rows = candidates(ranking, n_neighbours)
    return {
        "name": path.stem,
        "question": asked["question"],
        "temperature": f"{asked['temperature_C']:g}",
        "answer": answer(ranking, asked, _N_TOP),
        "top": rows[:_N_TOP],
        "rest": rows[_N_TOP:],
        "ordering": ordering(asked),
        "coverage": coverage(asked),
        "goals": goals(asked),
        "experiments": experiments(batch),
        "funnel": gates(asked["funnel"]),
        "by_polymer": best_by(ranking, "polymer"),
        "by_filler": best_by(ranking, "filler"),
        "csv": str(path),
        "worksheet": str(layout.RANKINGS / "batches" / path.name),
    }


if __name__ == "__main__":
    run("report", main)
