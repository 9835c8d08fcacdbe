"""Temperatures that cannot be what they are called: 1000/T in place of °C, and curves that fall as it gets warmer."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.records.public import Fault

TEMPERATURE = "temperature"
CONDUCTIVITY = "conductivity"
SERIES = ("smiles", "mw", "salt smiles", "molality")
"""Rows that agree in these columns are one curve over temperature."""

_KELVIN = 273.15
_INVERSE = (2.2, 4.2)
"""1000/T in 1/K of what polymer electrolytes are measured at: 455 K (181 °C) to 238 K (-35 °C)."""
_MIN_FALL = 0.1
"""Decades from the coldest to the warmest point: less is the scatter of a repeated measurement."""
_MAX_CORRELATION = -0.5
_MIN_SPAN_C = 10.0
_MIN_MISFIT = 1.0
"""Decades by which a point lies off its curve if its temperature is in °C."""
_MAX_SHARE = 1 / 3
"""Part of that misfit which may remain if it is 1000/T."""
_MIN_OTHERS = 3

Floats = npt.NDArray[np.float64]


def find_faults(table: pd.DataFrame) -> dict[int, Fault]:
    """Find rows whose temperature is plainly 1000/T, and curves whose conductivity falls as the temperature rises.

    A curve is what agrees in `SERIES`. Where all of its temperatures, two or more, lie where 1000/T lies, nobody
    measured so: a few degrees apart, near 3 °C. One such row among others in °C is 1000/T if the others' Arrhenius
    line meets it there, and misses it by more than a decade as °C. What is left is a falling curve if a line through
    it loses more than 0.1 decades over 10 °C or more, with a correlation of -0.5 or below. A row that stands alone is
    never judged: 3 °C is a temperature.

    Args:
        table: Columns of the polymer set as text, under the rows' numbers in the file.

    Returns:
        By row number: column, value and reason.
    """
    numbers = table[[TEMPERATURE, CONDUCTIVITY]].apply(pd.to_numeric, errors="coerce")
    known = table.loc[np.isfinite(numbers).all(axis=1), list(SERIES)]
    faults: dict[int, Fault] = {}
    for rows in known.groupby(list(SERIES)).groups.values():
        curve = numbers.loc[rows]
        faults |= _faults_of(curve, table[TEMPERATURE])
    return dict(sorted(faults.items()))


def _faults_of(curve: pd.DataFrame, printed: Mapping[int, str] | pd.Series) -> dict[int, Fault]:
    temperature, logarithm = curve[TEMPERATURE].to_numpy(float), curve[CONDUCTIVITY].to_numpy(float)
    is_inverse = inverse_temperatures(temperature, logarithm)
    reasons = np.where(is_inverse, "the temperature is plainly 1000/T in 1/K and not in °C", "").astype(object)
    rest = ~is_inverse
    if fall := falls_by(temperature[rest], logarithm[rest]):
        reasons[rest] = f"the conductivity falls by {fall:.1f} decades as the temperature of this curve rises"
    return {
        int(str(row)): (TEMPERATURE, str(printed[row]), str(reason))
        for row, reason in zip(curve.index, reasons, strict=True)
        if reason
    }


def inverse_temperatures(temperature: Floats, logarithm: Floats) -> npt.NDArray[np.bool_]:
    """Say which temperatures of one curve are 1000/T.

    Args:
        temperature: As printed, called °C, shape (n,).
        logarithm: log₁₀ of the conductivity, shape (n,).
    """
    is_near = (temperature >= _INVERSE[0]) & (temperature <= _INVERSE[1])
    if is_near.all():
        return is_near & (len(np.unique(temperature)) > 1)
    others = ~is_near
    if not is_near.any() or len(np.unique(temperature[others])) < _MIN_OTHERS:
        return np.zeros(len(temperature), dtype=bool)
    slope, start = np.polyfit(1000 / (temperature[others] + _KELVIN), logarithm[others], 1)
    as_celsius = np.abs(logarithm - start - slope * 1000 / (temperature + _KELVIN))
    as_inverse = np.abs(logarithm - start - slope * temperature)
    is_better = (as_celsius > _MIN_MISFIT) & (as_inverse < _MAX_SHARE * as_celsius)
    return np.asarray(is_near & is_better, dtype=bool)


def falls_by(temperature: Floats, logarithm: Floats) -> float:
    """Return by how many decades a straight line through a curve falls from its coldest to its warmest point.

    Returns:
        0 where it does not fall, by less than scatter, over less than 10 °C, or where the points follow no line.
    """
    if len(temperature) < 2 or np.ptp(temperature) < _MIN_SPAN_C or np.ptp(logarithm) == 0:
        return 0.0
    slope = float(np.polyfit(temperature, logarithm, 1)[0])
    fall = -slope * float(np.ptp(temperature))
    is_line = float(np.corrcoef(temperature, logarithm)[0, 1]) <= _MAX_CORRELATION
    return fall if is_line and fall > _MIN_FALL else 0.0
