"""Repeat units and formulas in one canonical form each."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import Any

MAX_ATOMS = 400
_MAX_FORMULA_LENGTH = 120
_CHARGE = re.compile(r"[+-]\d\d|[+-]{10}")
"""Charges of ten and more, which no ion has and which RDKit counts round (999 as -25)."""
_FORMULA = re.compile(r"[A-Za-z0-9.()\[\]{}]+")
_SYMBOL = re.compile(r"[A-Z][a-z]?")
_ZERO = re.compile(r"(?<![\d.])0*\.?0+(?![\d.])")
_SMALLEST_AMOUNT = 1e-4
"""Of an element that a formula names; one that is named with 0 is left out, as at the end of a series of dopings."""
_ISOTOPES = {"D", "T"}


@lru_cache(maxsize=4096)
def canonical_repeat_unit(psmiles: str) -> str:
    """Return one spelling of a repeat unit, whatever spelling came in.

    Args:
        psmiles: SMILES with two `*` for the chain ends ("*CCO*", "[*]CCO[*]"); a copolymer's units joined by ".".

    Raises:
        ValueError: Not a SMILES, not two chain ends in each unit, no chain that can be built of it, or more than 400
            atoms.
    """
    from rdkit import Chem

    for unit in repeat_units(psmiles):
        oligomer(unit, 2)
    molecule = _parse(psmiles)
    for atom in molecule.GetAtoms():
        if atom.GetAtomicNum() == 0:
            atom.SetIsotope(0)
            atom.SetAtomMapNum(0)
    return str(Chem.MolToSmiles(molecule))


def repeat_units(psmiles: str) -> tuple[Any, ...]:
    """Return the repeat units of a polymer as RDKit molecules, each with two chain ends (atomic number 0).

    Raises:
        ValueError: Not a SMILES, not two chain ends in each unit, or more than 400 atoms.
    """
    from rdkit import Chem

    units: tuple[Any, ...] = Chem.GetMolFrags(_parse(psmiles), asMols=True)
    for unit in units:
        ends = [atom for atom in unit.GetAtoms() if atom.GetAtomicNum() == 0]
        if len(ends) != 2:
            raise ValueError(f"{psmiles!r} has {len(ends)} chain ends '*' in a unit; two were expected, as in *CCO*")
        if not all(_ends_a_chain(end) for end in ends):
            raise ValueError(f"{psmiles!r} has chain ends '*' that do not end a chain; *CCO* shows the form")
    return units


def _ends_a_chain(end: Any) -> bool:
    bonds = end.GetBonds()
    return len(bonds) == 1 and bonds[0].GetBondTypeAsDouble() == 1 and bonds[0].GetOtherAtom(end).GetAtomicNum() > 0


def oligomer(unit: Any, n_units: int) -> Any:
    """Join repeat units head to tail and cap the ends with methyl groups.

    Args:
        unit: A repeat unit as `repeat_units` returns it.
        n_units: How many to join.

    Raises:
        ValueError: The joined chain breaks the rules of valence.
    """
    from rdkit import Chem
    from rdkit.rdBase import BlockLogs

    chain = unit
    for _ in range(n_units - 1):
        chain = Chem.CombineMols(chain, unit)
    tails, heads = (
        [atom.GetIdx() + shift for shift in range(0, chain.GetNumAtoms(), unit.GetNumAtoms())]
        for atom in unit.GetAtoms()
        if atom.GetAtomicNum() == 0
    )
    editable = Chem.RWMol(chain)
    for head, tail in zip(heads[:-1], tails[1:], strict=True):
        joined = [editable.GetAtomWithIdx(end).GetNeighbors()[0].GetIdx() for end in (head, tail)]
        editable.AddBond(joined[0], joined[1], Chem.BondType.SINGLE)
    for end in (tails[0], heads[-1]):
        editable.GetAtomWithIdx(end).SetAtomicNum(6)
        editable.GetAtomWithIdx(end).SetNoImplicit(False)
    for end in sorted([*heads[:-1], *tails[1:]], reverse=True):
        editable.RemoveAtom(end)
    try:
        with BlockLogs():
            Chem.SanitizeMol(editable)
    except ValueError as error:
        raise ValueError(f"{Chem.MolToSmiles(unit)!r} cannot be joined to a chain: {error}") from error
    return editable.GetMol()


def _parse(psmiles: str) -> Any:
    from rdkit import Chem
    from rdkit.rdBase import BlockLogs

    if len(psmiles) > 4 * MAX_ATOMS:
        raise ValueError(f"longer than a repeat unit of {MAX_ATOMS} atoms; give one repeat unit")
    with BlockLogs():
        molecule = None if _CHARGE.search(psmiles) else Chem.MolFromSmiles(psmiles)
    if molecule is None:
        raise ValueError(f"{psmiles!r} is not a SMILES; a repeat unit such as *CCO* was expected")
    if molecule.GetNumAtoms() > MAX_ATOMS:
        raise ValueError(f"{molecule.GetNumAtoms()} atoms; a repeat unit has at most {MAX_ATOMS}")
    return molecule


@lru_cache(maxsize=1024)
def canonical_ions(smiles: str) -> str:
    """Return one spelling of a salt's ions, whatever spelling came in (perchlorate with and without separated charges).

    Raises:
        ValueError: Not a SMILES, more than 400 atoms, or no anion in it.
    """
    from rdkit import Chem
    from rdkit.Chem.MolStandardize import rdMolStandardize
    from rdkit.rdBase import BlockLogs

    with BlockLogs():
        is_sensible = len(smiles) <= 4 * MAX_ATOMS and not _CHARGE.search(smiles)
        molecule = Chem.MolFromSmiles(smiles) if is_sensible else None
        ions = Chem.GetMolFrags(molecule, asMols=True) if molecule and molecule.GetNumAtoms() <= MAX_ATOMS else ()
        if not any(Chem.GetFormalCharge(ion) < 0 for ion in ions):
            raise ValueError(f"{smiles[:80]!r} are no ions; SMILES such as [Li+].[I-] were expected")
        return str(Chem.MolToSmiles(rdMolStandardize.Normalize(molecule)))


@lru_cache(maxsize=4096)
def canonical_formula(formula: str) -> str:
    """Return one spelling of a chemical formula: elements by rising electronegativity, each with its amount.

    Raises:
        ValueError: Not a formula of known elements with sensible amounts.
    """
    from pymatgen.core import Composition

    refusal = f"{formula[:80]!r} is not a formula; one such as Li6.4La3Zr1.4Ta0.6O12 was expected"
    if len(formula) > _MAX_FORMULA_LENGTH or not _FORMULA.fullmatch(formula):
        raise ValueError(refusal)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            composition = Composition(formula, strict=True)
            ordered = sorted(composition.items(), key=lambda item: (item[0].X, item[0].symbol))
    except (ValueError, KeyError, OverflowError, UserWarning) as error:
        raise ValueError(refusal) from error
    named = set(_SYMBOL.findall(formula))
    is_whole = named == {element.symbol for element in composition} or _ZERO.search(formula)
    if (
        not is_whole
        or named & _ISOTOPES
        or not 0 < composition.num_atoms < 10 * MAX_ATOMS
        or min(composition.values()) < _SMALLEST_AMOUNT
        or not composition.valid
    ):
        raise ValueError(refusal)
    amounts = ((element.symbol, f"{amount:.6g}") for element, amount in ordered)
    return "".join(symbol if amount == "1" else f"{symbol}{amount}" for symbol, amount in amounts)
