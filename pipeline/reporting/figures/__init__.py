"""The report's figures: frames made ready for the charts, each with its words."""

from pipeline.reporting.figures.candidates import candidate_figures, funnel_figure, trade_figures
from pipeline.reporting.figures.curves import curve_figures
from pipeline.reporting.figures.trust import trust_figures

__all__ = ["candidate_figures", "curve_figures", "funnel_figure", "trade_figures", "trust_figures"]
