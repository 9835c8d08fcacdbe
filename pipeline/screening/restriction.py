"""What a limit leaves of a space: which levels may stand together, on the few axes that the limit looks at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, split_mixture
from pipeline.learning import Domain
from pipeline.screening.facts import Facts

Levels = Mapping[str, pd.DataFrame]
"""The levels of each axis, a row a level, with the columns that it gives a mixture."""
Allowed = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Restriction:
    """One limit on one group of axes.

    Attributes:
        name: The limit's key.
        reason: What is left, or falls, in words.
        source: Where that is stated.
        axes: The axes that it looks at.
        allowed: Which of their levels may stand together, of the shape of those axes.
    """

    name: str
    reason: str
    source: str
    axes: tuple[str, ...]
    allowed: Allowed


@dataclass(frozen=True, eq=False)
class Closing:
    """What one rule closes: a restriction that does not yet know of which limit it is.

    Attributes:
        reason: What is left, or falls, in words.
        axes: The axes that it looks at.
        allowed: Which of their levels may stand together.
    """

    reason: str
    axes: tuple[str, ...]
    allowed: Allowed


@dataclass(frozen=True, eq=False)
class Knowledge:
    """What the limits judge by.

    Attributes:
        library: The components and their constants.
        facts: The tables that only limits read.
        domain: What the model of the conductivity was trained on; None where there is no model yet.
        inventory: Names of what is in stock; None where there is no list.
    """

    library: Library
    facts: Facts
    domain: Domain | None = None
    inventory: frozenset[str] | None = None


def names_on(levels: Levels, axis: str) -> list[str]:
    """Return the mixtures that stand on the axis of the polymers, the fillers or the salts."""
    return [str(name) for name in levels[axis][axis]]


def parts_of(mixture: str) -> list[str]:
    """Return the names of a mixture's components; none for an empty text or for "none"."""
    return [name for name, _ in split_mixture(mixture) if name != "none"]


def each_part(levels: Levels, axis: str, passes: Mapping[str, bool]) -> Allowed:
    """Say of each level of an axis whether all its parts pass.

    Args:
        levels: The levels.
        axis: "polymer", "filler" or "salt".
        passes: Whether a component does, by name.
    """
    return np.array([all(passes[part] for part in parts_of(mixture)) for mixture in names_on(levels, axis)], dtype=bool)


def distinct_parts(levels: Levels, axis: str) -> list[str]:
    """Return each component of an axis once, in the order in which they first stand there."""
    return list(dict.fromkeys(part for mixture in names_on(levels, axis) for part in parts_of(mixture)))


def tags_on(levels: Levels, axis: str, library: Library) -> list[frozenset[str]]:
    """Return the tags of each level of "architecture" or "additive", with those that they imply."""
    return [frozenset(library.with_implied(listed(text))) for text in levels[axis]["architecture_tags"]]


def additives_on(levels: Levels, axis: str) -> list[tuple[str, ...]]:
    """Return the additives and treatments of each level of "architecture" or "additive"."""
    return [tuple(listed(text)) for text in levels[axis]["additives"]]


def kinds_on(levels: Levels, axis: str, library: Library) -> list[frozenset[str]]:
    """Return the kinds of the additives of each level of "architecture" or "additive"."""
    return [frozenset(library.additives[name]["kind"] for name in held) for held in additives_on(levels, axis)]


def listed(text: str) -> list[str]:
    """Split names joined by ";"."""
    return [part for part in str(text).split(";") if part]


def named(names: Iterable[str], n_shown: int = 6) -> str:
    """Write names in one line, the first few of many; "none" for none."""
    held = list(names)
    rest = f" and {len(held) - n_shown} more" if len(held) > n_shown else ""
    return ", ".join(held[:n_shown]) + rest if held else "none"
