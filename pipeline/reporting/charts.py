"""Charts as Altair objects; nothing is drawn here that is not in the frame that comes in."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import pandas as pd
import vl_convert

INK = "#1d2733"
ACCENT = "#0b6e99"
MUTED = "#9aa5b1"
_SOURCE_COLOURS = {
    "000": "#0b6e99",
    "001": "#c2571a",
    "002": "#b0428c",
    "003": "#3d7d3f",
    "004": "#7b4ea3",
    "papers": "#a8871c",
    "lab": "#1d2733",
}
_FONT = "system-ui, sans-serif"


class Chart:
    """An Altair chart in the house style."""

    def __init__(self, chart: alt.TopLevelMixin) -> None:
        self._chart = chart

    def spec(self) -> dict[str, Any]:
        """Return the Vega-Lite specification with its data."""
        styled = (
            self._chart.configure(font=_FONT, padding=4)
            .configure_axis(
                gridColor="#e6eaee",
                domainColor=MUTED,
                tickColor=MUTED,
                labelColor=INK,
                titleColor=INK,
                titleFontWeight="normal",
                labelFontSize=12,
                titleFontSize=12,
                labelLimit=260,
            )
            .configure_view(stroke=None)
            .configure_legend(labelColor=INK, titleColor=INK, titleFontWeight="normal", labelFontSize=12)
        )
        spec: dict[str, Any] = json.loads(styled.to_json(indent=None))
        return spec


def javascript() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script that needs no network."""
    return str(vl_convert.javascript_bundle(vl_version=_vegalite_version()))  # type: ignore[call-arg]


def parity_chart(held_out: pd.DataFrame, learner: str, label: str) -> Chart:
    """Draw measured against predicted for records of held-out works, coloured by review.

    Papers read one by one count as one source.

    Args:
        held_out: Columns `measured`, `record_id`, `work_id` and the learner's.
        learner: Whose predictions are drawn.
        label: The target's name with unit.
    """
    source = held_out["record_id"].str.split("-").str[0]
    frame = held_out[["measured", "record_id", "work_id"]].assign(
        predicted=held_out[learner], source=source.where(source.isin(_SOURCE_COLOURS), "papers")
    )
    both = frame[["measured", "predicted"]].to_numpy(float)
    ends = [float(both.min()), float(both.max())]
    scale = alt.Scale(domain=ends, nice=True, zero=False)
    points = alt.Chart(frame).encode(
        x=alt.X("measured:Q", title=f"measured: {label}", scale=scale),
        y=alt.Y("predicted:Q", title="predicted for held-out works", scale=scale),
        color=alt.Color(
            "source:N",
            title="source",
            scale=alt.Scale(domain=list(_SOURCE_COLOURS), range=list(_SOURCE_COLOURS.values())),
            legend=alt.Legend(values=sorted(set(frame["source"]))),
        ),
        tooltip=[
            "record_id",
            "work_id",
            alt.Tooltip("measured:Q", format=".2f"),
            alt.Tooltip("predicted:Q", format=".2f"),
        ],
    )
    line = alt.Chart(pd.DataFrame({"end": ends})).mark_line(color=MUTED, strokeDash=[4, 4])
    diagonal = line.encode(x=alt.X("end:Q"), y=alt.Y("end:Q"))
    layered = diagonal + points.mark_circle(size=60, opacity=0.75)
    return Chart(layered.properties(width="container", height=320))


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
        .mark_point(shape="diamond", color="#c2571a", size=55, filled=True)
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
    rings = base.transform_filter("datum.is_measured").mark_point(size=50, color="#c2571a", strokeWidth=2)
    return Chart((cells + rings).properties(width="container", height=alt.Step(26)))


def error_chart(errors: pd.DataFrame) -> Chart:
    """Draw each learner's mean absolute error on held-out works.

    Args:
        errors: Columns `learner` and `error`.
    """
    widest = float(errors["error"].max()) * 1.15
    bars = alt.Chart(errors).encode(
        y=alt.Y("learner:N", sort=None, title=None),
        x=alt.X("error:Q", title="mean absolute error, decades", scale=alt.Scale(domain=[0, widest])),
    )
    text = bars.mark_text(align="left", dx=4, color=INK).encode(text=alt.Text("error:Q", format=".3f"))
    return Chart((bars.mark_bar(color=ACCENT, height=16) + text).properties(width="container", height=alt.Step(30)))


def distance_chart(bins: pd.DataFrame) -> Chart:
    """Draw the error on held-out works against their distance to what was measured.

    Args:
        bins: Columns `distance`, `mean_absolute_error`, `coverage`, `n_records`.
    """
    base = alt.Chart(bins).encode(
        x=alt.X("distance:Q", title="distance to the five nearest records, by leaves", scale=alt.Scale(zero=True)),
        y=alt.Y("mean_absolute_error:Q", title="error, decades", scale=alt.Scale(zero=True)),
        tooltip=[
            "n_records",
            alt.Tooltip("mean_absolute_error:Q", format=".3f"),
            alt.Tooltip("coverage:Q", format=".0%"),
        ],
    )
    return Chart(
        (base.mark_line(color=MUTED) + base.mark_circle(color=ACCENT, size=90, opacity=1)).properties(
            width="container", height=200
        )
    )


def calibration_chart(levels: pd.DataFrame) -> Chart:
    """Draw the coverage of intervals on held-out works against what they promise.

    Args:
        levels: Columns `nominal` and `coverage`, both as fractions.
    """
    scale = alt.Scale(domain=[0.4, 1.0])
    points = alt.Chart(levels).encode(
        x=alt.X("nominal:Q", title="promised", scale=scale, axis=alt.Axis(format="%")),
        y=alt.Y("coverage:Q", title="held on held-out works", scale=scale, axis=alt.Axis(format="%")),
        tooltip=[alt.Tooltip("nominal:Q", format=".0%"), alt.Tooltip("coverage:Q", format=".1%")],
    )
    ends = alt.Chart(pd.DataFrame({"end": [0.4, 1.0]})).mark_line(color=MUTED, strokeDash=[4, 4])
    diagonal = ends.encode(x=alt.X("end:Q", scale=scale), y=alt.Y("end:Q", scale=scale))
    return Chart(
        (diagonal + points.mark_circle(color=ACCENT, size=90, opacity=1)).properties(width="container", height=200)
    )


def _vegalite_version() -> str:
    return ".".join(alt.SCHEMA_VERSION.split(".")[:2])
