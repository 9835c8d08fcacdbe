"""What is chosen of a mixture in the page, as cells of a sheet, and back from a mixture that was read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from features import split_mixture

Cells = dict[str, str]
"""The cells of one mixture by the column names of a sheet of mixtures, as a person would write them."""
FIELDS = (
    "polymer",
    "salt",
    "salt_ratio",
    "salt_ratio_unit",
    "filler",
    "filler_amount",
    "filler_unit",
    "architecture",
    "additives",
    "particle_size_nm",
    "temperature_C",
)
"""Columns of a sheet of mixtures, which are the keys of an address as well."""
NOT_STATED = "not stated"
LOADING_UNITS = ("wt%", "vol%", NOT_STATED)
_HALF, _WHOLE = 50.0, 100.0
_USUAL_LOADING = 10.0


@dataclass(frozen=True)
class Choice:
    """What the page's controls say of one mixture.

    Attributes:
        polymer: A name, a repeat unit, or a blend as it is written in a sheet; None without a polymer.
        second_polymer: What it is blended with.
        polymer_percent: Share of the first polymer.
        salt: Its name or its ions; None where not stated.
        salt_ratio: How much of it; None where not stated.
        salt_ratio_unit: In which terms.
        filler: As the polymer.
        second_filler: What goes in beside it.
        filler_percent: Share of the first filler.
        loading: How much filler, in per cent.
        loading_unit: Per cent of what, or that it is not stated.
        architecture: Tags.
        additives: Names.
        particle_size_nm: Width of the filler's units; None where not stated.
        temperature_C: Temperature.
    """

    polymer: str | None = "PEO"
    second_polymer: str | None = None
    polymer_percent: float = _HALF
    salt: str | None = "LiTFSI"
    salt_ratio: float | None = 16.0
    salt_ratio_unit: str = "EO:Li"
    filler: str | None = "LLZTO"
    second_filler: str | None = None
    filler_percent: float = _HALF
    loading: float = _USUAL_LOADING
    loading_unit: str = "wt%"
    architecture: tuple[str, ...] = ("particles",)
    additives: tuple[str, ...] = ()
    particle_size_nm: float | None = None
    temperature_C: float = 30.0  # noqa: N815

    def cells(self) -> Cells:
        """Return the cells of a sheet that say the same; what is empty is left out."""
        filler = _joined(self.filler, self.second_filler, self.filler_percent)
        is_loaded = bool(filler) and self.loading_unit != NOT_STATED
        has_ratio = bool(self.salt) and self.salt_ratio is not None
        cells = {
            "polymer": _joined(self.polymer, self.second_polymer, self.polymer_percent),
            "salt": self.salt or "",
            "salt_ratio": _written(self.salt_ratio) if has_ratio else "",
            "salt_ratio_unit": self.salt_ratio_unit if has_ratio else "",
            "filler": filler,
            "filler_amount": _written(self.loading) if is_loaded else "",
            "filler_unit": self.loading_unit if is_loaded else "",
            "architecture": ";".join(self.architecture),
            "additives": ";".join(self.additives),
            "particle_size_nm": _written(self.particle_size_nm) if filler else "",
            "temperature_C": _written(self.temperature_C),
        }
        return {field: text for field, text in cells.items() if text}


def choice_of(mixture: Mapping[str, Any]) -> Choice:
    """Return the controls that say a mixture.

    Args:
        mixture: Its cells as `RowReader.read_mixture` gives them. An unstated temperature becomes that of a `Choice`.
    """
    polymer, second_polymer, polymer_percent = _parted(mixture["polymer"])
    filler, second_filler, filler_percent = _parted(mixture["filler"])
    kinds = {"wt%": mixture["filler_wt_fraction"], "vol%": mixture["filler_vol_fraction"]}
    loadings = {unit: round(_WHOLE * fraction, 6) for unit, fraction in kinds.items() if math.isfinite(fraction)}
    unit, loading = next(iter(loadings.items()), (NOT_STATED if filler else "wt%", _USUAL_LOADING))
    temperature = mixture["temperature_C"]
    return Choice(
        polymer=polymer,
        second_polymer=second_polymer,
        polymer_percent=polymer_percent,
        salt=mixture["salt"] or None,
        salt_ratio=_stated(mixture["salt_ratio"]),
        salt_ratio_unit=mixture["salt_ratio_unit"] or Choice.salt_ratio_unit,
        filler=filler,
        second_filler=second_filler,
        filler_percent=filler_percent,
        loading=loading,
        loading_unit=unit,
        architecture=_listed(mixture["architecture_tags"]),
        additives=_listed(mixture["additives"]),
        particle_size_nm=_stated(mixture["particle_size_nm"]),
        temperature_C=temperature if math.isfinite(temperature) else Choice.temperature_C,
    )


def _joined(first: str | None, second: str | None, percent: float) -> str:
    """Write two components with the share of the first; one alone where the other is not chosen or has no share."""
    if not (first and second and 0 < percent < _WHOLE):
        return (second if first is None or percent == 0 else first) or ""
    return f"{first}:{percent / _WHOLE:.6f} + {second}:{1 - percent / _WHOLE:.6f}"


def _parted(mixture: str) -> tuple[str | None, str | None, float]:
    """Part a mixture of two; one of more components stays in one piece, as it is written."""
    parts = split_mixture(mixture)
    if len(parts) == 2:
        (first, share), (second, _) = parts
        return first, second, round(_WHOLE * share, 4)
    return mixture or None, None, _HALF


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(";") if name)


def _stated(number: float) -> float | None:
    return float(number) if math.isfinite(number) else None


def _written(number: float | None) -> str:
    return "" if number is None else f"{number:.10g}"
