"""What the elements of a mixture's filler and salt cost: one number to trade against, and no price."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd

from features import Library, element_cost, ions_formula, split_mixture
from features.salt import SALT_FREE
from pipeline.learning import Floats

COST = "element_cost_USD_kg"
COST_STATEMENT = (
    "what the elements of filler and salt cost, each bought pure at the prices that pymatgen ships (2013, some of "
    "2020), by mass. It is a part of the sum over all elements: polymer, additives, processing and dopants of unknown "
    "content count nothing, and so does a salt whose ratio is not stated. It is no price: pure fluorine (1900 USD/kg) "
    "and phosphorus (300 USD/kg) cost more than the minerals from which salts are made. Not known where the filler's "
    "loading or formula is not"
)
"""What the number means, for people."""


def element_costs(mixtures: pd.DataFrame, features: pd.DataFrame, library: Library) -> pd.DataFrame:
    """Cost n mixtures by the elements of their fillers and salts, in USD for each kilogram of the composite.

    Args:
        mixtures: n rows with the columns `filler` and `salt`, as `features.INPUT_COLUMNS` are.
        features: Their features; `filler_wt_fraction` and `salt_wt_fraction` (of polymer and salt) are read.
        library: Looks up formulas and ions.

    Returns:
        n rows under the index of `mixtures`: `filler_cost_USD_kg`, `salt_cost_USD_kg` and their sum,
        `element_cost_USD_kg`. NaN for a filler without a formula or a loading, and for a salt without a ratio or known
        ions; the sum counts such a salt as nothing and is NaN only where the filler's part is.
    """
    loading = features["filler_wt_fraction"].to_numpy(float)
    salt_share = (1.0 - loading) * features["salt_wt_fraction"].to_numpy(float)
    filler = _part(mixtures["filler"], loading, lambda name: _formula_cost(_filler_formula(name, library)))
    salt = _part(mixtures["salt"], salt_share, lambda name: _formula_cost(_salt_formula(name, library)))
    return pd.DataFrame(
        {"filler_cost_USD_kg": filler, "salt_cost_USD_kg": salt, COST: filler + np.nan_to_num(salt)},
        index=mixtures.index,
    )


def _part(names: pd.Series, share: Floats, cost_of: Callable[[str], float]) -> Floats:
    """Return the cost of one phase, from what a kilogram of it costs and its mass for each mass of composite."""
    codes, distinct = pd.factorize(names)
    costs = np.array([_mixture_cost(str(name), cost_of) for name in distinct], dtype=float)[codes]
    return np.where(share == 0, 0.0, costs * share)


def _mixture_cost(mixture: str, cost_of: Callable[[str], float]) -> float:
    parts = split_mixture(mixture)
    return math.fsum(share * cost_of(name) for name, share in parts) if parts else math.nan


def _filler_formula(name: str, library: Library) -> str:
    return library.fillers[name]["formula"] if name in library.fillers else name


def _salt_formula(name: str, library: Library) -> str:
    if name == SALT_FREE:
        return ""
    return ions_formula(library.salts[name]["smiles"] if name in library.salts else name)


@lru_cache(maxsize=4096)
def _formula_cost(formula: str) -> float:
    return element_cost(formula) if formula else math.nan
