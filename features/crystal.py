"""What the unit cell says of a crystal beside its formula: shape, room for each atom, symmetry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from features import elements
from features.dictionary import Feature

_SYSTEMS = (3, 16, 75, 143, 168, 195)
"""First space group of each crystal system after the triclinic (International Tables for Crystallography A)."""
LAST_SPACE_GROUP = 230
_CENTRINGS = "PACBIFR"
_FLAT = 1e-6
"""Squared volume of a cell with axes of 1 Å below which its three axes lie in a plane."""
_U_PER_CUBIC_ANGSTROM = 1.66053906660
"""1 u/Å³ in g/cm³ (CODATA 2018)."""


@dataclass(frozen=True)
class UnitCell:
    """A unit cell as diffraction gives it.

    Attributes:
        content: Formula of all that it holds ("Li56.0La24.0Zr16.0O96.0").
        axes_A: a, b and c in Å.
        angles_deg: α, β and γ in degrees.
        space_group: Number of the space group, 1 to 230.
        symbol: Its Hermann–Mauguin symbol; the first letter says how the lattice is centred.
    """

    content: str
    axes_A: tuple[float, float, float]  # noqa: N815
    angles_deg: tuple[float, float, float]
    space_group: int
    symbol: str


def _of_cell(name: str, unit: str, meaning: str, formula: str, lowest: float = 0.0) -> Feature:
    return Feature(f"crystal_{name}", "filler", unit, meaning, formula, "unit cell", "no unit cell", lowest)


_FEATURES = (
    _of_cell("space_group", "1", "space group", "number"),
    _of_cell("system", "1", "crystal system, from triclinic (0) to cubic (6)", "from the space group's number"),
    _of_cell("centring", "1", f"how the lattice is centred: place of its letter in {_CENTRINGS}", "as stated", -1),
    *(_of_cell(f"{axis}_A", "Å", f"length of the axis {axis}", "as stated") for axis in "abc"),
    *(_of_cell(f"{angle}_deg", "°", f"angle {angle}", "as stated") for angle in ("alpha", "beta", "gamma")),
    _of_cell("shortest_axis_A", "Å", "shortest axis", "smallest of a, b and c"),
    _of_cell("longest_axis_A", "Å", "longest axis", "largest of a, b and c"),
    _of_cell("axial_ratio", "1", "how long the cell is drawn", "longest over shortest axis"),
    _of_cell("volume_A3", "Å³", "volume of the cell", "abc √(1 − Σcos² + 2 Πcos)"),
    _of_cell("atoms", "1", "atoms in the cell", "counted"),
    _of_cell("lithium", "1", "lithium in the cell", "counted"),
    _of_cell("volume_per_atom_A3", "Å³", "room for each atom", "volume over atoms"),
    _of_cell("volume_per_lithium_A3", "Å³", "room for each lithium", "volume over lithium"),
    _of_cell("volume_per_anion_A3", "Å³", "how wide the anions' packing is", "volume over anions"),
    _of_cell("density_g_cm3", "g/cm³", "density by diffraction", "mass of the cell over its volume"),
)


def dictionary() -> list[Feature]:
    """Return what a unit cell gives, in order."""
    return list(_FEATURES)


@lru_cache(maxsize=4096)
def describe(cell: UnitCell) -> Mapping[str, float]:
    """Describe a unit cell.

    Returns:
        One number a column of `dictionary()`; NaN for the room of an atom that it does not hold.

    Raises:
        ValueError: The content is no formula, the space group has no such number, or the lengths and angles close no
            cell.
    """
    atoms = _atoms(cell.content)
    n_atoms, n_lithium = math.fsum(atoms.values()), atoms.get("Li", 0.0)
    n_anions = math.fsum(amount for symbol, amount in atoms.items() if elements.is_anion(symbol, atoms))
    mass = math.fsum(amount * elements.atomic_mass(symbol) for symbol, amount in atoms.items())
    volume = cell_volume(cell)
    numbers = (
        cell.space_group,
        _system(cell.space_group),
        _CENTRINGS.find(cell.symbol.strip()[:1] or "?"),
        *cell.axes_A,
        *cell.angles_deg,
        min(cell.axes_A),
        max(cell.axes_A),
        max(cell.axes_A) / min(cell.axes_A),
        volume,
        n_atoms,
        n_lithium,
        volume / n_atoms,
        volume / n_lithium if n_lithium else math.nan,
        volume / n_anions if n_anions else math.nan,
        mass / volume * _U_PER_CUBIC_ANGSTROM,
    )
    return {feature.name: float(number) for feature, number in zip(_FEATURES, numbers, strict=True)}


def cell_volume(cell: UnitCell) -> float:
    """Return the volume of a unit cell in Å³.

    Raises:
        ValueError: An axis is not positive, or the angles close no cell.
    """
    cosines = [math.cos(math.radians(angle)) for angle in cell.angles_deg]
    square = 1 - math.fsum(cosine**2 for cosine in cosines) + 2 * math.prod(cosines)
    if not (min(cell.axes_A) > 0 and square > _FLAT):
        raise ValueError(f"axes {cell.axes_A} Å and angles {cell.angles_deg}° close no unit cell")
    return math.prod(cell.axes_A) * math.sqrt(square)


def _system(space_group: int) -> int:
    if not 1 <= space_group <= LAST_SPACE_GROUP:
        raise ValueError(f"space groups have numbers from 1 to {LAST_SPACE_GROUP}, got {space_group}")
    return len([first for first in _SYSTEMS if space_group >= first])


def _atoms(content: str) -> Mapping[str, float]:
    from pymatgen.core import Composition

    composition = Composition(content).element_composition
    if not composition:
        raise ValueError(f"{content!r} is no formula")
    return {element.symbol: float(composition[element]) for element in composition}
