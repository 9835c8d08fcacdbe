"""The filler block: what the solid is made of, what structure it has, and what is known of it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from functools import lru_cache

from features import composition
from features.dictionary import Feature
from features.library import Library
from features.mixture import mixed_density, split_mixture, weighted_mean

_NO_FILLER = "no filler"
_MEAN = "mean of the fillers by share"
_LIKENESS = 0.1
"""Sum of the differences in atomic fractions up to which two formulas count as one family: twice what separates
Li7La3Zr2O12 from Li6.4La3Zr1.4Ta0.6O12 (0.05)."""
_PRESENT = Feature(
    "filler_is_present",
    "filler",
    "0/1",
    "whether there is a ceramic or other solid filler",
    "as stated",
    "record",
    highest=1,
)
_N_COMPONENTS = Feature("filler_n_components", "filler", "1", "number of fillers", "counted", "record")
_ACTIVE = Feature(
    "filler_is_active",
    "filler",
    "1",
    "share of the fillers that conduct lithium themselves",
    _MEAN,
    "fillers.csv; of a bare formula: whether it holds lithium",
    _NO_FILLER,
    0,
    1,
)
_EXCESS = Feature(
    "filler_lithium_excess",
    "filler",
    "1",
    "lithium beyond that of the structure family's parent, for each formula of the parent",
    f"Li over anions, as in the parent, less the parent's Li; {_MEAN}",
    "formula and family; parents: Li3Nd3Te2O12, LiTi2(PO4)3, ABO3, Li7PS6, Li4GeO4",
    "no filler of a family that has a parent",
    -7,
    7,
)
_CONSTANTS = {
    "log10_conductivity_25C": (
        "conductivity_25C_S_cm",
        "log₁₀ S/cm",
        "conductivity of the pure solid at 25 °C",
        -20,
        0,
    ),
    "activation_energy_eV": ("activation_energy_eV", "eV", "activation energy of its conduction", 0, 3),
    "density_g_cm3": ("density_g_cm3", "g/cm³", "density of the pure solid", 0.1, 25),
    "log10_dielectric_constant": ("dielectric_constant", "1", "log₁₀ of the relative permittivity", 0, 5),
    "is_stable_against_lithium": ("stable_against_lithium", "1", "share that lithium metal leaves unchanged", 0, 1),
    "typical_size_nm": ("typical_size_nm", "nm", "usual particle size", 0.1, 1e6),
}
_DENSITY = "filler_density_g_cm3"
ESTIMATED_DENSITY = "filler_estimated_density_g_cm3"
"""Beside the features: the density, of the median of the filler's family where its own is not known."""


def dictionary(library: Library) -> list[Feature]:
    """Return the block's columns in order; the structure families are those of the library."""
    families = [
        Feature(
            name,
            "filler",
            "1",
            f"share of the fillers that are of the family {family}",
            _MEAN,
            "fillers.csv; of a bare formula: the family of the library's nearest formula",
            highest=1,
        )
        for family, name in _families(library).items()
    ]
    constants = [
        Feature(
            f"filler_{name}",
            "filler",
            unit,
            meaning,
            _how(name),
            "constants.csv",
            "known of no filler",
            lowest,
            highest,
        )
        for name, (_, unit, meaning, lowest, highest) in _CONSTANTS.items()
    ]
    return [_PRESENT, _N_COMPONENTS, _ACTIVE, *composition.dictionary(), _EXCESS, *families, *constants]


def _how(constant: str) -> str:
    return "1/ρ = Σ w/ρ" if f"filler_{constant}" == _DENSITY else f"{_MEAN}, of those of which it is known"


@lru_cache(maxsize=16384)
def describe(mixture: str, library: Library) -> Mapping[str, float]:
    """Describe one filler or several by the mean of their descriptors, weighted by their shares.

    Args:
        mixture: Library names or formulas, as `split_mixture` reads them; "" for no filler.
        library: Looks up formula, family, activity and constants.

    Returns:
        One number a column of `dictionary()`, and `ESTIMATED_DENSITY`; NaN where nothing is known of any part.
    """
    parts = [(describe_one(name, library), share) for name, share in split_mixture(mixture)]
    described = {feature.name: math.nan for feature in dictionary(library)} | {ESTIMATED_DENSITY: math.nan}
    described |= {_PRESENT.name: float(bool(parts)), _N_COMPONENTS.name: float(len(parts))}
    described |= dict.fromkeys(_families(library).values(), 0.0)
    if not parts:
        return described
    for column in parts[0][0]:
        described[column] = weighted_mean([(part[column], share) for part, share in parts])
    for column in (_DENSITY, ESTIMATED_DENSITY):
        described[column] = mixed_density([(part[column], share) for part, share in parts])
    return described


@lru_cache(maxsize=4096)
def describe_one(name: str, library: Library) -> Mapping[str, float]:
    """Describe one filler, given by its library name or as a formula: composition, family, constants."""
    row = library.fillers.get(name)
    formula = row["formula"] if row else name
    family = family_of(name, library)
    described = {feature.name: math.nan for feature in composition.dictionary()} | {_EXCESS.name: math.nan}
    if formula:
        described |= composition.describe(formula)
        described[_EXCESS.name] = composition.lithium_excess(formula, family)
    is_active = row["is_active"] == "true" if row else described["filler_lithium_fraction"] > 0
    described |= {column: float(member == family) for member, column in _families(library).items()}
    constants = {column: library.constant("fillers", name, prop) for column, (prop, *_) in _CONSTANTS.items()}
    described |= {
        f"filler_{column}": math.log10(number) if column.startswith("log10") else number
        for column, number in constants.items()
    }
    density = described[_DENSITY]
    described[ESTIMATED_DENSITY] = _family_density(family, library) if math.isnan(density) else density
    return described | {_ACTIVE.name: float(is_active)}


def family_of(name: str, library: Library) -> str:
    """Return the structure family of a filler, given by its library name or as a formula; "" where none is near."""
    return library.fillers[name]["family"] if name in library.fillers else nearest_family(name, library)


@lru_cache(maxsize=4096)
def nearest_family(formula: str, library: Library) -> str:
    """Return the structure family of the library's formula that is nearest in atomic fractions.

    Returns:
        "" where none lies within 0.1 (sum of the differences).

    Raises:
        ValueError: pymatgen does not read the formula.
    """
    atoms = composition.atomic_fractions(formula)
    distances = [
        (_distance(atoms, composition.atomic_fractions(row["formula"])), row["family"])
        for row in library.fillers.values()
        if row["formula"]
    ]
    distance, family = min(distances)
    return family if distance <= _LIKENESS else ""


def _distance(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return math.fsum(abs(one.get(symbol, 0.0) - other.get(symbol, 0.0)) for symbol in {*one, *other})


@lru_cache(maxsize=256)
def _family_density(family: str, library: Library) -> float:
    members = [name for name, row in library.fillers.items() if row["family"] == family]
    densities = [library.constant("fillers", name, "density_g_cm3") for name in members]
    known = [density for density in densities if not math.isnan(density)]
    return statistics.median(known) if known else math.nan


@lru_cache(maxsize=64)
def _families(library: Library) -> Mapping[str, str]:
    families = sorted({row["family"] for row in library.fillers.values()})
    return {family: f"filler_family_{family.replace('-', '_')}" for family in families}
