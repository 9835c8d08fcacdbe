"""Units of printed quantities, converted by pint."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from pipeline.records.quantities import Quantity

if TYPE_CHECKING:
    import pint

_N_DIGITS = 12
"""Significant digits kept: more than any source prints, fewer than the noise of floating point."""
_MAX_LENGTH = 120
_UNIT_TEXT = re.compile(
    r"(?:(?:[A-Za-zΩµμ%℃]|[°º](?=[CFK])){1,20}+(?:\^?\{[-−]?[1-4]\}|(?:\^|\*\*)?[-−]?[1-4]|⁻?[¹²³⁴])?[ ·/.]{0,2}){1,6}"
)
"""A degree alone would be an angle, and so a number: "MPa °" would be 0.017 MPa."""
_SPELLINGS = {
    "℃": "degC",
    "ºC": "degC",
    "C": "degC",
    "cycles": "count",
}
_EXPONENT = re.compile(r"(?<=[A-Za-zΩ])\^?\{?(-?[1-4])\}?")
_AGAINST = re.compile(r"\s*\(?\s*(?:vs\.?|versus)\s")
_AGAINST_LITHIUM = re.compile(_AGAINST.pattern + r"+Li(?:\^?[+⁺]|⁰)?(?:\s?/\s?Li(?:\^?[+⁺]|⁰)?)?(?: metal)?\s*\)?$")
"""Alone: LiFePO4, Li4Ti5O12 and Li-In are other references, volts away."""


@cache
def _registry() -> pint.UnitRegistry[float]:
    import pint

    return pint.UnitRegistry(on_redefinition="raise")


@cache
def _conversion(unit: str, target: str) -> tuple[float, float]:
    """Return factor and offset of the affine conversion from `unit` to `target`."""
    import pint

    if not _UNIT_TEXT.fullmatch(unit):
        raise ValueError(f"{unit!r} is not a unit; {target} was expected")
    registry = _registry()
    try:
        zero, one = (registry.Quantity(x, _spell(unit)).to(_spell(target)).magnitude for x in (0.0, 1.0))
    except (
        pint.PintError,
        AttributeError,
        ValueError,
        TypeError,
        SyntaxError,
        AssertionError,
        ZeroDivisionError,
        OverflowError,
    ) as error:
        raise ValueError(f"{unit!r} is not a unit of this quantity; {target} was expected") from error
    if not math.isfinite(one - zero):
        raise ValueError(f"{unit!r} is not a unit of this quantity; {target} was expected")
    return one - zero, zero


def convert(quantity: Quantity, unit: str, target: str) -> Quantity:
    """Convert bounds and value from `unit` to `target`.

    Args:
        quantity: Bounds in `unit`.
        unit: Any spelling that pint knows or that papers print ("S·cm−1", "mS cm⁻¹", "mA/cm2", "°C", "K"); the
            reference of a potential is left off where it is lithium ("V vs. Li/Li+").
        target: The unit wanted.

    Raises:
        ValueError: The unit is unknown or of another dimension, or the number is too large for the target.
    """
    if len(unit) > _MAX_LENGTH:
        raise ValueError(f"{len(unit)} characters are no unit; {target} was expected")
    if _AGAINST.search(unit) and not _AGAINST_LITHIUM.search(unit):
        raise ValueError(
            f"{unit!r} is not a unit of this quantity; {target} was expected, against Li/Li+ where against any"
        )
    unit = _AGAINST_LITHIUM.sub("", unit)
    if unit == target:
        return replace(quantity, unit=target)
    factor, offset = _conversion(unit, target)

    def scale(number: float) -> float:
        scaled = float(f"{number * factor + offset:.{_N_DIGITS}g}")
        if math.isinf(scaled) and not math.isinf(number):
            raise ValueError(f"{number:g} {unit} is beyond any number in {target}; check number and unit")
        return scaled

    return replace(
        quantity,
        lower=scale(quantity.lower),
        upper=scale(quantity.upper),
        value=scale(quantity.value),
        unit=target,
    )


def _spell(unit: str) -> str:
    plain = unit.strip().translate(str.maketrans("−–⁻¹²³⁴", "---1234"))
    if plain in _SPELLINGS:
        return _SPELLINGS[plain]
    return _EXPONENT.sub(r"**\1", plain).replace("·", " ").replace("Ω", "ohm")
