"""The condition block: the temperature of the measurement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.dictionary import Feature

ZERO_CELSIUS_K = 273.15
"""0 °C in kelvin: exact by the definition of the Celsius temperature (BIPM, The International System of Units, 9th
edition 2019, section 2.3.1)."""

RECIPROCAL_TEMPERATURE = Feature(
    "reciprocal_temperature_1000_per_K",
    "condition",
    "1000/K",
    "1000 over the absolute temperature, the abscissa of an Arrhenius plot",
    "record; NaN where not stated",
)


def dictionary() -> list[Feature]:
    """Return the block's columns in order."""
    return [RECIPROCAL_TEMPERATURE]


def reciprocal_temperature(temperature_C: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:  # noqa: N803
    """Convert temperatures in °C, shape (n,), to 1000/T in 1000/K; NaN stays NaN."""
    return 1000.0 / (temperature_C + ZERO_CELSIUS_K)
