"""What is said of one mixture: prediction, interval, drivers, nearest papers, curves, what one change would do."""

from pipeline.advising.advisor import Advisor, Mixture, Neighbour
from pipeline.advising.curves import (
    LOADINGS,
    TEMPERATURES_C,
    arrhenius_curve,
    known_temperatures,
    loading_curve,
    same_pair,
)
from pipeline.advising.drivers import Driver, Drivers, drivers, loading_in_words, temperature_in_words
from pipeline.advising.explaining import Found, changes, explain, in_words
from pipeline.advising.sheet import explain_sheet, predict_sheet, read_mixtures

__all__ = [
    "LOADINGS",
    "TEMPERATURES_C",
    "Advisor",
    "Driver",
    "Drivers",
    "Found",
    "Mixture",
    "Neighbour",
    "arrhenius_curve",
    "changes",
    "drivers",
    "explain",
    "explain_sheet",
    "in_words",
    "known_temperatures",
    "loading_curve",
    "loading_in_words",
    "predict_sheet",
    "read_mixtures",
    "same_pair",
    "temperature_in_words",
]
