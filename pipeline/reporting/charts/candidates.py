"""Charts of what could be made; nothing is drawn here that is not in the frame that comes in."""

from __future__ import annotations

from dataclasses import dataclass

import altair as alt
import pandas as pd

from pipeline.reporting.charts.style import ACCENT, INK, WARM, Chart

CHOSEN = "chosen"
"""Signal of the curves: the label of the candidate that is drawn."""
_LOG_CONDUCTIVITY = "conductivity in S/cm"


def interval_chart(ranking: pd.DataFrame, measured: pd.DataFrame) -> Chart:
    """Draw the ranked candidates' predicted conductivity with interval, and what was measured on the same pair.

    Args:
        ranking: Columns `label`, `rank`, `predicted`, `lower`, `upper` (S/cm), `described`.
        measured: Columns `label`, `conductivity`, `described`; may be empty.
    """
    order = ranking["label"].tolist()
    y = alt.Y("label:N", sort=order, title=None)
    x = alt.X(
        "predicted:Q",
        title="conductivity in S/cm",
        scale=alt.Scale(type="log", nice=True),
        axis=alt.Axis(format=".0e", tickCount=5),
    )
    base = alt.Chart(ranking).encode(y=y)
    bars = base.mark_rule(color=ACCENT, strokeWidth=3, opacity=0.35).encode(
        x=alt.X("lower:Q", title="conductivity in S/cm"), x2="upper:Q"
    )
    dots = base.mark_circle(color=ACCENT, size=90, opacity=1).encode(
        x=x, tooltip=["rank", "described", alt.Tooltip("predicted:Q", format=".1e")]
    )
    found = (
        alt.Chart(measured)
        .mark_point(shape="diamond", color=WARM, size=55, filled=True)
        .encode(
            y=alt.Y("label:N", sort=order),
            x="conductivity:Q",
            tooltip=["described", alt.Tooltip("conductivity:Q", format=".2e")],
        )
    )
    return Chart((bars + dots + found).properties(width="container", height=alt.Step(24)))


def pair_chart(pairs: pd.DataFrame) -> Chart:
    """Draw every ranked polymer and filler pair as a cell, with a ring where the pair was measured.

    Args:
        pairs: Columns `polymer`, `filler`, `predicted` (log₁₀ S/cm), `is_measured`, `rank`.
    """
    polymers = pairs.groupby("polymer")["predicted"].max().sort_values(ascending=False).index.tolist()
    fillers = pairs.groupby("filler")["predicted"].max().sort_values(ascending=False).index.tolist()
    base = alt.Chart(pairs).encode(
        x=alt.X("filler:N", sort=fillers, title=None, axis=alt.Axis(labelAngle=-45)),
        y=alt.Y("polymer:N", sort=polymers, title=None),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("predicted:Q", title="log₁₀ S/cm", scale=alt.Scale(scheme="teals", zero=False)),
        tooltip=["rank", "polymer", "filler", alt.Tooltip("predicted:Q", format=".2f"), "is_measured"],
    )
    rings = base.transform_filter("datum.is_measured").mark_point(size=50, color=WARM, strokeWidth=2)
    return Chart((cells + rings).properties(width="container", height=alt.Step(26)))


@dataclass(frozen=True)
class Property:
    """A property that is traded against the conductivity.

    Attributes:
        column: Its column in the frames.
        title: Its name with unit.
        is_logarithmic: Whether it is drawn on a logarithmic axis.
    """

    column: str
    title: str
    is_logarithmic: bool


def trade_chart(candidates: pd.DataFrame, measured: pd.DataFrame, against: Property) -> Chart:
    """Draw the conductivity of candidates against another property, both with intervals, and what was measured behind.

    Args:
        candidates: Columns `rank`, `label`, `conductivity`, `conductivity_lower`, `conductivity_upper` (S/cm), `value`,
            `value_lower`, `value_upper` (the last two NaN where there is no interval), `is_on_front`.
        measured: Columns `label`, `citation`, `conductivity`, `value`; may be empty.
        against: The other property.
    """
    x_scale = alt.Scale(type="log", nice=True) if against.is_logarithmic else alt.Scale(zero=False, nice=True)
    y_scale = alt.Scale(type="log", nice=True)
    y_axis = alt.Axis(format=".0e", tickCount=5)
    y = alt.Y("conductivity:Q", title=_LOG_CONDUCTIVITY, scale=y_scale, axis=y_axis)
    x = alt.X("value:Q", title=against.title, scale=x_scale)
    behind = (
        alt.Chart(measured)
        .mark_point(shape="diamond", filled=True, color=WARM, size=36, opacity=0.45)
        .encode(x=x, y=y, tooltip=["label:N", "citation:N", alt.Tooltip("conductivity:Q", format=".1e"), "value:Q"])
    )
    base = alt.Chart(candidates)
    upright = base.mark_rule(color=ACCENT, opacity=0.25).encode(
        x=x, y=alt.Y("conductivity_lower:Q", title=_LOG_CONDUCTIVITY), y2="conductivity_upper:Q"
    )
    level = base.mark_rule(color=ACCENT, opacity=0.25).encode(
        x=alt.X("value_lower:Q", title=against.title), x2="value_upper:Q", y=y
    )
    dots = base.mark_circle(size=80, opacity=1).encode(
        x=x,
        y=y,
        color=alt.condition("datum.is_on_front", alt.value(ACCENT), alt.value("#7fb2c9")),
        tooltip=["rank", "label", alt.Tooltip("conductivity:Q", format=".1e"), alt.Tooltip("value:Q", format=".3g")],
    )
    return Chart((behind + level + upright + dots).properties(width="container", height=260))


