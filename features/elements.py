"""What is known of an element as part of an ionic solid."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from features.polarizabilities import POLARIZABILITIES

_ANIONS = frozenset({"O", "S", "Se", "N", "F", "Cl", "Br", "I"})
_CENTRES_OF_OXOANIONS = frozenset({"S", "Se", "N"})
_OXYGENS_OF_AN_OXOANION = 3

PROPERTIES = {
    "electronegativity": ("1", "Pauling electronegativity", "pymatgen"),
    "ionic_radius": ("Å", "ionic radius (mean of Shannon's)", "Shannon, Acta Cryst. A32, 751 (1976), by pymatgen"),
    "atomic_mass": ("u", "atomic mass", "pymatgen"),
    "polarizability": (
        "a.u.",
        "dipole polarizability of the neutral atom",
        "Schwerdtfeger and Nagle, Mol. Phys. 117, 1200 (2019)",
    ),
    "valence": ("1", "number of charges: of a cation its highest common one, of an anion its lowest", "pymatgen"),
}
"""Unit, meaning and source of each property."""
_GRAMS_PER_KG = 1000.0


def properties(symbol: str, atoms: Mapping[str, float]) -> Mapping[str, float]:
    """Return the numbers of `PROPERTIES` of one element in a solid.

    Args:
        symbol: The element.
        atoms: The amounts of all elements of the solid.
    """
    return {**_of_atom(symbol), "valence": float(abs(oxidation_state(symbol, atoms)))}


def atomic_mass(symbol: str) -> float:
    """Return an element's atomic mass in u."""
    return _of_atom(symbol)["atomic_mass"]


@lru_cache(maxsize=128)
def _of_atom(symbol: str) -> Mapping[str, float]:
    from pymatgen.core import Element

    element = Element(symbol)
    return {
        "electronegativity": float(element.X),
        "ionic_radius": float(element.average_ionic_radius),
        "atomic_mass": float(element.atomic_mass),
        "polarizability": POLARIZABILITIES.get(symbol, math.nan),
    }


CRITICAL = frozenset(
    [
        "Sb",
        "As",
        "Be",
        "Bi",
        "B",
        "Co",
        "Cu",
        "Ga",
        "Ge",
        "Hf",
        "Mg",
        "Mn",
        "Nb",
        "Sc",
        "Sr",
        "Ta",
        "W",
        "V",
        "Ce",
        "La",
        "Nd",
        "Pr",
        "Sm",
        "Dy",
        "Er",
        "Eu",
        "Gd",
        "Ho",
        "Lu",
        "Tb",
        "Tm",
        "Yb",
        "Y",
        "Ru",
        "Rh",
        "Pd",
        "Ir",
        "Pt",
    ]
)
"""Critical raw materials of the European Union (Regulation (EU) 2024/1252 of 11 April 2024, annex II) that a ceramic
takes up as an element. Lithium is in every electrolyte and not counted; neither are materials that the list names as a
metal, a battery grade or a mineral (Ti, Si, Al, Ni, P, C, F, Ba)."""


@lru_cache(maxsize=128)
def cost_per_kg(symbol: str) -> float:
    """Return an element's price in USD/kg, from the table of prices (2013) that pymatgen ships; NaN without one."""
    from pymatgen.core import Element

    element = Element(symbol)
    prices = [float(entry.energy) for entry in _prices().get_entries([element])]
    return min(prices, default=math.nan) / float(element.atomic_mass) * _GRAMS_PER_KG


@cache
def _prices() -> Any:
    from pymatgen.analysis.cost import CostDBElements

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # noble gases have no electronegativity
        return CostDBElements()


def is_anion(symbol: str, atoms: Mapping[str, float]) -> bool:
    """Say whether an element stands as an anion in a solid: O, S, Se, N and the halogens do.

    S, Se and N at the centre of an oxoanion (sulfate, nitrate) do not.

    Args:
        symbol: The element.
        atoms: The amounts of all elements of the solid.
    """
    surrounds = atoms.get("O", 0.0) >= _OXYGENS_OF_AN_OXOANION * atoms[symbol]
    return symbol in _ANIONS and not (symbol in _CENTRES_OF_OXOANIONS and surrounds)


def oxidation_state(symbol: str, atoms: Mapping[str, float]) -> int:
    """Return the charge that an element usually carries: an anion's lowest, a cation's highest common one.

    Args:
        symbol: The element.
        atoms: The amounts of all elements of the solid.
    """
    states = _common_states(symbol)
    return min(states) if is_anion(symbol, atoms) else max(states)


@lru_cache(maxsize=128)
def _common_states(symbol: str) -> tuple[int, ...]:
    from pymatgen.core import Element

    return tuple(int(state) for state in Element(symbol).common_oxidation_states) or (0,)


def field_strength(symbol: str, atoms: Mapping[str, float]) -> float:
    """Return a cation's charge over the square of its radius, z/r² in 1/Å²: how strongly it draws an electron pair.

    A. Dietzel, Z. Elektrochem. 48, 9 (1942), with Shannon's radius in place of the distance; NaN for an anion, for
    carbon, and where no radius of that charge is tabulated.
    """
    charge = oxidation_state(symbol, atoms)
    radius = _radius(symbol, charge)
    return charge / radius**2 if charge > 0 and symbol != "C" and radius else math.nan


@lru_cache(maxsize=256)
def _radius(symbol: str, charge: int) -> float:
    from pymatgen.core import Element

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an element without radii
        return float(Element(symbol).ionic_radii.get(charge) or 0.0)
