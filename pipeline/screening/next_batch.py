"""The next experiments of a campaign: from which mixtures they are chosen, beside what was and is being made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import featurize
from pipeline.learning import CONDUCTIVITY, Floats
from pipeline.screening.batch import choose_batch
from pipeline.screening.campaign import Campaign
from pipeline.screening.cost import COST, element_costs
from pipeline.screening.exhaustive import is_allowed, keeps_floors
from pipeline.screening.experiments import Candidates, Known, Mixtures, best_comparable
from pipeline.screening.inventory import not_in_stock
from pipeline.screening.predictive import forecast
from pipeline.screening.ranking import Models
from pipeline.screening.restriction import Knowledge
from pipeline.screening.screen import Screened, aim_of, closings, scope_of
from pipeline.screening.search import Aim, Allowed, prepare, search
from pipeline.screening.space import Indices, Space

_WET = "architecture_is_wet"
_DRAWS = 50
_CHUNK = 20_000


@dataclass(frozen=True)
class Made:
    """What was measured, and what is being made.

    Attributes:
        measured: Records with a conductivity: a row each, with the columns of `features.INPUT_COLUMNS`.
        log10_conductivity: What was measured of them, shape (n,); NaN where only a bound is known.
        pending: Mixtures whose results are not there yet.
    """

    measured: pd.DataFrame
    log10_conductivity: Floats
    pending: pd.DataFrame


def next_batch(
    campaign: Campaign,
    screened: Screened,
    models: Models,
    knowledge: Knowledge,
    made: Made,
    n_drawn: int,
    generator: np.random.Generator,
) -> pd.DataFrame:
    """Choose the next experiments.

    They are chosen from the best by the lower end of the interval, as many of the best by the predicted value, and as
    many drawn at random from all that keep the limits as asked: what is good for sure, what may be good, and what
    covers the space.

    Args:
        campaign: The question.
        screened: What it came to.
        models: Ensembles and manifests by target.
        knowledge: Describes components.
        made: What was measured and is being made.
        n_drawn: Mixtures drawn at random.
        generator: Draws them.

    Returns:
        A row an experiment, in order: `mixture` (its index), the columns of `Space.mixtures`, and those of
        `choose_batch` but for the position.
    """
    space = screened.space
    indices = candidates(campaign, screened, models, knowledge, n_drawn, generator)
    mixtures = space.mixtures(indices)
    features = featurize(mixtures, knowledge.library)
    known = known_of(campaign, features, knowledge, made)
    settings = campaign.batch
    costs = element_costs(mixtures, features, knowledge.library)[COST].to_numpy(float) if settings.cost_weight else None
    offered = Candidates(Mixtures(mixtures, features), costs, is_in_stock(mixtures, knowledge))
    ensemble, _ = models[CONDUCTIVITY.name]
    chosen = choose_batch(offered, forecast(ensemble, features, known.pending.features), known, settings)
    rows = chosen["position"].to_numpy(np.intp)
    table = pd.concat([mixtures.iloc[rows].reset_index(drop=True), chosen.drop(columns="position")], axis=1)
    table.insert(0, "mixture", indices[rows])
    return table


def candidates(
    campaign: Campaign,
    screened: Screened,
    models: Models,
    knowledge: Knowledge,
    n_drawn: int,
    generator: np.random.Generator,
) -> Indices:
    """Return the indices of the mixtures from which a batch is chosen, rising."""
    space, n_best = screened.space, len(screened.indices)
    closed = closings(campaign, space, knowledge)
    scope = scope_of(campaign, space, models, closed)
    found = [screened.indices]
    if n_best:
        by_value = Aim(aim_of(campaign, models).ensemble)
        found.append(search(prepare(scope, by_value, knowledge.library), n_best).indices)
        drawn = draw(space, scope.allowed, n_drawn, generator)
        found.append(drawn[keeps_floors(featurize(space.mixtures(drawn), knowledge.library), scope.floors)])
    return np.unique(np.concatenate(found))


def draw(space: Space, allowed: Sequence[Allowed], n: int, generator: np.random.Generator) -> Indices:
    """Draw up to n different mixtures that are allowed, all equally likely.

    Fewer come where so few are allowed that a million draws do not meet n of them.
    """
    kept: list[Indices] = []
    for _ in range(_DRAWS):
        indices = generator.integers(0, space.size, _CHUNK)
        kept.append(indices[is_allowed(space, indices, allowed)])
        if sum(map(len, kept)) >= n:
            break
    return pd.unique(np.concatenate(kept))[:n]


def known_of(campaign: Campaign, features: pd.DataFrame, knowledge: Knowledge, made: Made) -> Known:
    """Say what was and is being made, and the best that was measured of what the candidates can be compared with.

    Gels do not count where no candidate is one.
    """
    measured, pending = (featurize(table, knowledge.library) for table in (made.measured, made.pending))
    is_comparable = measured[_WET].isin(features[_WET].unique()).to_numpy()
    best = best_comparable(
        np.where(is_comparable, made.log10_conductivity, np.nan),
        made.measured["temperature_C"].to_numpy(float),
        max(campaign.temperature_C),
    )
    return Known(Mixtures(made.measured, measured), Mixtures(made.pending, pending), best)


def is_in_stock(mixtures: pd.DataFrame, knowledge: Knowledge) -> npt.NDArray[np.bool_] | None:
    """Say which mixtures are made of what is in stock alone, shape (n,); None where there is no inventory."""
    stock = knowledge.inventory
    if stock is None:
        return None
    return np.array([not absent for absent in not_in_stock(mixtures, stock)], dtype=bool)
