"""What lithium metal reduces: fillers with Ti, Ge or Sn, sulfides, halides, and polymers with nitrile groups."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from features import Library
from features.composition import atomic_fractions
from features.elements import is_anion
from pipeline.screening.restriction import Closing, Knowledge, Levels, distinct_parts, names_on, parts_of
from pipeline.screening.rules.composition import filler_elements
from pipeline.screening.rules.protection import BARE, COATED, LAYERED, has_two_faces, of_fillers

REDUCIBLE = frozenset({"Ti", "Ge", "Sn"})
"""The same as `features.composition` counts."""
_CHALCOGENS = frozenset({"S", "Se"})
_HALOGENS = frozenset({"F", "Cl", "Br", "I"})
_NO_METALS = frozenset({"Li", "H", "B", "C", "N", "O", "P", *_CHALCOGENS, *_HALOGENS})
_NITRILE = "[CX2]#[NX1]"
_BEARS_IT = 1.0


def stable_against_lithium(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close what lithium metal would reduce, unless the architecture or the additive keeps it from the metal."""
    return [_fillers(levels, knowledge.library), *_polymers(levels, knowledge.library)]


def needed_protection(filler: str, library: Library) -> int:
    """Return what one filler needs in front of lithium metal: nothing, a coating, or a layer.

    A constant of the filler itself goes first. Of what has none, Ti, Ge and Sn (also as dopants) are reduced, and so
    are lithium sulfides (review 002, Section 3.1) and halides of further metals (doi 10.1126/sciadv.adc9516). Coatings
    were shown on oxides; sulfides and halides need a layer.
    """
    stable = library.constant("fillers", filler, "stable_against_lithium")
    if stable == _BEARS_IT:
        return BARE
    if is_lithium_sulfide(filler, library) or is_lithium_metal_halide(filler, library):
        return LAYERED
    elements = filler_elements(filler, library)
    if stable < _BEARS_IT or elements & REDUCIBLE or (math.isnan(stable) and not elements):
        return COATED
    return BARE


@lru_cache(maxsize=4096)
def is_lithium_sulfide(filler: str, library: Library) -> bool:
    """Say whether a filler holds lithium, and more sulfur and selenium than other anions."""
    return _main_anions(filler, library, _CHALCOGENS)


@lru_cache(maxsize=4096)
def is_lithium_metal_halide(filler: str, library: Library) -> bool:
    """Say whether a filler holds lithium and a further metal, and more halogens than other anions."""
    metals = filler_elements(filler, library) - _NO_METALS
    return bool(metals) and _main_anions(filler, library, _HALOGENS)


def _main_anions(filler: str, library: Library, asked: frozenset[str]) -> bool:
    formula = library.fillers[filler]["formula"] if filler in library.fillers else filler
    atoms = atomic_fractions(formula) if formula else {}
    anions = {symbol: share for symbol, share in atoms.items() if is_anion(symbol, atoms)}
    main = math.fsum(share for symbol, share in anions.items() if symbol in asked)
    return "Li" in atoms and main > math.fsum(anions.values()) / 2


def holds_nitrile(polymer: str, library: Library) -> bool:
    """Say whether a polymer's structure shows a nitrile group; a structure that is not known shows none."""
    structure = polymer if "*" in polymer else library.polymers[polymer]["psmiles"]
    return bool(structure) and _shows_nitrile(structure)


@lru_cache(maxsize=4096)
def _shows_nitrile(structure: str) -> bool:
    from rdkit import Chem

    return bool(Chem.MolFromSmiles(structure).HasSubstructMatch(Chem.MolFromSmarts(_NITRILE)))


def _fillers(levels: Levels, library: Library) -> Closing:
    of_each = {part: needed_protection(part, library) for part in distinct_parts(levels, "filler")}
    needed = np.array(
        [max((of_each[part] for part in parts_of(name)), default=BARE) for name in names_on(levels, "filler")]
    )
    allowed = needed[:, None, None] <= of_fillers(levels, library)
    n_reduced = sum(degree > BARE for degree in of_each.values())
    reason = f"no filler that lithium metal reduces ({n_reduced} of {len(of_each)}) without a coating or a layer on it"
    return Closing(reason, ("filler", "architecture", "additive"), allowed)


def _polymers(levels: Levels, library: Library) -> list[Closing]:
    reduced = {part: holds_nitrile(part, library) for part in distinct_parts(levels, "polymer")}
    if not any(reduced.values()):
        return []
    of_parts = [[reduced[part] for part in parts_of(name)] for name in names_on(levels, "polymer")]
    bears = np.array([not any(parts) for parts in of_parts])
    bears_in_part = np.array([not all(parts) or not parts for parts in of_parts])
    two_faces = has_two_faces(levels, library)
    allowed = bears[:, None, None] | (bears_in_part[:, None, None] & two_faces)
    reason = f"no nitrile polymer ({sum(reduced.values())} of {len(reduced)}) unless another polymer faces the lithium"
    return [Closing(reason, ("polymer", "architecture", "additive"), allowed)]
