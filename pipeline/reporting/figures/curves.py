"""Figures of single candidates along one axis: their loading, their temperature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from pipeline.reporting.charts import curve_chart
from pipeline.reporting.doubts import COLD_C
from pipeline.reporting.page import Figure
from pipeline.reporting.wording import plain

_ENDS = ("predicted", "lower", "upper")
_LOADING = "filler_wt_fraction"
_RECIPROCAL = "reciprocal_temperature_1000_K"


def curve_figures(advice: Sequence[Mapping[str, Any]], labels: Sequence[str], n_cold: int) -> list[Figure]:
    """Draw the chosen candidate's conductivity along its loading and its temperature; nothing where there are none.

    Args:
        advice: What `advise` wrote of each of n candidates.
        labels: What they are called, n labels, all different.
        n_cold: Measured composites below `COLD_C`.
    """
    if not advice:
        return []
    return [
        Figure(
            "loading_curve",
            "Conductivity and loading",
            "Line and band: predicted with its interval, all else as ranked. Diamonds: measured on the same pair where "
            "the loading is stated, at any temperature.",
            curve_chart(
                _curves(advice, labels, "loading", _LOADING),
                _points(advice, labels, _LOADING),
                "filler, wt fraction",
                labels[0],
            ),
        ),
        Figure(
            "arrhenius_curve",
            "Conductivity and temperature",
            "Arrhenius plot; warm is left. Diamonds: measured on the same pair where the temperature is stated, in any "
            "architecture. Dashed: fewer than five composites were measured beyond, so that the model knows no better "
            f"than to stay flat, while conduction will fall ({n_cold} were measured below {COLD_C} °C).",
            curve_chart(
                _curves(advice, labels, "arrhenius", _RECIPROCAL),
                _points(advice, labels, _RECIPROCAL),
                "1000 K / T",
                labels[0],
            ),
        ),
    ]


def _curves(advice: Sequence[Mapping[str, Any]], labels: Sequence[str], kind: str, axis: str) -> pd.DataFrame:
    tables = [pd.DataFrame(of[kind]).assign(label=label) for of, label in zip(advice, labels, strict=True)]
    table = pd.concat(tables, ignore_index=True)
    ends = {end: 10.0 ** table[end].astype(float) for end in _ENDS}
    shown = {"label": table["label"], "x": table[axis], **ends, "shown": _shown(table), "part": _part(table)}
    return pd.DataFrame(shown)


def _points(advice: Sequence[Mapping[str, Any]], labels: Sequence[str], axis: str) -> pd.DataFrame:
    tables = [pd.DataFrame(of["measured"]).assign(label=label) for of, label in zip(advice, labels, strict=True)]
    table = pd.concat(tables, ignore_index=True)
    points = pd.DataFrame(
        {
            "label": table["label"],
            "x": pd.to_numeric(table[axis]),
            "conductivity": pd.to_numeric(table["conductivity_S_cm"]),
            "citation": table["citation"],
            "shown": _shown(table),
        }
    )
    return points.dropna(subset=["x", "conductivity"])


def _part(table: pd.DataFrame) -> pd.Series:
    """Say whether each row lies within what the record knows: 0, or -1 and 1 on either side of it."""
    if "is_known" not in table:
        return pd.Series(0, table.index)
    is_known = table["is_known"].astype(bool)
    coldest_known = table["temperature_C"].where(is_known).groupby(table["label"]).transform("min")
    side = (table["temperature_C"] > coldest_known).astype(int) * 2 - 1
    return side.mask(is_known, 0)


def _shown(table: pd.DataFrame) -> pd.Series:
    """Say where each row stands: "10 wt%, 30 °C", as far as it is known."""
    parts: list[list[str]] = [[] for _ in range(len(table))]
    for column, scale, unit in ((_LOADING, 100, " wt%"), ("temperature_C", 1, " °C")):
        if column in table:
            for said, number in zip(parts, pd.to_numeric(table[column]), strict=True):
                said += [f"{plain(scale * number, 0)}{unit}"] if pd.notna(number) else []
    return pd.Series([", ".join(said) for said in parts], index=table.index)
