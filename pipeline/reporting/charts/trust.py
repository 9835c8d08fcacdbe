"""Charts of how good the model is; nothing is drawn here that is not in the frame that comes in."""

from __future__ import annotations

import altair as alt
import pandas as pd

from pipeline.reporting.charts.style import ACCENT, INK, MUTED, WARM, Chart

_SOURCE_COLOURS = {
    "000": "#0b6e99",
    "001": "#c2571a",
    "002": "#b0428c",
    "003": "#3d7d3f",
    "004": "#7b4ea3",
    "papers": "#a8871c",
    "lab": "#1d2733",
}


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


def family_chart(errors: pd.DataFrame, noise: float | None) -> Chart:
    """Draw the error on held-out works of each family, beside that of the baselines and how far papers differ.

    Args:
        errors: Columns `family`, `learner`, `error`, `n_records`; families in the order in which they are drawn.
        noise: Median difference of independent works on one mixture, in decades; None where it is not known.
    """
    learners = list(dict.fromkeys(errors["learner"]))
    base = alt.Chart(errors).encode(
        y=alt.Y("family:N", sort=list(dict.fromkeys(errors["family"])), title=None),
        x=alt.X("error:Q", title="mean absolute error, decades", scale=alt.Scale(zero=True)),
        color=alt.Color(
            "learner:N",
            title=None,
            scale=alt.Scale(domain=learners, range=[ACCENT, MUTED, "#c9b458"][: len(learners)]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=["family:N", "learner:N", "n_records:Q", alt.Tooltip("error:Q", format=".2f")],
    )
    dots = base.mark_circle(size=90, opacity=0.9)
    if noise is None:
        return Chart(dots.properties(width="container", height=alt.Step(22)))
    rule = alt.Chart(pd.DataFrame({"noise": [noise]})).mark_rule(color=WARM, strokeDash=[4, 4]).encode(x="noise:Q")
    return Chart((dots + rule).properties(width="container", height=alt.Step(22)))


def year_chart(errors: pd.DataFrame) -> Chart:
    """Draw the error on each year's composites by models that knew only the years before.

    Args:
        errors: Columns `year`, `learner`, `error`, `n_records`.
    """
    learners = list(dict.fromkeys(errors["learner"]))
    base = alt.Chart(errors).encode(
        x=alt.X("year:O", title="year of publication", axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("error:Q", title="error, decades", scale=alt.Scale(zero=True)),
        color=alt.Color(
            "learner:N",
            title=None,
            scale=alt.Scale(domain=learners, range=[ACCENT, MUTED][: len(learners)]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=["year:O", "learner:N", "n_records:Q", alt.Tooltip("error:Q", format=".2f")],
    )
    return Chart((base.mark_line() + base.mark_circle(size=80, opacity=1)).properties(width="container", height=200))
