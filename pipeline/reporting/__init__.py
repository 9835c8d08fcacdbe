"""Charts, tables, sentences and the page that people read."""

from pipeline.reporting.charts import parity_chart
from pipeline.reporting.column_meanings import (
    ColumnMeaning,
    column_meanings,
    funnel_column,
    ranking_column,
    worksheet_column,
)
from pipeline.reporting.figures import candidate_figures, trust_figures
from pipeline.reporting.page import Figure, render_figures, render_report
from pipeline.reporting.rankings import best_by, candidates, experiments, gates
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
    "Figure",
    "answer",
    "best_by",
    "campaign_sheets",
    "candidate_figures",
    "candidates",
    "caution",
    "column_meanings",
    "constants",
    "coverage",
    "experiments",
    "families",
    "feature_rows",
    "funnel_column",
    "gates",
    "goals",
    "hindsight",
    "measurements",
    "noise",
    "novelty",
    "ordering",
    "parity_chart",
    "provenance",
    "quality",
    "ranking_column",
    "render_figures",
    "render_report",
    "trust",
    "trust_figures",
    "worksheet_column",
    "write_workbook",
]
