"""What one campaign has to show: its question in a chemist's terms, its ranking, its report, what to make next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_gapped_csv, read_json
from pipeline.learning import CONDUCTIVITY, MEASURED_TOGETHER
from pipeline.records import scientific
from pipeline.screening import TEXT_COLUMNS
from pipeline.tracking import names
from pipeline.tracking.inputs import Flat, inputs_of_campaign
from pipeline.tracking.pictures import best_mixtures
from pipeline.tracking.shown import Pictures, Shown, content_of
from pipeline.tracking.top import N_TOP
from pipeline.tracking.words import as_text, listed, table

_LOG = CONDUCTIVITY.name
_N_SHOWN = 10
_N_TOLD = 5
_N_PARAMS_LISTED = 12
_AXES = {
    "polymer": "n_polymers",
    "filler": "n_fillers",
    "salt": "n_salts",
    "architecture": "n_architectures",
    "additive": "n_additives",
    "filler_wt_fraction": "n_loadings",
    "salt_ratio": "n_salt_ratios",
    "particle_size_nm": "n_particle_sizes",
    "temperature_C": "n_temperatures",
}
_SPACE = ("polymers", "fillers", "salts", "architectures", "additives", "temperature_C", "question")
"""Parts of a campaign's file that are told by numbers, or otherwise."""


def campaign_names() -> list[str]:
    """Name the campaigns that were ranked."""
    return sorted(path.stem for path in layout.RANKINGS.glob("*.csv"))


def campaign_run(name: str, models: Shown) -> Shown:
    """Read what one campaign of the last run came to.

    Args:
        name: The campaign's, as its file is called.
        models: What the training shows.

    Raises:
        UserError: A file is missing or damaged.
    """
    ranking_file, facts_file = layout.RANKINGS / f"{name}.csv", layout.RANKINGS / f"{name}.json"
    batch, report, asked = layout.RANKINGS / "batches" / f"{name}.csv", layout.REPORTS / name, _file_of(name)
    stability = _stability(name)
    content = content_of([ranking_file, facts_file, batch, report, asked])
    ranking, facts = read_gapped_csv(ranking_file, TEXT_COLUMNS), read_json(facts_file)
    inputs = inputs_of_campaign(models.inputs, asked)
    best = _best(ranking)
    return Shown(
        content=hashlib.sha256(f"{content} {json.dumps(stability, sort_keys=True)}".encode()).hexdigest(),
        inputs=inputs,
        head=_head(facts, best),
        params=_params(facts, inputs.campaign),
        metrics=_metrics(ranking, facts, read_gapped_csv(batch, ()))
        | {f"top_20/kept_when_{how}": float(of["mean_overlap"]) for how, of in stability.items()},
        tags={names.CAMPAIGN: name, names.MODELS_CONTENT: models.content},
        files={names.RANKING: ranking_file, "next_batch.csv": batch, "facts.json": facts_file, f"{name}.yaml": asked},
        folders={"report": report},
        tables={"top.json": best},
        documents={"stability.json": stability} if stability else {},
        pictures=lambda: _pictures(ranking, facts),
    )


def _file_of(name: str) -> Path:
    for ending in (".yaml", ".yml", ".YAML", ".YML"):
        if (path := layout.CAMPAIGNS / f"{name}{ending}").is_file():
            return path
    raise UserError(f"{layout.CAMPAIGNS / name}.yaml: no such file, but a ranking of it; run `dvc repro` to rank anew")


def _stability(name: str) -> dict[str, Any]:
    """Return how stable this campaign's order is, by how the model was fitted again; nothing where nobody measured."""
    found: dict[str, Any] = read_json(layout.STABILITY)["campaigns"].get(name, {}) if layout.STABILITY.is_file() else {}
    return found


def _params(facts: dict[str, Any], asked: Flat) -> dict[str, str]:
    """Say what was asked in the terms of the campaign's file, and how large the space is."""
    shape = facts["shape"]
    params = {
        "question": facts["question"],
        "temperature_C": f"{facts['temperature_C']:g}",
        **{said: str(shape[axis]) for axis, said in _AXES.items() if axis in shape},
        "order_by": "lower end of the interval" if facts["order_by"] == "lower" else "predicted value",
    }
    for key, value in asked.items():
        if key.split(".")[0] not in (*_SPACE, "order_by"):
            params[key] = listed(value, _N_PARAMS_LISTED) if isinstance(value, list) else value
    return params


