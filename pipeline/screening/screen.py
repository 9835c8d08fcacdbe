"""From a campaign to its best mixtures: limits on the product, floors on predictions, the exact search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features import featurize
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Floats
from pipeline.screening.campaign import Campaign
from pipeline.screening.exhaustive import judge
from pipeline.screening.funnel import Gate, funnel
from pipeline.screening.limits import LIMITS, restrictions
from pipeline.screening.ranking import Models
from pipeline.screening.restriction import Knowledge, Restriction
from pipeline.screening.rules.building import buildable, of_fillers
from pipeline.screening.search import Aim, Best, Floor, Scope, Searcher, count, prepare, search
from pipeline.screening.space import Indices, Space

_WINDOW = "min_stability_window_V"


@dataclass(frozen=True)
class Screened:
    """What a campaign came to.

    Attributes:
        space: All candidates.
        indices: The best mixture of each distinct combination, best first.
        reached: What they were ordered by: the predicted log₁₀ conductivity or the lower end of its interval.
        gates: The limits in order, with what each left.
        n_opened: Nodes of the search that were opened.
    """

    space: Space
    indices: Indices
    reached: Floats
    gates: list[Gate]
    n_opened: int


def screen(
    campaign: Campaign, models: Models, knowledge: Knowledge, n_best: int, searcher: Searcher = search
) -> Screened:
    """Find the exact best of a campaign.

    Args:
        campaign: The question.
        models: Ensembles and manifests by target.
        knowledge: What the limits judge by.
        n_best: Distinct combinations at most.
        searcher: What searches; the result does not depend on it.

    Raises:
        UserError: The space is too large, or a limit needs what is not there.
        RuntimeError: XGBoost itself predicts something else of a mixture that was found.
    """
    space = Space.of(campaign)
    closed = closings(campaign, space, knowledge)
    scope, aim = scope_of(campaign, space, models, closed), aim_of(campaign, models)
    gates = funnel(space.shape, closed)
    if scope.floors and gates[-1].n_left:
        gates.append(_floor_gate(scope, knowledge, gates[-1].n_left))
    best = searcher(prepare(scope, aim, knowledge.library), n_best)
    confirm(best, space, aim, knowledge)
    return Screened(space, best.indices, best.numbers, gates, best.n_opened)


def closings(campaign: Campaign, space: Space, knowledge: Knowledge) -> list[Restriction]:
    """Return all that the campaign's limits close, in the order of the gates."""
    ways = campaign.architectures.values()
    built = [buildable([way.only_with for way in ways], space.levels)]
    if any(way.only_fillers for way in ways):
        forms = [[str(item.name) for item in way.only_fillers] for way in ways]
        built.append(of_fillers(forms, space.levels))
    return [*built, *restrictions(campaign.limits, space.levels, knowledge)]


def scope_of(campaign: Campaign, space: Space, models: Models, closed: list[Restriction]) -> Scope:
    """Return what is searched."""
    window = campaign.limits.min_stability_window_V
    floors = () if window is None else (Floor(models[STABILITY_WINDOW.name][0], window),)
    allowed = tuple((restriction.axes, restriction.allowed) for restriction in closed)
    return Scope(space.levels, campaign.distinct, allowed, floors, space.kinds())


def aim_of(campaign: Campaign, models: Models) -> Aim:
    """Return what is to be large."""
    ensemble, manifest = models[CONDUCTIVITY.name]
    return Aim(ensemble, manifest["confidence"] if campaign.order_by == "lower" else None)


def confirm(best: Best, space: Space, aim: Aim, knowledge: Knowledge) -> None:
    """Let XGBoost itself predict what was found.

    Raises:
        RuntimeError: It predicts something else, in any bit.
    """
    again = judge(featurize(space.mixtures(best.indices), knowledge.library), aim)
    if not np.array_equal(again, best.numbers):
        place = int(np.argmax(again != best.numbers))
        raise RuntimeError(
            f"the search found {best.numbers[place]!r} for mixture {best.indices[place]}, XGBoost predicts "
            f"{again[place]!r}; this is a fault of the search, please report it"
        )


def _floor_gate(scope: Scope, knowledge: Knowledge, n_left: int) -> Gate:
    """Count what a limit on a prediction leaves; where the model is a constant, all or nothing."""
    (floor,) = scope.floors
    limit = LIMITS[_WINDOW]
    reason = f"predicted stability window of at least {floor.least:g} V"
    if floor.ensemble.model.num_boosted_rounds():
        alone = Space(scope.levels).size - count(Scope(scope.levels, (), (), scope.floors), knowledge.library)
        return Gate(_WINDOW, reason, limit.source, count(scope, knowledge.library), alone)
    median = float(floor.ensemble.predict(floor.ensemble.references.iloc[:1])[0])
    keeps = median >= floor.least
    said = f"{reason} (the median of the record, {median:.2f} V, the same for all)"
    return Gate(_WINDOW, said, limit.source, n_left if keeps else 0, 0 if keeps else Space(scope.levels).size)
