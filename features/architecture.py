"""The architecture block: how the composite is built, and what was added or done to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from features.dictionary import Feature
from features.library import Library

DIMENSIONS = {"particles": 0.0, "wires": 1.0, "sheets": 2.0, "framework": 3.0}
"""Directions in which a unit of the filler runs through the film."""
_LAYERS = {"layered": 2.0, "janus": 2.0, "sandwich": 3.0}
DIMENSIONALITY = Feature(
    "architecture_dimensionality",
    "architecture",
    "1",
    "directions in which the filler is connected: 0 particles, 1 wires, 2 sheets, 3 framework",
    "the largest of those that the tags name",
    "tags of the record",
    "no tag says it",
    0,
    3,
)
_DERIVED = (
    DIMENSIONALITY,
    Feature(
        "architecture_is_continuous",
        "architecture",
        "0/1",
        "the ceramic runs through the film without a gap: a framework, sintered, or the majority",
        "tag framework, sintered or polymer_in_ceramic",
        "tags of the record",
        highest=1,
    ),
    Feature(
        "architecture_n_layers",
        "architecture",
        "1",
        "layers of different composition, at least: 1 in a film that is not layered, 2 layered or Janus, 3 a sandwich",
        "the largest of those that the tags name",
        "tags of the record",
        lowest=1,
        highest=3,
    ),
    Feature(
        "architecture_is_wet",
        "architecture",
        "0/1",
        "holds a liquid: a gel, residual or added solvent, an ionic liquid, a liquid electrolyte",
        "tag gel or residual_solvent, or an additive of such a kind",
        "tags and additives of the record",
        highest=1,
    ),
)
_LIQUIDS = {"carbonate", "lactone", "glyme", "ionic_liquid", "liquid_electrolyte", "casting_solvent"}
_WET_TAGS = {"gel", "residual_solvent"}
_CONTINUOUS = {"framework", "sintered", "polymer_in_ceramic"}


def dictionary(library: Library) -> list[Feature]:
    """Return the block's columns in order: what the tags add up to, the library's tags, its kinds of additives."""
    tags = [
        Feature(
            _tag_column(tag),
            "architecture",
            "0/1",
            row["definition"],
            "as tagged, or implied by another tag",
            "tags of the record",
            highest=1,
        )
        for tag, row in library.tags.items()
    ]
    kinds = [
        Feature(
            _kind_column(kind),
            "architecture",
            "1",
            f"number of additives or treatments of the kind {kind.replace('_', ' ')}",
            "counted",
            "additives of the record; additives.csv",
            is_learned=False,
        )
        for kind in _kinds(library)
    ]
    return [*_DERIVED, *tags, *kinds]


@lru_cache(maxsize=16384)
def describe(tags: str, additives: str, library: Library) -> Mapping[str, float]:
    """Describe how a composite is built.

    Args:
        tags: Tags joined by ";"; those that they imply are added.
        additives: Library names joined by ";".
        library: Lists the tags, and says what kind each additive is of.

    Returns:
        One number a column of `dictionary()`.
    """
    present = set(library.with_implied([tag for tag in tags.split(";") if tag]))
    kinds = [library.additives[name]["kind"] for name in additives.split(";") if name]
    described = {
        "architecture_dimensionality": max((DIMENSIONS[tag] for tag in present & set(DIMENSIONS)), default=math.nan),
        "architecture_is_continuous": float(bool(present & _CONTINUOUS)),
        "architecture_n_layers": max((_LAYERS[tag] for tag in present & set(_LAYERS)), default=1.0),
        "architecture_is_wet": float(bool(present & _WET_TAGS or _LIQUIDS & set(kinds))),
    }
    described |= {_tag_column(tag): float(tag in present) for tag in library.tags}
    return described | {_kind_column(kind): float(kinds.count(kind)) for kind in _kinds(library)}


@lru_cache(maxsize=64)
def _kinds(library: Library) -> tuple[str, ...]:
    return tuple(sorted({row["kind"] for row in library.additives.values()}))


def _tag_column(tag: str) -> str:
    return f"architecture_{tag}"


def _kind_column(kind: str) -> str:
    return f"additive_{kind}"
