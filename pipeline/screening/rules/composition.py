"""Limits on what components are made of: excluded elements, critical raw materials, what the elements cost."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

from features import Library
from features.composition import describe
from pipeline.screening.restriction import Closing, Knowledge, Levels, distinct_parts, each_part, named

_COST = "filler_log10_element_cost_USD_kg"
_OF_ORGANIC_CHAINS = frozenset({"H", "C", "N", "O", "F", "Si", "P", "S", "Cl", "Br", "I"})
"""What a polymer of unknown structure may hold."""
_IN_EVERY_SALT = "Li"


def excluded(symbols: tuple[str, ...], levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close what holds, or may hold, one of some elements: fillers, salts and polymers.

    A filler of unknown composition may hold any element, a polymer of unknown structure what organic chains hold.
    Lithium, which every salt holds, is asked of the fillers alone. Additives are not looked at: no table holds their
    formulas.
    """
    library, asked = knowledge.library, frozenset(symbols)
    elsewhere = asked - {_IN_EVERY_SALT}
    closings = [_fillers(asked, levels, library)]
    closings += _salts(elsewhere, levels, library)
    passes = {
        name: not (polymer_elements(name, library) or _OF_ORGANIC_CHAINS) & elsewhere
        for name in distinct_parts(levels, "polymer")
    }
    if fallen := [name for name, held in passes.items() if not held]:
        reason = f"no polymer that holds, or may hold, {_either(elsewhere)} (falls: {named(fallen)})"
        closings.append(Closing(reason, ("polymer",), each_part(levels, "polymer", passes)))
    return closings


def critical(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close fillers and salts that hold, or may hold, a critical raw material; lithium is never counted."""
    symbols = counted_as_critical(knowledge)
    closings = [_fillers(symbols, levels, knowledge.library, "a critical raw material")]
    return closings + _salts(symbols, levels, knowledge.library, "a critical raw material")


def counted_as_critical(knowledge: Knowledge) -> frozenset[str]:
    """Return the elements that count as critical raw materials; lithium, which every candidate holds, never does."""
    return knowledge.facts.critical_elements - {_IN_EVERY_SALT}


def dear(most_USD_kg: float, levels: Levels, knowledge: Knowledge) -> list[Closing]:  # noqa: N803
    """Close fillers one part of which costs more, by its elements, or whose cost is not known."""
    costs = {name: element_cost_USD_kg(name, knowledge.library) for name in distinct_parts(levels, "filler")}
    unknown = [name for name, cost in costs.items() if math.isnan(cost)]
    passes = {name: cost <= most_USD_kg for name, cost in costs.items()}
    reason = f"no filler whose elements cost more than {most_USD_kg:g} USD/kg, or of which it is not known"
    return [Closing(f"{reason} ({named(unknown)})", ("filler",), each_part(levels, "filler", passes))]


@lru_cache(maxsize=4096)
def filler_elements(name: str, library: Library) -> frozenset[str]:
    """Return the elements of one filler, dopants included; none where the composition is not known."""
    from pymatgen.core import Composition

    row = library.fillers.get(name, {"formula": name, "further_elements": ""})
    if not row["formula"]:
        return frozenset()
    elements = {element.symbol for element in Composition(row["formula"]).elements}
    return frozenset(elements | set(filter(None, row["further_elements"].split(";"))))


def salt_elements(name: str, library: Library) -> frozenset[str]:
    """Return the elements of a salt, given by its library name or as the SMILES of its ions."""
    return _elements_of_smiles(library.salts[name]["smiles"] if name in library.salts else name)


def polymer_elements(name: str, library: Library) -> frozenset[str]:
    """Return the elements of a polymer's repeat units; none where the structure is not known."""
    structure = name if "*" in name else library.polymers[name]["psmiles"]
    return _elements_of_smiles(structure) if structure else frozenset()


def element_cost_USD_kg(name: str, library: Library) -> float:  # noqa: N802
    """Return what the elements of a filler cost in USD/kg; NaN where the formula or a price is not known."""
    formula = library.fillers[name]["formula"] if name in library.fillers else name
    return float(10 ** describe(formula)[_COST]) if formula else math.nan


@lru_cache(maxsize=4096)
def _elements_of_smiles(smiles: str) -> frozenset[str]:
    from rdkit import Chem

    atoms = Chem.AddHs(Chem.MolFromSmiles(smiles)).GetAtoms()
    return frozenset(atom.GetSymbol() for atom in atoms if atom.GetAtomicNum())


def _fillers(symbols: frozenset[str], levels: Levels, library: Library, called: str = "") -> Closing:
    held = {name: filler_elements(name, library) for name in distinct_parts(levels, "filler")}
    unknown = [name for name, elements in held.items() if not elements]
    passes = {name: bool(elements) and not elements & symbols for name, elements in held.items()}
    reason = f"no filler that holds, or may hold, {called or _either(symbols)}"
    of_unknown = f" (composition not known: {named(unknown)})" if unknown else ""
    return Closing(reason + of_unknown, ("filler",), each_part(levels, "filler", passes))


def _salts(symbols: frozenset[str], levels: Levels, library: Library, called: str = "") -> list[Closing]:
    passes = {name: not salt_elements(name, library) & symbols for name in distinct_parts(levels, "salt")}
    fallen = [name for name, held in passes.items() if not held]
    reason = f"no salt that holds {called or _either(symbols)} (falls: {named(fallen)})"
    return [Closing(reason, ("salt",), each_part(levels, "salt", passes))] if fallen else []


def _either(symbols: Iterable[str]) -> str:
    return " or ".join(sorted(symbols))
