"""Charts, tables, sentences and the page that people read."""

from pipeline.reporting.charts import parity_chart
from pipeline.reporting.figures import candidate_figures, trust_figures
from pipeline.reporting.page import Figure, render_figures, render_report
from pipeline.reporting.sentences import answer, caution, constants, hindsight, noise, novelty, trust
from pipeline.reporting.tables import best_by, candidates, families, feature_rows, measurements, provenance, quality

__all__ = [
    "Figure",
    "answer",
    "best_by",
    "candidate_figures",
    "candidates",
    "caution",
    "constants",
    "families",
    "feature_rows",
    "hindsight",
    "measurements",
    "noise",
    "novelty",
    "parity_chart",
    "provenance",
    "quality",
    "render_figures",
    "render_report",
    "trust",
    "trust_figures",
]
