"""What a feature is, in words: one line for each column of the feature table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Feature:
    """One column of the feature table.

    Attributes:
        name: Column name.
        block: polymer, salt, filler, architecture or condition.
        unit: Unit of the number, "1" for a pure number, "0/1" for a yes or no.
        meaning: What it says, in a chemist's words.
        source: How it is computed, and from what.
    """

    name: str
    block: str
    unit: str
    meaning: str
    source: str
