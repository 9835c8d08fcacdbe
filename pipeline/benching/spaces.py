"""Spaces to measure on, of the real component tables: a million to 10¹¹ mixtures, each holding the smaller ones."""

from __future__ import annotations

from itertools import combinations

from features import Library, join_mixture
from pipeline.screening import Campaign, Space
from pipeline.screening.campaign import NO_ADDITIVE, Addition, Architecture, AxisName, SaltRatio

DISTINCT: tuple[AxisName, ...] = ("polymer", "filler", "salt", "architecture", "additive")
"""What tells results apart: the components and how they are put together."""
_COMMON = ("PEO", "PVDF", "PVDF-HFP", "PAN", "PMMA", "PPC", "PCL", "PVA", "PVDF-TrFE", "PDOL")
"""The polymers of which the smallest space has some, and all pairs of which are blended."""
_STEP = 0.1
_ARCHITECTURES = (
    "particles",
    "wires",
    "sheets",
    "framework",
    "particles;surface_treated",
    "wires;aligned",
    "framework;electrospun",
    "particles;sandwich",
    "particles;cross_linked",
    "particles;in_situ_polymerised",
    "particles;nanofibre_polymer;supported",
    "particles;janus",
)
_RATIOS = (18.0, 10.0, 24.0, 14.0)
_SIZES_NM = (50.0, 500.0, 5000.0)
_LOADINGS = tuple(dict.fromkeys((0.1, 0.2, 0.05, 0.3, 0.5, 0.15, 0.7, *(round(0.04 * n, 2) for n in range(1, 21)))))
_LENGTHS = {
    10**6: (20, 20, 5, 6, 7, 2, 1, 6),
    10**7: (40, 45, 6, 8, 10, 2, 1, 6),
    10**8: (60, 80, 10, 12, 15, 2, 1, 6),
    10**9: (94, 104, 10, 12, 25, 2, 3, 6),
    10**10: (200, 104, 25, 12, 25, 4, 3, 6),
    10**11: (499, 104, 25, 12, 25, 4, 3, 22),
}
"""By the least number of mixtures, how many polymers, fillers, salts, architectures, additives, salt ratios, particle
sizes and loadings there are; each list starts with the shorter ones."""
SIZES = tuple(_LENGTHS)


def space_of(size: int, library: Library) -> Space:
    """Span the space of `size` mixtures or slightly more.

    Args:
        size: One of `SIZES`.
        library: The component tables.
    """
    polymers, fillers, salts, ways, added, ratios, sizes, loadings = _LENGTHS[size]
    campaign = Campaign(
        question="How long does it take to find the best?",
        temperature_C=(30.0,),
        polymers=tuple(dict.fromkeys((*_COMMON, *library.polymers, *_blends(_COMMON))))[:polymers],
        fillers=tuple(library.fillers)[:fillers],
        salts=tuple(library.salts)[:salts],
        architectures={tags: Architecture(tags=tags) for tags in _ARCHITECTURES[:ways]},
        additions={NO_ADDITIVE: Addition()}
        | {name: Addition(additives=name) for name in tuple(library.additives)[: added - 1]},
        salt_ratio=SaltRatio(value=_RATIOS[:ratios]),
        particle_size_nm=_SIZES_NM[:sizes],
        filler_wt_fractions=_LOADINGS[:loadings],
        distinct=DISTINCT,
    )
    return Space.of(campaign)


def _blends(polymers: tuple[str, ...]) -> list[str]:
    shares = [round(number * _STEP, 10) for number in range(1, round(1 / _STEP))]
    return [
        join_mixture([(first, share), (second, round(1 - share, 10))])
        for first, second in combinations(polymers, 2)
        for share in shares
    ]
