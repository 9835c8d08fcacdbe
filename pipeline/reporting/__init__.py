"""Charts, tables, sentences and the page that people read."""

from pipeline.reporting.cards import card
from pipeline.reporting.charts import parity_chart
from pipeline.reporting.column_meanings import (
    ColumnMeaning,
    column_meanings,
    funnel_column,
    ranking_column,
    worksheet_column,
)
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
from pipeline.reporting.sheets import campaign_sheets, write_workbook
from pipeline.reporting.tables import families, feature_rows, measurements, provenance, quality

__all__ = [
    "ColumnMeaning",
    "Download",
    "Figure",
    "answer",
    "best_by",
    "blind_spots",
    "campaign_sheets",
    "candidate_figures",
    "candidates",
    "card",
    "caution",
    "column_meanings",
    "constants",
    "coverage",
    "curve_figures",
    "download",
    "experiments",
    "families",
    "feature_rows",
    "funnel_column",
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
    "ranking_column",
    "reasons",
    "render_figures",
    "render_report",
    "stable",
    "trade_figures",
    "trust",
    "trust_figures",
    "worksheet_column",
    "write_workbook",
]
