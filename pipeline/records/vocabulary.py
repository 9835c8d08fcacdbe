"""One name for each component: aliases, repeat-unit SMILES and formulas lead to it."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from features.chemistry import MAX_ATOMS, canonical_formula, canonical_ions, canonical_repeat_unit
from features.library import Library, Table
from features.mixture import join_mixture, split_mixture
from features.salt import LITHIUM_ION, SALT_FREE
from pipeline.common import layout
from pipeline.records.components import KINDS, key_of, listed, load_library
from pipeline.records.constants import load_constants

_MAX_NAME_LENGTH = 4 * MAX_ATOMS
_NO_NAMES = frozenset({"nan", "null", "none", "n/a", "na", "-", "–", "—", "?"})


@dataclass(frozen=True)
class Vocabulary:
    """Resolves what people write to the library's names."""

    library: Library

    def polymer(self, text: str) -> str:
        """Resolve a polymer, or a blend, each given by name or by repeat-unit SMILES.

        Raises:
            ValueError: A part is neither; the message says what was expected.
        """
        return self._mixture(text, self._one_polymer)

    def salt(self, text: str) -> str:
        """Resolve a salt or a mixture of salts, each given by name or by the SMILES of its ions; "none": there is none.

        Raises:
            ValueError: A part is neither; the message says what was expected.
        """
        if text.casefold() == SALT_FREE:
            return SALT_FREE
        return self._mixture(text, self._one_salt)

    def filler(self, text: str) -> str:
        """Resolve a filler, or several, each given by name or by formula.

        Raises:
            ValueError: A part is neither; the message says what was expected.
        """
        return self._mixture(text, self._one_filler)

    def additives(self, text: str) -> list[str]:
        """Resolve additives and treatments joined by ";".

        Raises:
            ValueError: An unknown name.
        """
        return sorted({self._look_up("additives", name, "additives.csv") for name in listed(text)})

    def tags(self, text: str) -> list[str]:
        """Resolve architecture tags joined by ";", with those that they imply.

        Raises:
            ValueError: An unknown tag.
        """
        return self.library.with_implied([self._look_up("tags", name, "tags.csv") for name in listed(text)])

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {kind: _index(getattr(self.library, kind)) for kind in KINDS}

    @cached_property
    def _polymer_by_unit(self) -> dict[str, str]:
        units = {name: row["psmiles"] for name, row in reversed(list(self.library.polymers.items()))}
        return {canonical_repeat_unit(unit): name for name, unit in units.items() if unit}

    @cached_property
    def _salt_by_ions(self) -> dict[str, str]:
        return {canonical_ions(row["smiles"]): name for name, row in reversed(list(self.library.salts.items()))}

    @cached_property
    def _filler_by_formula(self) -> dict[str, str]:
        formulas = {name: row["formula"] for name, row in reversed(list(self.library.fillers.items()))}
        return {canonical_formula(formula): name for name, formula in formulas.items() if formula}

    def _mixture(self, text: str, resolve: Callable[[str], str]) -> str:
        if len(text) > _MAX_NAME_LENGTH:
            raise ValueError(f"longer than the {_MAX_NAME_LENGTH} characters that a mixture may have")
        parts = split_mixture(text)
        if nothing := [name for name, _ in parts if name.casefold() in _NO_NAMES]:
            raise ValueError(f"{nothing[0]!r} is no name; leave the cell empty where there is none or it is not known")
        return join_mixture([(resolve(name), share) for name, share in parts])

    def _one_polymer(self, text: str) -> str:
        if "*" not in text:
            return self._look_up("polymers", text, "polymers.csv", "or give its repeat unit, such as *CCO*")
        unit = canonical_repeat_unit(text)
        return self._polymer_by_unit.get(unit, unit)

    def _one_salt(self, text: str) -> str:
        if LITHIUM_ION not in text:
            return self._look_up("salts", text, "salts.csv", "or give the SMILES of its ions, such as [Li+].[I-]")
        ions = canonical_ions(text)
        return self._salt_by_ions.get(ions, ions)

    def _one_filler(self, text: str) -> str:
        known = self._names["fillers"].get(key_of(text))
        if known:
            return known
        for kind in ("polymers", "additives"):
            if key_of(text) in self._names[kind]:
                raise ValueError(f"{text!r} is one of the {kind}, not a filler; move it to their column")
        try:
            formula = canonical_formula(text)
        except ValueError:
            return self._look_up("fillers", text, "fillers.csv", "or give its formula, such as Li7La3Zr2O12")
        return self._filler_by_formula.get(formula, formula)

    def _look_up(self, kind: str, text: str, file: str, otherwise: str = "") -> str:
        names = self._names[kind]
        if (key := key_of(text)) in names:
            return names[key]
        if kind in ("polymers", "fillers", "salts") and any(mark in text for mark in "/+&"):
            otherwise = f"{otherwise}; several are written with ' + ' between them, as in PEO + PVDF".removeprefix("; ")
        near = [names[match] for match in difflib.get_close_matches(key, names, n=3, cutoff=0.6)]
        hint = f"did you mean {', '.join(dict.fromkeys(near))}? " if near else ""
        singular = kind.removesuffix("s")
        raise ValueError(
            f"{text[:80]!r} is not a known {singular}; {hint}"
            f"add it to data/raw/components/{file}{' ' + otherwise if otherwise else ''}"
        )


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the component tables and their constants, and make them resolvable.

    Raises:
        UserError: Every fault of the tables.
    """
    library = load_library(folder)
    return Vocabulary(replace(library, constants=load_constants(folder / layout.CONSTANTS.name, library)))


def _index(table: Table) -> dict[str, str]:
    return {key_of(spelling): name for name, row in table.items() for spelling in [name, *listed(row["aliases"])]}
