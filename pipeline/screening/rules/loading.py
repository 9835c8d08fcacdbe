"""Loadings that contradict how the composite is said to be built."""

from __future__ import annotations

import numpy as np

from pipeline.screening.restriction import Closing, Knowledge, Levels, tags_on

MAJORITY = 0.5
"""What divides polymer in ceramic from ceramic in polymer, as a weight fraction: the majority that tags.csv asks for.
By volume a dense ceramic is the majority later still; papers state such films by weight (75 to 97 wt%)."""
LEAST_OF_FRAMEWORK = 0.1
"""The lowest weight fraction of a connected scaffold that a review prints: LLTO from a hydrogel, 10 to 44 wt% (review
000, Table 2)."""
_LOWEST = {"polymer_in_ceramic": MAJORITY, "framework": LEAST_OF_FRAMEWORK}
_HIGHEST = {"ceramic_in_polymer": MAJORITY}
_REASON = (
    f"no polymer in ceramic below {MAJORITY:.0%} by weight, no ceramic in polymer above, no framework below "
    f"{LEAST_OF_FRAMEWORK:.0%}"
)


def fits_tags(levels: Levels, knowledge: Knowledge) -> list[Closing]:
    """Close loadings too low for a framework or a majority of ceramic, and too high for a majority of polymer.

    A loading that is not known contradicts nothing.
    """
    loadings = levels["filler_wt_fraction"]["filler_wt_fraction"].to_numpy(float)
    closings = []
    for axis in ("architecture", "additive"):
        of_each = tags_on(levels, axis, knowledge.library)
        lowest = np.array([max((_LOWEST.get(tag, 0.0) for tag in tags), default=0.0) for tags in of_each])
        highest = np.array([min((_HIGHEST.get(tag, 1.0) for tag in tags), default=1.0) for tags in of_each])
        allowed = ~((loadings < lowest[:, None]) | (loadings > highest[:, None]))
        if axis == "architecture" or not allowed.all():
            closings.append(Closing(_REASON, (axis, "filler_wt_fraction"), allowed))
    return closings
