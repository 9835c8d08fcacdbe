"""The MIT polymer-electrolyte set: log₁₀ conductivity over temperature, as records without a filler."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipeline.records.public import PublicRow, PublicSet
from pipeline.records.series import find_faults

_CHAIN_ENDS = ("[Cu]", "[Au]")
_UNREADABLE_MARK = "[Ca]"
_MEASURED = ("smiles", "mw", "salt smiles", "molality", "temperature")
_N_DIGITS = 7
"""Significant digits kept of 10 to the power of the set's logarithm, which it prints with seven."""


def _read(number: int, row: Mapping[str, str]) -> PublicRow:
    smiles = row["smiles"]
    for end in _CHAIN_ENDS:
        smiles = smiles.replace(end, "*")
    fault = None
    if _UNREADABLE_MARK in smiles:
        reason = f"{_UNREADABLE_MARK} marks something else than the two chain ends; the structure is not certain"
        fault = ("smiles", row["smiles"], reason)
    mass = f", {row['mw']} g/mol" if row["mw"] else ""
    return PublicRow(
        cells={
            "sample": f"{smiles}{mass}",
            "polymer": smiles,
            "salt": row["salt smiles"],
            "salt_ratio": row["molality"],
            "salt_ratio_unit": "mol/kg" if row["molality"] else "",
            "temperature_C": row["temperature"],
            "conductivity": _power_of_ten(row["conductivity"]),
            "conductivity_unit": "S/cm",
        },
        key=str(number),
        group="",
        same_sample="|".join(row[name] for name in _MEASURED),
        fault=fault,
    )


def _power_of_ten(text: str) -> str:
    """Return 10 to the power of a printed logarithm; what is no logarithm of a conductivity stays as it is."""
    try:
        exponent = float(text)
    except ValueError:
        return text
    return f"{10**exponent:.{_N_DIGITS}g}" if math.isfinite(exponent) and abs(exponent) < 100 else text


POLYMER_SET = PublicSet(
    name="polymer_arrhenius",
    columns=(*_MEASURED, "conductivity"),
    citation="Chem-prop-pred, Bradford et al., ACS Cent. Sci. 9, 206, 2023, doi 10.1021/acscentsci.2c01123",
    read=_read,
    compare=find_faults,
)
"""The set names no paper for a row, so all rows of one polymer count as one work
(https://github.com/learningmatter-mit/Chem-prop-pred)."""
