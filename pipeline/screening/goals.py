"""What a campaign trades against what: the goals, as its YAML file states them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pydantic import Field, ValidationInfo, field_validator, model_validator

from pipeline.common.settings import Frozen
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, TENSILE_STRENGTH, TRANSFERENCE_NUMBER, Floats, Target
from pipeline.screening.cost import COST


@dataclass(frozen=True)
class Pursued:
    """A property that a goal may be about.

    Attributes:
        column: Its column in a table of predictions, on the learned scale.
        sign: 1 where more is better, -1 where less is.
        is_logarithmic: Whether log₁₀ of what the goal states stands in the column.
        lowest: Smallest value that a goal may state.
        highest: Largest value that a goal may state.
    """

    column: str
    sign: int
    is_logarithmic: bool
    lowest: float
    highest: float

    def scaled(self, number: float) -> float:
        """Bring what a goal states onto the scale of the column."""
        return float(np.log10(number)) if self.is_logarithmic else number

    def stated(self, scaled: float) -> float:
        """Bring a number of the column onto the scale of the goal."""
        return float(10**scaled) if self.is_logarithmic else float(scaled)


def _predicted(target: Target) -> Pursued:
    ends = (10.0**target.lowest, 10.0**target.highest) if target.is_logarithmic else (target.lowest, target.highest)
    return Pursued(target.name, 1, target.is_logarithmic, *ends)


PURSUED = {
    "conductivity_S_cm": _predicted(CONDUCTIVITY),
    "transference_number": _predicted(TRANSFERENCE_NUMBER),
    "stability_window_V": _predicted(STABILITY_WINDOW),
    "tensile_strength_MPa": _predicted(TENSILE_STRENGTH),
    COST: Pursued(COST, -1, False, 0.0, 1e9),
}
"""Properties by the name that a campaign gives the goal, in the order in which they are shown."""


class Goal(Frozen):
    """What is wanted of one property; a goal that states nothing still counts on the Pareto fronts."""

    at_least: float | None = Field(default=None, allow_inf_nan=False)
    """Limit that is to be met, of a property of which more is better."""
    at_most: float | None = Field(default=None, allow_inf_nan=False)
    """Limit that is to be met, of a property of which less is better."""
    worst: float | None = Field(default=None, alias="from", allow_inf_nan=False)
    """From here on the goal is of use: desirability 0."""
    target: float | None = Field(default=None, alias="to", allow_inf_nan=False)
    """From here on nothing more is gained: desirability 1."""
    weight: float = Field(default=1.0, gt=0, le=1000, allow_inf_nan=False)
    """How much the goal counts in the weighted geometric mean of the desirabilities."""
    shape: float = Field(default=1.0, gt=0, le=100, allow_inf_nan=False)
    """Exponent of the desirability: above 1 asks to come close to `to`, below 1 is content with leaving `from`."""
    if_unknown: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False)
    """Desirability of a candidate of which the property is not known."""

    @model_validator(mode="after")
    def _has_both_ends(self) -> Goal:
        if (self.worst is None) != (self.target is None):
            raise ValueError("from and to go together: both were expected, or none")
        return self

    @property
    def limit(self) -> float | None:
        """The limit that is to be met, whichever side it is on."""
        return self.at_least if self.at_least is not None else self.at_most

    @property
    def numbers(self) -> dict[str, float]:
        """The numbers that the goal states on the scale of the property, by key."""
        stated = {"at_least": self.at_least, "at_most": self.at_most, "from": self.worst, "to": self.target}
        return {key: number for key, number in stated.items() if number is not None}


class Goals(Frozen):
    """The goals of a campaign, by property; one that is left out is none."""

    conductivity_S_cm: Goal | None = None  # noqa: N815
    transference_number: Goal | None = None
    stability_window_V: Goal | None = None  # noqa: N815
    tensile_strength_MPa: Goal | None = None  # noqa: N815
    element_cost_USD_kg: Goal | None = None  # noqa: N815

    @field_validator("*")
    @classmethod
    def _fits_its_property(cls, goal: Goal | None, info: ValidationInfo) -> Goal | None:
        if goal is not None:
            _check(goal, PURSUED[str(info.field_name)])
        return goal

    @property
    def stated(self) -> dict[str, Goal]:
        """The goals that are stated, by name, in the order of `PURSUED`."""
        return {name: goal for name in PURSUED if (goal := getattr(self, name)) is not None}


def _check(goal: Goal, pursued: Pursued) -> None:
    """Raise a ValueError that says what was expected where a goal does not fit its property."""
    more, key, other = ("more", "at_least", "at_most") if pursued.sign > 0 else ("less", "at_most", "at_least")
    if other in goal.numbers:
        raise ValueError(f"{more} is better here: {key} was expected in place of {other}")
    for name, number in goal.numbers.items():
        if not pursued.lowest <= number <= pursued.highest:
            raise ValueError(f"{name}: {pursued.lowest:g} to {pursued.highest:g} was expected, got {number:g}")
    if goal.worst is not None and goal.target is not None and pursued.sign * (goal.target - goal.worst) <= 0:
        side = "above" if pursued.sign > 0 else "below"
        raise ValueError(f"{more} is better here: to has to lie {side} from, got {goal.worst:g} and {goal.target:g}")


def upward(values: Floats, pursued: Pursued) -> Floats:
    """Turn a column so that more of it is better."""
    return values if pursued.sign > 0 else -values
