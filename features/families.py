"""To which family a mixture belongs: the words in which chemists sort polymers and fillers."""

from __future__ import annotations

from functools import lru_cache

from features.filler import family_of
from features.library import Library
from features.mixture import split_mixture

BLEND = "blend"
MIXED = "mixed fillers"
OTHER = "other"


@lru_cache(maxsize=16384)
def polymer_family(mixture: str, library: Library) -> str:
    """Return the class of a polymer ("polyether"); "blend" of parts that differ in it, "" without a polymer.

    Args:
        mixture: Library names or repeat units, as `split_mixture` reads them.
        library: Its `class` decides; what it does not hold is "other".
    """
    families = {library.polymers.get(name, {}).get("class") or OTHER for name, _ in split_mixture(mixture)}
    return _one(families, BLEND)


@lru_cache(maxsize=16384)
def filler_family(mixture: str, library: Library) -> str:
    """Return the structure family of a filler ("garnet"); "mixed fillers" of several families, "" without a filler.

    Args:
        mixture: Library names or formulas, as `split_mixture` reads them.
        library: Its `family` decides; of a bare formula, that of the nearest formula.
    """
    families = {family_of(name, library) or OTHER for name, _ in split_mixture(mixture)}
    return _one(families, MIXED)


def _one(families: set[str], several: str) -> str:
    if not families:
        return ""
    return families.pop() if len(families) == 1 else several


def repeat_units(mixture: str, library: Library) -> frozenset[str]:
    """Return the polymers of a mixture by their structure, so that PEO and PEG are one; by name where it has none."""
    return frozenset(library.polymers.get(name, {}).get("psmiles") or name for name, _ in split_mixture(mixture))


def filler_families(mixture: str, library: Library) -> frozenset[str]:
    """Return the structure families of a mixture's fillers."""
    return frozenset(family_of(name, library) or name for name, _ in split_mixture(mixture))
