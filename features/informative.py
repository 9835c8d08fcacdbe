"""Which features tell mixtures apart, so that something can be learned from them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def why_left_out(numbers: npt.NDArray[np.float64], min_different: int) -> list[str]:
    """Say of each column why nothing can be learned from it.

    Args:
        numbers: n rows, one column a feature; NaN where unknown.
        min_different: Rows that have to differ from a column's commonest value, NaN counting as a value.

    Returns:
        One reason a column, "" where there is none.
    """
    reasons, seen = [], set[bytes]()
    for column in numbers.T + 0.0:  # makes -0 and 0 one value
        _, counts = np.unique(column, return_counts=True)
        n_different = len(column) - int(counts.max())
        key = np.where(np.isnan(column), np.nan, column).tobytes()
        if len(np.unique(column[~np.isnan(column)])) <= 1:
            reasons.append("the same wherever it is known")
        elif n_different < min_different:
            reasons.append(f"tells only {n_different} of {len(column)} rows from the others")
        else:
            reasons.append("the same as a column before it" if key in seen else "")
        seen.add(key)
    return reasons
