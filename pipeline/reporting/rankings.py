"""A campaign's ranking and its next experiments → the rows that the report prints."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.learning import STABILITY_WINDOW, TENSILE_STRENGTH, TRANSFERENCE_NUMBER
from pipeline.records import scientific
from pipeline.reporting.wording import blended, percent_range, plain, subscripted, with_minus, with_sign
from pipeline.screening import COST

CRITICAL, IN_STOCK = "critical_elements", "in_stock"
LEAST_SHOWN = 0.02
"""Decades below which what a choice adds is not told: a twentieth of the model's error."""


def candidates(ranking: pd.DataFrame, n_neighbours: int) -> list[dict[str, Any]]:
    """Turn ranked mixtures into printed rows.

    Args:
        ranking: One campaign's ranking.
        n_neighbours: How many nearest records each row holds.
    """
    return [
        {
            "rank": row["rank"],
            "polymer": blended(row["polymer"]),
            "filler": subscripted(blended(row["filler"])),
            "salt": _salt(row),
            "loading": percent_range(row["filler_wt_fraction_from"], row["filler_wt_fraction_to"]),
            "architecture": row["architecture"],
            "additives": row["additives"].replace(";", ", "),
            "conductivity": scientific(row["conductivity_S_cm"]),
            "interval": f"{scientific(10 ** row['log10_conductivity_lower'])} to "
            f"{scientific(10 ** row['log10_conductivity_upper'])}",
            "log10": row["log10_conductivity"],
            "window": plain(row.get(STABILITY_WINDOW.name, math.nan), 1),
            "transference": plain(row.get(TRANSFERENCE_NUMBER.name, math.nan), 2),
            "strength": plain(10 ** row.get(TENSILE_STRENGTH.name, math.nan), 1),
            "supply": _supply(row),
            "verdict": row["verdict"],
            "domain": row["domain"],
            "goals": _goals(row),
            "nearest": [_cited(row[f"nearest_{place}"]) for place in range(1, n_neighbours + 1)],
        }
        for row in ranking.to_dict("records")
    ]


def best_by(ranking: pd.DataFrame, component: str) -> list[dict[str, str]]:
    """Return the best pair of each polymer or of each filler.

    Args:
        ranking: One campaign's ranking, best first.
        component: `polymer` or `filler`.
    """
    partner = "filler" if component == "polymer" else "polymer"
    firsts = ranking.drop_duplicates(component)
    return [
        {
            "name": subscripted(blended(row[component])),
            "partner": subscripted(blended(row[partner])),
            "rank": row["rank"],
            "conductivity": scientific(row["conductivity_S_cm"]),
        }
        for row in firsts.to_dict("records")
    ]


def experiments(batch: pd.DataFrame) -> list[dict[str, str]]:
    """Turn the next experiments into printed rows.

    Args:
        batch: One campaign's worksheet, in order.
    """
    return [
        {
            "number": str(number),
            "polymer": blended(row["polymer"]),
            "filler": subscripted(blended(row["filler"])),
            "loading": f"{row['filler_amount']:g} {row['filler_unit']}",
            "architecture": row["way_to_build"],
            "salt": _salt(row),
            "additives": row["additives"].replace(";", ", "),
            "predicted": scientific(row["predicted_conductivity_S_cm"]),
            "interval": " to ".join(
                scientific(row[f"predicted_conductivity_{end}_S_cm"]) for end in ("lower", "upper")
            ),
            "reason": with_minus(row["reason"]),
        }
        for number, row in enumerate(batch.to_dict("records"), start=1)
    ]


def gates(funnel: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Print the limits: what each left, what it would drop alone, and its source."""
    return [
        {
            "number": str(number),
            "reason": gate["reason"],
            "source": gate["source"],
            "n_left": f"{gate['n_left']:,}",
            "alone": f"{gate['alone']:,}" if gate["alone"] else "",
        }
        for number, gate in enumerate(funnel, start=1)
    ]


def _salt(row: Mapping[Hashable, Any]) -> str:
    ratio = row.get("salt_ratio", math.nan)
    amount = "" if pd.isna(ratio) else f", {row['salt_ratio_unit']} {ratio:g}"
    return f"{subscripted(blended(row['salt']))}{amount}"


def _goals(row: Mapping[Hashable, Any]) -> list[str]:
    """Say how a mixture meets the campaign's goals; nothing where it states none."""
    said = []
    if "pareto_rank" in row:
        said.append(f"front {row['pareto_rank']:.0f}")
    if "desirability" in row:
        said.append(f"desirability {plain(row['desirability'])}")
    if "probability_of_meeting_all" in row:
        said.append(f"meets all limits: {row['probability_of_meeting_all']:.0%}")
    return said


def _supply(row: Mapping[Hashable, Any]) -> list[str]:
    """Say what the elements of a mixture cost, which of them are critical, and whether it is in stock."""
    said = [] if pd.isna(row[COST]) else [f"elements {row[COST]:.0f} USD/kg"]
    critical = row[CRITICAL].replace(";", ", ")
    said.append(f"critical: {critical}" if critical else "no critical element")
    if row[IN_STOCK]:
        said.append("in stock" if row[IN_STOCK] == "yes" else f"not in stock: {row[IN_STOCK].removeprefix('no: ')}")
    return said


def labels(ranking: pd.DataFrame) -> list[str]:
    """Return what n ranked mixtures are called in charts: "1. PEO / LLZTO"."""
    return [
        f"{rank}. {blended(polymer)} / {subscripted(blended(filler))}"
        for rank, polymer, filler in zip(ranking["rank"], ranking["polymer"], ranking["filler"], strict=True)
    ]


def reasons(
    ranking: pd.DataFrame, advice: Sequence[Mapping[str, Any]], stable: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Print what drives the first candidates and what would change their place.

    Args:
        ranking: One campaign's ranking, best first.
        advice: What `advise` wrote of the first n.
        stable: What `stability` wrote of the campaign, by kind of fit.
    """
    rows = ranking.head(len(advice)).to_dict("records")
    return [
        {
            "label": label,
            "drivers": [
                {"words": _driver_in_words(part, row), "adds": with_sign(part["adds"])}
                for part in of["drivers"]["parts"]
                if abs(part["adds"]) >= LEAST_SHOWN
            ],
            "rank_by_predicted_value": row["rank_by_predicted_value"],
            "next_best_loading": _next_best_loading(row),
            "named": [
                f"{of_kind['n_times_in_top'][place]} of {len(of_kind['overlaps'])}" for of_kind in stable.values()
            ],
        }
        for place, (label, row, of) in enumerate(zip(labels(ranking.head(len(advice))), rows, advice, strict=True))
    ]


def _driver_in_words(part: Mapping[str, Any], row: Mapping[Hashable, Any]) -> str:
    if part["choice"] == "architecture":
        return str(row["architecture"])
    if part["choice"] not in ("polymer", "filler"):
        return str(part["words"])
    names, comma, rest = part["words"].partition(", ")
    return f"{subscripted(blended(names))}{comma}{rest}"


def _next_best_loading(row: Mapping[Hashable, Any]) -> str:
    if pd.isna(row["next_best_loading"]):
        return ""
    return f"{100 * row['next_best_loading']:g} wt%: {with_sign(row['next_best_loading_difference'])}"


def _cited(line: str) -> str:
    mixture, colon, rest = line.partition(": ")
    return f"{subscripted(mixture)}{colon}{rest}"
