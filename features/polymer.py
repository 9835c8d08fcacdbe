"""The polymer block: what a repeat unit's structure and the polymer's constants say about how it holds and passes Li⁺.

Counted is what one repeat unit inside a chain adds: the count of a methyl-capped trimer less that of the dimer. So the
ends cancel, groups that span two units (the amide of an aramid) are whole, and where the unit is cut does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from features.chain import estimated_density, shape
from features.chemistry import canonical_repeat_unit, repeat_units
from features.dictionary import Feature
from features.groups import CONTRAST, GROUPS, count_groups, donor_distances, donor_strengths
from features.library import Library
from features.mixture import mixed_density, split_mixture, weighted_mean

_NO_STRUCTURE = "no polymer, or no part of it has a defined structure"
_NO_DONOR = f"{_NO_STRUCTURE}, or nothing in it binds lithium"
_MEAN = "mean of the blend's parts by share"
_RECORD = "record"
_DONOR_NUMBERS = "donor numbers of model solvents: Gutmann, Coord. Chem. Rev. 18, 225 (1976)"


def _structural(
    name: str,
    unit: str,
    meaning: str,
    formula: str,
    source: str = "repeat unit, RDKit",
    lowest: float = 0.0,
    highest: float = math.inf,
) -> Feature:
    missing = _NO_DONOR if "donor_number" in name or "spacing" in name else _NO_STRUCTURE
    return Feature(f"polymer_{name}", "polymer", unit, meaning, f"{formula}; {_MEAN}", source, missing, lowest, highest)


_STRUCTURE = (
    *(
        _structural(
            f"{name}_per_backbone_atom",
            "1",
            f"{meaning} for each atom of the backbone",
            f"SMARTS count, {CONTRAST}, over the atoms of the backbone",
        )
        for name, (_, meaning) in GROUPS.items()
    ),
    _structural("donor_number", "kcal/mol", "how strongly its donors hold Li⁺", "mean of its donors", _DONOR_NUMBERS),
    _structural(
        "strongest_donor_number",
        "kcal/mol",
        "how strongly its strongest donor holds Li⁺",
        "largest of its donors",
        _DONOR_NUMBERS,
    ),
    _structural(
        "donor_strength_per_backbone_atom",
        "kcal/mol",
        "how much binding there is along the chain: donors times their strength",
        "sum of its donors over the atoms of the backbone",
        _DONOR_NUMBERS,
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
    _NO_STRUCTURE,
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
        _DONOR_NUMBERS,
        _NO_DONOR,
    ),
)
_RANGE_OF = {"polymer_Tg_range_C": "polymer_Tg_C", "polymer_donor_number_range": "polymer_donor_number"}
_DENSITY = "polymer_density_g_cm3"
ESTIMATED_DENSITY = "polymer_estimated_density_g_cm3"
"""Beside the features: the density, estimated from the structure where no measured one is known."""
UNIT_MASS = "polymer_mass_per_coordinating_unit_g_mol"
"""Beside the features: polymer mass for each ether oxygen, or for each repeat unit where there is no ether oxygen."""
HOST_LAW = ("host_prefactor_S_cm", "host_B_K", "host_T0_K", "host_melt_prefactor_S_cm", "host_melt_B_K")
"""Beside the features: A, B and T₀ of σ = A exp(−B/(T − T₀)), the polymer's conductivity with a lithium salt, and
A and B of its melt where that was measured too."""
BESIDE = (ESTIMATED_DENSITY, UNIT_MASS, *HOST_LAW)
_ETHER_PER_G, _UNITS_PER_G = "ether_oxygens_mol_g", "repeat_units_mol_g"


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
    return "1/ρ = Σ w/ρ" if f"polymer_{constant}" == _DENSITY else f"{_MEAN}, of the parts of which it is known"


def dictionary() -> list[Feature]:
    """Return the block's columns in order."""
    return [_N_COMPONENTS, _N_UNITS, *_STRUCTURE, *_constant_features(), *_RANGES]


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
    ether, units = (sum(part[column] * share for part, share in parts) for column in (_ETHER_PER_G, _UNITS_PER_G))
    described[UNIT_MASS] = 1.0 / (ether or units)
    if len(parts) > 1:
        described |= dict.fromkeys(HOST_LAW, math.nan)
    for name in _CONSTANTS:
        is_known = [share for part, share in parts if not math.isnan(part[f"polymer_{name}"])]
        described[f"polymer_{name}_is_known"] = sum(is_known)
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
    unknown = dict.fromkeys([*(f.name for f in _STRUCTURE), ESTIMATED_DENSITY, _ETHER_PER_G, _UNITS_PER_G], math.nan)
    described = describe_repeat_unit(structure) if structure else unknown
    constants = {f"polymer_{prop}": library.constant("polymers", name, prop) for prop in _CONSTANTS}
    if not math.isnan(constants[_DENSITY]):
        described = {**described, ESTIMATED_DENSITY: constants[_DENSITY]}
    host = {prop: library.constant("polymers", name, prop) for prop in HOST_LAW}
    return {**described, **constants, **host}


@lru_cache(maxsize=4096)
def describe_repeat_unit(psmiles: str) -> Mapping[str, float]:
    """Describe repeat units given as PSMILES ("*CCO*"); several units joined by "." count as equally many.

    Raises:
        ValueError: The text is not a repeat unit.
    """
    units = repeat_units(psmiles)
    shapes = [shape(unit) for unit in units]
    total = {name: sum(measured[name] for measured in shapes) for name in shapes[0]}
    length, size = total["backbone_atoms"], total["heavy_atoms"]
    counts = [count_groups(unit) for unit in units]
    donors = [donor for unit in units for donor in donor_strengths(unit)]
    n_donors, strength = sum(n for _, n in donors), sum(number * n for number, n in donors)
    distances = sum(donor_distances(unit) for unit in units)
    described = {f"polymer_{name}_per_backbone_atom": sum(c[name] for c in counts) / length for name in GROUPS}
    return described | {
        "polymer_donor_number": strength / n_donors if donors else math.nan,
        "polymer_strongest_donor_number": max((number for number, _ in donors), default=math.nan),
        "polymer_donor_strength_per_backbone_atom": strength / length,
        "polymer_donor_spacing_bonds": distances / n_donors if donors else math.nan,
        "polymer_rotatable_bonds_per_backbone_atom": total["rotatable_bonds"] / length,
        "polymer_polar_surface_per_heavy_atom_A2": total["polar_surface"] / size,
        "polymer_lipophilicity_per_heavy_atom": total["lipophilicity"] / size,
        "polymer_side_chain_fraction": total["side_chain_atoms"] / size,
        "polymer_side_chain_bonds": max(measured["side_chain_bonds"] for measured in shapes),
        "polymer_unit_molar_mass_g_mol": total["molar_mass"] / len(units),
        ESTIMATED_DENSITY: estimated_density(total["molar_mass"], total["volume"]),
        _ETHER_PER_G: sum(c["ether_O"] for c in counts) / total["molar_mass"],
        _UNITS_PER_G: len(units) / total["molar_mass"],
    }


def _repeat_unit(name: str, library: Library) -> str:
    return name if "*" in name else library.polymers[name]["psmiles"]
