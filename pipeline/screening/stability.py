"""How stable the order of a campaign is: how much of its top stands when the model is fitted again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features import featurize
from pipeline.learning import CONDUCTIVITY
from pipeline.screening.campaign import Campaign
from pipeline.screening.ranking import Models
from pipeline.screening.restriction import Knowledge
from pipeline.screening.screen import screen
from pipeline.screening.space import Indices, Space

Combination = tuple[int, ...]
"""What tells ranked mixtures apart, as numbers: the level on each distinct axis; blends of the same parts are one."""
_N_NEWCOMERS = 5
_DIGITS = 4


def combinations_of(campaign: Campaign, space: Space, indices: Indices) -> list[Combination]:
    """Return which combination each of n mixtures stands for."""
    places, kinds = space.places(indices), space.kinds()
    columns: list[npt.NDArray[Any]] = [
        kinds[axis][places[axis]] if axis in kinds else places[axis] for axis in campaign.distinct
    ]
    return [tuple(int(number) for number in row) for row in np.column_stack(columns)]


@dataclass(frozen=True)
class Top:
    """The best mixtures of a campaign by one model.

    Attributes:
        indices: Their numbers, best first.
        combinations: What they stand for.
        shortfall: By how much the mean predicted log₁₀ conductivity of other mixtures lies below theirs, in decades, by
            this model.
    """

    indices: Indices
    combinations: list[Combination]
    shortfall: float


def top_of(campaign: Campaign, models: Models, knowledge: Knowledge, published: Indices) -> Top:
    """Return the exact best of a campaign by some models, as many as are published by others.

    Args:
        campaign: The question.
        models: Ensembles and manifests by target.
        knowledge: What the limits judge by.
        published: The best mixtures by other models; of none, where nothing keeps the limits, there is no top.
    """
    if not len(published):
        return Top(published, [], 0.0)
    screened = screen(campaign, models, knowledge, len(published))
    ensemble = models[CONDUCTIVITY.name][0]
    own, others = (
        ensemble.predict(featurize(screened.space.mixtures(indices), knowledge.library))
        for indices in (screened.indices, published)
    )
    return Top(
        screened.indices,
        combinations_of(campaign, screened.space, screened.indices),
        float(own.mean() - others.mean()),
    )


def overlap(first: Sequence[Combination], second: Sequence[Combination]) -> float:
    """Return the share of the first list that stands in the second, in any order; 1 for an empty list."""
    return len(set(first) & set(second)) / len(set(first)) if first else 1.0


def stability(campaign: Campaign, published: Indices, refitted: Sequence[Top]) -> dict[str, Any]:
    """Compare a campaign's top with those of models that were fitted again.

    Args:
        campaign: The question.
        published: The mixtures of its top, best first, n of them.
        refitted: The top of each other model.

    Returns:
        For JSON: `overlaps`, the share of the published top that each model names, and `mean_overlap`; `shortfalls` and
        `mean_shortfall`, in decades; `n_times_in_top`, for each published mixture how many of the other tops hold its
        combination; `newcomers`, what is not published and comes most often, with `polymer`, `filler`, `n_times`.
    """
    space = Space.of(campaign)
    own = combinations_of(campaign, space, published)
    times = Counter(combination for top in refitted for combination in set(top.combinations))
    seen = {c: i for top in refitted for i, c in zip(top.indices.tolist(), top.combinations, strict=True)}
    strangers = sorted(set(times) - set(own), key=lambda stranger: (-times[stranger], stranger))[:_N_NEWCOMERS]
    mixtures = space.mixtures(np.array([seen[stranger] for stranger in strangers], dtype=np.int64))
    return {
        **_summary("overlap", [overlap(own, top.combinations) for top in refitted]),
        **_summary("shortfall", [top.shortfall for top in refitted]),
        "n_times_in_top": [times[combination] for combination in own],
        "newcomers": [
            {"polymer": polymer, "filler": filler, "n_times": times[stranger]}
            for polymer, filler, stranger in zip(mixtures["polymer"], mixtures["filler"], strangers, strict=True)
        ],
    }


def _summary(name: str, numbers: list[float]) -> dict[str, Any]:
    rounded = [round(number, _DIGITS) for number in numbers]
    return {f"{name}s": rounded, f"mean_{name}": round(float(np.mean(numbers)), _DIGITS)}
