"""Three axes and a tree small enough to work out by hand."""

import numpy as np

from features import FeatureTable
from pipeline.screening.search.forest import Forest

SIZES = {"polymer": 4, "filler": 3, "salt": 2}
ON_POLYMER = {0: 0b0011, 1: 0b1100, 2: 0b0011}
"""Leaves that stay reachable below a threshold, above it, and where nothing is known."""
ON_FILLER = {0: 0b0101, 1: 0b1010, 2: 0b0101}


def a_forest():
    """One tree of four leaves, split by what the polymer and what the filler is; the second tree by nothing."""
    half = np.array([0.5], dtype=np.float32)
    words = [np.array([[word, 0b1] for word in on.values()], dtype=np.uint8) for on in (ON_POLYMER, ON_FILLER)]
    values = np.array([[4.0, 3.0, 2.0, 1.0], [0.0, -np.inf, -np.inf, -np.inf]], dtype=np.float32)
    empty = np.zeros(0, dtype=np.int64)
    return Forest(
        ("a", "b"), (half, half), tuple(words), values, np.array([0, 2]), np.zeros(1, np.float32), (empty,) * 2
    )


def a_table(axis, numbers):
    return FeatureTable((axis,), (np.arange(len(numbers)),), np.array(numbers))


TABLES_OF = {"a": a_table("polymer", [0.0, 1.0, 0.0, np.nan]), "b": a_table("filler", [0.0, 1.0, 1.0])}
