"""How much filler there is, by weight and by volume: each from the other where only one is stated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from features import percolation
from features.dictionary import Feature
from features.filler import ESTIMATED_DENSITY as FILLER_DENSITY
from features.repeat_unit import ESTIMATED_DENSITY as POLYMER_DENSITY

Floats = npt.NDArray[np.float64]
_UNKNOWN = "loading not stated, or a density not known"
FEATURES = (
    Feature(
        "filler_wt_fraction",
        "filler",
        "1",
        "filler mass for each mass of composite; 0 without filler, 1 without polymer",
        "as stated, or from the volume fraction by the densities",
        "record; constants.csv",
        _UNKNOWN,
        highest=1,
    ),
    Feature(
        "filler_vol_fraction",
        "filler",
        "1",
        "filler volume for each volume of composite; 0 without filler, 1 without polymer",
        "as stated, or from the weight fraction by the densities",
        "record; constants.csv",
        _UNKNOWN,
        highest=1,
    ),
    Feature(
        "filler_vol_fraction_is_estimated",
        "filler",
        "0/1",
        "a density that was estimated enters: the polymer's from its repeat unit, the filler's from its family",
        "polymer: 1.60 van der Waals volumes (van Krevelen); filler: median of the family",
        "constants.csv",
        _UNKNOWN,
        highest=1,
    ),
)

_FRACTIONS = ("filler_wt_fraction", "filler_vol_fraction")
_DENSITIES = ("filler_density_g_cm3", FILLER_DENSITY, "polymer_density_g_cm3", POLYMER_DENSITY)
READ = (*_FRACTIONS, *_DENSITIES, "filler_is_present", "polymer_n_components")
"""Columns given and described that `FEATURES` are computed from."""
READS = {feature.name: READ for feature in FEATURES}


def join(given: Mapping[str, npt.NDArray[Any]], described: Mapping[str, Floats]) -> dict[str, Floats]:
    """Compute `FEATURES` of n mixtures; arguments as for `joining.join`.

    The weight fraction is filled from the volume fraction and the other way round, each only where it is not stated.
    """
    filler, is_filler_estimated = first_known(described["filler_density_g_cm3"], described[FILLER_DENSITY])
    host, is_host_estimated = first_known(described["polymer_density_g_cm3"], described[POLYMER_DENSITY])
    has_filler, has_polymer = described["filler_is_present"] == 1, described["polymer_n_components"] > 0
    ends = ([~has_filler, ~has_polymer], [0.0, 1.0])
    by_weight = np.select(*ends, given["filler_wt_fraction"])
    by_volume = np.select(*ends, given["filler_vol_fraction"])
    is_stated = np.isfinite(by_volume)
    by_volume = np.where(is_stated, by_volume, percolation.vol_fraction(by_weight, filler, host))
    by_weight = np.where(np.isfinite(by_weight), by_weight, percolation.wt_fraction(by_volume, filler, host))
    is_estimated = ~is_stated & (is_filler_estimated | is_host_estimated)
    return {
        "filler_wt_fraction": by_weight,
        "filler_vol_fraction": by_volume,
        "filler_vol_fraction_is_estimated": np.where(np.isfinite(by_volume), is_estimated.astype(float), np.nan),
    }


def first_known(measured: Floats, estimated: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return the measured number, or the estimate where there is none; and where that is so."""
    is_estimated = np.isnan(measured)
    return np.where(is_estimated, estimated, measured), is_estimated
