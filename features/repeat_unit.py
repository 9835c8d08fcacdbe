"""What the structure of a repeat unit says: groups, donors, shape.

Counted is what one repeat unit inside a chain adds: the count of a methyl-capped trimer less that of the dimer. So the
ends cancel, groups that span two units (the amide of an aramid) are whole, and where the unit is cut does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from features.chain import estimated_density, shape
from features.chemistry import repeat_units
from features.dictionary import Feature
from features.groups import CONTRAST, GROUPS, count_groups, donor_distances, donor_strengths

NO_STRUCTURE = "no polymer, or no part of it has a defined structure"
NO_DONOR = f"{NO_STRUCTURE}, or nothing in it binds lithium"
MEAN = "mean of the blend's parts by share"
DONOR_NUMBERS = "donor numbers of model solvents: Gutmann, Coord. Chem. Rev. 18, 225 (1976)"
ESTIMATED_DENSITY = "polymer_estimated_density_g_cm3"
"""Beside the features: the density, estimated from the structure where no measured one is known."""
_ROUNDING = 1e-6
ETHER_PER_G, UNITS_PER_G = "ether_oxygens_mol_g", "repeat_units_mol_g"
"""Beside the features: ether oxygens and repeat units in each gram of polymer."""


def _structural(
    name: str,
    unit: str,
    meaning: str,
    formula: str,
    source: str = "repeat unit, RDKit",
    lowest: float = 0.0,
    highest: float = math.inf,
) -> Feature:
    missing = NO_DONOR if "donor_number" in name or "spacing" in name else NO_STRUCTURE
    return Feature(f"polymer_{name}", "polymer", unit, meaning, f"{formula}; {MEAN}", source, missing, lowest, highest)


FEATURES = (
    *(
        _structural(
            f"{name}_per_backbone_atom",
            "1",
            f"{meaning} for each atom of the backbone",
            f"SMARTS count, {CONTRAST}, over the atoms of the backbone",
        )
        for name, (_, meaning) in GROUPS.items()
    ),
    _structural("donor_number", "kcal/mol", "how strongly its donors hold Li⁺", "mean of its donors", DONOR_NUMBERS),
    _structural(
        "strongest_donor_number",
        "kcal/mol",
        "how strongly its strongest donor holds Li⁺",
        "largest of its donors",
        DONOR_NUMBERS,
    ),
    _structural(
        "donor_strength_per_backbone_atom",
        "kcal/mol",
        "how much binding there is along the chain: donors times their strength",
        "sum of its donors over the atoms of the backbone",
        DONOR_NUMBERS,
    ),
    _structural(
        "donor_spacing_bonds",
        "1",
        "bonds from a donor to the next, the length of a hop along the chain",
        f"shortest path between donors, {CONTRAST}",
        lowest=1,
    ),
    _structural(
        "rotatable_bonds_per_backbone_atom",
        "1",
        "flexibility of the chain",
        f"RDKit rotatable bonds, {CONTRAST}, over the atoms of the backbone",
    ),
    _structural(
        "polar_surface_per_heavy_atom_A2",
        "Å²",
        "room for lithium to bind",
        f"topological polar surface area (Ertl 2000, doi 10.1021/jm000942e), {CONTRAST}, over the heavy atoms",
    ),
    _structural(
        "lipophilicity_per_heavy_atom",
        "1",
        "how apolar the chain is",
        f"Crippen log P (Wildman and Crippen 1999, doi 10.1021/ci990307l), {CONTRAST}, over the heavy atoms",
        lowest=-math.inf,
    ),
    _structural(
        "side_chain_fraction",
        "1",
        "share of the heavy atoms that stand in side chains",
        "atoms off the shortest path between the chain ends and off its rings",
        highest=1,
    ),
    _structural(
        "side_chain_bonds", "1", "length of the longest side chain", "bonds from the backbone to the farthest atom"
    ),
    _structural("unit_molar_mass_g_mol", "g/mol", "size of the repeat unit", "molar mass of the repeat unit"),
)


@lru_cache(maxsize=4096)
def describe(psmiles: str, fractions: tuple[float, ...] = ()) -> Mapping[str, float]:
    """Describe a polymer by its repeat units.

    Args:
        psmiles: "*CCO*"; the units of a copolymer joined by ".".
        fractions: Each unit's share of the number of units, in their order, summing to 1; equal if left out.

    Returns:
        One number a feature of `FEATURES`, and `ESTIMATED_DENSITY`, `ETHER_PER_G` and `UNITS_PER_G` (mol/g).

    Raises:
        ValueError: The text is not a repeat unit, or there is not one fraction for each unit.
    """
    units = repeat_units(psmiles)
    if fractions and (len(fractions) != len(units) or abs(math.fsum(fractions) - 1) > _ROUNDING):
        raise ValueError(f"{len(units)} fractions that sum to 1 were expected, one for each unit of {psmiles}")
    weights = [share * len(units) for share in fractions] or [1.0] * len(units)
    held = [(unit, weight) for unit, weight in zip(units, weights, strict=True) if weight > 0]
    shapes = [(shape(unit), weight) for unit, weight in held]
    total = {name: math.fsum(measured[name] * weight for measured, weight in shapes) for name in shapes[0][0]}
    length, size = total["backbone_atoms"], total["heavy_atoms"]
    counts = [(count_groups(unit), weight) for unit, weight in held]
    counted = {name: math.fsum(count[name] * weight for count, weight in counts) for name in GROUPS}
    donors = [
        (number, n * weight) for unit, weight in zip(units, weights, strict=True) for number, n in donor_strengths(unit)
    ]
    n_donors, strength = math.fsum(n for _, n in donors), math.fsum(number * n for number, n in donors)
    distances = math.fsum(donor_distances(unit) * weight for unit, weight in held)
    described = {f"polymer_{name}_per_backbone_atom": counted[name] / length for name in GROUPS}
    return described | {
        "polymer_donor_number": strength / n_donors if donors else math.nan,
        "polymer_strongest_donor_number": max((number for number, _ in donors), default=math.nan),
        "polymer_donor_strength_per_backbone_atom": strength / length,
        "polymer_donor_spacing_bonds": distances / n_donors if donors else math.nan,
        "polymer_rotatable_bonds_per_backbone_atom": total["rotatable_bonds"] / length,
        "polymer_polar_surface_per_heavy_atom_A2": total["polar_surface"] / size,
        "polymer_lipophilicity_per_heavy_atom": total["lipophilicity"] / size,
        "polymer_side_chain_fraction": total["side_chain_atoms"] / size,
        "polymer_side_chain_bonds": max(measured["side_chain_bonds"] for measured, _ in shapes),
        "polymer_unit_molar_mass_g_mol": total["molar_mass"] / len(units),
        ESTIMATED_DENSITY: estimated_density(total["molar_mass"], total["volume"]),
        ETHER_PER_G: counted["ether_O"] / total["molar_mass"],
        UNITS_PER_G: len(units) / total["molar_mass"],
    }
