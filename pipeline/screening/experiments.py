"""What could be made next, what was made, and by what the next batch is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import Field, model_validator

from pipeline.common.errors import UserError
from pipeline.common.settings import Frozen
from pipeline.learning import Floats


class BatchSettings(Frozen):
    """How a batch is chosen."""

    n: int = Field(ge=1, le=1000)
    """Experiments to choose."""
    by: Literal["predicted_value", "expected_improvement", "probability_of_success"] = "predicted_value"
    """What makes a candidate worth making; the first finds the best of the record soonest (`docs/BATCH.md`)."""
    threshold: float | None = None
    """What counts as success, on the learned scale (log₁₀ of S/cm for the conductivity)."""
    diversity_weight: float = Field(default=1.0, ge=0, le=100)
    """What it counts to be unlike the rest of the batch; 0: members differ in a component and that is all."""
    cost_weight: float = Field(default=0.0, ge=0, le=10)
    """Power of the cost by which worth is divided: 0 leaves costs aside, 1 asks for worth per cost."""
    out_of_stock_factor: float = Field(default=1.0, ge=0, le=1)
    """By what the worth of a candidate is multiplied that is not made of what is in stock; 0: last of all."""
    least_measured: int = Field(default=10, ge=0)
    """With fewer measured mixtures the batch covers the space instead."""
    repeats_measured: bool = False
    """Whether a mixture that was measured before may be proposed again."""

    @model_validator(mode="after")
    def _has_a_threshold(self) -> BatchSettings:
        if self.by == "probability_of_success" and self.threshold is None:
            raise ValueError("probability_of_success needs a threshold: the value that counts as success")
        return self


@dataclass(frozen=True)
class Mixtures:
    """Mixtures and what describes them.

    Attributes:
        table: n rows with the columns of `features.INPUT_COLUMNS`; others are not read.
        features: n rows of features.
    """

    table: pd.DataFrame
    features: pd.DataFrame

    def __len__(self) -> int:
        return len(self.table)


@dataclass(frozen=True)
class Candidates:
    """What could be made next.

    Attributes:
        mixtures: n of them.
        costs: What making each costs, in any one unit, shape (n,); None: all the same.
        is_in_stock: Whether each is made of what is in stock, shape (n,); None: all are.
    """

    mixtures: Mixtures
    costs: Floats | None = None
    is_in_stock: npt.NDArray[np.bool_] | None = None

    def discount(self, settings: BatchSettings) -> Floats:
        """Return by what the worth of each candidate is multiplied for its cost and for being out of stock, shape (n,).

        Raises:
            UserError: A cost is not a positive number.
        """
        factor = np.ones(len(self.mixtures))
        if self.is_in_stock is not None:
            factor = np.where(self.is_in_stock, 1.0, settings.out_of_stock_factor)
        if self.costs is None:
            return factor
        if (faulty := ~(np.isfinite(self.costs) & (self.costs > 0))).any():
            row = int(np.argmax(faulty))
            raise UserError(
                f"candidate {row + 1}, cost: {self.costs[row]:g}: a positive number was expected ({faulty.sum()} such "
                "rows); state what making it costs, or leave all costs out"
            )
        return np.asarray(factor / self.costs**settings.cost_weight, dtype=np.float64)


@dataclass(frozen=True)
class Known:
    """What was made, and what is being made.

    Attributes:
        measured: Mixtures with a result.
        pending: Mixtures whose result is not there yet; they count as chosen.
        best: Best measured value at a comparable temperature, on the learned scale; None where there is none.
    """

    measured: Mixtures
    pending: Mixtures
    best: float | None


def best_comparable(
    values: Floats, temperatures_celsius: Floats, temperature_celsius: float, within_kelvin: float = 5.0
) -> float | None:
    """Return the best of n measured values that were taken near a temperature; None where none was.

    Args:
        values: On the learned scale, NaN where not known as one number, shape (n,).
        temperatures_celsius: Shape (n,), NaN where not stated.
        temperature_celsius: That of the candidates.
        within_kelvin: How far off still counts as near.
    """
    is_near = (np.abs(temperatures_celsius - temperature_celsius) <= within_kelvin) & np.isfinite(values)
    return float(values[is_near].max()) if is_near.any() else None
