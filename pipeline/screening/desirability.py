"""Several goals as one number: Derringer and Suich's desirability."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.learning import Floats


def desirability(values: Floats, worst: float, target: float, shape: float) -> Floats:
    """Return how far values come from the worst, 0, to the target, 1: d = ((y - worst)/(target - worst))ˢ.

    Derringer and Suich, J. Qual. Technol. 12, 214 (1980), doi 10.1080/00224065.1980.11980968, eq. 1. Below the worst it
    is 0, beyond the target 1; a target below the worst means that less is better.

    Args:
        values: Shape (n,); an unknown one, NaN, stays unknown.
        worst: The value from which on nothing is gained.
        target: The value beyond which nothing more is gained.
        shape: s: 1 rises evenly, more asks to come close to the target, less is content with leaving the worst.

    Raises:
        ValueError: Worst and target are equal, or the shape is not above 0.
    """
    if worst == target or shape <= 0:
        raise ValueError(
            f"a target other than the worst and a shape above 0 were expected: {worst=}, {target=}, {shape=}"
        )
    return np.clip((values - worst) / (target - worst), 0.0, 1.0) ** shape


def overall(single: Sequence[Floats], weights: Sequence[float]) -> Floats:
    """Return the weighted geometric mean of several desirabilities, shape (n,): 0 where one of them is 0.

    Derringer, Qual. Prog. 27(6), 51 (1994): D = (Π dʷ)^(1/Σw).

    Args:
        single: One array of shape (n,) for each goal, from 0 to 1; where one is NaN, so is the mean.
        weights: One number above 0 for each goal.

    Raises:
        ValueError: No goal, another number of weights, or a weight that is not above 0.
    """
    if not single or len(single) != len(weights) or min(weights) <= 0:
        raise ValueError(f"a weight above 0 for each of {len(single)} goals was expected, got {list(weights)}")
    with np.errstate(divide="ignore"):
        logarithms = np.log(np.array(single))
    mean: Floats = np.exp(np.average(logarithms, axis=0, weights=weights))
    return mean
