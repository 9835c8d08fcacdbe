"""Functional groups of a chain, and the donors among them: how many there are and how strongly they hold lithium."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from features.chemistry import oligomer

GROUPS = {
    "ether_O": ("[OX2;!$(O-C=O);!$(O[Si]);!$(O[P,S])]([#6])[#6]", "ether oxygens"),
    "carbonyl": ("[#6X3]=[OX1]", "carbonyl groups of any kind (ketone, ester, carbonate, amide, urethane)"),
    "ester": ("[#6][#6X3](=[OX1])[OX2][#6]", "ester groups"),
    "carbonate": ("[OX2]([#6])[#6X3](=[OX1])[OX2][#6]", "carbonate groups"),
    "urethane": ("[#7X3][#6X3](=[OX1])[OX2][#6]", "urethane groups"),
    "amide": ("[#6][#6X3](=[OX1])[#7X3]", "amide groups"),
    "nitrile": ("[CX2]#[NX1]", "nitrile groups"),
    "CF": ("[#6][F]", "carbon-fluorine bonds"),
    "CCl": ("[#6][Cl]", "carbon-chlorine bonds"),
    "sulfur": ("[#16]", "sulfur atoms (sulfone, sulfonate, thioether)"),
    "PO": ("[#15]~[#8]", "phosphorus-oxygen bonds"),
    "SiO": ("[#14][#8]", "silicon-oxygen bonds"),
    "hydroxyl": ("[OX2H]", "hydroxyl groups"),
    "charged": ("[$([#3]),$([+1;!$([+1]~[-1])]),$([-1;!$([-1]~[+1])])]", "ionic groups, or lithium bound to one"),
    "aromatic": ("a", "aromatic atoms"),
}
"""SMARTS and meaning of each group."""


@dataclass(frozen=True)
class Donor:
    """An atom with a lone pair that binds Li⁺.

    Attributes:
        smarts: Its first atom is the donor.
        donor_number: Gutmann's donor number of the model solvent, in kcal/mol: minus the enthalpy at which it binds
            SbCl5 in 1,2-dichloroethane.
        model: The solvent whose donor number is taken.
    """

    smarts: str
    donor_number: float
    model: str


DONORS = (
    Donor("[OX2;!$(O-C=O);!$(O[Si]);!$(O[P,S])]([#6])[#6]", 19.2, "diethyl ether"),
    Donor("[OX1]=[#6X3]([#6])[#6]", 17.0, "acetone"),
    Donor("[OX1]=[#6X3]([#6])[OX2]", 17.1, "ethyl acetate"),
    Donor("[OX1]=[#6X3]([OX2])[OX2]", 16.0, "diethyl carbonate"),
    Donor("[OX1]=[#6X3]([#7X3])[OX2]", 22.4, "N,N-dimethylurethane"),
    Donor("[OX1]=[#6X3]([#6])[#7X3]", 27.8, "N,N-dimethylacetamide"),
    Donor("[OX1]=[#6X3]([#7X3])[#7X3]", 31.0, "tetramethylurea"),
    Donor("[NX1]#[CX2]", 14.1, "acetonitrile"),
    Donor("[OX1]=[SX4]([#6])[#6]", 14.8, "sulfolane"),
    Donor("[OX1]=[SX3]([#6])[#6]", 29.8, "dimethyl sulfoxide"),
    Donor("[OX1]=[PX4]", 23.0, "trimethyl phosphate"),
    Donor("[SX2]([#6])[#6]", 40.0, "dimethyl sulfide"),
    Donor("[OX2H][CX4]", 31.5, "ethanol"),
    Donor("[#7X3;!$(N-C=O);!$(N-[P,S])]([#6])[CX4]", 61.0, "triethylamine"),
    Donor("[nX2]", 33.1, "pyridine"),
)
"""Donor numbers: V. Gutmann, Coord. Chem. Rev. 18, 225 (1976), doi 10.1016/S0010-8545(00)82045-7; those of diethyl
carbonate, dimethylurethane, tetramethylurea and dimethyl sulfide from stenutz.eu/chem/gutmann.php. Those of alcohols
and amines come by indirect methods or from the pure liquid, and are higher than a dilute donor's."""

CONTRAST = "trimer less dimer, ends capped with methyl"


def per_unit(unit: Any, count: Callable[[Any], float]) -> float:
    """Return what one unit inside a chain adds: the trimer's count less the dimer's, so that the ends cancel.

    Args:
        unit: A repeat unit as `chemistry.repeat_units` returns it.
        count: Counts something in a molecule, or adds it up.
    """
    return count(oligomer(unit, 3)) - count(oligomer(unit, 2))


def count_groups(unit: Any) -> dict[str, float]:
    """Count each group of `GROUPS` in one repeat unit inside a chain."""
    return {name: per_unit(unit, _matches(smarts)) for name, (smarts, _) in GROUPS.items()}


def donor_strengths(unit: Any) -> list[tuple[float, float]]:
    """Return donor number and count of each kind of donor that one repeat unit inside a chain adds."""
    counted = [(donor.donor_number, per_unit(unit, _donors_of(donor))) for donor in DONORS]
    return [(strength, n) for strength, n in counted if n > 0]


def donor_distances(unit: Any) -> float:
    """Add up, over the donors that one unit adds, the bonds from each to the donor nearest to it; 0 without donors."""
    return per_unit(unit, _nearest_donor_bonds)


def _nearest_donor_bonds(molecule: Any) -> float:
    from rdkit import Chem

    donors = sorted(set().union(*(_atoms(molecule, donor) for donor in DONORS)))
    if len(donors) < 2:
        return 0.0
    bonds = Chem.GetDistanceMatrix(molecule)[donors][:, donors]
    return math.fsum(min(n for n in row if n > 0) for row in bonds)


def _donors_of(donor: Donor) -> Callable[[Any], float]:
    return lambda molecule: len(_atoms(molecule, donor))


def _atoms(molecule: Any, donor: Donor) -> set[int]:
    return {match[0] for match in molecule.GetSubstructMatches(_pattern(donor.smarts), maxMatches=100_000)}


def _matches(smarts: str) -> Callable[[Any], float]:
    return lambda molecule: len(molecule.GetSubstructMatches(_pattern(smarts), maxMatches=100_000))


@cache
def _pattern(smarts: str) -> Any:
    from rdkit import Chem

    return Chem.MolFromSmarts(smarts)
