"""What the descriptors know of components: structures and formulas by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

Table = Mapping[str, Mapping[str, str]]
"""Rows by canonical name, cells by column."""
Constants = Mapping[tuple[str, str, str], float]
"""Physical constants by kind ("polymers"), name ("PEO") and property ("Tg_C"); the unit ends the property's name."""


@dataclass(frozen=True, eq=False)
class Library:
    """The component tables.

    Two libraries are equal only if they are one object, so that what was described of a component can be kept with
    the library that it was described from.

    Attributes:
        polymers: Columns `psmiles` (repeat units with two `*` each, joined by "."; "" where the structure is not
            defined), `class` and, where it is known, `unit_fractions` (of a copolymer's units, joined by ";").
        salts: Column `smiles` (ions).
        fillers: Columns `formula` ("" where not defined), `further_elements` (dopants of unknown content, joined by
            ";"), `family`, `is_active` ("true" or "false").
        additives: Column `kind`.
        tags: Columns `group`, `implies` (tags joined by ";"), `definition`.
        constants: What was measured of the components; unknown is absent.
    """

    polymers: Table
    salts: Table
    fillers: Table
    additives: Table
    tags: Table
    constants: Constants = field(default_factory=dict)

    def __deepcopy__(self, memo: object) -> Library:
        """Return this library: nothing in it changes, and what was described of it stays known."""
        return self

    def constant(self, kind: str, name: str, prop: str) -> float:
        """Return a physical constant of a component, NaN where it is not known."""
        return self.constants.get((kind, name, prop), math.nan)

    def with_implied(self, tags: list[str]) -> list[str]:
        """Return the tags and all that they imply, sorted."""
        known = set(tags)
        waiting = list(tags)
        while waiting:
            for implied in self.tags[waiting.pop()]["implies"].split(";"):
                if implied and implied not in known:
                    known.add(implied)
                    waiting.append(implied)
        return sorted(known)
