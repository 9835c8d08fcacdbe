"""From a space of candidates to a ranked list of polymer and filler pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import Library, featurize, split_mixture
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Domain, Ensemble, Floats, judge_domain
from pipeline.screening.space import Space

_CHUNK = 100_000
INDISTINGUISHABLE = 0.02
"""Difference in log₁₀ conductivity below which two loadings count as equal: a twentieth of the model's error."""
TEXT_COLUMNS = ("polymer", "salt", "filler", "architecture", "additives", "domain", "verdict")
"""Columns of a ranking that are text whatever stands in them."""
Models = dict[str, tuple[Ensemble, dict[str, Any]]]


@dataclass(frozen=True)
class Gate:
    """One limit and how many candidates it let through."""

    reason: str
    n_left: int


@dataclass(frozen=True)
class Scored:
    """All candidates of a space, scored.

    Attributes:
        indices: Numbers of the candidates that keep all limits.
        lower: Their lower bound of log₁₀ conductivity, by which they are ordered.
        funnel: The limits in order, with what was left behind each.
    """

    indices: npt.NDArray[np.intp]
    lower: Floats
    funnel: list[Gate]


def score(space: Space, models: Models, library: Library, tell: Callable[[str], None]) -> Scored:
    """Apply the limits to every candidate and score what is left.

    Args:
        space: The candidates.
        models: Ensembles and manifests by target.
        library: Describes components.
        tell: Called with a line of progress.
    """
    funnel = [Gate("all combinations", space.size)]
    indices = np.flatnonzero(np.repeat(_allowed(space, models, library, funnel).ravel(), space.shape[-1]))
    ensemble, manifest = models[CONDUCTIVITY.name]
    lower, keeps = np.empty(len(indices)), np.ones(len(indices), dtype=bool)
    least_window = space.campaign.limits.min_stability_window_V
    for start in range(0, len(indices), _CHUNK):
        chunk = indices[start : start + _CHUNK]
        stop = start + len(chunk)
        features = featurize(space.mixtures(chunk), library)
        lower[start:stop] = ensemble.interval(features, manifest["confidence"])[0]
        if least_window is not None:
            keeps[start:stop] = models[STABILITY_WINDOW.name][0].predict(features) >= least_window
        tell(f"{stop} of {len(indices)} candidates scored")
    if least_window is not None:
        is_constant = not models[STABILITY_WINDOW.name][0].model.num_boosted_rounds()
        same = " (the median of the record, the same for all)" if is_constant else ""
        funnel.append(Gate(f"predicted stability window of at least {least_window:g} V{same}", int(keeps.sum())))
    return Scored(indices[keeps], lower[keeps], funnel)


def best_of_each_pair(space: Space, scored: Scored, n_best: int) -> npt.NDArray[np.intp]:
    """Name one candidate for each polymer and filler pair, best pair first.

    Of the variants of a pair whose lower bound is within `INDISTINGUISHABLE` of its best, the first in the
    campaign's own order is named: what the model cannot tell apart, the campaign decides.

    Args:
        space: The candidates.
        scored: Their scores, indices rising.
        n_best: How many pairs to return at most.

    Returns:
        Numbers of candidates by falling lower bound; ties are broken by number.
    """
    pairs = space.pairs(scored.indices)
    highest = np.full(space.shape[0] * space.shape[1], -np.inf)
    np.maximum.at(highest, pairs, scored.lower)
    close = np.flatnonzero(scored.lower >= highest[pairs] - INDISTINGUISHABLE)
    _, first = np.unique(pairs[close], return_index=True)
    named = close[first]
    order = np.lexsort((scored.indices[named], -scored.lower[named]))
    return scored.indices[named[order]][:n_best]


def equal_loadings(space: Space, best: npt.NDArray[np.intp], ensemble: Ensemble, library: Library) -> pd.DataFrame:
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
    n_loadings = space.shape[-1]
    row = (best - best % n_loadings)[:, None] + np.arange(n_loadings)
    predicted = ensemble.predict(featurize(space.mixtures(row.ravel()), library)).reshape(row.shape)
    own = predicted[np.arange(len(best)), best % n_loadings]
    alike = np.abs(predicted - own[:, None]) <= INDISTINGUISHABLE
    grid = np.array(space.campaign.filler_wt_fractions)
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


def _allowed(space: Space, models: Models, library: Library, funnel: list[Gate]) -> npt.NDArray[np.bool_]:
    """Apply the limits that need no prediction; returns which combinations of all axes but the loading are left."""
    campaign, limits = space.campaign, space.campaign.limits
    allowed = np.ones(space.shape[:-1], dtype=bool)

    def close(reason: str, keeps: npt.NDArray[np.bool_]) -> None:
        np.logical_and(allowed, keeps, out=allowed)
        funnel.append(Gate(reason, int(allowed.sum()) * space.shape[-1]))

    buildable = [
        [not way.only_with or polymer in way.only_with for way in campaign.architectures.values()]
        for polymer in campaign.polymers
    ]
    close("the polymer can be built that way", np.array(buildable)[:, None, None, :])
    if limits.exclude_elements:
        free = [not _may_hold(filler, limits.exclude_elements, library) for filler in campaign.fillers]
        close(
            f"no filler that holds, or may hold, {' or '.join(limits.exclude_elements)}",
            np.array(free)[None, :, None, None],
        )
    if limits.require_known_components:
        domain = Domain.from_dict(models[CONDUCTIVITY.name][1]["domain"])
        polymers = np.array([_are_known(polymer, domain.polymers) for polymer in campaign.polymers])
        fillers = np.array([_are_known(filler, domain.fillers) for filler in campaign.fillers])
        close("polymer and filler each measured before", polymers[:, None, None, None] & fillers[None, :, None, None])
    return allowed


def _are_known(mixture: str, names: tuple[str, ...]) -> bool:
    return all(name in names for name, _ in split_mixture(mixture))


def _may_hold(filler: str, elements: tuple[str, ...], library: Library) -> bool:
    """Say whether a filler holds one of the elements, or may, because its composition is not known."""
    return any(
        not held or held & set(elements) for held in (_elements(name, library) for name, _ in split_mixture(filler))
    )


def _elements(name: str, library: Library) -> set[str]:
    """Return the elements of one filler, dopants included; none where the composition is not known."""
    from pymatgen.core import Composition

    row = library.fillers.get(name, {"formula": name, "further_elements": ""})
    if not row["formula"]:
        return set()
    elements = {element.symbol for element in Composition(row["formula"]).elements}
    return elements | set(filter(None, row["further_elements"].split(";")))
