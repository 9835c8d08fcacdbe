"""Campaigns, candidate spaces, limits, ranking, and the measured records behind a prediction."""

from pipeline.screening.campaign import Campaign, load_campaign, load_campaigns
from pipeline.screening.completeness import completeness
from pipeline.screening.cost import element_costs
from pipeline.screening.goals import Goal, Goals
from pipeline.screening.judging import Judged, judge_goals
from pipeline.screening.nearest import conductivity, describe, mixture, nearest, place
from pipeline.screening.predictive import Predictive
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
    "Goal",
    "Goals",
    "Judged",
    "Models",
    "Predictive",
    "Scored",
    "Space",
    "best_of_each_pair",
    "completeness",
    "conductivity",
    "describe",
    "element_costs",
    "equal_loadings",
    "judge_goals",
    "load_campaign",
    "load_campaigns",
    "mixture",
    "nearest",
    "place",
    "predictions",
    "score",
]
