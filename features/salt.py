"""The salt block: how large the anion is, how thinly its charge is spread, how readily the salt parts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from features.dictionary import Feature
from features.library import Library
from features.mixture import split_mixture, weighted_mean

SALT_FREE = "none"
LITHIUM_ION = "[Li+]"
_UNKNOWN = "no salt, or none stated"
_MEAN = "mean of the salts by share"
_GRID_ANGSTROM = 0.1
_SEED = 7
_NM3_PER_CUBIC_ANGSTROM = 1e-3


def _of_anion(name: str, unit: str, meaning: str, formula: str, source: str = "SMILES of the ions, RDKit") -> Feature:
    return Feature(f"salt_{name}", "salt", unit, meaning, f"{formula}; {_MEAN}", source, _UNKNOWN)


_STATED = Feature(
    "salt_is_stated",
    "salt",
    "0/1",
    "the source names the salt, or says that there is none",
    "as stated",
    "record",
    highest=1,
)
_PRESENT = Feature(
    "salt_is_present",
    "salt",
    "0/1",
    "0 where the source says that the polymer holds no salt",
    "as stated",
    "record",
    "the source does not say",
    highest=1,
)
_N_COMPONENTS = Feature(
    "salt_n_components", "salt", "1", "number of salts mixed", "counted", "record", "the source does not say"
)
_ANION = (
    _of_anion(
        "anion_volume_nm3",
        "nm³",
        "size of the anion",
        "van der Waals volume (ETKDG, UFF)",
        "constants.csv, else SMILES and RDKit",
    ),
    _of_anion(
        "anion_charge_density_per_nm3",
        "1/nm³",
        "how tightly the anion's charge is packed: the pull on Li⁺",
        "charge over van der Waals volume",
    ),
    _of_anion(
        "anion_charge_sites",
        "1",
        "atoms that share the anion's charge: its delocalisation",
        "charged atoms, or the ligands of a charged centre, and oxygen and nitrogen conjugated with them",
    ),
    _of_anion(
        "anion_fluorine_fraction",
        "1",
        "share of the anion's atoms that are fluorine",
        "F atoms over all atoms, H included",
    ),
    _of_anion("molar_mass_g_mol", "g/mol", "molar mass of the salt", "lithium and anion"),
    _of_anion(
        "dissociation_class",
        "1",
        "how readily the salt parts into ions: 1 hardly, 2 moderately, 3 readily",
        "from printed orders of ion association",
        "constants.csv",
    ),
)


def dictionary() -> list[Feature]:
    """Return the block's columns in order."""
    return [_STATED, _PRESENT, _N_COMPONENTS, *_ANION]


@lru_cache(maxsize=4096)
def describe(mixture: str, library: Library) -> Mapping[str, float]:
    """Describe a salt or a mixture of salts by the mean of its anions, weighted by their shares.

    Args:
        mixture: Library names, or SMILES of ions, as `split_mixture` reads them; "none" for a salt-free polymer, ""
            where the source does not say.
        library: Looks up the ions and constants.

    Returns:
        One number a column of `dictionary()`; NaN where the anion is not known.
    """
    described = {feature.name: math.nan for feature in dictionary()}
    described[_STATED.name] = float(bool(mixture))
    if mixture == SALT_FREE:
        return described | {_PRESENT.name: 0.0, _N_COMPONENTS.name: 0.0}
    parts = [(describe_one(name, library), share) for name, share in split_mixture(mixture)]
    if not parts:
        return described
    described |= {_PRESENT.name: 1.0, _N_COMPONENTS.name: float(len(parts))}
    means = {f.name: weighted_mean([(salt[f.name], share) for salt, share in parts]) for f in _ANION}
    return described | means


@lru_cache(maxsize=1024)
def describe_one(name: str, library: Library) -> Mapping[str, float]:
    """Describe one salt, given by its library name or by the SMILES of its ions; constants of the library go first."""
    smiles = name if LITHIUM_ION in name else library.salts[name]["smiles"]
    volume = library.constant("salts", name, "anion_volume_nm3")
    volume = anion_volume_nm3(smiles) if math.isnan(volume) else volume
    return {
        **describe_ions(smiles),
        "salt_anion_volume_nm3": volume,
        "salt_anion_charge_density_per_nm3": _charge(anion_of(smiles)) / volume,
        "salt_dissociation_class": library.constant("salts", name, "dissociation_class"),
    }


