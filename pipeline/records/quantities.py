"""Printed quantities ("~10⁻⁴", "(1.0–3.0)×10⁻⁴", "> 4.9 V", "0.231 or 0.237") read as bounds."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_TO_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUSES = re.compile("[−–—‒‐‑﹣－]")
_MANTISSA = r"(?:\d*\.)?\d+"
_NUMBER = rf"{_MANTISSA}(?:[eE][+-]?\d+)?"
_SIGNED = rf"[+-]?{_NUMBER}"
_POINT = re.compile(rf"({_SIGNED})(?:±({_NUMBER}))?")
_RANGE = re.compile(rf"({_SIGNED})-({_SIGNED})")
_PLAIN = rf"[+-]?{_MANTISSA}"
_FACTORED_SPREAD = re.compile(rf"(?:\(({_PLAIN})±({_MANTISSA})\)|({_PLAIN})±({_MANTISSA}))(e[+-]?\d+)")
_FACTORED_RANGE = re.compile(rf"\(({_SIGNED})-({_SIGNED})\)(e[+-]?\d+)?")
_TIMES_TEN = re.compile(r"[×xX*·]10\^?\{?([+-]?\d+)\}?")
_BROKEN_POWER = re.compile(r"(?<![\d.e^])10\^\{?([+-]?\d{1,2}\.\d{1,3})(?![\d.])\}?")
_MARKED_POWER = re.compile(r"(?<![\d.e^])10\^\{?([+-]?\d+)\}?")
_BARE_POWER = re.compile(r"(?<![\d.×xX*·^eE])(?<![×xX*·]\s)(?<![eE][-−+])10([−–‐‑-])(\d+)(?![\d.])")
_QUALIFIERS = {
    ">": "above",
    "≥": "above",
    ">=": "above",
    "<": "below",
    "≤": "below",
    "<=": "below",
    "~": "about",
    "≈": "about",
    "∼": "about",
    "ca.": "about",
    "about": "about",
}
_QUALIFIER = re.compile(r">=|<=|>|≥|<|≤|~|≈|∼|ca\.|about")
_MAX_LENGTH = 120
_N_BROKEN_DIGITS = 3
"""Significant digits kept of a power of ten with a broken exponent ("10^-5.5"), whose one decimal holds fewer."""
_HALF_DECADE = 10**0.5


@dataclass(frozen=True)
class Quantity:
    """A number as far as its source states it.

    Attributes:
        lower: Greatest lower bound; `-inf` when only an upper bound is printed.
        upper: Least upper bound; `inf` when only a lower bound is printed.
        value: The best single number, or NaN when only one bound is printed.
        unit: The unit's text as printed behind the number, or "".
        is_ambiguous: Several readings were possible ("0.231 or 0.237").
        is_spread: The bounds are a spread around the value ("~0.9", "0.95±0.1") and not printed limits.
    """

    lower: float
    upper: float
    value: float
    unit: str = ""
    is_ambiguous: bool = False
    is_spread: bool = False

    @property
    def is_one_sided(self) -> bool:
        """Whether only one bound is printed."""
        return math.isinf(self.lower) or math.isinf(self.upper)


def parse_quantity(text: str) -> Quantity:
    """Read one printed quantity.

    A range keeps its two ends and takes their geometric mean as its value where both are positive (the
    quantities that span decades are the ones printed so), else the arithmetic mean. "~x" is read as x within
    half a unit of its last printed digit, and a bare "~10⁻⁴" as half a decade to each side. "a or b" keeps all
    readings and is ambiguous.

    Args:
        text: The cell as printed, with or without a unit behind the number.

    Returns:
        The bounds in the printed unit, as printed: nothing is converted here.

    Raises:
        ValueError: The text is not a quantity; the message says what was expected.
    """
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"{len(text)} characters are no quantity; at most {_MAX_LENGTH} are read")
    readings = [_parse_reading(part) for part in " ".join(text.split()).split(" or ")]
    if len(readings) == 1:
        return readings[0]
    lower, upper = min(r.lower for r in readings), max(r.upper for r in readings)
    is_bounded = math.isfinite(lower) and math.isfinite(upper)
    value = _middle(lower, upper) if is_bounded else math.nan
    return Quantity(lower, upper, value, readings[-1].unit, is_ambiguous=True)


def format_quantity(quantity: Quantity) -> str:
    """Write a quantity so that `parse_quantity` reads the same bounds and unit again."""
    number = _bounds(quantity.lower, quantity.upper)
    if quantity.is_ambiguous:
        ends = (number, number) if quantity.is_one_sided else (quantity.lower, quantity.upper)
        number = f"{ends[0]} or {ends[1]}"
    return f"{number} {quantity.unit}".strip()


def _bounds(lower: float, upper: float) -> str:
    if math.isinf(lower) and math.isinf(upper):
        return "<0 or >0"
    if math.isinf(upper):
        return f">{lower!r}"
    if math.isinf(lower):
        return f"<{upper!r}"
    return repr(lower) if lower == upper else f"{lower!r}–{upper!r}"


def scientific(number: float, n_digits: int = 2) -> str:
    """Write a number with so many significant digits as "4.7×10⁻⁴"; an empty text for NaN and infinities."""
    if not math.isfinite(number):
        return ""
    mantissa, exponent = f"{number:.{n_digits - 1}e}".split("e")
    return f"{mantissa}×10{str(int(exponent)).translate(_TO_SUPERSCRIPTS)}"


def as_measured(number: float) -> str:
    """Write a number with as many significant digits as it has, two to four: "8.2×10⁻⁴", "1.455×10⁻³"."""
    n_digits = next((n for n in (2, 3) if math.isclose(float(f"{number:.{n - 1}e}"), number, rel_tol=1e-9)), 4)
    return scientific(number, n_digits)


def _parse_reading(text: str) -> Quantity:
    plain = _normalise(text)
    match = _QUALIFIER.match(plain)
    qualifier = _QUALIFIERS[match.group()] if match else ""
    body = plain[match.end() :] if match else plain
    quantity, rest = _parse_number(body, text)
    _refuse_decimal_comma(rest, text)
    unit = rest.strip("() ")
    if qualifier in ("above", "below") and quantity.lower != quantity.upper:
        raise ValueError(f"{text!r} bounds a range; write one number behind the sign")
    if qualifier == "above":
        quantity = Quantity(quantity.lower, math.inf, math.nan)
    elif qualifier == "below":
        quantity = Quantity(-math.inf, quantity.upper, math.nan)
    elif qualifier == "about" and quantity.lower == quantity.upper:
        quantity = _about(quantity.value, body[: len(body) - len(rest)])
    return replace(quantity, unit=unit)


def _parse_number(body: str, text: str) -> tuple[Quantity, str]:
    """Read the number at the start; a power of ten behind "a ± b" holds for both, in brackets or not."""
    if match := _FACTORED_SPREAD.match(body):
        value, spread = (float(f"{part}{match.group(5)}") for part in match.group(1, 2, 3, 4) if part)
        return _spread(value, spread, text), body[match.end() :]
    if match := _FACTORED_RANGE.match(body):
        low, high = (float(end + (match.group(3) or "")) for end in match.group(1, 2))
    elif match := _RANGE.match(body):
        low, high = float(match.group(1)), float(match.group(2))
    elif match := _POINT.match(body):
        return _spread(float(match.group(1)), float(match.group(2) or 0), text), body[match.end() :]
    else:
        raise ValueError(f"{text!r} is not a quantity; write for example 1.2×10−4, ~0.5, >4.5 or 0.1–0.3")
    if low > high or not math.isfinite(low) or not math.isfinite(high):
        raise ValueError(f"{text!r} is a range from high to low; write the smaller number first")
    return Quantity(low, high, _middle(low, high)), body[match.end() :]


def _spread(value: float, spread: float, text: str) -> Quantity:
    if not math.isfinite(value) or not math.isfinite(spread):
        raise ValueError(f"{text!r} is beyond any number; check the exponent")
    return Quantity(value - spread, value + spread, value, is_spread=spread > 0)


def _normalise(text: str) -> str:
    plain = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda m: "^" + m.group().translate(_SUPERSCRIPTS), text)
    plain = plain.replace("$", "").replace("\\times", "×").replace("+/-", "±")
    plain = _BARE_POWER.sub(_read_bare_power, plain)
    plain = _MINUSES.sub("-", plain)
    plain = re.sub(r" ?([×±]) ?|(?<=[\d)]) ?([xX*·]) ?(?=10)", r"\1\2", plain)
    plain = re.sub(r"(?<=\d) ?- ?(?=-?[\d.])", "-", plain)
    plain = re.sub(r"10 ?\^ ?(\{?) ?([+-]) ?(?=\d)", r"10^\1\2", plain)
    plain = re.sub(r"([(<>≥≤~≈∼=]|ca\.|about) ", r"\1", plain)
    plain = _TIMES_TEN.sub(r"e\1", plain)
    plain = _BROKEN_POWER.sub(lambda match: f"{10 ** float(match.group(1)):.{_N_BROKEN_DIGITS}g}", plain)
    return _MARKED_POWER.sub(r"1e\1", plain)


def _read_bare_power(match: re.Match[str]) -> str:
    """Read "10−4" as a power and "10–44" as a range: a minus sign, or no rise, makes it a power."""
    dash, digits = match.group(1, 2)
    is_power = dash == "−" or int(digits) <= 10
    return f"1e-{digits}" if is_power else match.group()


def _refuse_decimal_comma(rest: str, text: str) -> None:
    if re.match(r"[,.'’]\s*\d", rest):
        raise ValueError(f"{text!r} has a decimal or thousands comma; write 1234.5 with a point and no separators")


def _about(value: float, digits: str) -> Quantity:
    if re.fullmatch(r"1e[+-]?\d+", digits):
        return Quantity(value / _HALF_DECADE, value * _HALF_DECADE, value, is_spread=True)
    mantissa, _, exponent = digits.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    try:
        half_unit = 0.5 * 10.0 ** (int(exponent or 0) - decimals)
    except OverflowError:
        raise ValueError(f"{digits!r} is beyond any number; check the exponent") from None
    return Quantity(value - half_unit, value + half_unit, value, is_spread=True)


def _middle(low: float, high: float) -> float:
    """Return the middle of a range, in decades where both ends are positive; rounding never leads out of it."""
    middle = math.exp((math.log(low) + math.log(high)) / 2) if low > 0 else low / 2 + high / 2
    return min(max(middle, low), high)
