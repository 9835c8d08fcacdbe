"""Which rows of a ranking are wanted, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from features import split_mixture

ORDERS = {
    "rank": ("rank", True),
    "conductivity, highest first": ("conductivity_S_cm", False),
    "lower end of its interval, highest first": ("log10_conductivity_lower", False),
    "desirability, highest first": ("desirability", False),
    "chance of meeting all goals, highest first": ("probability_of_meeting_all", False),
    "cost of the elements, lowest first": ("element_cost_USD_kg", True),
    "loading, lowest first": ("filler_wt_fraction", True),
    "polymer": ("polymer", True),
    "filler": ("filler", True),
}
"""By what a ranking can be ordered: the column, and whether its smallest number comes first."""


@dataclass(frozen=True)
class Wanted:
    """What rows of a ranking have to hold; what is empty lets all pass.

    Attributes:
        polymers: Components of which the polymer has to hold one.
        fillers: Components of which the filler has to hold one.
        architectures: Names of ways to build.
        verdicts: Inside, edge or outside of what is known.
        least_conductivity_S_cm: Smallest predicted conductivity.
    """

    polymers: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    least_conductivity_S_cm: float = 0.0  # noqa: N815


def components(mixtures: pd.Series) -> list[str]:
    """Return the names of all components of a column of mixtures, in alphabetical order."""
    names = {name for mixture in mixtures.unique() for name, _ in split_mixture(mixture)}
    return sorted(names, key=lambda name: (name.casefold(), name))


def filtered(ranking: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """Return the rows of a ranking that are wanted, in the order in which they stand."""
    is_wanted = ranking["conductivity_S_cm"].to_numpy(float) >= wanted.least_conductivity_S_cm
    tests: tuple[tuple[str, tuple[str, ...], Callable[[str, tuple[str, ...]], bool]], ...] = (
        ("polymer", wanted.polymers, _holds_one),
        ("filler", wanted.fillers, _holds_one),
        ("architecture", wanted.architectures, _is_one),
        ("verdict", wanted.verdicts, _is_one),
    )
    for column, chosen, passes in tests:
        if chosen:
            is_wanted &= np.array([passes(cell, chosen) for cell in ranking[column]], dtype=bool)
    return ranking[is_wanted]


def orders(ranking: pd.DataFrame) -> list[str]:
    """Return by what a ranking can be ordered: columns that it has and that hold anything."""
    return [name for name, (column, _) in ORDERS.items() if column in ranking and ranking[column].notna().any()]


def ordered(ranking: pd.DataFrame, order: str) -> pd.DataFrame:
    """Return a ranking in one of the `ORDERS`; rows that are equal in it stay as they stand, unknown ones come last."""
    column, is_ascending = ORDERS[order]
    is_text = not pd.api.types.is_numeric_dtype(ranking[column])
    return ranking.sort_values(
        column, ascending=is_ascending, kind="stable", key=(lambda cells: cells.str.casefold()) if is_text else None
    )


def _holds_one(mixture: str, names: tuple[str, ...]) -> bool:
    return any(name in names for name, _ in split_mixture(mixture))


def _is_one(cell: str, names: tuple[str, ...]) -> bool:
    return cell in names
