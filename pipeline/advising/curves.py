"""A mixture's predicted conductivity along one axis: its loading, its temperature."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.advising.advisor import Advisor, Mixture
from pipeline.learning import Floats

LOADINGS = np.round(np.arange(0.02, 0.8001, 0.02), 6)
"""Weight fractions at which a loading curve is drawn."""
TEMPERATURES_C = np.arange(-20.0, 81.0, 5.0)
"""Temperatures at which an Arrhenius curve is drawn, in °C."""
_ZERO_CELSIUS_K = 273.15
_FEWEST = 5
"""Measured composites beyond a temperature without which nothing is known of it."""


def loading_curve(advisor: Advisor, mixture: Mixture, wt_fractions: Floats = LOADINGS) -> pd.DataFrame:
    """Predict a mixture at other loadings, all else equal.

    Returns:
        n rows: `filler_wt_fraction`, and `predicted`, `lower`, `upper` (log₁₀ of S/cm).
    """
    changed = pd.DataFrame([mixture] * len(wt_fractions)).assign(
        filler_wt_fraction=wt_fractions, filler_vol_fraction=np.nan
    )
    return _curve(advisor, changed, "filler_wt_fraction")


def arrhenius_curve(advisor: Advisor, mixture: Mixture, temperatures_C: Floats = TEMPERATURES_C) -> pd.DataFrame:  # noqa: N803
    """Predict a mixture at other temperatures, all else equal.

    Returns:
        n rows: `temperature_C`, `reciprocal_temperature_1000_K` (1000 K/T), `is_known` (whether it lies within
        `known_temperatures`), and `predicted`, `lower`, `upper` (log₁₀ of S/cm).
    """
    changed = pd.DataFrame([mixture] * len(temperatures_C)).assign(temperature_C=temperatures_C)
    curve = _curve(advisor, changed, "temperature_C")
    curve.insert(1, "reciprocal_temperature_1000_K", 1000 / (curve["temperature_C"] + _ZERO_CELSIUS_K))
    return curve.assign(is_known=curve["temperature_C"].between(*known_temperatures(advisor)))


def known_temperatures(advisor: Advisor) -> tuple[float, float]:
    """Return the range of temperatures beyond either end of which fewer than five composites were measured, in °C.

    Trees say of what lies beyond what they say of its edge: there a curve is flat because nothing is known.
    """
    known = advisor.measured
    is_composite = (known["polymer"] != "") & (known["filler"] != "") & known["temperature_C"].notna()
    ordered = np.sort(known.loc[is_composite, "temperature_C"].to_numpy(float))
    place = min(_FEWEST, len(ordered)) - 1
    return (float(ordered[place]), float(ordered[-1 - place])) if len(ordered) else (np.nan, np.nan)


def same_pair(advisor: Advisor, mixture: Mixture) -> pd.DataFrame:
    """Return what was measured on a mixture's polymer and filler, in any architecture.

    Returns:
        m rows: `record_id`, `citation`, `temperature_C`, `reciprocal_temperature_1000_K`, `filler_wt_fraction` (NaN
        where not stated), `conductivity_S_cm`.
    """
    known = advisor.measured
    is_same = (known["polymer"] == mixture["polymer"]) & (known["filler"] == mixture["filler"])
    columns = ["record_id", "citation", "temperature_C", "filler_wt_fraction", "conductivity_S_cm"]
    found: pd.DataFrame = known[columns][is_same & known["conductivity_S_cm"].notna()].reset_index(drop=True)
    reciprocal = 1000 / (found["temperature_C"] + _ZERO_CELSIUS_K)
    return found.assign(reciprocal_temperature_1000_K=reciprocal)


def _curve(advisor: Advisor, changed: pd.DataFrame, axis: str) -> pd.DataFrame:
    features = advisor.describe(changed)
    lower, upper = advisor.ensemble.interval(features, advisor.confidence)
    return pd.DataFrame(
        {
            axis: changed[axis].to_numpy(float),
            "predicted": advisor.ensemble.predict(features),
            "lower": lower,
            "upper": upper,
        }
    )
