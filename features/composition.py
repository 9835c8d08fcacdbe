"""What a formula says of a ceramic: statistics of its elements, lithium, anions, what reduces and what costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from features import elements
from features.dictionary import Feature

_NO_FORMULA = "no filler, or no part of it has a formula"
_MEAN = "mean of the fillers by share"
_STATISTICS = {
    "mean": "amount-weighted mean",
    "spread": "amount-weighted standard deviation",
}
_FRACTIONS = {
    "lithium": (("Li",), "lithium: the carriers"),
    "oxygen": (("O",), "oxygen"),
    "sulfur": (("S", "Se"), "sulfur and selenium: soft, polarisable anions"),
    "halogen": (("F", "Cl", "Br", "I"), "halogens"),
    "reducible": (("Ti", "Ge", "Sn"), "Ti, Ge and Sn, whose 4+ cations lithium metal reduces"),
    "carbon": (("C",), "carbon (frameworks of metal-organic kind, carbides)"),
}
PARENTS = {
    "garnet": (3, 12),
    "nasicon": (1, 12),
    "perovskite": (0, 3),
    "argyrodite": (7, 6),
    "lisicon": (4, 4),
}
"""Lithium and anions of each family's parent: Li3Nd3Te2O12 (O'Callaghan et al., Chem. Mater. 20, 2360 (2008)),
LiTi2(PO4)3 (Aono et al., J. Electrochem. Soc. 137, 1023 (1990)), ABO3 (Stramare et al., Chem. Mater. 15, 3974 (2003)),
Li7PS6 and Li4GeO4, from which Li7-xPS6-xBrx and Li16-2xZnx(GeO4)4 derive."""


def dictionary() -> list[Feature]:
    """Return what a formula gives, in order."""
    return [
        *(
            Feature(
                f"filler_{name}_{statistic}",
                "filler",
                unit,
                f"{how} of the {meaning} of its atoms",
                f"{how}; {_MEAN}",
                f"formula; {source}",
                _NO_FORMULA,
                is_learned=False,
            )
            for name, (unit, meaning, source) in elements.PROPERTIES.items()
            for statistic, how in _STATISTICS.items()
        ),
        *(
            Feature(
                f"filler_{name}_fraction",
                "filler",
                "1",
                f"share of the atoms that are {meaning}",
                f"atoms over all atoms; {_MEAN}",
                "formula",
                _NO_FORMULA,
                0,
                1,
            )
            for name, (_, meaning) in _FRACTIONS.items()
        ),
        Feature(
            "filler_field_strength_per_A2",
            "filler",
            "1/Å²",
            "Lewis acidity of the surface: how strongly its cations, lithium left out, draw an electron pair",
            f"charge over squared Shannon radius, amount-weighted; {_MEAN}",
            "formula; Dietzel, Z. Elektrochem. 48, 9 (1942)",
            f"{_NO_FORMULA}, or it has no cation beside lithium whose radius is tabulated",
        ),
        Feature(
            "filler_critical_fraction",
            "filler",
            "1",
            "share of the atoms that are scarce: critical raw materials of the European Union, lithium left out",
            f"atoms over all atoms; {_MEAN}",
            "formula; Regulation (EU) 2024/1252, annex II",
            _NO_FORMULA,
            0,
            1,
            is_learned=False,
        ),
        Feature(
            "filler_log10_element_cost_USD_kg",
            "filler",
            "log₁₀ USD/kg",
            "what its elements cost",
            f"log₁₀ of the elements' prices by mass; {_MEAN}",
            "formula; pymatgen's table of element prices",
            _NO_FORMULA,
            -3,
            9,
            is_learned=False,
        ),
    ]


@lru_cache(maxsize=4096)
def describe(formula: str) -> Mapping[str, float]:
    """Describe a formula, doped and non-integer ones too.

    Returns:
        One number a column of `dictionary()`.

    Raises:
        ValueError: pymatgen does not read the formula.
    """
    atoms = atomic_fractions(formula)
    weights = np.array(list(atoms.values()))
    described: dict[str, float] = {}
    known = [elements.properties(symbol, atoms) for symbol in atoms]
    for name in elements.PROPERTIES:
        numbers = np.array([properties[name] for properties in known])
        mean = math.fsum(weights * numbers)
        described[f"filler_{name}_mean"] = mean
        described[f"filler_{name}_spread"] = math.sqrt(math.fsum(weights * (numbers - mean) ** 2))
    for name, (symbols, _) in _FRACTIONS.items():
        described[f"filler_{name}_fraction"] = math.fsum(atoms.get(symbol, 0.0) for symbol in symbols)
    described["filler_field_strength_per_A2"] = _field_strength(atoms)
    described["filler_log10_element_cost_USD_kg"] = math.log10(element_cost(formula))
    described["filler_critical_fraction"] = math.fsum(
        share for symbol, share in atoms.items() if symbol in elements.CRITICAL
    )
    return described


@lru_cache(maxsize=4096)
def atomic_fractions(formula: str) -> Mapping[str, float]:
    """Return each element's share of the atoms of a formula.

    Raises:
        ValueError: pymatgen does not read the formula.
    """
    from pymatgen.core import Composition

    composition = Composition(formula).element_composition
    return {element.symbol: float(composition.get_atomic_fraction(element)) for element in composition}


def element_cost(formula: str) -> float:
    """Return what the elements of a formula cost in USD/kg, each bought pure, by mass; NaN where one has no price.

    Raises:
        ValueError: pymatgen does not read the formula.
    """
    masses = {symbol: share * elements.atomic_mass(symbol) for symbol, share in atomic_fractions(formula).items()}
    costs = (mass * elements.cost_per_kg(symbol) for symbol, mass in masses.items())
    return math.fsum(costs) / math.fsum(masses.values())


def lithium_excess(formula: str, family: str) -> float:
    """Return how much more lithium a formula holds than its family's parent, for each formula unit of the parent.

    In Li6.75La3Zr1.75Ta0.25O12 it is 3.75 (over Li3Nd3Te2O12), in Li1.3Al0.3Ti1.7(PO4)3 0.3 (over LiTi2(PO4)3), in
    Li6PS5Cl -1 (under Li7PS6). NaN for a family without a parent, and without anions.

    Args:
        formula: A formula that pymatgen reads.
        family: The structure family, as the library writes it.
    """
    atoms = atomic_fractions(formula)
    n_anions = math.fsum(share for symbol, share in atoms.items() if elements.is_anion(symbol, atoms))
    if family not in PARENTS or not n_anions:
        return math.nan
    lithium, anions = PARENTS[family]
    return atoms.get("Li", 0.0) * anions / n_anions - lithium


def _field_strength(atoms: Mapping[str, float]) -> float:
    strengths = [
        (strength, share)
        for symbol, share in atoms.items()
        if symbol != "Li" and not math.isnan(strength := elements.field_strength(symbol, atoms))
    ]
    total = math.fsum(share for _, share in strengths)
    return math.fsum(strength * share for strength, share in strengths) / total if strengths else math.nan
