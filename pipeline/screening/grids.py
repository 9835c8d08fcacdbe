"""Grids of numbers as a campaign writes them: a number, a list, or from, to and step."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from pipeline.records import PARTICLE_SIZE, TEMPERATURE

MAX_LEVELS = 20_000
_ENDS = {"from", "to", "step"}
_ROUNDING = 1e-9
_SMALLEST_STEP = 1e-9
"""Ten times what numbers are rounded to, so that none of a grid coincide."""


def _written_out(grid: Any) -> Any:
    if isinstance(grid, dict) and set(grid) == _ENDS:
        start, stop, step = (_finite(grid[key], key) for key in ("from", "to", "step"))
        n_steps = (stop - start) / step + _ROUNDING if step >= _SMALLEST_STEP else -1.0
        if not 0 <= n_steps < MAX_LEVELS:
            raise ValueError(
                f"from, to and step were expected to make 1 to {MAX_LEVELS} numbers, {_SMALLEST_STEP:g} or more apart"
            )
        return tuple(round(start + number * step, 10) for number in range(int(n_steps) + 1))
    if isinstance(grid, list | tuple) and any(isinstance(number, bool) for number in grid):
        raise ValueError("numbers were expected; true, yes and on are none")
    return (grid,) if isinstance(grid, int | float) and not isinstance(grid, bool) else grid


def _finite(end: Any, key: str) -> float:
    try:
        number = math.nan if isinstance(end, bool) else float(end)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{key}: a number was expected, got {end!s:.40}")
    return number


_FORMS = BeforeValidator(_written_out)
_DISTINCT = AfterValidator(lambda numbers: tuple(dict.fromkeys(numbers)))
_LENGTH = Field(min_length=1, max_length=MAX_LEVELS)
Numbers = Annotated[tuple[float, ...], _FORMS, _LENGTH, _DISTINCT]
Loadings = Annotated[tuple[Annotated[float, Field(gt=0, lt=1)], ...], _FORMS, _LENGTH, _DISTINCT]
"""Filler mass for each mass of composite."""
Sizes = Annotated[
    tuple[Annotated[float, Field(ge=PARTICLE_SIZE.lowest, le=PARTICLE_SIZE.highest)], ...], _FORMS, _LENGTH, _DISTINCT
]
"""In nm."""
Temperatures = Annotated[
    tuple[Annotated[float, Field(ge=TEMPERATURE.lowest, le=TEMPERATURE.highest)], ...], _FORMS, _LENGTH, _DISTINCT
]
"""In °C."""
