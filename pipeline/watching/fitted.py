"""Wires on the stored models: the laws that they were fitted under, tried on the record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from features import INPUT_COLUMNS, Library, featurize
from pipeline.learning import Ensemble, Floats, predict_booster
from pipeline.watching.predicted import falls

Models = Mapping[str, tuple[Ensemble, dict[str, Any]]]
TEMPERATURES_C = np.arange(-40.0, 151.0, 10.0)
"""Temperatures at which measured mixtures are predicted, in °C: beyond the record's own at both ends."""
_N_STEPS = 12
_ROUNDING = 1e-6
"""Decades: trees sum in single precision."""


def broken_constraints(models: Models) -> Iterator[str | None]:
    """Try every booster's monotone constraints on the records that it learned from, one feature moved at a time.

    Yields:
        For each booster and constrained feature what is wrong, or None.
    """
    for name, (ensemble, _) in models.items():
        known = ensemble.columns(ensemble.references)
        boosters = {"model": ensemble.model}
        boosters |= {f"member {number}": member for number, member in enumerate(ensemble.members)}
        for feature, sign in ensemble.target.monotone:
            values = known[feature].dropna() if feature in known else pd.Series(dtype=float)
            if values.nunique() < 2:
                continue
            steps = np.unique(np.quantile(values, np.linspace(0, 1, _N_STEPS)))
            for which, booster in boosters.items():
                fall = _fall(booster, known, feature, steps if sign > 0 else steps[::-1], ensemble)
                yield (
                    None
                    if fall <= _ROUNDING
                    else (f"the {which} of {name} breaks the law on {feature} by {fall:.3f} decades")
                )


def _fall(booster: Any, known: pd.DataFrame, feature: str, steps: Floats, ensemble: Ensemble) -> float:
    """Return by how much predictions fall at most, from one step to the next."""
    along = np.stack([predict_booster(booster, known.assign(**{feature: step}), ensemble.target) for step in steps])
    return float(-np.diff(along, axis=0).min())


def falling_mixtures(ensemble: Ensemble, measured: pd.DataFrame, library: Library) -> Iterator[str | None]:
    """Predict every measured mixture at rising temperatures, as `predict` would.

    Args:
        ensemble: The model of the conductivity.
        measured: Records that name a mixture.
        library: Describes components.

    Yields:
        For each mixture what is wrong, or None.
    """
    distinct = measured.drop_duplicates([name for name in INPUT_COLUMNS if name != "temperature_C"])
    n_steps = len(TEMPERATURES_C)
    warmed = distinct.loc[distinct.index.repeat(n_steps)].assign(temperature_C=np.tile(TEMPERATURES_C, len(distinct)))
    along = ensemble.predict(featurize(warmed.reset_index(drop=True), library)).reshape(-1, n_steps)
    for record, prediction in zip(distinct["record_id"], along, strict=True):
        yield falls(f"the mixture of {record}", TEMPERATURES_C.tolist(), prediction, _ROUNDING)
