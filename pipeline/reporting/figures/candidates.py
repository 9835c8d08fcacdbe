"""Figures of what could be made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.learning import (
    CONDUCTIVITY,
    MEASURED_TOGETHER,
    STABILITY_WINDOW,
    TENSILE_STRENGTH,
    TRANSFERENCE_NUMBER,
)
from pipeline.records import is_believed
from pipeline.reporting.charts import Property, funnel_chart, interval_chart, pair_chart, trade_chart
from pipeline.reporting.page import Figure
from pipeline.reporting.wording import blended, subscripted
from pipeline.screening import COST

_N_DRAWN = 25
_TRADED = {
    TRANSFERENCE_NUMBER.name: Property("transference_number", "transference number", False),
    STABILITY_WINDOW.name: Property("stability_window_V", "stability window, V", False),
    TENSILE_STRENGTH.name: Property("tensile_strength_MPa", "tensile strength, MPa", True),
    COST: Property(COST, "cost of the elements, USD/kg", True),
}
"""By the column of a ranking what is traded against the conductivity, and its column in the records."""


def candidate_figures(ranking: pd.DataFrame, records: pd.DataFrame, temperature_C: float) -> list[Figure]:  # noqa: N803
    """Draw the ranked candidates; no figure where there are none.

    Args:
        ranking: One campaign's ranking, best first.
        records: The table of records.
        temperature_C: The temperature of the predictions.
    """
    if ranking.empty:
        return []
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
            "polymer": ranking["polymer"].map(blended),
            "filler": ranking["filler"].map(blended).map(subscripted),
            "predicted": ranking[CONDUCTIVITY.name],
            "rank": ranking["rank"],
            "is_measured": ranking["domain"].str.startswith(MEASURED_TOGETHER),
        }
    )
    return [
        Figure(
            "intervals",
            f"The first {len(drawn)} with their intervals",
            f"Dot: predicted at {temperature_C:g} °C. Bar: interval. Diamonds: measured on the same pair, at any "
            "temperature and in any architecture.",
            interval_chart(intervals, _measured_on(records, set(labels))),
        ),
        Figure(
            "pairs",
            "Predicted conductivity of every pair",
            "Darker conducts better. Rings mark pairs that were measured.",
            pair_chart(pairs),
        ),
    ]


def trade_figures(ranking: pd.DataFrame, records: pd.DataFrame) -> list[Figure]:
    """Draw the conductivity of the first candidates against every other property that is known of them.

    Args:
        ranking: One campaign's ranking, best first.
        records: The table of records.
    """
    known = {column: of for column, of in _TRADED.items() if column in ranking and ranking[column].notna().any()}
    is_on_front = ranking["pareto_rank"] == 1 if "pareto_rank" in ranking else False
    drawn = ranking[(ranking["rank"] <= _N_DRAWN) | is_on_front]
    return [_trade(column, of, drawn, records) for column, of in known.items()]


def _trade(column: str, against: Property, drawn: pd.DataFrame, records: pd.DataFrame) -> Figure:
    ends = [drawn.get(f"{column}{end}", pd.Series(np.nan, drawn.index)) for end in ("", "_lower", "_upper")]
    value, lower, upper = (10.0**end if column == TENSILE_STRENGTH.name else end for end in ends)
    candidates = pd.DataFrame(
        {
            "rank": drawn["rank"],
            "label": _pair_labels(drawn),
            "conductivity": drawn["conductivity_S_cm"],
            "conductivity_lower": 10.0 ** drawn[f"{CONDUCTIVITY.name}_lower"],
            "conductivity_upper": 10.0 ** drawn[f"{CONDUCTIVITY.name}_upper"],
            "value": value,
            "value_lower": lower,
            "value_upper": upper,
            "is_on_front": drawn["pareto_rank"] == 1 if "pareto_rank" in drawn else False,
        }
    ).dropna(subset="value")
    is_same = candidates["value"].nunique() == 1
    said = (
        "No model is proven better than the median of the record here, so that all candidates stand on one line."
        if is_same and f"{column}_lower" in drawn
        else "Dark: on front 1 of the goals."
        if "pareto_rank" in drawn
        else "Up and to the side that is wanted."
    )
    return Figure(
        f"trade_{against.column}",
        f"Conductivity and {against.title.split(',')[0]}",
        f"The first {_N_DRAWN} and all on front 1 with their intervals; diamonds: measured composites, at any "
        f"temperature. {said}",
        trade_chart(candidates, _measured_with(records, against), against),
    )


def _measured_with(records: pd.DataFrame, against: Property) -> pd.DataFrame:
    """Return the composites of which conductivity and another property were measured."""
    columns = ["label", "citation", "conductivity", "value"]
    if against.column not in records:
        return pd.DataFrame(columns=columns)
    is_composite = (records["origin"] != "public") & (records["polymer"] != "") & (records["filler"] != "")
    known = records[is_composite & records[against.column].notna() & is_believed(records, "conductivity_S_cm")]
    frame = pd.DataFrame(
        {
            "label": _pair_labels(known),
            "citation": known["citation"],
            "conductivity": known["conductivity_S_cm"],
            "value": known[against.column],
        }
    )
    return frame.dropna(subset=["conductivity", "value"])


def funnel_figure(funnel: list[dict[str, Any]]) -> Figure:
    """Draw what each limit leaves.

    Args:
        funnel: The gates in order, as `rank` wrote them.
    """
    gates = pd.DataFrame(
        [
            {
                "number": number,
                "reason": gate["reason"],
                "n_left": max(gate["n_left"], 1),
                "said": f"{gate['n_left']:,}",
            }
            for number, gate in enumerate(funnel, start=1)
        ]
    )
    return Figure(
        "gates",
        "What each limit leaves",
        "Each bar is what is left after this limit and all above it.",
        funnel_chart(gates),
    )


def _measured_on(records: pd.DataFrame, labels: set[str]) -> pd.DataFrame:
    known = records[(records["origin"] != "public") & is_believed(records, "conductivity_S_cm")]
    frame = pd.DataFrame(
        {"label": _pair_labels(known), "conductivity": known["conductivity_S_cm"], "described": known["citation"]}
    )
    return frame[frame["label"].isin(labels)]


def _pair_labels(frame: pd.DataFrame) -> pd.Series:
    return frame["polymer"].map(blended) + " / " + frame["filler"].map(blended).map(subscripted)
