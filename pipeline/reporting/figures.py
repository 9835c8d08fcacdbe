"""The report's figures: frames made ready for the charts, each with its words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.learning import CONDUCTIVITY, MEASURED_TOGETHER
from pipeline.records import is_believed
from pipeline.reporting.charts import (
    calibration_chart,
    distance_chart,
    error_chart,
    interval_chart,
    pair_chart,
    parity_chart,
)
from pipeline.reporting.page import Figure
from pipeline.reporting.tables import LEARNER_NAMES
from pipeline.reporting.wording import subscripted

_N_DRAWN = 25
_FAR_OFF = 1.5
"""Decades beyond which a learner is not drawn, so that the others can be told apart; the table lists it."""


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
            "polymer": ranking["polymer"],
            "filler": ranking["filler"].map(subscripted),
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


def trust_figures(held_out: pd.DataFrame, scores: dict[str, Any]) -> list[Figure]:
    """Draw how good the model of the conductivity is.

    Args:
        held_out: Predictions of held-out works, all targets.
        scores: The metrics of the conductivity.
    """
    champion = scores["champion"]
    ordered = sorted(scores["learners"].items(), key=lambda item: float(item[1]["mean_absolute_error"]))
    errors = pd.DataFrame(
        [
            {"learner": LEARNER_NAMES[name], "error": of["mean_absolute_error"]}
            for name, of in ordered
            if of["mean_absolute_error"] < _FAR_OFF
        ]
    )
    levels = pd.DataFrame(
        [
            {"nominal": float(level.rstrip("%")) / 100, "coverage": of["coverage"]}
            for level, of in scores["intervals"][champion].items()
            if level.endswith("%")
        ]
    )
    rows = held_out[(held_out["target"] == CONDUCTIVITY.name) & (held_out["partition"] == 1)]
    known = rows[rows["measured"].notna()]
    return [
        Figure(
            "parity",
            "Measured and predicted",
            "Each point is a record of a paper that the model had not seen; on the dashed line it would be exact.",
            parity_chart(known, champion, CONDUCTIVITY.label),
        ),
        Figure(
            "errors",
            "Error against the other learners",
            "Shorter is better; same held-out works for all.",
            error_chart(errors),
        ),
        Figure(
            "calibration",
            "What the intervals promise, and hold",
            "On the dashed line an interval holds as many held-out records as it says.",
            calibration_chart(levels),
        ),
        Figure(
            "distance",
            "Error and distance to what was measured",
            "Each point is a fifth of the held-out works, from the most to the least familiar mixtures.",
            distance_chart(pd.DataFrame(scores["error_by_distance"])),
        ),
    ]


def _measured_on(records: pd.DataFrame, labels: set[str]) -> pd.DataFrame:
    known = records[(records["origin"] != "public") & is_believed(records, "conductivity_S_cm")]
    frame = pd.DataFrame(
        {"label": _pair_labels(known), "conductivity": known["conductivity_S_cm"], "described": known["citation"]}
    )
    return frame[frame["label"].isin(labels)]


def _pair_labels(frame: pd.DataFrame) -> pd.Series:
    return frame["polymer"] + " / " + frame["filler"].map(subscripted)
