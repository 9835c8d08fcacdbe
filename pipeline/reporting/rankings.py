"""A campaign's ranking and its next experiments → the rows that the report prints."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from pipeline.learning import STABILITY_WINDOW, TRANSFERENCE_NUMBER
from pipeline.records import scientific
from pipeline.reporting.wording import blended, percent_range, plain, subscripted
from pipeline.screening import COST


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
            "reason": row["reason"],
        }
        for number, row in enumerate(batch.to_dict("records"), start=1)
    ]


def gates(funnel: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Print the limits: what each left, what it would drop alone, and its source."""
    return [
        {
            "reason": gate["reason"],
            "source": gate["source"],
            "n_left": f"{gate['n_left']:,}",
            "alone": f"{gate['alone']:,}" if gate["alone"] else "",
        }
        for gate in funnel
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
    if COST in row and not pd.isna(row[COST]):
        said.append(f"elements {row[COST]:.0f} USD/kg")
    return said


def _cited(line: str) -> str:
    mixture, colon, rest = line.partition(": ")
    return f"{subscripted(mixture)}{colon}{rest}"
