"""What can be built: with this polymer, from what is in stock, by the processes that are at hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from features import Library
from pipeline.common.errors import UserError
from pipeline.screening.restriction import (
    Closing,
    Knowledge,
    Levels,
    Restriction,
    additives_on,
    distinct_parts,
    each_part,
    named,
    names_on,
    parts_of,
    tags_on,
)


def buildable(only_with: Sequence[Collection[str]], levels: Levels, axis: str = "architecture") -> Restriction:
    """Keep each architecture, or each additive, to the polymers with which it can be built.

    Args:
        only_with: For each level of the axis the polymers, as they stand on the polymer axis; empty for all.
        levels: The levels.
        axis: "architecture" or "additive".
    """
    polymers = names_on(levels, "polymer")
    allowed = np.array([[not those or polymer in those for those in only_with] for polymer in polymers], dtype=bool)
    built = "built" if axis == "architecture" else "combined"
    reason = f"the polymer can be {built} that way"
    return Restriction("only_with", reason, "the campaign", ("polymer", axis), allowed)


def of_fillers(only_fillers: Sequence[Collection[str]], levels: Levels) -> Restriction:
    """Keep each architecture to the fillers that come in its form; of a mixture of fillers each has to.

    Args:
        only_fillers: For each architecture the fillers, by name; empty for all.
        levels: The levels.
    """
    fillers = [parts_of(mixture) for mixture in names_on(levels, "filler")]
    allowed = np.array([[not those or set(those) >= set(parts) for those in only_fillers] for parts in fillers], bool)
    return Restriction(
        "only_fillers", "the filler comes in that form", "the campaign", ("filler", "architecture"), allowed
    )


def in_stock(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close everything a part of which the inventory does not list.

    Raises:
        UserError: There is no inventory.
    """
    stock = knowledge.inventory
    if stock is None:
        raise UserError(
            "the limit only_inventory needs data/raw/lab/inventory.csv; copy data/raw/lab/examples/inventory.csv there "
            "and replace its rows, or leave the limit out"
        )
    closings = []
    for axis in ("polymer", "filler", "salt"):
        passes = {part: part in stock for part in distinct_parts(levels, axis)}
        absent = [part for part, held in passes.items() if not held]
        closings.append(Closing(_in_stock(axis, absent), (axis,), each_part(levels, axis, passes)))
    for axis in ("architecture", "additive"):
        held = additives_on(levels, axis)
        absent = sorted({name for each in held for name in each if name not in stock})
        allowed = np.array([stock.issuperset(each) for each in held], dtype=bool)
        closings.append(Closing(_in_stock(axis, absent), (axis,), allowed))
    return closings


def without_processing(excluded: Sequence[str], levels: Levels, library: Library) -> list[Closing]:
    """Close architectures and additives with one of some tags, said or implied."""
    closings = []
    for axis in ("architecture", "additive"):
        allowed = np.array([not tags & set(excluded) for tags in tags_on(levels, axis, library)], dtype=bool)
        if axis == "architecture" or not allowed.all():
            closings.append(Closing(f"no {axis} that is {' or '.join(excluded)}", (axis,), allowed))
    return closings


def _in_stock(axis: str, absent: Sequence[str]) -> str:
    return f"{axis} in stock ({named(absent)} not there)" if absent else f"{axis} in stock"
