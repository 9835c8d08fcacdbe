"""Pictures for MLflow's pages, as PNG: with letters that every font has, so no subscripts."""

from __future__ import annotations

import altair as alt
import pandas as pd

_WIDTH = 560
_SCALE = 1.5


def errors_by_fold(errors: dict[str, list[float]], label: str) -> bytes:
    """Draw the error of learners in each fold.

    Args:
        errors: By learner, the mean absolute error in each fold, in the same order.
        label: What was predicted, with its unit.
    """
    rows = [
        {"fold": fold, "learner": learner, "error": error}
        for learner, of in errors.items()
        for fold, error in enumerate(of, start=1)
    ]
    chart = (
        alt.Chart(pd.DataFrame(rows), title=f"Mean absolute error on held-out works: {label.replace('₁₀', '10')}")
        .mark_line(point=True)
        .encode(
            x=alt.X("fold:O", title="fold of works, one dealing after the other"),
            y=alt.Y("error:Q", title="mean absolute error"),
            color=alt.Color("learner:N", title=None, legend=alt.Legend(orient="top")),
        )
    )
    return _png(chart.properties(width=_WIDTH, height=240))


def best_mixtures(ranking: pd.DataFrame, temperature: str) -> bytes:
    """Draw the first mixtures of a ranking with their intervals.

    Args:
        ranking: Rows with `name`, `log10_conductivity` and its `_lower` and `_upper`, best first.
        temperature: At which they are compared.
    """
    base = alt.Chart(ranking, title=f"Predicted conductivity at {temperature} °C, with interval").encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=320))
    )
    axis = alt.X("log10_conductivity_lower:Q", title="log10 of the conductivity in S/cm", scale=alt.Scale(zero=False))
    bars = base.mark_rule(color="#8aa").encode(x=axis, x2="log10_conductivity_upper:Q")
    points = base.mark_point(filled=True, size=50).encode(x="log10_conductivity:Q")
    return _png((bars + points).properties(width=_WIDTH))


def _png(chart: alt.TopLevelMixin) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(chart.to_json(), scale=_SCALE))
