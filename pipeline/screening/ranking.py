"""What a ranking says of its mixtures: every prediction with its interval, and the loadings that are as good."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from features import Library, featurize
from pipeline.learning import CONDUCTIVITY, Domain, Ensemble, judge_domain
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
    "unknown_goals",
    *(f"nearest_{place}{end}" for place in range(1, MAX_NEIGHBOURS + 1) for end in ("", "_record_id")),
)
"""Columns of a ranking that are text whatever stands in them."""
Models = dict[str, tuple[Ensemble, dict[str, Any]]]


def equal_loadings(space: Space, best: Indices, ensemble: Ensemble, library: Library) -> pd.DataFrame:
    """Find the loadings that the model cannot tell from each candidate's own.

    Args:
        space: The candidates.
        best: Numbers of n candidates.
        ensemble: The model of the conductivity.
        library: Describes components.

    Returns:
        n rows: `filler_wt_fraction_from` and `filler_wt_fraction_to`, the ends of the grid's loadings whose predicted
        conductivity lies within `INDISTINGUISHABLE` of the candidate's, all else equal.
    """
    grid = space.levels["filler_wt_fraction"]["filler_wt_fraction"].to_numpy(float)
    places = space.places(best)
    own = places["filler_wt_fraction"]
    every = {axis: np.repeat(place, len(grid)) for axis, place in places.items()}
    every["filler_wt_fraction"] = np.tile(np.arange(len(grid)), len(best))
    predicted = ensemble.predict(featurize(space.mixtures(space.indices(every)), library)).reshape(len(best), len(grid))
    alike = np.abs(predicted - predicted[np.arange(len(best)), own][:, None]) <= INDISTINGUISHABLE
    return pd.DataFrame(
        {
            "filler_wt_fraction_from": np.where(alike, grid, np.inf).min(axis=1),
            "filler_wt_fraction_to": np.where(alike, grid, -np.inf).max(axis=1),
        }
    )


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
