"""Charts, tables and the page that people read."""

from pipeline.reporting.charts import error_chart, interval_chart, pair_chart, parity_chart
from pipeline.reporting.page import Figure, render_figures, render_report
from pipeline.reporting.tables import LEARNER_NAMES, best_by, candidates, provenance, quality

__all__ = [
    "LEARNER_NAMES",
    "Figure",
    "best_by",
    "candidates",
    "error_chart",
    "interval_chart",
    "pair_chart",
    "parity_chart",
    "provenance",
    "quality",
    "render_figures",
    "render_report",
]