def curve_chart(curves: pd.DataFrame, measured: pd.DataFrame, x_title: str, first: str) -> Chart:
    """Draw one candidate's predicted conductivity along an axis with its interval, and what was measured on its pair.

    The candidate is the one whose label the signal `CHOSEN` holds.

    Args:
        curves: Columns `label`, `x`, `predicted`, `lower`, `upper` (S/cm), `shown` (where on the axis, in words),
            `part` (of the axis; 0 where the record knows it, drawn as a full line, others dashed).
        measured: Columns `label`, `x`, `conductivity`, `citation`, `shown`; may be empty.
        x_title: Title of the axis.
        first: Label of the candidate that is drawn at first.
    """
    chosen = alt.param(name=CHOSEN, value=first)
    scale = alt.Scale(type="log", nice=True)
    x = alt.X("x:Q", title=x_title, scale=alt.Scale(zero=False, nice=True))
    y_axis = alt.Axis(format=".0e", tickCount=5)
    y = alt.Y("predicted:Q", title=_LOG_CONDUCTIVITY, scale=scale, axis=y_axis)
    of_chosen = f"datum.label === {CHOSEN}"
    base = alt.Chart(curves).transform_filter(of_chosen).encode(x=x)
    band = base.mark_area(color=ACCENT, opacity=0.16).encode(
        y=alt.Y("lower:Q", title=_LOG_CONDUCTIVITY, scale=scale), y2="upper:Q"
    )
    dashes = alt.condition("datum.part === 0", alt.value([1, 0]), alt.value([3, 4]))
    line = base.mark_line(color=ACCENT).encode(y=y, detail="part:N", strokeDash=dashes)
    grip = base.mark_circle(color=ACCENT, size=30).encode(
        y=y,
        opacity=alt.condition("datum.part === 0", alt.value(1), alt.value(0.35)),
        tooltip=[
            "shown",
            alt.Tooltip("predicted:Q", format=".1e"),
            alt.Tooltip("lower:Q", format=".1e"),
            alt.Tooltip("upper:Q", format=".1e"),
        ],
    )
    found = (
        alt.Chart(measured)
        .transform_filter(of_chosen)
        .mark_point(shape="diamond", filled=True, color=WARM, size=55)
        .encode(
            x=x,
            y=alt.Y("conductivity:Q", title=_LOG_CONDUCTIVITY, scale=scale),
            tooltip=["citation:N", "shown:N", alt.Tooltip("conductivity:Q", format=".1e")],
        )
    )
    layered = (band + line + grip + found).add_params(chosen)
    return Chart(layered.properties(width="container", height=260))


def funnel_chart(gates: pd.DataFrame) -> Chart:
    """Draw how many mixtures each limit leaves.

    Args:
        gates: Columns `number` (of the gate), `reason`, `n_left` (1 at least, as the axis is logarithmic), `said`.
    """
    scale = alt.Scale(type="log", domain=[1, float(gates["n_left"].max()) * 30])
    base = alt.Chart(gates).encode(
        y=alt.Y("number:O", title="limit"),
        x=alt.X("n_left:Q", title="mixtures left", scale=scale, axis=alt.Axis(format=".0e", tickCount=5)),
        tooltip=["reason:N", "said:N"],
    )
    bars = base.mark_bar(color=ACCENT, height=12).encode(x2=alt.datum(1))
    text = base.mark_text(align="left", dx=4, color=INK).encode(text="said:N")
    return Chart((bars + text).properties(width="container", height=alt.Step(20)))
