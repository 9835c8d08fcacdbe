"""What stands between a component and the electrode that it does not bear: layers and coatings."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features import Library
from pipeline.screening.restriction import Levels, additives_on, kinds_on, tags_on

BARE, COATED, LAYERED = 0, 1, 2
"""Degrees of protection against lithium metal; each protects what the one before it does."""
_LAYERS = "layered"
"""Implied by sandwich and janus: a layer of another composition faces the electrode (review 000, Sections 3.1 and 3.2;
review 003, Section 4.3.2; review 004, Section 4.1)."""
_FACES_DIFFER = "janus"
COATING_KINDS = frozenset({"nitride_coating", "polymer_coating", "ionic_liquid_graft"})
"""g-C3N4 (review 003, Section 4.3.3), polydopamine (review 002, Section 4.2) and grafted ionic liquids (review 004,
Section 3.2) were each shown to keep lithium from LATP or LLTO. Al2O3 on LATP was shown to hold off polysulfides only
(review 000, Section 3.1)."""
_COATINGS = frozenset({"sodium itaconate"})
"""Coatings of other kinds of which it was shown (review 004, Section 3.1)."""


def of_fillers(levels: Levels, library: Library) -> npt.NDArray[np.int64]:
    """Return how well a filler is protected from lithium metal, by architecture and additive: the better of both."""
    of_each = [
        [
            LAYERED if _LAYERS in tags else COATED if COATING_KINDS & kinds or _COATINGS & set(held) else BARE
            for tags, kinds, held in zip(
                tags_on(levels, axis, library),
                kinds_on(levels, axis, library),
                additives_on(levels, axis),
                strict=True,
            )
        ]
        for axis in ("architecture", "additive")
    ]
    architecture, additive = (np.array(degrees, dtype=np.int64) for degrees in of_each)
    return np.maximum(architecture[:, None], additive[None, :])


def has_two_faces(levels: Levels, library: Library) -> npt.NDArray[np.bool_]:
    """Say where each electrode has a face of its own, by architecture and additive (review 000, Section 3.2)."""
    of_each = [
        [_FACES_DIFFER in tags for tags in tags_on(levels, axis, library)] for axis in ("architecture", "additive")
    ]
    architecture, additive = (np.array(faces, dtype=bool) for faces in of_each)
    differ: npt.NDArray[np.bool_] = architecture[:, None] | additive[None, :]
    return differ
