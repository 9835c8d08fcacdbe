"""The polymer block: what a repeat unit's structure says about how it holds and passes lithium ions.

Counted is what one repeat unit inside a chain adds: the count of a methyl-capped trimer less that of the dimer. So the
ends cancel, groups that span two units (the amide of an aramid) are whole, and where the unit is cut does not matter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

from features.chemistry import oligomer, repeat_units
from features.dictionary import Feature
from features.library import Library
from features.mixture import split_mixture

_GROUPS = {
    "ether_O": ("[OX2;!$(O-C=O);!$(O-C(=O));!$(O[Si]);!$(O[P,S])]([#6])[#6]", "ether oxygens"),
    "ester": ("[#6][CX3](=O)[OX2][#6]", "ester groups"),
    "carbonate": ("[OX2]([#6])[CX3](=O)[OX2][#6]", "carbonate groups"),
    "urethane": ("[NX3][CX3](=O)[OX2][#6]", "urethane groups"),
    "amide": ("[#6][CX3](=O)[NX3]", "amide groups"),
    "nitrile": ("[CX2]#[NX1]", "nitrile groups"),
    "CF": ("[#6][F]", "carbon-fluorine bonds"),
    "CCl": ("[#6][Cl]", "carbon-chlorine bonds"),
    "siloxane": ("[Si][OX2]", "silicon-oxygen bonds"),
    "hydroxyl": ("[OX2H]", "hydroxyl groups"),
    "aromatic": ("a", "aromatic atoms"),
}
_SHAPE = {
    "rotatable_bonds": ("rotatable bonds: the flexibility of the chain", "RDKit rotatable bonds, trimer less dimer"),
    "polar_surface": (
        "topological polar surface area: the room for lithium to bind, Å² per atom",
        "RDKit TPSA (Ertl 2000, doi 10.1021/jm000942e), trimer less dimer",
    ),
    "lipophilicity": (
        "Crippen's log P contribution: how apolar the chain is",
        "RDKit Crippen log P (Wildman and Crippen 1999, doi 10.1021/ci990307l), trimer less dimer",
    ),
    "side_chain": ("share of heavy atoms that stand in side chains", "shortest path between the chain ends"),
}
_N_COMPONENTS = Feature(
    "polymer_n_components", "polymer", "1", "number of polymers in the blend; 0 without a polymer", "counted"
)
_SIZE = Feature("polymer_unit_atoms", "polymer", "1", "heavy atoms of the repeat unit", "counted from the repeat unit")


def dictionary() -> list[Feature]:
    """Return the block's columns in order."""
    groups = [
        Feature(
            f"polymer_{name}_per_atom",
            "polymer",
            "1",
            f"{meaning} for each heavy atom of the repeat unit",
            "SMARTS count, methyl-capped trimer less dimer",
        )
        for name, (_, meaning) in _GROUPS.items()
    ]
    shape = [
        Feature(f"polymer_{name}_per_atom", "polymer", "Å²" if name == "polar_surface" else "1", meaning, source)
        for name, (meaning, source) in _SHAPE.items()
    ]
    return [_N_COMPONENTS, _SIZE, *groups, *shape]


def describe(mixture: str, library: Library) -> dict[str, float]:
    """Describe a polymer or a blend by the mean of its parts, weighted by their shares.

    Args:
        mixture: Library names or repeat units, as `split_mixture` reads them; "" for no polymer.
        library: Looks up repeat units.

    Returns:
        One number a column of `dictionary()`; NaN where no structure is defined for any part.
    """
    parts = split_mixture(mixture)
    described = {feature.name: math.nan for feature in dictionary()}
    described[_N_COMPONENTS.name] = float(len(parts))
    units = [(unit, share) for name, share in parts if (unit := _repeat_unit(name, library))]
    total = sum(share for _, share in units)
    for name in described if units else ():
        if name != _N_COMPONENTS.name:
            described[name] = sum(describe_repeat_unit(unit)[name] * share for unit, share in units) / total
    return described


@lru_cache(maxsize=4096)
def describe_repeat_unit(psmiles: str) -> dict[str, float]:
    """Describe repeat units given as PSMILES ("*CCO*"); several units joined by "." count by their size.

    Raises:
        ValueError: The text is not a repeat unit.
    """
    units = repeat_units(psmiles)
    n_atoms = sum(unit.GetNumAtoms() - 2 for unit in units)
    counts = {name: sum(_per_unit(unit, count) for unit in units) for name, count in _counters().items()}
    counts["side_chain"] = float(sum(_n_side_chain_atoms(unit) for unit in units))
    described = {f"polymer_{name}_per_atom": counts[name] / n_atoms for name in (*_GROUPS, *_SHAPE)}
    return described | {_SIZE.name: n_atoms / len(units)}


def _per_unit(unit: Any, count: Callable[[Any], float]) -> float:
    """Return what one unit inside a chain adds: the trimer's count less the dimer's, so that the ends cancel."""
    return count(oligomer(unit, 3)) - count(oligomer(unit, 2))


def _repeat_unit(name: str, library: Library) -> str:
    if "*" in name:
        return name
    return library.polymers[name]["psmiles"]


def _n_side_chain_atoms(unit: Any) -> int:
    """Count the heavy atoms that are not on the backbone: off the shortest path, and off its rings."""
    from rdkit import Chem

    ends = [atom.GetIdx() for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
    backbone = set(Chem.GetShortestPath(unit, *ends))
    for ring in unit.GetRingInfo().AtomRings():
        if backbone & set(ring):
            backbone |= set(ring)
    return int(unit.GetNumAtoms()) - len(backbone)


@cache
def _counters() -> dict[str, Callable[[Any], float]]:
    from rdkit import Chem
    from rdkit.Chem.rdMolDescriptors import CalcCrippenDescriptors, CalcNumRotatableBonds, CalcTPSA

    def matches(smarts: str) -> Callable[[Any], float]:
        pattern = Chem.MolFromSmarts(smarts)
        return lambda chain: len(chain.GetSubstructMatches(pattern, maxMatches=100_000))

    return {name: matches(smarts) for name, (smarts, _) in _GROUPS.items()} | {
        "rotatable_bonds": CalcNumRotatableBonds,
        "polar_surface": CalcTPSA,
        "lipophilicity": lambda chain: CalcCrippenDescriptors(chain)[0],
    }
