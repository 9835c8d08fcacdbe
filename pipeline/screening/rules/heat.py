"""Additives that boil off."""

from __future__ import annotations

import math

import numpy as np

from pipeline.screening.restriction import Closing, Knowledge, Levels, additives_on, named

VOLATILE_KINDS = frozenset({"carbonate", "lactone", "glyme", "nitrile", "casting_solvent", "plasticiser"})
"""Kinds that stay in the film as molecules; initiators, acids that etch and templates are gone or bound."""


def no_boiling(highest_C: float, levels: Levels, knowledge: Knowledge) -> list[Closing]:  # noqa: N803
    """Close architectures and additives with a liquid that boils at a temperature or below."""
    closings = []
    for axis in ("architecture", "additive"):
        held = additives_on(levels, axis)
        boils = {name for each in held for name in each if _boiling_point_C(name, knowledge) <= highest_C}
        if boils or axis == "additive":
            reason = f"no liquid that boils at {highest_C:g} °C or below ({named(sorted(boils))})"
            closings.append(Closing(reason, (axis,), np.array([not boils & set(each) for each in held], dtype=bool)))
    return closings


def _boiling_point_C(name: str, knowledge: Knowledge) -> float:  # noqa: N802
    """Return when a molecule that stays in the film boils; NaN, which nothing reaches, of others and where unknown."""
    if knowledge.library.additives[name]["kind"] not in VOLATILE_KINDS:
        return math.nan
    return knowledge.library.constant("additives", name, "boiling_point_C")
