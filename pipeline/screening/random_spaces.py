"""Spaces drawn at random from the component tables, with limits: on what the exact search is held against listing."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library
from pipeline.screening.search import Allowed

_SHARE_MISSING = 0.15
_SHARE_BLENDED = 0.3
_SHARE_ALLOWED = 0.8
_MOST_LEVELS = {
    "polymer": 40,
    "filler": 40,
    "salt": 10,
    "architecture": 12,
    "additive": 8,
    "salt_ratio": 8,
    "particle_size_nm": 4,
    "filler_wt_fraction": 30,
    "temperature_C": 3,
}
_LIMITED = (("filler",), ("polymer", "architecture"), ("filler", "architecture", "filler_wt_fraction"))
_FEWEST_KINDS = 2
_NEAR = 0.2
"""How far, in the logarithm, a size may lie from the one that was drawn."""


@dataclass(frozen=True)
class Drawn:
    """A space that was drawn.

    Attributes:
        levels: Its axes.
        allowed: Limits on one, two and three axes.
        kinds: Of which kind each polymer is.
    """

    levels: dict[str, pd.DataFrame]
    allowed: tuple[Allowed, ...]
    kinds: dict[str, npt.NDArray[np.intp]]


def draw_space(library: Library, smallest: int, largest: int, generator: np.random.Generator) -> Drawn:
    """Draw a space of a size between two bounds; some of what a mixture states is missing.

    Args:
        library: Its components, blends of them and its tags are drawn.
        smallest: Mixtures at least.
        largest: Mixtures at most.
        generator: Draws.
    """
    sizes = _sizes(smallest, largest, generator)
    levels = {axis: _levels(axis, size, library, generator) for axis, size in sizes.items()}
    allowed = tuple((axes, generator.random([sizes[axis] for axis in axes]) < _SHARE_ALLOWED) for axes in _LIMITED)
    n_kinds = max(_FEWEST_KINDS, sizes["polymer"] // 2)
    kinds = pd.factorize(generator.integers(0, n_kinds, sizes["polymer"]))[0]
    return Drawn(levels, allowed, {"polymer": kinds})


def _sizes(smallest: int, largest: int, generator: np.random.Generator) -> dict[str, int]:
    wanted = np.exp(generator.uniform(np.log(smallest), np.log(largest)))
    while True:
        sizes = {axis: int(generator.integers(1, most + 1)) for axis, most in _MOST_LEVELS.items()}
        size = prod(sizes.values())
        if smallest <= size <= largest and abs(np.log(size / wanted)) < _NEAR:
            return sizes


def _levels(axis: str, size: int, library: Library, generator: np.random.Generator) -> pd.DataFrame:
    """Draw the levels of an axis."""
    if axis in ("polymer", "filler", "salt"):
        names = list({"polymer": library.polymers, "filler": library.fillers, "salt": library.salts}[axis])
        return pd.DataFrame({axis: [_component(names, generator) for _ in range(size)]})
    if axis in ("architecture", "additive"):
        tags = [_some(list(library.tags), 3, generator) for _ in range(size)]
        additives = [_some(list(library.additives), 2, generator) for _ in range(size)]
        labels = [f"{axis} {number}" for number in range(size)]
        return pd.DataFrame({axis: labels, "architecture_tags": tags, "additives": additives})
    ends = {"salt_ratio": (4, 40), "particle_size_nm": (5, 5000), "filler_wt_fraction": (0.01, 0.9)}
    low, high = ends.get(axis, (-20, 90))
    numbers = generator.uniform(low, high, size).round(3)
    if axis in ("salt_ratio", "particle_size_nm"):
        numbers[generator.random(size) < _SHARE_MISSING] = np.nan
    return pd.DataFrame({axis: numbers} | ({"salt_ratio_unit": "EO:Li"} if axis == "salt_ratio" else {}))


def _component(names: list[str], generator: np.random.Generator) -> str:
    """Draw a component, or a blend of two."""
    if generator.random() >= _SHARE_BLENDED:
        return str(generator.choice(names))
    one, other = generator.choice(names, 2, replace=False)
    share = generator.integers(1, 10) / 10
    return f"{one}:{share:g} + {other}:{1 - share:.1f}"


def _some(names: list[str], most: int, generator: np.random.Generator) -> str:
    return ";".join(sorted(generator.choice(names, generator.integers(0, most + 1), replace=False)))
