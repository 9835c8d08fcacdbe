"""Loadings at which particles clump."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.screening.facts import ClumpingStep
from pipeline.screening.restriction import Allowed, Closing, Knowledge, Levels, kinds_on, names_on, parts_of, tags_on

COATING_KINDS = frozenset({"polymer_coating", "silane", "brush"})
"""Organic layers lower the surface energy and keep particles apart (review 003, Section 4.4.2; review 004, 3.1)."""
_CONTINUOUS = frozenset({"framework", "sintered", "polymer_in_ceramic"})
_NOT_PARTICLES = frozenset({"wires", "sheets", "framework"})
_AXES = ("filler", "architecture", "additive", "particle_size_nm", "filler_wt_fraction")


def no_clumping(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close loadings above which separate particles of a size clump.

    Wires, sheets, frameworks and films that are ceramic in the main are free of it. Where the size is not stated, the
    filler's usual size counts, and where that is not known, the most lenient step of `clumping.csv`. A mixture's
    smallest particles decide. Particles larger than any step speaks of have no limit.
    """
    steps = knowledge.facts.clumping
    sizes, of_particles, coated = _sizes(levels, knowledge), *_built(levels, knowledge)
    loadings = levels["filler_wt_fraction"]["filler_wt_fraction"].to_numpy(float)
    bare_most, coated_most = (_most(sizes, [s for s in steps if s.surface == kind]) for kind in ("bare", "coated"))
    coated_most = np.maximum(bare_most, coated_most)
    most = np.where(coated[None, :, :, None], coated_most[:, None, None, :], bare_most[:, None, None, :])
    most = np.where(of_particles[None, :, :, None], most, math.inf)
    allowed = ~(loadings > most[..., None])
    shown = ", ".join(f"{s.filler_wt_fraction:g} up to {s.size_up_to_nm:g} nm {s.surface}" for s in steps)
    axes, allowed = _without_constant_axes(allowed)
    return [Closing(f"no separate particles at a loading at which they clump (wt fraction {shown})", axes, allowed)]


def _sizes(levels: Levels, knowledge: Knowledge) -> npt.NDArray[np.float64]:
    """Return the particle size by filler and level of size, in nm; NaN where it is not known, inf without a filler."""
    stated = levels["particle_size_nm"]["particle_size_nm"].to_numpy(float)
    rows = []
    for mixture in names_on(levels, "filler"):
        parts = parts_of(mixture)
        usual = [knowledge.library.constant("fillers", part, "typical_size_nm") for part in parts]
        smallest = min((size for size in usual if not math.isnan(size)), default=math.nan)
        rows.append(np.where(np.isnan(stated), smallest, stated) if parts else np.full(len(stated), math.inf))
    return np.array(rows)


def _built(levels: Levels, knowledge: Knowledge) -> tuple[Allowed, Allowed]:
    """Say by architecture and additive whether the filler stands as separate particles, and whether they are coated."""
    library = knowledge.library
    tags = [tags_on(levels, axis, library) for axis in ("architecture", "additive")]
    kinds = [kinds_on(levels, axis, library) for axis in ("architecture", "additive")]
    both = [[one | other for other in tags[1]] for one in tags[0]]
    of_particles = [[not held & (_CONTINUOUS | _NOT_PARTICLES) for held in row] for row in both]
    coated = [[bool((one | other) & COATING_KINDS) for other in kinds[1]] for one in kinds[0]]
    return np.array(of_particles, dtype=bool), np.array(coated, dtype=bool)


def _most(sizes: npt.NDArray[np.float64], steps: Sequence[ClumpingStep]) -> npt.NDArray[np.float64]:
    """Return the highest loading that is still dispersed, of the first step that speaks of a size."""
    if not steps:
        return np.full(sizes.shape, math.inf)
    ends = np.array([step.size_up_to_nm for step in steps])
    most = np.array([*(step.filler_wt_fraction for step in steps), math.inf])
    lenient = max(step.filler_wt_fraction for step in steps)
    found: npt.NDArray[np.float64] = most[np.searchsorted(ends, sizes, side="left")]
    return np.where(np.isnan(sizes), lenient, found)


def _without_constant_axes(allowed: Allowed) -> tuple[tuple[str, ...], Allowed]:
    """Leave off the axes along which nothing changes."""
    axes = list(_AXES)
    for place in reversed(range(len(axes))):
        if (
            allowed.shape[place]
            and np.array_equal(allowed, np.broadcast_to(allowed.take([0], axis=place), allowed.shape))
            and len(axes) > 1
        ):
            allowed = np.take(allowed, [0], axis=place).squeeze(axis=place)
            axes.pop(place)
    return tuple(axes), allowed
