"""Charts as Altair objects in the house style."""

from pipeline.reporting.charts.candidates import (
    CHOSEN,
    Property,
    curve_chart,
    funnel_chart,
    interval_chart,
    pair_chart,
    trade_chart,
)
from pipeline.reporting.charts.style import ACCENT, INK, MUTED, WARM, Chart, javascript
from pipeline.reporting.charts.trust import (
    calibration_chart,
    distance_chart,
    error_chart,
    family_chart,
    parity_chart,
    year_chart,
)

__all__ = [
    "ACCENT",
    "CHOSEN",
    "INK",
    "MUTED",
    "WARM",
    "Chart",
    "Property",
    "calibration_chart",
    "curve_chart",
    "distance_chart",
    "error_chart",
    "family_chart",
    "funnel_chart",
    "interval_chart",
    "javascript",
    "pair_chart",
    "parity_chart",
    "trade_chart",
    "year_chart",
]
