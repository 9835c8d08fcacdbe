"""What a campaign comes to, as tables: the ranking, the worksheet of the next experiments, and facts beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from features import featurize
from pipeline.common.settings import RankSettings
from pipeline.learning import CONDUCTIVITY
from pipeline.records import PREDICTED, blank_worksheet
from pipeline.screening.campaign import Campaign
from pipeline.screening.completeness import completeness
from pipeline.screening.cost import COST, element_costs
from pipeline.screening.judging import judge_goals
from pipeline.screening.nearest import describe, nearest
from pipeline.screening.next_batch import Made, next_batch
from pipeline.screening.predictive import predictive_of
from pipeline.screening.ranking import Models, equal_loadings, predictions
from pipeline.screening.restriction import Knowledge
from pipeline.screening.screen import Screened, closings
from pipeline.screening.supply import SUPPLY_COLUMNS, supply

_MIXTURE = [
    "polymer",
    "salt",
    "salt_ratio",
    "salt_ratio_unit",
    "filler",
    "filler_wt_fraction",
    "particle_size_nm",
    "architecture",
    "additive",
    "additives",
    "temperature_C",
]
_WHY = {
    "expected_improvement": f"{PREDICTED}improvement_decades",
    "probability_of_beating_best": f"{PREDICTED}probability_of_beating_best",
    "probability_of_success": f"{PREDICTED}probability_of_success",
    "reason": "reason",
    "architecture": "way_to_build",
    "mixture": "mixture",
    "acquisition_value": "acquisition_value",
}
"""Columns of a batch that its worksheet keeps, and what they are called there."""
COLUMNS = SUPPLY_COLUMNS | {
    "rank_by_predicted_value": {
        "unit": "",
        "meaning": "place among those listed by the predicted conductivity, whatever the order of the ranking",
    },
    "next_best_loading": {
        "unit": "wt fraction",
        "meaning": "of the campaign's loadings that the limits leave, outside of those that count as equal, the one "
        "with the highest predicted conductivity, all else equal; empty where there is none",
    },
    "next_best_loading_difference": {
        "unit": "decades",
        "meaning": "its predicted log₁₀ conductivity minus that of the listed loading; above 0 where the order is by "
        "the lower end of the interval and the prediction there is higher, but less sure",
    },
}
"""What columns of a ranking mean that do not say it themselves."""
_DIGITS = 4
_SHEET_DIGITS = 6


@dataclass(frozen=True)
class Outcome:
    """All that is written of a campaign.

    Attributes:
        ranking: A row a mixture, best first.
        worksheet: A row an experiment, in the columns in which results are read, to be filled in.
        facts: The question, what was covered, the limits and the goals, for JSON.
    """

    ranking: pd.DataFrame
    worksheet: pd.DataFrame
    facts: dict[str, Any]


def outcome_of(
    campaign: Campaign, screened: Screened, models: Models, knowledge: Knowledge, made: Made, settings: RankSettings
) -> Outcome:
    """Say of a campaign's best mixtures what is predicted of them, and choose what to make next.

    Args:
        campaign: The question.
        screened: What it came to.
        models: Ensembles and manifests by target.
        knowledge: Describes components.
        made: What was measured and is being made.
        settings: How much is listed.
    """
    mixtures = screened.space.mixtures(screened.indices)
    features = featurize(mixtures, knowledge.library)
    cost = element_costs(mixtures, features, knowledge.library)[COST].to_numpy(float)
    allowed = [(closed.axes, closed.allowed) for closed in closings(campaign, screened.space, knowledge)]
    ensemble = models[CONDUCTIVITY.name][0]
    loadings = equal_loadings(screened.space, screened.indices, ensemble, knowledge.library, allowed)
    told = [mixtures[_MIXTURE], loadings, predictions(mixtures, features, models, knowledge.library)]
    table = _numbered(pd.concat([*told, supply(mixtures, cost, knowledge)], axis=1), screened)
    table = pd.concat([table, _evidence(features, models, knowledge, made, settings.n_neighbours)], axis=1)
    facts = _facts(campaign, screened, table, settings.n_ranked)
    if campaign.goals is not None:
        distributions = {name: predictive_of(of_target, features) for name, (of_target, _) in models.items()}
        judged = judge_goals(table, distributions, cost, campaign.goals)
        table, facts = pd.concat([table, judged.table], axis=1), facts | {"goals": judged.facts}
    predicted = [f"{name}{end}" for name in models for end in ("", "_lower", "_upper")]
    predicted.append("next_best_loading_difference")
    generator = np.random.default_rng(settings.seed)
    batch = next_batch(campaign, screened, models, knowledge, made, settings.n_drawn, generator)
    return Outcome(table.round(dict.fromkeys(predicted, _DIGITS)), _worksheet(batch, models, knowledge), facts)


def _numbered(table: pd.DataFrame, screened: Screened) -> pd.DataFrame:
    """Number what is listed, best first, and by the predicted conductivity, of equal ones in the order listed."""
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    table.insert(1, "mixture", screened.indices)
    by_value = table[CONDUCTIVITY.name].rank(ascending=False, method="first").astype(int)
    return table.assign(rank_by_predicted_value=by_value, conductivity_S_cm=_in_S_cm(table[CONDUCTIVITY.name]))


def _evidence(
    features: pd.DataFrame, models: Models, knowledge: Knowledge, made: Made, n_neighbours: int
) -> pd.DataFrame:
    """Say of each mixture which measured records are nearest."""
    n_shown = min(n_neighbours, len(made.measured))
    measured = featurize(made.measured, knowledge.library)
    positions = nearest(features, measured, models[CONDUCTIVITY.name][0], n_shown)
    columns: dict[str, Any] = {}
    for place in range(n_shown):
        neighbours = made.measured.iloc[positions[:, place]]
        columns[f"nearest_{place + 1}_record_id"] = neighbours["record_id"].to_numpy()
        columns[f"nearest_{place + 1}"] = [describe(row) for _, row in neighbours.iterrows()]
    return pd.DataFrame(columns, index=features.index)


def _worksheet(batch: pd.DataFrame, models: Models, knowledge: Knowledge) -> pd.DataFrame:
    """Write a batch as a sheet to fill in: what to make, empty results, then what is predicted and why it is asked."""
    return pd.concat(
        [
            blank_worksheet(batch),
            _predicted_conductivity(batch, models, knowledge),
            batch[list(_WHY)].rename(columns=_WHY).round(_SHEET_DIGITS),
        ],
        axis=1,
    )


def _predicted_conductivity(batch: pd.DataFrame, models: Models, knowledge: Knowledge) -> pd.DataFrame:
    """Predict the conductivity of n mixtures, in S/cm, with the ends of its interval."""
    ensemble, manifest = models[CONDUCTIVITY.name]
    features = featurize(batch, knowledge.library)
    ends = (ensemble.predict(features), *ensemble.interval(features, manifest["confidence"]))
    names = ("conductivity", "conductivity_lower", "conductivity_upper")
    stated = {f"{PREDICTED}{name}_S_cm": _in_S_cm(end) for name, end in zip(names, ends, strict=True)}
    return pd.DataFrame(stated, index=batch.index)


def _in_S_cm(log10_conductivity: Iterable[float]) -> list[float]:  # noqa: N802
    return [float(f"{10**number:.3e}") for number in log10_conductivity]


def _facts(campaign: Campaign, screened: Screened, table: pd.DataFrame, n_asked: int) -> dict[str, Any]:
    is_by_lower = campaign.order_by == "lower" and len(table)
    last = float(table[f"{CONDUCTIVITY.name}_lower"].iloc[-1]) if is_by_lower else None
    return {
        "question": campaign.question,
        "temperature_C": max(campaign.temperature_C),
        "n_candidates": screened.space.size,
        "shape": screened.space.shape,
        "distinct": list(campaign.distinct),
        "order_by": campaign.order_by,
        "funnel": [asdict(gate) for gate in screened.gates],
        "columns": COLUMNS,
        "goals": {},
        "completeness": "" if last is None else completeness(last, len(table), n_asked),
    }
