"""The shape of a chain: backbone, side chains, flexibility, and the room that it takes."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from features.groups import per_unit

_AVOGADRO = 6.02214076e23
_CUBIC_ANGSTROM_PER_CM3 = 1e24


def backbone(unit: Any) -> list[int]:
    """Return the atoms on the shortest path between the chain ends of a repeat unit, ends left out."""
    from rdkit import Chem

    ends = [atom.GetIdx() for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
    return [atom for atom in Chem.GetShortestPath(unit, *ends) if atom not in ends]


def side_chain(unit: Any) -> tuple[int, int]:
    """Count the heavy atoms off the backbone and off its rings, and the bonds from there to the farthest of them."""
    from rdkit import Chem

    trunk = set(backbone(unit))
    for ring in unit.GetRingInfo().AtomRings():
        if trunk & set(ring):
            trunk |= set(ring)
    atoms = [a.GetIdx() for a in unit.GetAtoms() if a.GetAtomicNum() > 0 and a.GetIdx() not in trunk]
    bonds = Chem.GetDistanceMatrix(unit)
    return len(atoms), max((int(min(bonds[atom][t] for t in trunk)) for atom in atoms), default=0)


def shape(unit: Any) -> dict[str, float]:
    """Measure one repeat unit inside a chain.

    Returns:
        `backbone_atoms`, `heavy_atoms`, `side_chain_atoms`, `side_chain_bonds`, `rotatable_bonds`,
        `polar_surface` (Å²), `lipophilicity` (Crippen's log P), `molar_mass` (g/mol) and `volume` (van der Waals, Å³).
    """
    from rdkit.Chem.Descriptors import MolWt  # type: ignore[attr-defined]
    from rdkit.Chem.rdMolDescriptors import CalcCrippenDescriptors, CalcNumRotatableBonds, CalcTPSA

    n_side, longest = side_chain(unit)
    return {
        "backbone_atoms": float(len(backbone(unit))),
        "heavy_atoms": float(unit.GetNumAtoms() - 2),
        "side_chain_atoms": float(n_side),
        "side_chain_bonds": float(longest),
        "rotatable_bonds": per_unit(unit, CalcNumRotatableBonds),
        "polar_surface": per_unit(unit, CalcTPSA),
        "lipophilicity": per_unit(unit, lambda chain: CalcCrippenDescriptors(chain)[0]),
        "molar_mass": per_unit(unit, MolWt),
        "volume": per_unit(unit, van_der_waals_volume),
    }


@cache
def _atomic_volumes() -> dict[str, float]:
    """Van der Waals volumes of atoms in Å³: spheres of Bondi's radii, as Zhao et al. (2003) take them."""
    return {
        "H": 7.24, "C": 20.58, "N": 15.60, "O": 14.71, "F": 13.31, "Cl": 22.45, "Br": 26.52, "I": 32.52, "P": 24.43,
        "S": 24.43, "As": 26.52, "B": 40.48, "Si": 38.79, "Se": 28.73,
    }  # fmt: skip


def van_der_waals_volume(molecule: Any) -> float:
    """Add up a molecule's van der Waals volume from its atoms and bonds, in Å³; NaN with other elements.

    V = Σ atoms − 5.92 N_bonds − 14.7 R_aromatic − 3.8 R_other; Y. H. Zhao, M. H. Abraham, A. M. Zissimos, J. Org. Chem.
    68, 7368 (2003), doi 10.1021/jo034808o.
    """
    from rdkit import Chem

    full = Chem.AddHs(molecule)
    atoms = math.fsum(_atomic_volumes().get(atom.GetSymbol(), float("nan")) for atom in full.GetAtoms())
    rings = molecule.GetRingInfo().BondRings()
    n_aromatic = [all(molecule.GetBondWithIdx(bond).GetIsAromatic() for bond in ring) for ring in rings].count(True)
    return float(atoms - 5.92 * full.GetNumBonds() - 14.7 * n_aromatic - 3.8 * (len(rings) - n_aromatic))


def estimated_density(molar_mass: float, volume: float) -> float:
    """Estimate a polymer's density from its repeat unit, in g/cm³.

    An amorphous polymer, glassy or rubbery, takes some 1.60 times its van der Waals volume
    (polymerdatabase.com/polymer%20physics/MolarVolume.html, after van Krevelen).

    Args:
        molar_mass: Of the repeat unit, in g/mol.
        volume: Its van der Waals volume, in Å³.
    """
    return molar_mass * _CUBIC_ANGSTROM_PER_CM3 / (_AVOGADRO * 1.60 * volume)
