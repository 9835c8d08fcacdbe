"""What is known of measured numbers: each lies between two bounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.bool_] | npt.NDArray[np.intp] | slice


@dataclass(frozen=True)
class Bounds:
    """Lower and upper bounds of n numbers.

    Attributes:
        lower: Shape (n,); equal to `upper` where a number was measured exactly, -inf where only an upper bound is
            known ("< 10⁻¹⁰ S/cm").
        upper: Shape (n,); inf where only a lower bound is known ("> 4.9 V").
    """

    lower: Floats
    upper: Floats

    @classmethod
    def exactly(cls, numbers: Floats) -> Bounds:
        """Return bounds of numbers that were measured exactly, shape (n,)."""
        return cls(numbers, numbers)

    def __len__(self) -> int:
        return len(self.lower)

    def __getitem__(self, rows: Rows) -> Bounds:
        """Return the bounds that a mask or positions choose."""
        return Bounds(self.lower[rows], self.upper[rows])

    @property
    def middle(self) -> Floats:
        """The number, the middle of a range; NaN where there is but one bound, shape (n,)."""
        with np.errstate(invalid="ignore"):  # inf - inf
            middle = (self.lower + self.upper) / 2
        return np.where(np.isfinite(middle), middle, np.nan)

    @property
    def is_exact(self) -> npt.NDArray[np.bool_]:
        """Where both bounds are one number, shape (n,)."""
        return np.asarray(self.lower == self.upper, dtype=bool)

    def distance(self, predicted: Floats) -> Floats:
        """Return how far predictions lie above (+) or below (-) their bounds, 0 between them, shape (n,)."""
        return predicted - np.clip(predicted, self.lower, self.upper)
