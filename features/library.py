"""What the descriptors know of components: structures and formulas by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Table = Mapping[str, Mapping[str, str]]
"""Rows by canonical name, cells by column."""


@dataclass(frozen=True)
class Library:
    """The component tables.

    Attributes:
        polymers: Columns `psmiles` (repeat units with two `*` each, joined by "."; "" where the structure is not
            defined) and `class`.
        salts: Column `smiles` (ions).
        fillers: Columns `formula` ("" where not defined), `further_elements` (dopants of unknown content, joined by
            ";"), `family`, `is_active` ("true" or "false").
        additives: Column `kind`.
        tags: Columns `group`, `implies` (tags joined by ";"), `definition`.
    """

    polymers: Table
    salts: Table
    fillers: Table
    additives: Table
    tags: Table

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
