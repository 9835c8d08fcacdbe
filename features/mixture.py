"""The one way a mixture of components is written: "PEO", "PEO + PVDF", "PEO:0.7 + PVDF:0.3"; lists by ";"."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

_SEPARATOR = re.compile(r"\s+\+\s+")
_ROUNDING = 1e-5
_SMALLEST_SHARE = 1e-4
_SHARE = re.compile(r"\A(?P<name>.*\S)\s*:\s*(?P<share>\d*\.?\d+)\Z")


def split_mixture(text: str) -> list[tuple[str, float]]:
    """Split a mixture into its components and their shares.

    Args:
        text: Component names joined by " + " (with spaces, since a SMILES may hold a bare plus), each with an
            optional ":share". Components without a share divide what is left equally.

    Returns:
        Names with shares that sum to 1; an empty list for an empty text.

    Raises:
        ValueError: Shares do not sum to 1 or leave nothing for the components without one.
    """
    if not text.strip():
        return []
    names, shares = [], []
    for part in _SEPARATOR.split(text.strip()):
        match = _SHARE.match(part)
        names.append(match["name"] if match else part.strip())
        shares.append(float(match["share"]) if match else None)
    stated = math.fsum(share for share in shares if share is not None)
    n_open = shares.count(None)
    if n_open == 0 and abs(stated - 1) > 0.005:
        raise ValueError(f"the shares of {text!r} sum to {stated:g}, not to 1")
    if n_open and stated >= 1:
        raise ValueError(f"the shares of {text!r} leave nothing for the components without a share")
    rest = (1 - stated) / n_open if n_open else 0.0
    if min(rest if share is None else share for share in shares) < _SMALLEST_SHARE:
        raise ValueError(f"a share of {text!r} is below {_SMALLEST_SHARE:g}; leave that component out")
    scale = 1.0 if n_open or abs(stated - 1) < _ROUNDING else stated
    return [(name, rest if share is None else share / scale) for name, share in zip(names, shares, strict=True)]


def join_mixture(parts: list[tuple[str, float]]) -> str:
    """Write components in one canonical order, with shares (to 10⁻⁶) only where they are unequal.

    Args:
        parts: Names with shares that sum to 1; a name that stands twice counts once, with the sum.
    """
    shares: dict[str, float] = {}
    for name, share in parts:
        shares[name] = shares.get(name, 0.0) + share
    ordered = sorted(shares.items())
    if len({round(share, 6) for share in shares.values()}) <= 1:
        return " + ".join(name for name, _ in ordered)
    return " + ".join(f"{name}:{share:.6f}".rstrip("0") for name, share in ordered)


def weighted_mean(parts: list[tuple[float, float]]) -> float:
    """Return the mean of the numbers that are known, by their shares; NaN where none is.

    Args:
        parts: Numbers with their shares; an unknown number is NaN.
    """
    known = [(number, share) for number, share in parts if not math.isnan(number)]
    if not known:
        return math.nan
    return math.fsum(number * share for number, share in known) / math.fsum(share for _, share in known)


def mixed_density(parts: list[tuple[float, float]]) -> float:
    """Return the density of a mixture whose volumes add up: 1/ρ = Σ w/ρ; NaN where that of a part is not known.

    Args:
        parts: Densities with their shares of the mass.
    """
    return 1.0 / math.fsum(share / density for density, share in parts)


def join_lists(texts: Iterable[str]) -> str:
    """Join lists of names that are themselves joined by ";"; each name stands once, in alphabetical order."""
    return ";".join(sorted({name for text in texts for name in text.split(";") if name}))
