"""What a ranking says of its mixtures: every prediction with its interval, and the loadings that are as good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, featurize
from pipeline.learning import CONDUCTIVITY, Domain, Ensemble, Floats, judge_domain
from pipeline.screening.exhaustive import is_allowed
from pipeline.screening.search import Allowed
from pipeline.screening.space import Indices, Space

INDISTINGUISHABLE = 0.02
"""Difference in log₁₀ conductivity below which two loadings count as equal: a twentieth of the model's error."""
MAX_NEIGHBOURS = 50
TEXT_COLUMNS = (
    "polymer",
    "salt",
    "salt_ratio_unit",
    "filler",
    "architecture",
    "additive",
    "additives",
    "domain",
    "verdict",
    "critical_elements",
    "in_stock",
    "unknown_goals",
    *(f"nearest_{place}{end}" for place in range(1, MAX_NEIGHBOURS + 1) for end in ("", "_record_id")),
)
"""Columns of a ranking that are text whatever stands in them."""
Models = dict[str, tuple[Ensemble, dict[str, Any]]]


def equal_loadings(
    space: Space, best: Indices, ensemble: Ensemble, library: Library, allowed: Sequence[Allowed] = ()
) -> pd.DataFrame:
    """Find the loadings that the model cannot tell from each candidate's own, and the best of the others.

    Args:
        space: The candidates.
        best: Numbers of n candidates.
        ensemble: The model of the conductivity.
        library: Describes components.
        allowed: What the campaign's limits leave; a loading that they close is neither as good nor next best.

    Returns:
        n rows: `filler_wt_fraction_from` and `filler_wt_fraction_to`, the ends of the grid's loadings whose predicted
        conductivity lies within `INDISTINGUISHABLE` of the candidate's, all else equal; `next_best_loading`, of those
        outside of these ends the one with the highest prediction, and `next_best_loading_difference`, its log₁₀
        conductivity minus the candidate's. NaN where there is none.
    """
    grid = space.levels["filler_wt_fraction"]["filler_wt_fraction"].to_numpy(float)
    places = space.places(best)
    every = {axis: np.repeat(place, len(grid)) for axis, place in places.items()}
    every["filler_wt_fraction"] = np.tile(np.arange(len(grid)), len(best))
    indices = space.indices(every)
    predicted = ensemble.predict(featurize(space.mixtures(indices), library)).reshape(len(best), len(grid))
    difference = predicted - predicted[np.arange(len(best)), places["filler_wt_fraction"]][:, None]
    is_open = is_allowed(space, indices, allowed).reshape(len(best), len(grid))
    is_alike = is_open & (np.abs(difference) <= INDISTINGUISHABLE)
    lowest, highest = np.where(is_alike, grid, np.inf).min(axis=1), np.where(is_alike, grid, -np.inf).max(axis=1)
    is_other = is_open & ((grid < lowest[:, None]) | (grid > highest[:, None]))
    return pd.DataFrame(
        {"filler_wt_fraction_from": lowest, "filler_wt_fraction_to": highest, **_next_best(grid, difference, is_other)}
    )


def _next_best(grid: Floats, difference: Floats, is_other: npt.NDArray[np.bool_]) -> dict[str, Floats]:
    """Return for n candidates the best of some other loadings and how far it lies above, both NaN where none is."""
    others = np.where(is_other, difference, -np.inf)
    place = others.argmax(axis=1)
    has_other = is_other.any(axis=1)
    return {
        "next_best_loading": np.where(has_other, grid[place], np.nan),
        "next_best_loading_difference": np.where(has_other, others[np.arange(len(others)), place], np.nan),
    }


def predictions(mixtures: pd.DataFrame, features: pd.DataFrame, models: Models, library: Library) -> pd.DataFrame:
    """Predict every target, each with its interval.

    Args:
        mixtures: n mixtures.
        features: Their features, n rows.
        models: Ensembles and manifests by target.
        library: Describes components.

    Returns:
        n rows: for each target its name, `<name>_lower` and `<name>_upper`; `verdict` (inside, edge or outside of what
        the model of the conductivity knows) and its reason in words, `domain`.
    """
    columns: dict[str, Any] = {}
    for name, (ensemble, manifest) in models.items():
        columns[name] = ensemble.predict(features)
        columns[f"{name}_lower"], columns[f"{name}_upper"] = ensemble.interval(features, manifest["confidence"])
    ensemble, manifest = models[CONDUCTIVITY.name]
    located, references = ensemble.located(features), ensemble.located(ensemble.references)
    judged = judge_domain(Domain.from_dict(manifest["domain"]), mixtures, located, references, library)
    table = pd.DataFrame(columns, index=mixtures.index)
    return table.assign(verdict=judged["verdict"], domain=judged["reason"])
