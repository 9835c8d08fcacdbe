"""The curves of one mixture or two, drawn once; a change sends new rows, not a new chart."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from pipeline.exploring.answers import Curves, Headline
from pipeline.reporting.charts import ACCENT, Chart

COLOURS = {"A": ACCENT, "B": "#c2571a"}
"""Colour of each mixture."""
_MEASURED_ALONE = "#c2571a"
_LABELLED_C = (-40, -20, 0, 20, 40, 60, 80, 120)
_ZERO_CELSIUS_K = 273.15
_HEIGHT = 205
Rows = dict[str, pd.DataFrame]
"""What a chart shows, by the names that its specification gives: curve, measured, here."""


def temperature_rows(found: Mapping[str, tuple[Headline, Curves]]) -> Rows:
    """Return what the temperature chart shows of mixtures by letter."""
    return _rows(found, "temperatures", "reciprocal_temperature_1000_K", "temperature_C")


def loading_rows(found: Mapping[str, tuple[Headline, Curves]]) -> Rows:
    """Return what the loading chart shows of mixtures by letter."""
    return _rows(found, "loadings", "filler_wt_fraction", "filler_wt_fraction")


@cache
def temperature_spec() -> dict[str, Any]:
    """Return the chart of the conductivity against the temperature; an Arrhenius law is a straight line in it."""
    labelled = [round(1000 / (degrees + _ZERO_CELSIUS_K), 4) for degrees in _LABELLED_C]
    # Vega writes the label, so that it takes a whole number from a reciprocal that was rounded.
    expression = f"replace(format(1000 / datum.value - {_ZERO_CELSIUS_K}, '.0f'), '-', '−')"
    axis = alt.Axis(values=labelled, labelExpr=expression)
    x = alt.X("x:Q", title="temperature in °C, spaced by 1/T", axis=axis, scale=alt.Scale(zero=False, nice=False))
    return _spec(x, alt.Tooltip("stated:Q", title="°C", format=".0f"))


@cache
def loading_spec() -> dict[str, Any]:
    """Return the chart of the conductivity against the loading."""
    axis = alt.Axis(format="%", tickCount=5)
    x = alt.X("x:Q", title="weight fraction of filler", axis=axis, scale=alt.Scale(nice=False))
    return _spec(x, alt.Tooltip("stated:Q", title="weight fraction", format=".1%"))


def _spec(x: alt.X, stated: alt.Tooltip) -> dict[str, Any]:
    axis = alt.Axis(format=".0e", values=[float(f"{digit}e{power}") for power in range(-16, 1) for digit in (1, 3)])
    y = alt.Y("value:Q", title="S/cm", scale=alt.Scale(type="log", nice=False, padding=6), axis=axis)
    colour = alt.Color("colour:N", scale=None)
    mixture = alt.Tooltip("mixture:N", title="mixture")
    value = alt.Tooltip("value:Q", title="S/cm", format=".1e")
    ends = [alt.Tooltip(f"{end}:Q", title=f"{end} end", format=".1e") for end in ("lower", "upper")]
    curve = alt.Chart(alt.NamedData("curve")).encode(x=x, color=colour)
    band = curve.mark_area(opacity=0.14).encode(y=alt.Y("lower:Q", title="S/cm"), y2="upper:Q")
    dashes = alt.condition("datum.part === 0", alt.value([1, 0]), alt.value([3, 4]))
    line = curve.mark_line(strokeWidth=2).encode(y=y, detail="part:N", strokeDash=dashes)
    # A line is hard to point at: broad marks that nobody sees carry what is told of it.
    touched = curve.mark_circle(size=260, opacity=0).encode(y=y, tooltip=[mixture, stated, value, *ends])
    measured = (
        alt.Chart(alt.NamedData("measured"))
        .mark_point(shape="diamond", size=48, filled=True, opacity=0.75)
        .encode(
            x=x, y=y, color=colour, tooltip=["citation:N", stated, alt.Tooltip("value:Q", title="S/cm", format=".2e")]
        )
    )
    here = (
        alt.Chart(alt.NamedData("here"))
        .mark_point(size=110, filled=True, stroke="white", strokeWidth=1.5, opacity=1)
        .encode(x=x, y=y, color=colour, tooltip=[mixture, stated, value, *ends])
    )
    return Chart((band + line + touched + measured + here).properties(width="container", height=_HEIGHT)).spec()


def _rows(found: Mapping[str, tuple[Headline, Curves]], curve: str, axis: str, stated: str) -> Rows:
    is_alone = len(found) == 1
    parts: dict[str, list[pd.DataFrame]] = {"curve": [], "measured": [], "here": []}
    for letter, (headline, curves) in found.items():
        along = getattr(curves, curve)
        told = {"mixture": letter, "colour": COLOURS[letter]}
        log10 = 10.0 ** along[["predicted", "lower", "upper"]].to_numpy(float)
        drawn = pd.DataFrame(log10, columns=["value", "lower", "upper"])
        places = {"x": along[axis].to_numpy(float), "stated": along[stated].to_numpy(float), "part": _part(along)}
        parts["curve"].append(drawn.assign(**places, **told))
        colour = _MEASURED_ALONE if is_alone else COLOURS[letter]
        known = curves.measured.dropna(subset=[axis])
        parts["measured"].append(
            pd.DataFrame(
                {
                    "x": known[axis],
                    "value": known["conductivity_S_cm"],
                    "stated": known[stated],
                    "citation": known["citation"],
                    "mixture": letter,
                    "colour": colour,
                }
            )
        )
        parts["here"].append(_here(headline, axis, stated).assign(**told))
    rows = {name: pd.concat(frames) for name, frames in parts.items()}
    # Vega warns of a layer without rows, since it finds no span for its axes.
    unseen = rows["curve"].head(1).assign(colour="transparent", citation="")
    return {name: frame if len(frame) else unseen for name, frame in rows.items()}


def _part(along: pd.DataFrame) -> Any:
    """Say whether each place lies within what the record knows: 0, or a number for each stretch that it does not."""
    if "is_known" not in along:
        return 0
    is_known = along["is_known"].to_numpy(bool)
    return np.where(is_known, 0, 1 + np.cumsum(is_known))


def _here(headline: Headline, axis: str, stated: str) -> pd.DataFrame:
    mixture = headline.mixture
    places = {**mixture, "reciprocal_temperature_1000_K": 1000 / (mixture["temperature_C"] + _ZERO_CELSIUS_K)}
    values = 10.0 ** np.array([headline.predicted, headline.lower, headline.upper])
    told = dict(zip(("value", "lower", "upper"), values, strict=True))
    return pd.DataFrame([{**told, "x": places[axis], "stated": places[stated]}]).dropna(subset=["x"])
