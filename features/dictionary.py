"""What a feature is, in words: one line for each column of the feature table."""

from __future__ import annotations

import math
from dataclasses import dataclass

BLOCKS = ("polymer", "salt", "filler", "architecture", "physics", "condition")
NEVER = "never"


@dataclass(frozen=True)
class Feature:
    """One column of the feature table.

    Attributes:
        name: Column name; the unit ends it.
        block: One of `BLOCKS`.
        unit: Unit of the number, "1" for a pure number, "0/1" for a yes or no.
        meaning: What it says, in a chemist's words.
        formula: How it is computed, and of a mixture's parts put together.
        source: Where the numbers come from: the record, a table of constants, or a paper.
        missing: When it is NaN, in words.
        lowest: Smallest number that it can take.
        highest: Largest number that it can take.
        is_learned: Whether models read it. What describes only was no help to a model on held-out papers, polymers or
            filler families (`docs/MODELS.md`).
    """

    name: str
    block: str
    unit: str
    meaning: str
    formula: str
    source: str
    missing: str = NEVER
    lowest: float = 0.0
    highest: float = math.inf
    is_learned: bool = True
