"""Campaigns, candidate spaces, limits, ranking, and the measured records behind a prediction."""

from pipeline.screening.campaign import Campaign, load_campaign, load_campaigns
from pipeline.screening.nearest import conductivity, describe, mixture, nearest, place
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
from pipeline.screening.space import Space

__all__ = [
    "TEXT_COLUMNS",
    "Campaign",
    "Gate",
    "Models",
    "Scored",
    "Space",
    "best_of_each_pair",
    "conductivity",
    "describe",
    "equal_loadings",
    "load_campaign",
    "load_campaigns",
    "mixture",
    "nearest",
    "place",
    "predictions",
    "score",
]
