"""What is learned: four properties, each with its scale, its limits and how temperature moves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from features import RECIPROCAL_TEMPERATURE, TEMPERATURE_RISES
from pipeline.learning.bounds import Bounds, Floats
from pipeline.records import DOUBTFUL, is_believed

PHASES_BY_PUBLIC_SETS = ("host_by_public_set", "filler_by_public_set")
"""Features that models of the public sets give: what the phases alone conduct at that temperature (log₁₀ S/cm)."""


@dataclass(frozen=True)
class Target:
    """One property to predict.

    Attributes:
        name: Key in files and metrics; the scale is part of it.
        lower_column: Column of its lower bound.
        upper_column: Column of its upper bound.
        label: How people read it, with unit.
        is_logarithmic: Whether log₁₀ of the column is learned.
        lowest: Smallest possible prediction, on the learned scale.
        highest: Largest possible prediction, on the learned scale.
        widest_reading: Largest distance, on the learned scale, between the possible readings of a number that is still
            learned from.
        is_ranked: Whether candidates are ordered by it. Elsewhere the median is shown unless the model is proven
            better; an order needs a model that tells candidates apart.
        monotone: Features on which the prediction may only fall (-1) or rise (+1).
    """

    name: str
    lower_column: str
    upper_column: str
    label: str
    is_logarithmic: bool
    lowest: float
    highest: float
    widest_reading: float
    is_ranked: bool = False
    monotone: tuple[tuple[str, int], ...] = ()

    def bounds(self, records: pd.DataFrame) -> Bounds:
        """Return what is known of the learned number of each of n records, NaN where it is left out.

        A range keeps its bounds, and so does a number of which only one bound is printed ("> 4.9 V"). Left out are rows
        whose reading as a whole is in doubt, and numbers whose possible readings lie further apart than
        `widest_reading`. Of the records of one sample only the believed one counts.
        """
        lower, upper = self._scaled(records[self.lower_column]), self._scaled(records[self.upper_column])
        gap = upper - lower
        is_unclear = records["is_ambiguous"].to_numpy() & np.isfinite(gap) & (gap > self.widest_reading)
        is_doubtful = (records["confidence"] == DOUBTFUL).to_numpy()
        is_other = ~is_believed(records, self.lower_column).to_numpy()
        is_left_out = is_doubtful | is_unclear | is_other | ~(np.isfinite(lower) | np.isfinite(upper))
        return Bounds(np.where(is_left_out, np.nan, lower), np.where(is_left_out, np.nan, upper))

    def _scaled(self, column: pd.Series) -> Floats:
        numbers = column.to_numpy(float)
        return (
            np.log10(numbers, out=np.full_like(numbers, -np.inf), where=~(numbers <= 0))
            if self.is_logarithmic
            else numbers
        )

    def clip(self, predictions: Floats) -> Floats:
        """Keep predictions within what is physically possible."""
        return np.clip(predictions, self.lowest, self.highest)


CONDUCTIVITY = Target(
    "log10_conductivity",
    "conductivity_lower_S_cm",
    "conductivity_upper_S_cm",
    "log₁₀ of the conductivity in S/cm",
    True,
    -16,
    0,
    0.5,
    True,
    ((RECIPROCAL_TEMPERATURE.name, -1), *((name, 1) for name in (*TEMPERATURE_RISES, *PHASES_BY_PUBLIC_SETS))),
)
TRANSFERENCE_NUMBER = Target(
    "transference_number",
    "transference_number_lower",
    "transference_number_upper",
    "Li⁺ transference number",
    False,
    0,
    1,
    0.1,
)
STABILITY_WINDOW = Target(
    "stability_window_V",
    "stability_window_lower_V",
    "stability_window_upper_V",
    "Stability window in V vs. Li/Li⁺",
    False,
    0,
    10,
    0.5,
)
TENSILE_STRENGTH = Target(
    "log10_tensile_strength",
    "tensile_strength_lower_MPa",
    "tensile_strength_upper_MPa",
    "log₁₀ of the tensile strength in MPa",
    True,
    -4,
    4,
    0.5,
)
TARGETS = (CONDUCTIVITY, TRANSFERENCE_NUMBER, STABILITY_WINDOW, TENSILE_STRENGTH)
