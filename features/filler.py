"""The filler block: composition statistics through pymatgen, structure family, and how much of it there is."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from features.dictionary import Feature
from features.library import Library
from features.mixture import split_mixture

_PROPERTIES = {
    "electronegativity": ("X", "1", "Pauling electronegativity"),
    "ionic_radius": ("average_ionic_radius", "Å", "mean ionic radius (Shannon)"),
    "atomic_mass": ("atomic_mass", "u", "atomic mass"),
    "group": ("group", "1", "group of the periodic table"),
}
_STATISTICS = {
    "mean": "amount-weighted mean",
    "spread": "amount-weighted standard deviation",
    "range": "largest minus smallest",
}
_FRACTIONS = {
    "lithium": (("Li",), "lithium: the carriers"),
    "oxygen": (("O",), "oxygen"),
    "sulfur": (("S", "Se"), "sulfur and selenium: soft, polarisable anions"),
    "halogen": (("F", "Cl", "Br", "I"), "halogens"),
    "reducible": (("Ti", "Ge", "Sn"), "Ti, Ge and Sn, which lithium metal reduces"),
    "carbon": (("C",), "carbon (frameworks of metal-organic kind, carbides)"),
}
_COMPUTED = "pymatgen, from the formula"
_PRESENT = Feature("filler_is_present", "filler", "0/1", "whether there is a ceramic or other solid filler", "record")
_N_COMPONENTS = Feature("filler_n_components", "filler", "1", "number of fillers", "counted")
_ACTIVE = Feature(
    "filler_is_active",
    "filler",
    "1",
    "share of the fillers that conduct lithium themselves",
    "fillers.csv; for a bare formula: whether it holds lithium",
)
_WEIGHT = Feature(
    "filler_wt_fraction",
    "filler",
    "1",
    "filler mass for each mass of composite; 0 without filler, 1 without polymer",
    "record; NaN where not stated",
)
_VOLUME = Feature(
    "filler_vol_fraction",
    "filler",
    "1",
    "filler volume for each volume of composite; 0 without filler, 1 without polymer",
    "record; NaN where not stated",
)


def dictionary(library: Library) -> list[Feature]:
    """Return the block's columns in order; the structure families are those of the library."""
    statistics = [
        Feature(f"filler_{name}_{statistic}", "filler", unit, f"{how} of the {meaning}", _COMPUTED)
        for name, (_, unit, meaning) in _PROPERTIES.items()
        for statistic, how in _STATISTICS.items()
    ]
    fractions = [
        Feature(f"filler_{name}_fraction", "filler", "1", f"atomic fraction of {meaning}", _COMPUTED)
        for name, (_, meaning) in _FRACTIONS.items()
    ]
    families = [
        Feature(name, "filler", "1", f"share of the fillers that are of the family {family}", "fillers.csv")
        for family, name in _families(library).items()
    ]
    return [_PRESENT, _N_COMPONENTS, _ACTIVE, *statistics, *fractions, *families]


def loading_dictionary() -> list[Feature]:
    """Return the columns that say how much filler there is."""
    return [_WEIGHT, _VOLUME]


def describe(mixture: str, library: Library) -> dict[str, float]:
    """Describe one filler or several by the mean of their descriptors, weighted by their shares.

    Args:
        mixture: Library names or formulas, as `split_mixture` reads them; "" for no filler.
        library: Looks up formula, family and activity.

    Returns:
        One number a column of `dictionary()`. Without a filler, and where no formula is defined, the composition
        statistics are NaN.
    """
    parts = split_mixture(mixture)
    described = {feature.name: math.nan for feature in dictionary(library)}
    described |= {_PRESENT.name: float(bool(parts)), _N_COMPONENTS.name: float(len(parts))}
    families = dict.fromkeys(_families(library).values(), 0.0)
    for name, share in parts:
        if name in library.fillers:
            families[_families(library)[library.fillers[name]["family"]]] += share
    described |= families
    if not parts:
        return described
    described[_ACTIVE.name] = sum(_is_active(name, library) * share for name, share in parts)
    known = [(formula, share) for name, share in parts if (formula := _formula(name, library))]
    total = sum(share for _, share in known)
    for column in describe_formula(known[0][0]) if known else ():
        described[column] = sum(describe_formula(formula)[column] * share for formula, share in known) / total
    return described


@lru_cache(maxsize=4096)
def describe_formula(formula: str) -> dict[str, float]:
    """Describe a formula by statistics of its elements.

    Raises:
        ValueError: pymatgen does not read the formula.
    """
    from pymatgen.core import Composition

    composition = Composition(formula).element_composition
    weights = np.array(list(composition.values()), dtype=float)
    weights /= weights.sum()
    described: dict[str, float] = {}
    for name, (attribute, _, _) in _PROPERTIES.items():
        numbers = np.array([float(getattr(element, attribute)) for element in composition])
        mean = float(weights @ numbers)
        described[f"filler_{name}_mean"] = mean
        described[f"filler_{name}_spread"] = math.sqrt(float(weights @ (numbers - mean) ** 2))
        described[f"filler_{name}_range"] = float(np.ptp(numbers))
    for name, (symbols, _) in _FRACTIONS.items():
        described[f"filler_{name}_fraction"] = float(sum(composition.get_atomic_fraction(s) for s in symbols))
    return described


def _families(library: Library) -> dict[str, str]:
    families = sorted({row["family"] for row in library.fillers.values()})
    return {family: f"filler_family_{family.replace('-', '_')}" for family in families}


def _formula(name: str, library: Library) -> str:
    return library.fillers[name]["formula"] if name in library.fillers else name


def _is_active(name: str, library: Library) -> float:
    if name in library.fillers:
        return float(library.fillers[name]["is_active"] == "true")
    return float(describe_formula(name)["filler_lithium_fraction"] > 0)
