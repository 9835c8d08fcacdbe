"""What joins the components: salt for polymer, filler for volume, temperature for glass transition, mixing rules.

All of it is arithmetic on arrays of n mixtures, one pass for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


READS: Mapping[str, tuple[str, ...]] = {
    **salt_ratio.READS,
    **loading.READS,
    **physics.READS,
    RECIPROCAL_TEMPERATURE.name: ("temperature_C",),
}
"""Columns given and described that each feature of `dictionary()` is computed from; nothing else moves it."""
_GIVEN_NUMBERS = ("salt_ratio", "filler_wt_fraction", "filler_vol_fraction", "particle_size_nm", "temperature_C")


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


def compute(
    names: Sequence[str], read: Mapping[str, npt.NDArray[Any]], n_mixtures: int
) -> dict[str, npt.NDArray[np.float64]]:
    """Compute some features from no more than what they read.

    Args:
        names: Features of `dictionary()`.
        read: At least the columns that `READS` names for them, each of shape (n,).
        n_mixtures: n.

    Returns:
        Those features, each of shape (n,), as `join` returns them.
    """
    unknown = np.full(n_mixtures, np.nan)
    known = {**dict.fromkeys(_GIVEN_NUMBERS, unknown), "salt_ratio_unit": np.full(n_mixtures, "", object)}
    columns = {**dict.fromkeys(_read_by_any(), unknown), **known, **read}
    joined: dict[str, npt.NDArray[Any]] = {}
    for features, of in ((salt_ratio.FEATURES, salt_ratio.join), (loading.FEATURES, loading.join)):
        if any(feature.name in names for feature in features):
            joined |= of(columns, columns)
    if any(feature.name in names for feature in physics.FEATURES):
        joined |= physics.join(columns, columns, loading.join(columns, columns))
    joined[RECIPROCAL_TEMPERATURE.name] = temperature.reciprocal_temperature(columns["temperature_C"])
    return {name: joined[name] for name in names}


def _read_by_any() -> set[str]:
    return {name for reads in READS.values() for name in reads}
