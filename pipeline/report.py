"""Stage 10: rankings, advice, checks, metrics and records → one report a campaign."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.atomic import replacing_folder
from pipeline.common.files import read_csv, read_gapped_csv, read_json, write_text
from pipeline.common.settings import load_settings
from pipeline.common.stage import run_stage, say
from pipeline.common.typed import read_text
from pipeline.learning import CONDUCTIVITY, HELD_OUT_TEXTS
from pipeline.records import read_records, scientific
from pipeline.reporting import (
    Download,
    Figure,
    answer,
    best_by,
    blind_spots,
    campaign_sheets,
    candidate_figures,
    candidates,
    card,
    caution,
    constants,
    coverage,
    curve_figures,
    download,
    experiments,
    families,
    feature_rows,
    funnel_figure,
    gates,
    goals,
    hindsight,
    labels,
    leakage,
    measurements,
    n_cold,
    noise,
    novelty,
    ordering,
    provenance,
    quality,
    reasons,
    render_report,
    stable,
    trade_figures,
    trust,
    trust_figures,
    write_workbook,
)
from pipeline.screening import TEXT_COLUMNS
from pipeline.watching import read_checks

_N_TOP = 10
_SAID = {
    "answer": "answer",
    "caution": "how far off",
    "ordering": "order",
    "coverage": "what was covered",
    "stable": "how stable the order is",
    "goals": "goals",
    "constants": "what is the same in every row",
}
"""Sentences of the report, and what each is called in the workbook."""
_CARDS = {"Model card": layout.MODEL_CARD, "Data card": layout.DATA_CARD}
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
    records = read_records(layout.RECORDS)
    metrics = read_json(layout.METRICS)
    common = _common(records, metrics) | {"tripped": read_checks().tripped}
    trusted = trust_figures(read_gapped_csv(layout.OUT_OF_FOLD, HELD_OUT_TEXTS), metrics)
    n_neighbours = load_settings().rank.n_neighbours
    with replacing_folder(layout.REPORTS) as folder:
        for path in sorted(layout.RANKINGS.glob("*.csv")):
            found = _read(path)
            traded = trade_figures(found.ranking, records)
            own = _of_campaign(found, metrics[CONDUCTIVITY.name], n_neighbours, [figure.name for figure in traded])
            content = common | own
            content["downloads"] = _write_sheets(folder / path.stem, found, _said(content))
            figures = [*_figures(found, records), *traded, *trusted]
            write_text(folder / path.stem / "index.html", render_report(content, figures))
            say(f"report: {layout.REPORTS / path.stem / 'index.html'}")


@dataclass(frozen=True)
class _Found:
    """What the stages before wrote of one campaign."""

    name: str
    ranking: pd.DataFrame
    batch: pd.DataFrame
    asked: dict[str, Any]
    advice: list[dict[str, Any]]
    stability: dict[str, Any]
    n_compared: int


def _read(path: Path) -> _Found:
    stability = read_json(layout.STABILITY)
    return _Found(
        name=path.stem,
        ranking=read_gapped_csv(path, TEXT_COLUMNS),
        batch=read_gapped_csv(layout.RANKINGS / "batches" / path.name, _BATCH_TEXTS),
        asked=read_json(path.with_suffix(".json")),
        advice=read_json(layout.ADVICE / f"{path.stem}.json"),
        stability=stability["campaigns"][path.stem],
        n_compared=stability["n_top"],
    )


def _write_sheets(folder: Path, found: _Found, said: dict[str, str]) -> list[Download]:
    """Write the ranking and the worksheet as files beside the report, and return them as what it offers to save."""
    folder.mkdir(parents=True)
    shutil.copyfile(layout.RANKINGS / f"{found.name}.csv", folder / "ranking.csv")
    shutil.copyfile(layout.RANKINGS / "batches" / f"{found.name}.csv", folder / "worksheet.csv")
    write_workbook(folder / "ranking.xlsx", campaign_sheets(found.ranking, found.batch, found.asked, said))
    return [
        download(folder / "ranking.csv", f"{found.name}.csv", "the ranking as CSV"),
        download(folder / "ranking.xlsx", f"{found.name}.xlsx", "all tables as XLSX"),
        download(folder / "worksheet.csv", f"{found.name}_worksheet.csv", "the worksheet of the next experiments"),
    ]


def _said(content: dict[str, Any]) -> dict[str, str]:
    """Return the sentences that stand on the first sheet; what is wrong with the run stands first."""
    wrong = {f"WRONG: {each.wire}": each.said for each in content["tripped"]}
    return wrong | {words: content[name] for name, words in _SAID.items()}


def _figures(found: _Found, records: pd.DataFrame) -> list[Figure]:
    top = found.ranking.head(len(found.advice))
    return [
        *candidate_figures(found.ranking, records, found.asked["temperature_C"]),
        *curve_figures(found.advice, labels(top), n_cold(records)),
        funnel_figure(found.asked["funnel"]),
    ]


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
        "leakage": leakage(metrics[CONDUCTIVITY.name]),
        "blind_spots": blind_spots(metrics[CONDUCTIVITY.name], records, f"{metrics['interval_confidence']:.0%}"),
        "cards": [(title, card(read_text(path))) for title, path in _CARDS.items()],
    }


def _of_campaign(found: _Found, scores: dict[str, Any], n_neighbours: int, trades: list[str]) -> dict[str, Any]:
    """Return what stands in one campaign's report alone."""
    asked, ranking = found.asked, found.ranking
    rows = candidates(ranking, n_neighbours)
    return {
        "name": found.name,
        "question": asked["question"],
        "temperature": f"{asked['temperature_C']:g}".replace("-", "−"),
        "answer": answer(ranking, asked, _N_TOP),
        "top": rows[:_N_TOP],
        "rest": rows[_N_TOP:],
        "ordering": ordering(asked),
        "coverage": coverage(asked),
        "goals": goals(asked),
        "columns": asked["columns"],
        "explained": labels(ranking.head(len(found.advice))),
        "reasons": reasons(ranking, found.advice, found.stability),
        "stable": stable(found.stability, found.n_compared, scores),
        "n_compared": found.n_compared,
        **_of_background(found.advice),
        "trades": trades,
        "experiments": experiments(found.batch),
        "funnel": gates(asked["funnel"]),
        "by_polymer": best_by(ranking, "polymer"),
        "by_filler": best_by(ranking, "filler"),
        "csv": str(layout.RANKINGS / f"{found.name}.csv"),
        "worksheet": str(layout.RANKINGS / "batches" / f"{found.name}.csv"),
    }


def _of_background(advice: list[dict[str, Any]]) -> dict[str, Any]:
    """Say what the drivers are counted from."""
    if not advice:
        return {"n_background": 0, "base": ""}
    found = advice[0]["drivers"]
    return {"n_background": found["n_background"], "base": scientific(10 ** found["base"])}


if __name__ == "__main__":
    run_stage("report", main, [layout.REPORTS])
