"""What joins the components: salt for polymer, filler for volume, temperature for glass transition, mixing rules.

All of it is arithmetic on arrays of n mixtures, one pass for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from features import loading, physics, salt_ratio, temperature
from features.dictionary import Feature

RECIPROCAL_TEMPERATURE = Feature(
    "reciprocal_temperature_1000_per_K",
    "condition",
    "1000/K",
    "1000 over the absolute temperature, the abscissa of an Arrhenius plot",
    "1000/T",
    "record",
    "temperature not stated",
    0.3,
    10,
)


def dictionary() -> list[Feature]:
    """Return the columns that several components make together, in order."""
    return [*salt_ratio.FEATURES, *loading.FEATURES, *physics.FEATURES, RECIPROCAL_TEMPERATURE]


def join(
    given: Mapping[str, npt.NDArray[Any]], described: Mapping[str, npt.NDArray[np.float64]]
) -> dict[str, npt.NDArray[Any]]:
    """Compute what joins the components of n mixtures.

    Args:
        given: Columns of the records, each of shape (n,).
        described: What was described of their components, by name, each of shape (n,).

    Returns:
        The columns of `dictionary()`, each of shape (n,).
    """
    loaded = loading.join(given, described)
    return {
        **salt_ratio.join(given, described),
        **loaded,
        **physics.join(given, described, loaded),
        RECIPROCAL_TEMPERATURE.name: temperature.reciprocal_temperature(given["temperature_C"]),
    }
