"""Figures of how good the model is."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.learning import CONDUCTIVITY, FAMILY_MEDIAN, MEDIAN, XGBOOST
from pipeline.reporting.charts import (
    calibration_chart,
    distance_chart,
    error_chart,
    family_chart,
    parity_chart,
    year_chart,
)
from pipeline.reporting.page import Figure
from pipeline.reporting.tables import LEARNER_NAMES

_FAR_OFF = 1.5
"""Decades beyond which a learner is not drawn, so that the others can be told apart; the table lists it."""
_FAMILIES = {"polymer_family": "Polymer families", "filler_family": "Filler families"}
_BESIDE = (MEDIAN, FAMILY_MEDIAN)


def trust_figures(held_out: pd.DataFrame, metrics: dict[str, Any]) -> list[Figure]:
    """Draw how good the model of the conductivity is.

    Args:
        held_out: Predictions of held-out works, all targets.
        metrics: All of metrics.json.
    """
    scores = metrics[CONDUCTIVITY.name]
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
        *(_of_families(scores, kind) for kind in _FAMILIES),
        *_by_year(metrics["error_by_year"]),
    ]


def _of_families(scores: dict[str, Any], kind: str) -> Figure:
    """Draw the error of each family beside those of the baselines."""
    rows = [
        {"family": entry["family"].replace("_", " "), "learner": name, "error": error, "n_records": entry["n_records"]}
        for entry in scores["families"][kind]
        for name, error in (
            (LEARNER_NAMES[scores["champion"]], entry["mean_absolute_error"]),
            *((LEARNER_NAMES[other], entry["baselines"][other]) for other in _BESIDE if other in entry["baselines"]),
        )
    ]
    noise = scores["noise_floor"]["median_difference"] if scores["noise_floor"] else None
    said = (
        "" if noise is None else " The dashed line is how far independent papers on one mixture differ in the median."
    )
    return Figure(
        kind,
        _FAMILIES[kind],
        f"Error on held-out works, families of 15 records or more.{said}",
        family_chart(pd.DataFrame(rows, columns=["family", "learner", "error", "n_records"]), noise),
    )


def _by_year(errors: list[dict[str, Any]]) -> list[Figure]:
    """Draw the backtest; no figure where no year has records."""
    rows = [
        {"year": row["year"], "learner": LEARNER_NAMES[name], "error": row[name], "n_records": row["n_records"]}
        for name in (XGBOOST, FAMILY_MEDIAN)
        for row in errors
    ]
    if not rows:
        return []
    caption = "Each year's composites, predicted from what was published in the years before alone."
    return [Figure("years", "Backtest: error year by year", caption, year_chart(pd.DataFrame(rows)))]