@lru_cache(maxsize=1024)
def describe_ions(smiles: str) -> Mapping[str, float]:
    """Describe a salt by the structure of its anion.

    Args:
        smiles: The ions, as in "[Li+].F[P-](F)(F)(F)(F)F".

    Raises:
        ValueError: Not a SMILES, or no anion in it.
    """
    from rdkit import Chem
    from rdkit.Chem.Descriptors import MolWt  # type: ignore[attr-defined]

    anion = anion_of(smiles)
    symbols = [atom.GetSymbol() for atom in Chem.AddHs(anion).GetAtoms()]
    return {
        "salt_anion_charge_sites": float(len(_charge_sites(anion))),
        "salt_anion_fluorine_fraction": symbols.count("F") / len(symbols),
        "salt_molar_mass_g_mol": MolWt(anion) + _charge(anion) * MolWt(Chem.MolFromSmiles(LITHIUM_ION)),
    }


def ions_formula(smiles: str) -> str:
    """Return the formula of a salt, its anion and as much lithium as balances it: "C2F6N1O4S2Li1" of LiTFSI.

    Raises:
        ValueError: Not a SMILES, or no anion in it.
    """
    from rdkit import Chem

    anion = anion_of(smiles)
    amounts = Counter(atom.GetSymbol() for atom in Chem.AddHs(anion).GetAtoms())
    amounts["Li"] += _charge(anion)
    return "".join(f"{symbol}{n}" for symbol, n in amounts.items())


def anion_of(smiles: str) -> Any:
    """Return the anion of a salt as an RDKit molecule.

    Raises:
        ValueError: Not a SMILES, or no anion in it.
    """
    from rdkit import Chem
    from rdkit.rdBase import BlockLogs

    with BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    ions = Chem.GetMolFrags(molecule, asMols=True) if molecule else ()
    anion = next((ion for ion in ions if Chem.GetFormalCharge(ion) < 0), None)
    if anion is None:
        raise ValueError(f"{smiles!r} holds no anion; ions such as [Li+].[I-] were expected")
    return anion


def _charge(anion: Any) -> int:
    from rdkit import Chem

    return -int(Chem.GetFormalCharge(anion))


def anion_volume_nm3(smiles: str) -> float:
    """Compute the van der Waals volume of a salt's anion in nm³, as those of `constants.csv` were.

    Returns:
        That of the geometry that RDKit finds, of an atom that of its sphere; NaN where there is no geometry.
    """
    from rdkit import Chem
    from rdkit.Chem import rdDistGeom, rdForceFieldHelpers
    from rdkit.Chem.AllChem import ComputeMolVolume
    from rdkit.rdBase import BlockLogs

    full = Chem.AddHs(anion_of(smiles))
    if full.GetNumAtoms() == 1:
        radius = Chem.GetPeriodicTable().GetRvdw(full.GetAtomWithIdx(0).GetAtomicNum())
        return float(4 / 3 * math.pi * radius**3 * _NM3_PER_CUBIC_ANGSTROM)
    with BlockLogs():
        if rdDistGeom.EmbedMolecule(full, randomSeed=_SEED) != 0:
            return math.nan
        try:
            rdForceFieldHelpers.UFFOptimizeMolecule(full)
        except RuntimeError:  # the force field has no parameters of an atom that is bound so
            return math.nan
    volume: float = ComputeMolVolume(full, gridSpacing=_GRID_ANGSTROM)  # type: ignore[no-untyped-call]
    return volume * _NM3_PER_CUBIC_ANGSTROM


def _charge_sites(anion: Any) -> set[int]:
    """Find the atoms over which the charge is spread.

    A charged centre without a lone pair (B, P, As, Sb) passes its charge to its ligands; from there it reaches every
    O, N and S that a multiple bond ties to a neighbour.
    """
    sites: set[int] = set()
    for atom in anion.GetAtoms():
        if atom.GetFormalCharge() < 0:
            is_saturated = atom.GetDegree() >= 4
            sites |= {n.GetIdx() for n in atom.GetNeighbors()} if is_saturated else {atom.GetIdx()}
    waiting = list(sites)
    while waiting:
        for centre in anion.GetAtomWithIdx(waiting.pop()).GetNeighbors():
            for bond in centre.GetBonds():
                end = bond.GetOtherAtom(centre)
                is_tied = bond.GetBondTypeAsDouble() > 1 and end.GetSymbol() in {"O", "N", "S"}
                if is_tied and end.GetIdx() not in sites:
                    sites.add(end.GetIdx())
                    waiting.append(end.GetIdx())
    return sites
