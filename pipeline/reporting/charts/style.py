"""The house style of charts, and the script that draws them."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import vl_convert

INK = "#1d2733"
ACCENT = "#0b6e99"
MUTED = "#9aa5b1"
WARM = "#c2571a"
"""What was measured."""
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


def _vegalite_version() -> str:
    return ".".join(alt.SCHEMA_VERSION.split(".")[:2])
