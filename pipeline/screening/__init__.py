"""Campaigns, candidate spaces, limits, ranking, the next batch, and the measured records behind a prediction."""

from pipeline.screening.batch import choose_batch
from pipeline.screening.campaign import Campaign, load_campaign, load_campaigns
from pipeline.screening.experiments import BatchSettings, Candidates, Known, Mixtures, best_comparable
from pipeline.screening.nearest import conductivity, describe, mixture, nearest, place
from pipeline.screening.pool import BY_WORK, POOLS, Pool, gather_pool
from pipeline.screening.predictive import Forecast, Predictive, forecast, predictive_of
from pipeline.screening.ranking import (
    TEXT_COLUMNS,
    Gate,
    Models,
    Scored,
    best_of_each_pair,
    equal_loadings,
    predictions,
    score,
)
from pipeline.screening.replay import ReplaySettings, half_of, replay_pools
from pipeline.screening.replay_scores import as_markdown as replay_table
from pipeline.screening.replay_scores import summary as replay_summary
from pipeline.screening.replay_scores import summary_of_halves as replay_summary_of_halves
from pipeline.screening.space import Space
from pipeline.screening.strategies import BATCH, STRATEGIES

__all__ = [
    "BATCH",
    "BY_WORK",
    "POOLS",
    "STRATEGIES",
    "TEXT_COLUMNS",
    "BatchSettings",
    "Campaign",
    "Candidates",
    "Forecast",
    "Gate",
    "Known",
    "Mixtures",
    "Models",
    "Pool",
    "Predictive",
    "ReplaySettings",
    "Scored",
    "Space",
    "best_comparable",
    "best_of_each_pair",
    "choose_batch",
    "conductivity",
    "describe",
    "equal_loadings",
    "forecast",
    "gather_pool",
    "half_of",
    "load_campaign",
    "load_campaigns",
    "mixture",
    "nearest",
    "place",
    "predictions",
    "predictive_of",
    "replay_pools",
    "replay_summary",
    "replay_summary_of_halves",
    "replay_table",
    "score",
]
