"""Charts, tables, sentences and the page that people read."""

from pipeline.reporting.charts import parity_chart
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
from pipeline.reporting.tables import families, feature_rows, measurements, provenance, quality

__all__ = [
    "Figure",
    "answer",
    "best_by",
    "candidate_figures",
    "candidates",
    "caution",
    "constants",
    "coverage",
    "experiments",
    "families",
    "feature_rows",
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
    "render_figures",
    "render_report",
    "trust",
    "trust_figures",
]
