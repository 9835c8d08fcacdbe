"""Wires on the record itself: numbers that no material can have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.learning import TARGETS, Floats
from pipeline.records import is_believed
from pipeline.watching.reading import Reading, reading

_ZERO_CELSIUS_K = 273.15
_BOLTZMANN_EV_K = 8.617333262e-5
"""CODATA 2018."""
_FRACTIONS = ("filler_wt_fraction", "filler_vol_fraction")
_TEMPERATURES_C = (-_ZERO_CELSIUS_K, 2000.0)
"""From absolute zero to beyond what any ceramic is sintered at."""
_SAMPLE = (
    "work_id",
    "polymer",
    "salt",
    "salt_ratio",
    "filler",
    "filler_amount",
    "particle_size_nm",
    "architecture_tags",
    "additives",
    "sample",
)
"""Columns that are equal for one sample at several temperatures."""
_LEAST_SPAN_C = 10.0
_SCATTER_DECADES = 0.1
"""A fall by less is the scatter of a repeated measurement, as for the series of public sets."""


def impossible_records(records: pd.DataFrame) -> Reading:
    """Watch that no record holds what cannot be: a transference number of 1.2, a negative window, 110 wt%."""

    def found() -> Iterator[str | None]:
        for target in TARGETS:
            lower, upper = (records[name].to_numpy(float) for name in (target.lower_column, target.upper_column))
            limits = (0.0, 10.0**target.highest) if target.is_logarithmic else (target.lowest, target.highest)
            yield from _outside(records, target.lower_column.replace("_lower", ""), lower, upper, limits)
        for name, limits in {**dict.fromkeys(_FRACTIONS, (0.0, 1.0)), "temperature_C": _TEMPERATURES_C}.items():
            values = records[name].to_numpy(float)
            yield from _outside(records, name, values, values, limits)

    return reading(
        "impossible_records",
        "no record holds a number that no material can have",
        found(),
        "Mend the row in data/raw, or its unit",
    )


def _outside(
    records: pd.DataFrame, name: str, lower: Floats, upper: Floats, limits: tuple[float, float]
) -> Iterator[str | None]:
    """Say of each record that holds a number or a bound what is wrong with it; an end that is open is infinite."""
    lowest, highest = limits
    for record, low, high in zip(records["record_id"], lower, upper, strict=True):
        if np.isnan(low) and np.isnan(high):
            continue
        is_within = (low == -np.inf or low >= lowest) and (high == np.inf or high <= highest)
        said = f"{low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
        is_possible = is_within and low <= high
        yield None if is_possible else f"{record} has {name} {said}, where {lowest:g} to {highest:g} can be"


def activation_energy(records: pd.DataFrame, lowest_eV: float, highest_eV: float) -> Reading:  # noqa: N803
    """Watch that the conductivity of one sample rises with temperature, and no faster than ions are known to hop.

    Args:
        records: The table of records.
        lowest_eV: Least apparent activation energy of a sample that was measured at several temperatures.
        highest_eV: Largest.
    """
    has_value = is_believed(records, "conductivity_S_cm") & (records["conductivity_S_cm"] > 0)
    known = records[has_value & records["temperature_C"].notna()]

    def found() -> Iterator[str | None]:
        for _, rows in known.groupby(list(_SAMPLE), dropna=False, sort=True):
            if np.ptp(rows["temperature_C"].to_numpy(float)) >= _LEAST_SPAN_C:
                energy, scatter = arrhenius_energy(rows)
                is_kept = lowest_eV - scatter <= energy <= highest_eV + scatter
                first, last = rows["record_id"].iloc[[0, -1]]
                limits = f"{lowest_eV:g} to {highest_eV:g} eV"
                yield None if is_kept else f"{first} and {last} give {energy:.2f} eV, where {limits} are known"

    return reading(
        "activation_energy",
        "one sample conducts better the warmer it is, with an activation energy that ions have",
        found(),
        "Look at the temperatures and units of these rows in their papers",
    )


def arrhenius_energy(rows: pd.DataFrame) -> tuple[float, float]:
    """Return the apparent activation energy of one sample in eV, and what 0.1 decades of scatter make of it.

    Args:
        rows: Columns `temperature_C` and `conductivity_S_cm`, two rows of different temperatures at least.
    """
    reciprocal = 1 / (rows["temperature_C"].to_numpy(float) + _ZERO_CELSIUS_K)
    logarithm = np.log(rows["conductivity_S_cm"].to_numpy(float))
    slope = float(np.polyfit(reciprocal, logarithm, 1)[0])
    scatter = _SCATTER_DECADES * float(np.log(10)) / float(np.ptp(reciprocal))
    return -slope * _BOLTZMANN_EV_K, scatter * _BOLTZMANN_EV_K