def _metrics(ranking: pd.DataFrame, facts: dict[str, Any], batch: pd.DataFrame) -> dict[str, float]:
    top = ranking.head(N_TOP)
    metrics = {
        "mixtures/covered": float(facts["n_candidates"]),
        "mixtures/within_limits": float(facts["funnel"][-1]["n_left"]),
        "mixtures/ranked": float(len(ranking)),
        "mixtures/in_next_batch": float(len(batch)),
        "top_20/measured_together": float(top["domain"].str.startswith(MEASURED_TOGETHER).sum()),
        **{f"top_20/{verdict}_domain": float((top["verdict"] == verdict).sum()) for verdict in ("inside", "outside")},
    }
    if len(ranking):
        metrics |= {
            "best/log10_conductivity": float(ranking[_LOG].iloc[0]),
            "best/log10_conductivity_lower": float(ranking[f"{_LOG}_lower"].iloc[0]),
            "best/conductivity_mS_cm": float(f"{10 ** (3 + ranking[_LOG].iloc[0]):.3g}"),
            "best/conductivity_lower_mS_cm": float(f"{10 ** (3 + ranking[f'{_LOG}_lower'].iloc[0]):.3g}"),
            "top_20/mean_log10_conductivity": float(top[_LOG].mean()),
        }
    if facts["goals"]:
        metrics["goals/n_on_front"] = float(facts["goals"]["n_on_front"])
    return metrics


def _best(ranking: pd.DataFrame) -> pd.DataFrame:
    """Return the first rows of a ranking as people read them."""
    top = ranking.head(_N_SHOWN)
    likely = [
        f"{scientific(10**low)} to {scientific(10**high)}"
        for low, high in zip(top[f"{_LOG}_lower"], top[f"{_LOG}_upper"], strict=True)
    ]
    return pd.DataFrame(
        {
            "rank": top["rank"].astype(int),
            "polymer": top["polymer"],
            "filler": top["filler"],
            "wt%": [f"{100 * fraction:g}" for fraction in top["filler_wt_fraction"]],
            "salt": top["salt"],
            "architecture": top["architecture"],
            "additives": top["additives"],
            "predicted S/cm": [scientific(10**value) for value in top[_LOG]],
            "likely S/cm": likely,
            "known": top["domain"],
        }
    )


def _told(row: Mapping[Hashable, Any]) -> list[str]:
    """Return a row of `_best` in few cells."""
    parts = [f"{row['wt%']} wt%", row["architecture"], row["salt"], row["additives"]]
    made = f"{row['polymer']} / {row['filler']} ({', '.join(filter(None, parts))})"
    return [str(row["rank"]), made, row["predicted S/cm"], row["likely S/cm"]]


def _head(facts: dict[str, Any], best: pd.DataFrame) -> str:
    question = f"**{as_text(facts['question'])}**"
    if best.empty:
        return f"{question}\n\nNo combination keeps all the limits of this campaign."
    n_left = facts["funnel"][-1]["n_left"]
    return (
        f"{question}\n\n{facts['n_candidates']:,} mixtures covered, {n_left:,} within the limits, "
        f"compared at {facts['temperature_C']:g} °C. The first of them:\n\n"
        f"{table(('rank', 'make', 'predicted S/cm', 'likely S/cm'), map(_told, best.head(_N_TOLD).to_dict('records')))}"
    )


def _pictures(ranking: pd.DataFrame, facts: dict[str, Any]) -> Pictures:
    if ranking.empty:
        return {}
    top = ranking.head(N_TOP)
    rows = top[[_LOG, f"{_LOG}_lower", f"{_LOG}_upper"]].assign(
        name=[f"{row['rank']}. {row['polymer']} / {row['filler']}" for _, row in top.iterrows()]
    )
    return {"top_20.png": best_mixtures(rows, f"{facts['temperature_C']:g}")}
