"""What is learned: four properties, each with its scale, its limits and how temperature moves it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import RECIPROCAL_TEMPERATURE, TEMPERATURE_RISES
from pipeline.records import DOUBTFUL, is_believed

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """One property to predict.

    Attributes:
        name: Key in files and metrics; the scale is part of it.
        column: Column of the records.
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
    column: str
    lower_column: str
    upper_column: str
    label: str
    is_logarithmic: bool
    lowest: float
    highest: float
    widest_reading: float
    is_ranked: bool = False
    monotone: tuple[tuple[str, int], ...] = ()

    def labels(self, records: pd.DataFrame) -> Floats:
        """Return the learned number of each record, shape (n,).

        A range counts as its middle (the geometric one for conductivity). Where only one bound is printed
        ("> 4.9 V") there is no single number: NaN, and the record is left out of training and scoring. So are rows
        whose reading as a whole is in doubt, and numbers whose possible readings lie further apart than
        `widest_reading`. Of the records of one sample only the believed one counts.
        """
        numbers = self._scaled(records[self.column])
        gap = self._scaled(records[self.upper_column]) - self._scaled(records[self.lower_column])
        is_unclear = records["is_ambiguous"].to_numpy() & (gap > self.widest_reading)
        is_doubtful = (records["confidence"] == DOUBTFUL).to_numpy()
        is_other = ~is_believed(records, self.column).to_numpy()
        return np.where(is_doubtful | is_unclear | is_other, np.nan, numbers)

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
    "conductivity_S_cm",
    "conductivity_lower_S_cm",
    "conductivity_upper_S_cm",
    "log₁₀ of the conductivity in S/cm",
    True,
    -16,
    0,
    0.5,
    True,
    ((RECIPROCAL_TEMPERATURE.name, -1), *((name, 1) for name in TEMPERATURE_RISES)),
)
TRANSFERENCE_NUMBER = Target(
    "transference_number",
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
    "tensile_strength_MPa",
    "tensile_strength_lower_MPa",
    "tensile_strength_upper_MPa",
    "log₁₀ of the tensile strength in MPa",
    True,
    -4,
    4,
    0.5,
)
TARGETS = (CONDUCTIVITY, TRANSFERENCE_NUMBER, STABILITY_WINDOW, TENSILE_STRENGTH)
