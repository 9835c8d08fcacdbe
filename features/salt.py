"""The salt block: how large the anion is and how thinly its charge is spread."""

from __future__ import annotations

import math
from functools import lru_cache

from features.dictionary import Feature
from features.library import Library
from features.mixture import split_mixture

SALT_FREE = "none"
_LITHIUM_ION = "[Li+]"
_COMPUTED = "RDKit, from the anion's SMILES"
_STATED = Feature("salt_is_stated", "salt", "0/1", "the source names the salt, or says that there is none", "record")
_PRESENT = Feature("salt_is_present", "salt", "0/1", "0 where the source says that the polymer holds no salt", "record")
_N_COMPONENTS = Feature("salt_n_components", "salt", "1", "number of salts mixed", "counted")
_ANION = (
    Feature("salt_anion_heavy_atoms", "salt", "1", "heavy atoms of the anion: its size", _COMPUTED),
    Feature("salt_anion_molar_mass", "salt", "g/mol", "molar mass of the anion", _COMPUTED),
    Feature("salt_anion_fluorines", "salt", "1", "fluorine atoms of the anion", _COMPUTED),
    Feature("salt_anion_oxygens", "salt", "1", "oxygen atoms of the anion, over which its charge spreads", _COMPUTED),
    Feature("salt_anion_nitrogens", "salt", "1", "nitrogen atoms of the anion (imides)", _COMPUTED),
)


def dictionary() -> list[Feature]:
    """Return the block's columns in order."""
    return [_STATED, _PRESENT, _N_COMPONENTS, *_ANION]


def describe(mixture: str, library: Library) -> dict[str, float]:
    """Describe a salt or a mixture of salts by the mean of its anions, weighted by their shares.

    Args:
        mixture: Library names, or SMILES of ions, as `split_mixture` reads them; "none" for a salt-free polymer, ""
            where the source does not say.
        library: Looks up the ions.

    Returns:
        One number a column of `dictionary()`; NaN where the anion is not known.
    """
    described = {feature.name: math.nan for feature in dictionary()}
    described[_STATED.name] = float(bool(mixture))
    if mixture == SALT_FREE:
        return described | {_PRESENT.name: 0.0, _N_COMPONENTS.name: 0.0}
    parts = split_mixture(mixture)
    if not parts:
        return described
    described |= {_PRESENT.name: 1.0, _N_COMPONENTS.name: float(len(parts))}
    anions = [(describe_anion(_ions(name, library)), share) for name, share in parts]
    return described | {feature.name: sum(anion[feature.name] * share for anion, share in anions) for feature in _ANION}


def _ions(name: str, library: Library) -> str:
    return name if _LITHIUM_ION in name else library.salts[name]["smiles"]


@lru_cache(maxsize=256)
def describe_anion(smiles: str) -> dict[str, float]:
    """Describe the anion of a salt.

    Args:
        smiles: The ions, as in "[Li+].F[P-](F)(F)(F)(F)F".

    Raises:
        ValueError: Not a SMILES, or no anion in it.
    """
    from rdkit import Chem
    from rdkit.Chem.Descriptors import MolWt  # type: ignore[attr-defined]
    from rdkit.rdBase import BlockLogs

    with BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    ions = Chem.GetMolFrags(molecule, asMols=True) if molecule else ()
    anion = next((ion for ion in ions if Chem.GetFormalCharge(ion) < 0), None)
    if anion is None:
        raise ValueError(f"{smiles!r} holds no anion; ions such as [Li+].[I-] were expected")
    symbols = [atom.GetSymbol() for atom in anion.GetAtoms()]
    return {
        "salt_anion_heavy_atoms": float(len(symbols)),
        "salt_anion_molar_mass": MolWt(anion),
        "salt_anion_fluorines": float(symbols.count("F")),
        "salt_anion_oxygens": float(symbols.count("O")),
        "salt_anion_nitrogens": float(symbols.count("N")),
    }
