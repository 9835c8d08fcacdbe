"""Campaigns, candidate spaces, limits, exact search, and the measured records behind a prediction."""

from pipeline.screening.campaign import Campaign
from pipeline.screening.campaign_files import load_campaign, load_campaigns
from pipeline.screening.facts import Facts, load_facts
from pipeline.screening.funnel import Gate
from pipeline.screening.inventory import load_inventory
from pipeline.screening.nearest import conductivity, describe, mixture, nearest, place
from pipeline.screening.ranking import TEXT_COLUMNS, Models, equal_loadings, predictions
from pipeline.screening.restriction import Knowledge
from pipeline.screening.screen import Screened, screen
from pipeline.screening.space import Space

__all__ = [
    "TEXT_COLUMNS",
    "Campaign",
    "Facts",
    "Gate",
    "Knowledge",
    "Models",
    "Screened",
    "Space",
    "conductivity",
    "describe",
    "equal_loadings",
    "load_campaign",
    "load_campaigns",
    "load_facts",
    "load_inventory",
    "mixture",
    "nearest",
    "place",
    "predictions",
    "screen",
]
