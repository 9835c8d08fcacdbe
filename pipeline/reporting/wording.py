"""Numbers and verdicts in words, as a chemist writes them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from markupsafe import Markup, escape

from features import canonical_formula, split_mixture

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def plain(number: float, n_decimals: int = 2) -> str:
    """Write a number with a fixed number of decimals and a true minus sign; an empty text for NaN."""
    return f"{number:.{n_decimals}f}".replace("-", "−") if math.isfinite(number) else ""


def with_sign(number: float) -> str:
    """Write a number with two decimals and its sign, a true minus among them: "+0.30", "−0.05"."""
    return f"{number:+.2f}".replace("-", "−")


def with_minus(text: str) -> str:
    """Give the negative numbers in a text a true minus sign."""
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)


def listed(names: Sequence[str]) -> str:
    """Join names as a sentence does: "PEO, PVDF and PAN"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def percent_range(low: float, high: float) -> str:
    """Write two fractions as "2–10 wt%", or one as "10 wt%"."""
    return f"{100 * low:g} wt%" if low == high else f"{100 * low:g}–{100 * high:g} wt%"


def factor(decades: float) -> str:
    """Write an error in decades as the factor that it is: 0.30 is "2.0"."""
    return f"{10**decades:.1f}"


def subscripted(names: str) -> str:
    """Lower the digits of the formulas in a text: "BaTiO3 + LLTO" becomes "BaTiO₃ + LLTO"; other names stay."""
    return " ".join(_subscripted(word) for word in names.split(" "))


def blended(mixture: str) -> str:
    """Write a mixture's shares behind its names: "PEO:0.7 + PVDF:0.3" becomes "PEO + PVDF 70:30"; other text stays."""
    try:
        parts = split_mixture(mixture)
    except ValueError:
        return mixture
    names = " + ".join(name for name, _ in parts)
    if len({round(share, 6) for _, share in parts}) <= 1:
        return names
    return f"{names} {':'.join(f'{100 * share:g}' for _, share in parts)}"


def coded(text: str) -> Markup:
    """Write a text as HTML, what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _subscripted(word: str) -> str:
    try:
        canonical_formula(word)
    except ValueError:
        return word
    return re.sub(r"(?<=[A-Za-z)])[\d.]+", lambda digits: digits.group().translate(_SUBSCRIPTS), word)
