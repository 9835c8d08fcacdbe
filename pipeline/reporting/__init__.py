"""Charts, tables, sentences and the page that people read."""

from pipeline.reporting.cards import card
from pipeline.reporting.charts import parity_chart
from pipeline.reporting.doubts import blind_spots, leakage, n_cold, stable
from pipeline.reporting.figures import candidate_figures, curve_figures, funnel_figure, trade_figures, trust_figures
from pipeline.reporting.page import Download, Figure, download, render_figures, render_report
from pipeline.reporting.rankings import best_by, candidates, experiments, gates, labels, reasons
from pipeline.reporting.sentences import (
    answer,
    caution,
    constants,
    coverage,
    goals,
    hindsight,
    noise,
    novelty,
    ordering,
    trust,
)
from pipeline.reporting.tables import families, feature_rows, measurements, provenance, quality

__all__ = [
    "Download",
    "Figure",
    "answer",
    "best_by",
    "blind_spots",
    "candidate_figures",
    "candidates",
    "card",
    "caution",
    "constants",
    "coverage",
    "curve_figures",
    "download",
    "experiments",
    "families",
    "feature_rows",
    "funnel_figure",
    "gates",
    "goals",
    "hindsight",
    "labels",
    "leakage",
    "measurements",
    "n_cold",
    "noise",
    "novelty",
    "ordering",
    "parity_chart",
    "provenance",
    "quality",
    "reasons",
    "render_figures",
    "render_report",
    "stable",
    "trade_figures",
    "trust",
    "trust_figures",
]
