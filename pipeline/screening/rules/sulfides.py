"""Sulfides, which polar liquids attack, only in films that hold none."""

from __future__ import annotations

import numpy as np

from pipeline.screening.restriction import (
    Closing,
    Knowledge,
    Levels,
    distinct_parts,
    kinds_on,
    names_on,
    parts_of,
    tags_on,
)
from pipeline.screening.rules.lithium import is_lithium_sulfide

_WET_TAGS = frozenset({"gel", "residual_solvent", "plasticised"})
POLAR_KINDS = frozenset(
    {
        "carbonate",
        "lactone",
        "glyme",
        "ionic_liquid",
        "liquid_electrolyte",
        "casting_solvent",
        "nitrile",
        "plasticiser",
    }
)
"""Kinds of additives that are polar small molecules or hold them."""


def only_dry(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close lithium sulfides beside a liquid, a gel, a residual solvent or another polar small molecule."""
    library = knowledge.library
    sulfides = {part: is_lithium_sulfide(part, library) for part in distinct_parts(levels, "filler")}
    is_sulfide = np.array([any(sulfides[part] for part in parts_of(name)) for name in names_on(levels, "filler")])
    is_wet = [
        np.array(
            [
                bool(_WET_TAGS & tags or POLAR_KINDS & kinds)
                for tags, kinds in zip(tags_on(levels, axis, library), kinds_on(levels, axis, library), strict=True)
            ],
            dtype=bool,
        )
        for axis in ("architecture", "additive")
    ]
    allowed = ~(is_sulfide[:, None, None] & (is_wet[0][:, None] | is_wet[1][None, :]))
    reason = (
        f"no sulfide ({sum(sulfides.values())} of {len(sulfides)} fillers) with a liquid, gel, solvent or plasticiser"
    )
    return [Closing(reason, ("filler", "architecture", "additive"), allowed)]
