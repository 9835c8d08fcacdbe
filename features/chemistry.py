"""Repeat units and formulas in one canonical form each."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

MAX_ATOMS = 400
_MAX_FORMULA_LENGTH = 120
_FORMULA = re.compile(r"[A-Za-z0-9.()\[\]{}]+")


@lru_cache(maxsize=4096)
def canonical_repeat_unit(psmiles: str) -> str:
    """Return one spelling of a repeat unit, whatever spelling came in.

    Args:
        psmiles: SMILES with two `*` for the chain ends ("*CCO*", "[*]CCO[*]"); a copolymer's units joined by ".".

    Raises:
        ValueError: Not a SMILES, not two chain ends in each unit, or more than 400 atoms.
    """
    from rdkit import Chem
    from rdkit.rdBase import BlockLogs

    if len(psmiles) > 4 * MAX_ATOMS:
        raise ValueError(f"longer than a repeat unit of {MAX_ATOMS} atoms; give one repeat unit")
    with BlockLogs():
        molecule = Chem.MolFromSmiles(psmiles)
    if molecule is None:
        raise ValueError(f"{psmiles!r} is not a SMILES; a repeat unit such as *CCO* was expected")
    if molecule.GetNumAtoms() > MAX_ATOMS:
        raise ValueError(f"{molecule.GetNumAtoms()} atoms; a repeat unit has at most {MAX_ATOMS}")
    for unit in Chem.GetMolFrags(molecule, asMols=True):
        n_ends = sum(atom.GetAtomicNum() == 0 for atom in unit.GetAtoms())
        if n_ends != 2:
            raise ValueError(f"{psmiles!r} has {n_ends} chain ends '*' in a unit; two were expected, as in *CCO*")
    return str(Chem.MolToSmiles(molecule))


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
    except (ValueError, KeyError, OverflowError, UserWarning) as error:
        raise ValueError(refusal) from error
    if not composition or not 0 < composition.num_atoms < 10 * MAX_ATOMS or not composition.valid:
        raise ValueError(refusal)
    ordered = sorted(composition.items(), key=lambda item: (item[0].X, item[0].symbol))
    return "".join(f"{element.symbol}{amount:.6g}" if amount != 1 else element.symbol for element, amount in ordered)
