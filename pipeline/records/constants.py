"""Physical constants of the components, each with its source: data/raw/components/constants.csv, read and checked."""

from __future__ import annotations

import math
import re
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from features.library import Library
from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_table
from pipeline.records.quantities import parse_quantity

_COLUMNS = ("kind", "name", "property", "value", "source", "note")
_TRUTHS = {"true": 1.0, "false": 0.0}
_CAS = re.compile(r"\d{2,7}-\d{2}-\d")


@dataclass(frozen=True)
class Property:
    """A physical property and the numbers that it can have.

    Attributes:
        meaning: In words, with its unit.
        lowest: Smallest sensible number.
        highest: Largest sensible number.
        is_logarithmic: Whether it spans decades, so that the middle of several values is the geometric one.
        is_truth: Whether it is true or false.
    """

    meaning: str
    lowest: float
    highest: float
    is_logarithmic: bool = False
    is_truth: bool = False


_DENSITY = Property("density, g/cm³", 0.1, 25)
_PERMITTIVITY = Property("relative permittivity", 1, 100_000, True)
_MELTING = Property("melting temperature, °C", -250, 4000)
PROPERTIES: Mapping[str, Mapping[str, Property]] = {
    "polymers": {
        "Tg_C": Property("glass transition temperature, °C", -150, 500),
        "Tm_C": _MELTING,
        "dielectric_constant": _PERMITTIVITY,
        "oxidation_limit_V": Property("potential against Li/Li⁺ at which it is oxidised, V", 2, 8),
        "density_g_cm3": _DENSITY,
        "is_semicrystalline": Property("whether it has a crystalline melting point", 0, 1, is_truth=True),
        "host_prefactor_S_cm": Property("A of σ = A exp(−B/(T−T₀)), with a lithium salt, S/cm", 1e-12, 1e20, True),
        "host_B_K": Property("B of that law, K", 0, 50_000),
        "host_T0_K": Property("T₀ of that law, K; 0 for Arrhenius", 0, 400),
        "host_melt_prefactor_S_cm": Property("A of the melt's Arrhenius law, S/cm", 1e-12, 1e20, True),
        "host_melt_B_K": Property("B of the melt's Arrhenius law, K", 0, 50_000),
    },
    "salts": {
        "anion_volume_nm3": Property("van der Waals volume of the anion, nm³", 0.005, 2),
        "crystal_anion_volume_nm3": Property("volume of the anion in a crystal, nm³", 0.005, 2),
        "dissociation_class": Property("how readily it parts: 1 hardly, 2 moderately, 3 readily", 1, 3),
    },
    "fillers": {
        "conductivity_25C_S_cm": Property("conductivity of the pure solid near 25 °C, S/cm", 1e-20, 1, True),
        "activation_energy_eV": Property("activation energy of conduction of the pure solid, eV", 0.05, 2),
        "density_g_cm3": _DENSITY,
        "dielectric_constant": _PERMITTIVITY,
        "stable_against_lithium": Property("whether lithium metal leaves it unchanged", 0, 1, is_truth=True),
        "typical_size_nm": Property("particle size of a record, nm", 0.1, 1e6, True),
    },
    "additives": {
        "melting_point_C": _MELTING,
        "boiling_point_C": Property("boiling temperature, °C", -250, 4000),
        "dielectric_constant": _PERMITTIVITY,
    },
}
_CAS_NUMBER = "cas"


def load_constants(path: Path, library: Library) -> dict[tuple[str, str, str], float]:
    """Read the constants.

    Several sources may state one property; then the median of their values counts (the geometric one where values
    span decades), and a true that stands against a false counts as unknown. A bound ("<3.9") is no number: it stands
    in the file for people.

    Args:
        path: constants.csv.
        library: The component tables, whose names the constants use.

    Returns:
        One number for each component and property that is known; truths as 1 and 0. CAS numbers are checked only.

    Raises:
        UserError: Every row whose name, property, value or source is not what its column holds.
    """
    table = read_table(path)
    missing = [column for column in _COLUMNS if column not in table.columns]
    if missing:
        raise UserError([Problem(str(path), 1, column, "", "this column is missing") for column in missing])
    stated: dict[tuple[str, str, str], list[float]] = {}
    problems = []
    for number, row in table.iterrows():
        try:
            value = _read(row["kind"], row["name"], row["property"], row["value"], library)
        except _CellError as fault:
            problems.append(Problem(str(path), int(str(number)), fault.column, row[fault.column], str(fault)))
            continue
        if not row["source"]:
            problems.append(Problem(str(path), int(str(number)), "source", "", "every value needs its source"))
        if value is not None:
            stated.setdefault((row["kind"], row["name"], row["property"]), []).append(value)
    if problems:
        raise UserError(problems)
    middles = {key: _middle(PROPERTIES[key[0]][key[2]], values) for key, values in stated.items()}
    return {key: value for key, value in middles.items() if not math.isnan(value)}


class _CellError(ValueError):
    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def _read(kind: str, name: str, prop: str, text: str, library: Library) -> float | None:
    if kind not in PROPERTIES:
        raise _CellError("kind", f"one of {', '.join(PROPERTIES)} was expected")
    if name not in getattr(library, kind):
        raise _CellError("name", f"a name of {kind}.csv was expected")
    if prop == _CAS_NUMBER:
        if not is_cas_number(text):
            raise _CellError("value", "a CAS number whose last digit checks was expected, as in 25322-68-3")
        return None
    if prop not in PROPERTIES[kind]:
        raise _CellError("property", f"one of {', '.join((*PROPERTIES[kind], _CAS_NUMBER))} was expected")
    known = PROPERTIES[kind][prop]
    if known.is_truth:
        if text not in _TRUTHS:
            raise _CellError("value", f"{' or '.join(_TRUTHS)} was expected")
        return _TRUTHS[text]
    try:
        quantity = parse_quantity(text)
    except ValueError as error:
        raise _CellError("value", str(error)) from error
    ends = [end for end in (quantity.lower, quantity.upper) if math.isfinite(end)]
    if quantity.unit or not all(known.lowest <= end <= known.highest for end in ends):
        raise _CellError(
            "value", f"{known.meaning}, without a unit, of {known.lowest:g} to {known.highest:g} was expected"
        )
    return None if quantity.is_one_sided else _middle(known, ends)


def _middle(known: Property, values: list[float]) -> float:
    if known.is_truth and len(set(values)) > 1:
        return math.nan
    if known.is_logarithmic:
        return math.exp(statistics.median(map(math.log, values)))
    return statistics.median(values)


def is_cas_number(text: str) -> bool:
    """Say whether a text is a CAS registry number whose check digit is right."""
    if not _CAS.fullmatch(text):
        return False
    *digits, check = (int(digit) for digit in text if digit != "-")
    return sum(place * digit for place, digit in enumerate(reversed(digits), start=1)) % 10 == check
