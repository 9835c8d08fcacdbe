"""Stage 6: rankings, metrics and records → one report a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.files import read_json, read_parquet, replacing_folder, write_text
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.evaluate import read_out_of_fold
from pipeline.learning import CONDUCTIVITY, TARGETS
from pipeline.records import scientific
from pipeline.reporting import (
    LEARNER_NAMES,
    Figure,
    best_by,
    candidates,
    error_chart,
    interval_chart,
    pair_chart,
    parity_chart,
    provenance,
    quality,
    render_report,
)
from pipeline.reporting.wording import factor, percent_range, subscripted
from pipeline.screening import MEASURED_TOGETHER

_N_TOP = 10
_N_DRAWN = 25


def main() -> None:
    """Write a report for every ranking."""
    records = read_parquet(layout.RECORDS)
    metrics = read_json(layout.METRICS)
    learners = {
        target.name: read_json(layout.MODELS / target.name / "manifest.json")["training"]["learner"]
        for target in TARGETS
    }
    dictionary = pd.read_csv(layout.FEATURE_DICTIONARY)
    shared = {
        "confidence": f"{metrics['interval_confidence']:.0%}",
        "split": metrics["split"],
        "quality": quality(metrics, learners),
        "provenance": provenance(records),
        "trust": _trust(metrics),
        "features": dictionary[dictionary["is_used"]].to_dict("records"),
        "medians": " and ".join(target.label for target in TARGETS[1:3] if learners[target.name] == "median"),
    }
    with replacing_folder(layout.REPORTS) as folder:
        for path in sorted(layout.RANKINGS.glob("*.csv")):
            ranking = pd.read_csv(path, keep_default_na=False)
            _report(path.stem, ranking, records, metrics, shared, folder)


def _report(
    name: str,
    ranking: pd.DataFrame,
    records: pd.DataFrame,
    metrics: dict[str, Any],
    shared: dict[str, Any],
    folder: Path,
) -> None:
    asked = read_json(layout.RANKINGS / f"{name}.json")
    rows = candidates(ranking, load_settings().rank.n_neighbours)
    content = shared | {
        "name": name,
        "question": asked["question"],
        "temperature": f"{asked['temperature_C']:g}",
        "answer": _answer(ranking, asked),
        "caution": _caution(metrics[CONDUCTIVITY.name]),
        "top": rows[:_N_TOP],
        "rest": rows[_N_TOP:],
        "n_pairs": len(rows),
        "n_candidates": f"{asked['n_candidates']:,}",
        "funnel": [{"reason": gate["reason"], "n_left": f"{gate['n_left']:,}"} for gate in asked["funnel"]],
        "by_polymer": best_by(ranking, "polymer"),
        "by_filler": best_by(ranking, "filler"),
        "csv": str(layout.RANKINGS / f"{name}.csv"),
    }
    page = folder / name / "index.html"
    write_text(page, render_report(content, _figures(ranking, records, metrics, asked)))
    say(f"report: {layout.REPORTS / name / 'index.html'}")


def _answer(ranking: pd.DataFrame, asked: dict[str, Any]) -> str:
    if ranking.empty:
        return "No combination keeps all the limits of this campaign; the list below says at which limit they fell."
    best = ranking.iloc[0]
    loading = percent_range(best["filler_wt_fraction_from"], best["filler_wt_fraction_to"])
    top = ranking.head(_N_TOP)
    n_known = int((top["domain"] == MEASURED_TOGETHER).sum())
    polymers = list(dict.fromkeys(top["polymer"]))
    return (
        f"Of {asked['n_candidates']:,} combinations, {best['polymer']} with {subscripted(best['filler'])} ({loading}, "
        f"{best['architecture']}, {best['salt']}) comes first: {scientific(best['conductivity_S_cm'])} S/cm at "
        f"{asked['temperature_C']:g}\u00a0°C is predicted, and "
        f"{scientific(10 ** best['log10_conductivity_lower'])} to {scientific(10 ** best['log10_conductivity_upper'])} "
        f"S/cm is likely. The first {len(top)} pairs are built on {_listed(polymers)}. "
        f"{n_known} of them {'was' if n_known == 1 else 'were'} measured before; the others join a polymer and a "
        "filler that were each measured with another partner."
    )


def _caution(scores: dict[str, Any]) -> str:
    gain = scores["xgboost_gain_over_median"]
    model, median = (factor(scores[name]["mean_absolute_error"]) for name in ("xgboost", "median"))
    certain = (
        "" if gain["lower"] > 0 else " The 95 % interval of that gain includes zero: the order is a hint, no more."
    )
    return (
        f"On papers that it has not seen, the model is off by a factor of {model} on average, the plain median of "
        f"the record by {median}.{certain}"
    )


def _trust(metrics: dict[str, Any]) -> str:
    scores = metrics[CONDUCTIVITY.name]
    return (
        f"The models were judged on {scores['n_works']} primary works with a conductivity, each predicted only by "
        "models that had seen nothing of it: whole papers are held out, and tuning happens inside the papers that "
        "are left. A split of single rows would flatter, since rows of one paper resemble each other."
    )


def _figures(
    ranking: pd.DataFrame, records: pd.DataFrame, metrics: dict[str, Any], asked: dict[str, Any]
) -> list[Figure]:
    held_out = read_out_of_fold(layout.OUT_OF_FOLD)
    known = held_out[held_out["target"] == CONDUCTIVITY.name]
    drawn = ranking.head(_N_DRAWN)
    labels = _pair_labels(drawn)
    intervals = pd.DataFrame(
        {
            "label": labels,
            "rank": drawn["rank"],
            "predicted": drawn["conductivity_S_cm"],
            "lower": 10.0 ** drawn["log10_conductivity_lower"],
            "upper": 10.0 ** drawn["log10_conductivity_upper"],
            "described": drawn["salt"] + ", " + drawn["architecture"],
        }
    )
    pairs = pd.DataFrame(
        {
            "polymer": ranking["polymer"],
            "filler": ranking["filler"].map(subscripted),
            "predicted": ranking[CONDUCTIVITY.name],
            "rank": ranking["rank"],
            "is_measured": ranking["domain"].str.startswith(MEASURED_TOGETHER),
        }
    )
    errors = pd.DataFrame(
        [
            {"learner": title, "error": metrics[CONDUCTIVITY.name][name]["mean_absolute_error"]}
            for name, title in LEARNER_NAMES.items()
        ]
    )
    return [
        Figure(
            "intervals",
            f"The first {len(drawn)} with their intervals",
            f"Dot: predicted at {asked['temperature_C']:g} °C. Bar: interval. Diamonds: measured on the same pair, "
            "at any temperature and in any architecture.",
            interval_chart(intervals, _measured_on(records, set(labels))),
        ),
        Figure(
            "pairs",
            "Predicted conductivity of every pair",
            "Darker conducts better. Rings mark pairs that were measured.",
            pair_chart(pairs),
        ),
        Figure(
            "parity",
            "Measured and predicted",
            "Each point is a record of a paper that the model had not seen; on the dashed line it would be exact.",
            parity_chart(known, CONDUCTIVITY.label),
        ),
        Figure(
            "errors",
            "Error against the baselines",
            "Shorter is better; same held-out works for all.",
            error_chart(errors),
        ),
    ]


def _measured_on(records: pd.DataFrame, labels: set[str]) -> pd.DataFrame:
    known = records[records["conductivity_S_cm"].notna()]
    frame = pd.DataFrame(
        {
            "label": known["polymer"] + " / " + known["filler"],
            "conductivity": known["conductivity_S_cm"],
            "described": known["citation"],
        }
    )
    return frame[frame["label"].isin(labels)]


def _pair_labels(frame: pd.DataFrame) -> pd.Series:
    return frame["polymer"] + " / " + frame["filler"].map(subscripted)


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


if __name__ == "__main__":
    run("report", main)
