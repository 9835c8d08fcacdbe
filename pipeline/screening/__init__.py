"""Campaigns, candidate spaces, limits, exact search, goals, the next batch, and the records behind a prediction."""

from pipeline.screening.batch import choose_batch
from pipeline.screening.campaign import Campaign
from pipeline.screening.campaign_files import load_campaign, load_campaigns, resolve_campaign
from pipeline.screening.completeness import completeness
from pipeline.screening.cost import COST, element_costs
from pipeline.screening.experiments import BatchSettings, Candidates, Known, Mixtures, best_comparable
from pipeline.screening.facts import Facts, load_facts
from pipeline.screening.funnel import Gate
from pipeline.screening.goals import Goal, Goals
from pipeline.screening.inventory import load_inventory
from pipeline.screening.judging import Judged, judge_goals
from pipeline.screening.nearest import conductivity, describe, mixture, nearest, place
from pipeline.screening.next_batch import Made, next_batch
from pipeline.screening.outcome import COLUMNS, Outcome, outcome_of
from pipeline.screening.pending import load_pending
from pipeline.screening.pool import BY_WORK, POOLS, Pool, gather_pool
from pipeline.screening.predictive import Forecast, Predictive, forecast, predictive_of
from pipeline.screening.ranking import TEXT_COLUMNS, Models, equal_loadings, predictions
from pipeline.screening.replay import ReplaySettings, half_of, replay_pools
from pipeline.screening.replay_scores import as_markdown as replay_table
from pipeline.screening.replay_scores import summary as replay_summary
from pipeline.screening.replay_scores import summary_of_halves as replay_summary_of_halves
from pipeline.screening.restriction import Knowledge
from pipeline.screening.screen import Screened, screen
from pipeline.screening.search.distributed import searching
from pipeline.screening.space import Space
from pipeline.screening.stability import Top, stability, top_of
from pipeline.screening.strategies import BATCH, STRATEGIES, Strategy

__all__ = [
    "BATCH",
    "BY_WORK",
    "COLUMNS",
    "COST",
    "POOLS",
    "STRATEGIES",
    "TEXT_COLUMNS",
    "BatchSettings",
    "Campaign",
    "Candidates",
    "Facts",
    "Forecast",
    "Gate",
    "Goal",
    "Goals",
    "Judged",
    "Knowledge",
    "Known",
    "Made",
    "Mixtures",
    "Models",
    "Outcome",
    "Pool",
    "Predictive",
    "ReplaySettings",
    "Screened",
    "Space",
    "Strategy",
    "Top",
    "best_comparable",
    "choose_batch",
    "completeness",
    "conductivity",
    "describe",
    "element_costs",
    "equal_loadings",
    "forecast",
    "gather_pool",
    "half_of",
    "judge_goals",
    "load_campaign",
    "load_campaigns",
    "load_facts",
    "load_inventory",
    "load_pending",
    "mixture",
    "nearest",
    "next_batch",
    "outcome_of",
    "place",
    "predictions",
    "predictive_of",
    "replay_pools",
    "replay_summary",
    "replay_summary_of_halves",
    "replay_table",
    "resolve_campaign",
    "screen",
    "searching",
    "stability",
    "top_of",
]
