"""The polymer block: what structure and constants say about how a polymer, or a blend, holds and passes lithium."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from features import repeat_unit
from features.chemistry import canonical_repeat_unit
from features.dictionary import Feature
from features.library import Library
from features.mixture import mixed_density, split_mixture, weighted_mean
from features.repeat_unit import (
    DONOR_NUMBERS,
    ESTIMATED_DENSITY,
    ETHER_PER_G,
    MEAN,
    NO_DONOR,
    NO_STRUCTURE,
    UNITS_PER_G,
)

_RECORD = "record"

_CONSTANTS = {
    "Tg_C": ("°C", "glass transition temperature", -150, 500),
    "Tm_C": ("°C", "melting temperature of its crystals", -250, 4000),
    "dielectric_constant": ("1", "relative permittivity, which parts the salt's ions", 1, math.inf),
    "oxidation_limit_V": ("V", "potential against Li/Li⁺ at which it is oxidised", 2, 8),
    "is_semicrystalline": ("1", "share of the blend that crystallises", 0, 1),
    "density_g_cm3": ("g/cm³", "density", 0.1, 25),
}
_N_COMPONENTS = Feature(
    "polymer_n_components",
    "polymer",
    "1",
    "number of polymers in the blend, each a phase or part of one",
    "counted",
    _RECORD,
)
_N_UNITS = Feature(
    "polymer_n_repeat_units",
    "polymer",
    "1",
    "number of chemically different repeat units, in blends and copolymers",
    "counted",
    "polymers.csv",
    NO_STRUCTURE,
)
_RANGES = (
    Feature(
        "polymer_Tg_range_C",
        "polymer",
        "°C",
        "how far the glass transitions of the blend's parts lie apart",
        "largest less smallest Tg",
        "constants.csv",
        "Tg known of no part of it",
        is_learned=False,
    ),
    Feature(
        "polymer_donor_number_range",
        "polymer",
        "kcal/mol",
        "how differently the blend's parts hold Li⁺",
        "largest less smallest mean donor number of the parts",
        DONOR_NUMBERS,
        NO_DONOR,
    ),
)
_RANGE_OF = {"polymer_Tg_range_C": "polymer_Tg_C", "polymer_donor_number_range": "polymer_donor_number"}
_DENSITY = "polymer_density_g_cm3"
UNIT_MASS = "polymer_mass_per_coordinating_unit_g_mol"
"""Beside the features: polymer mass for each ether oxygen, or for each repeat unit where there is no ether oxygen."""
HOST_LAW = ("host_prefactor_S_cm", "host_B_K", "host_T0_K", "host_melt_prefactor_S_cm", "host_melt_B_K")
"""Beside the features: A, B and T₀ of σ = A exp(−B/(T − T₀)), the polymer's conductivity with a lithium salt, and
A and B of its melt where that was measured too."""
BESIDE = (ESTIMATED_DENSITY, UNIT_MASS, *HOST_LAW)


def _constant_features() -> list[Feature]:
    measured = [
        Feature(
            f"polymer_{name}",
            "polymer",
            unit,
            meaning,
            _how(name),
            "constants.csv",
            "known of no part of it",
            lowest,
            highest,
            is_learned=False,
        )
        for name, (unit, meaning, lowest, highest) in _CONSTANTS.items()
    ]
    known = [
        Feature(
            f"{feature.name}_is_known",
            "polymer",
            "1",
            f"share of the polymer of which this is known: {feature.meaning}",
            "sum of the shares",
            "constants.csv",
            "no polymer",
            0,
            1,
            is_learned=False,
        )
        for feature in measured
    ]
    return [*measured, *known]


def _how(constant: str) -> str:
    return "1/ρ = Σ w/ρ" if f"polymer_{constant}" == _DENSITY else f"{MEAN}, of the parts of which it is known"


def dictionary() -> list[Feature]:
    """Return the block's columns in order."""
    return [_N_COMPONENTS, _N_UNITS, *repeat_unit.FEATURES, *_constant_features(), *_RANGES]


@lru_cache(maxsize=16384)
def describe(mixture: str, library: Library) -> Mapping[str, float]:
    """Describe a polymer or a blend by the mean of its parts, weighted by their shares.

    Args:
        mixture: Library names or repeat units, as `split_mixture` reads them; "" for no polymer.
        library: Looks up repeat units and constants.

    Returns:
        One number a column of `dictionary()` and of `BESIDE`; NaN where nothing is known of any part.
    """
    parts = [(describe_one(name, library), share) for name, share in split_mixture(mixture)]
    described = dict.fromkeys([*(feature.name for feature in dictionary()), *BESIDE], math.nan)
    described[_N_COMPONENTS.name] = float(len(parts))
    if not parts:
        return described
    for column in described.keys() & parts[0][0].keys():
        described[column] = weighted_mean([(part[column], share) for part, share in parts])
    for column in (_DENSITY, ESTIMATED_DENSITY):
        described[column] = mixed_density([(part[column], share) for part, share in parts])
    ether, units = (math.fsum(part[column] * share for part, share in parts) for column in (ETHER_PER_G, UNITS_PER_G))
    described[UNIT_MASS] = 1.0 / (ether or units)
    if len(parts) > 1:
        described |= dict.fromkeys(HOST_LAW, math.nan)
    for name in _CONSTANTS:
        is_known = [share for part, share in parts if not math.isnan(part[f"polymer_{name}"])]
        described[f"polymer_{name}_is_known"] = math.fsum(is_known)
    for column, of in _RANGE_OF.items():
        numbers = [part[of] for part, _ in parts if not math.isnan(part[of])]
        described[column] = max(numbers) - min(numbers) if numbers else math.nan
    structures = {_repeat_unit(name, library) for name, _ in split_mixture(mixture)} - {""}
    kinds = {canonical_repeat_unit(unit) for structure in structures for unit in structure.split(".")}
    described[_N_UNITS.name] = float(len(kinds)) if kinds else math.nan
    return described


@lru_cache(maxsize=4096)
def describe_one(name: str, library: Library) -> Mapping[str, float]:
    """Describe one polymer, given by its library name or as repeat unit: structure, constants, estimated density."""
    structure = _repeat_unit(name, library)
    unknown = dict.fromkeys(
        [*(f.name for f in repeat_unit.FEATURES), ESTIMATED_DENSITY, ETHER_PER_G, UNITS_PER_G], math.nan
    )
    described = repeat_unit.describe(structure, _fractions(name, library)) if structure else unknown
    constants = {f"polymer_{prop}": library.constant("polymers", name, prop) for prop in _CONSTANTS}
    if not math.isnan(constants[_DENSITY]):
        described = {**described, ESTIMATED_DENSITY: constants[_DENSITY]}
    host = {prop: library.constant("polymers", name, prop) for prop in HOST_LAW}
    return {**described, **constants, **host}


def _fractions(name: str, library: Library) -> tuple[float, ...]:
    """Return the fractions of a copolymer's repeat units that the library states; none: equally many of each."""
    stated = library.polymers.get(name, {}).get("unit_fractions", "")
    return tuple(float(share) for share in stated.split(";") if share)


def _repeat_unit(name: str, library: Library) -> str:
    return name if "*" in name else library.polymers[name]["psmiles"]
