"""The architecture block: one column a tag, and one a kind of additive."""

from __future__ import annotations

from features.dictionary import Feature
from features.library import Library


def dictionary(library: Library) -> list[Feature]:
    """Return the block's columns in order: the library's tags, then its kinds of additives."""
    tags = [
        Feature(_tag_column(tag), "architecture", "0/1", row["definition"], "record, tags.csv")
        for tag, row in library.tags.items()
    ]
    kinds = [
        Feature(
            _kind_column(kind),
            "architecture",
            "1",
            f"number of additives of the kind {kind.replace('_', ' ')}",
            "record, additives.csv",
        )
        for kind in _kinds(library)
    ]
    return [*tags, *kinds]


def describe_tags(tags: str, library: Library) -> dict[str, float]:
    """Say of each tag of the library whether it applies.

    Args:
        tags: Tags joined by ";", those they imply included.
        library: Lists the tags.
    """
    present = set(tags.split(";"))
    return {_tag_column(tag): float(tag in present) for tag in library.tags}


def describe_additives(additives: str, library: Library) -> dict[str, float]:
    """Count the additives of each kind.

    Args:
        additives: Library names joined by ";".
        library: Says what kind each is of.
    """
    counts = {_kind_column(kind): 0.0 for kind in _kinds(library)}
    for name in filter(None, additives.split(";")):
        counts[_kind_column(library.additives[name]["kind"])] += 1
    return counts


def _kinds(library: Library) -> list[str]:
    return sorted({row["kind"] for row in library.additives.values()})


def _tag_column(tag: str) -> str:
    return f"architecture_{tag}"


def _kind_column(kind: str) -> str:
    return f"additive_{kind}"
