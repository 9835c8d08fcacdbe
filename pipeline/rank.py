"""Stage 6: models and campaigns → one ranking a campaign."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from features import featurize
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_parquet, replacing_folder, write_csv, write_json
from pipeline.common.settings import RankSettings, load_settings
from pipeline.common.stage import run, say
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Domain, load_all
from pipeline.records import Vocabulary, is_believed, load_vocabulary
from pipeline.screening import (
    COST,
    Campaign,
    Judged,
    Knowledge,
    Made,
    Models,
    Screened,
    completeness,
    describe,
    element_costs,
    equal_loadings,
    judge_goals,
    load_campaigns,
    load_facts,
    load_inventory,
    load_pending,
    nearest,
    next_batch,
    predictions,
    predictive_of,
    screen,
)

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
_WORKSHEET = [
    "mixture",
    "polymer",
    "salt",
    "salt_ratio",
    "salt_ratio_unit",
    "filler",
    "filler_amount",
    "filler_unit",
    "particle_size_nm",
    "architecture",
    "additives",
    "temperature_C",
    "way_to_build",
]


def main() -> None:
    """Find the exact best of every campaign and what to make next, and write them down."""
    settings = load_settings().rank
    vocabulary = load_vocabulary(layout.COMPONENTS)
    inventory = load_inventory(layout.INVENTORY, vocabulary) if layout.INVENTORY.is_file() else None
    campaigns = load_campaigns(layout.CAMPAIGNS, vocabulary, inventory)
    models = load_all(layout.MODELS)
    _refuse_unpredicted(campaigns, models)
    made = _made(vocabulary)
    knowledge = _knowledge(vocabulary, models, inventory)
    with replacing_folder(layout.RANKINGS) as folder:
        for name, campaign in campaigns.items():
            screened = screen(campaign, models, knowledge, settings.n_ranked)
            say(
                f"rank: {name}: {screened.space.size:,} mixtures, {screened.gates[-1].n_left:,} within the limits, the "
                f"best {len(screened.indices)} found by opening {screened.n_opened:,} nodes"
            )
            _write(folder / name, campaign, screened, models, made, knowledge, settings)


def _made(vocabulary: Vocabulary) -> Made:
    """Read what was measured, by works that can be named, and what is being made."""
    records = read_parquet(layout.RECORDS)
    has_paper = (records["origin"] != "public") & is_believed(records, "conductivity_lower_S_cm")
    measured = records[has_paper].reset_index(drop=True)
    return Made(measured, CONDUCTIVITY.bounds(measured).middle, load_pending(layout.PENDING, vocabulary))


def _knowledge(vocabulary: Vocabulary, models: Models, inventory: frozenset[str] | None) -> Knowledge:
    domain = Domain.from_dict(models[CONDUCTIVITY.name][1]["domain"])
    return Knowledge(vocabulary.library, load_facts(layout.COMPONENTS), domain, inventory)


def _refuse_unpredicted(campaigns: dict[str, Campaign], models: Models) -> None:
    """Refuse limits on what nothing predicts."""
    limited = [name for name, campaign in campaigns.items() if campaign.limits.min_stability_window_V is not None]
    if limited and STABILITY_WINDOW.name not in models:
        raise UserError(
            f"{layout.CAMPAIGNS}: {', '.join(limited)} limits the stability window, which nothing predicts, since "
            "fewer than two works on composites hold a number of it; take min_stability_window_V out, or add records"
        )


def _write(
    path: Path,
    campaign: Campaign,
    screened: Screened,
    models: Models,
    made: Made,
    knowledge: Knowledge,
    settings: RankSettings,
) -> None:
    mixtures = screened.space.mixtures(screened.indices)
    features = featurize(mixtures, knowledge.library)
    table = _ranking(screened, mixtures, features, models, made, knowledge, settings)
    judged = _judged(campaign, table, mixtures, features, models, knowledge)
    if judged is not None:
        table = pd.concat([table, judged.table], axis=1)
    predicted = [f"{name}{end}" for name in models for end in ("", "_lower", "_upper")]
    write_csv(path.with_name(f"{path.name}.csv"), table.round(dict.fromkeys(predicted, 4)))
    generator = np.random.default_rng(settings.seed)
    batch = next_batch(campaign, screened, models, knowledge, made, settings.n_drawn, generator)
    write_csv(path.parent / "batches" / f"{path.name}.csv", _worksheet(batch))
    facts = _facts(campaign, screened, table, settings) | {"goals": judged.facts if judged else {}}
    write_json(path.with_name(f"{path.name}.json"), facts)


def _ranking(
    screened: Screened,
    mixtures: pd.DataFrame,
    features: pd.DataFrame,
    models: Models,
    made: Made,
    knowledge: Knowledge,
    settings: RankSettings,
) -> pd.DataFrame:
    """Say of each mixture that was found what is predicted of it and which measured records are nearest."""
    library, ensemble = knowledge.library, models[CONDUCTIVITY.name][0]
    loadings = equal_loadings(screened.space, screened.indices, ensemble, library)
    table = pd.concat([mixtures[_MIXTURE], loadings, predictions(mixtures, features, models, library)], axis=1)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    table.insert(1, "mixture", screened.indices)
    table["conductivity_S_cm"] = [float(f"{10**x:.3e}") for x in table[CONDUCTIVITY.name]]
    n_neighbours = min(settings.n_neighbours, len(made.measured))
    positions = nearest(features, featurize(made.measured, library), ensemble, n_neighbours)
    for place in range(n_neighbours):
        neighbours = made.measured.iloc[positions[:, place]]
        table[f"nearest_{place + 1}_record_id"] = neighbours["record_id"].to_numpy()
        table[f"nearest_{place + 1}"] = [describe(row) for _, row in neighbours.iterrows()]
    return table


def _judged(
    campaign: Campaign,
    table: pd.DataFrame,
    mixtures: pd.DataFrame,
    features: pd.DataFrame,
    models: Models,
    knowledge: Knowledge,
) -> Judged | None:
    """Judge what was found by the campaign's goals; None where it states none."""
    if campaign.goals is None:
        return None
    distributions = {name: predictive_of(ensemble, features) for name, (ensemble, _) in models.items()}
    costs = element_costs(mixtures, features, knowledge.library)[COST].to_numpy(float)
    return judge_goals(table, distributions, costs, campaign.goals)


def _worksheet(batch: pd.DataFrame) -> pd.DataFrame:
    """Write a batch with the columns in which mixtures are read, so that its rows can stand in pending.csv."""
    asked = batch.rename(columns={"architecture": "way_to_build", "architecture_tags": "architecture"})
    amounts = asked["filler_wt_fraction"].mul(100).round(6)
    return asked.assign(filler_amount=amounts, filler_unit="wt%")[[*_WORKSHEET, *list(batch)[-5:]]]


def _facts(campaign: Campaign, screened: Screened, table: pd.DataFrame, settings: RankSettings) -> dict[str, Any]:
    is_by_lower = campaign.order_by == "lower" and len(table)
    last = float(table[f"{CONDUCTIVITY.name}_lower"].iloc[-1]) if is_by_lower else None
    return {
        "question": campaign.question,
        "temperature_C": max(campaign.temperature_C),
        "n_candidates": screened.space.size,
        "shape": screened.space.shape,
        "distinct": list(campaign.distinct),
        "order_by": campaign.order_by,
        "n_opened": screened.n_opened,
        "funnel": [asdict(gate) for gate in screened.gates],
        "completeness": "" if last is None else completeness(last, len(table), settings.n_ranked),
    }


if __name__ == "__main__":
    run("rank", main)
