"""Trip-wires: what says that a run went wrong before anybody believes it."""

from pipeline.watching.checks import Checks, Tripped, as_checks, judge, read_baseline, read_checks
from pipeline.watching.drift import Baseline, DriftLimits, drift, summarise
from pipeline.watching.fitted import broken_constraints, falling_mixtures
from pipeline.watching.held_out import coverage, coverage_band, leaking_split, worse_than_median
from pipeline.watching.measured import activation_energy, impossible_records
from pipeline.watching.predicted import falling_curves, faster_than_known, impossible_predictions
from pipeline.watching.reading import Reading, reading

__all__ = [
    "Baseline",
    "Checks",
    "DriftLimits",
    "Reading",
    "Tripped",
    "activation_energy",
    "as_checks",
    "broken_constraints",
    "coverage",
    "coverage_band",
    "drift",
    "falling_curves",
    "falling_mixtures",
    "faster_than_known",
    "impossible_predictions",
    "impossible_records",
    "judge",
    "leaking_split",
    "read_baseline",
    "read_checks",
    "reading",
    "summarise",
    "worse_than_median",
]
