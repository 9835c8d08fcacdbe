"""Stage 6: models and campaigns → one ranking a campaign."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path

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
    Campaign,
    Knowledge,
    Models,
    Screened,
    describe,
    equal_loadings,
    load_campaigns,
    load_facts,
    load_inventory,
    nearest,
    predictions,
    screen,
    searching,
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


def main() -> None:
    """Find the exact best of every campaign and write them down, by whatever workers there are."""
    scheduler = _arguments().scheduler
    settings = load_settings().rank
    vocabulary = load_vocabulary(layout.COMPONENTS)
    inventory = load_inventory(layout.INVENTORY, vocabulary) if layout.INVENTORY.is_file() else None
    campaigns = load_campaigns(layout.CAMPAIGNS, vocabulary, inventory)
    models = load_all(layout.MODELS)
    _refuse_unpredicted(campaigns, models)
    records = read_parquet(layout.RECORDS)
    has_paper = (records["origin"] != "public") & is_believed(records, "conductivity_lower_S_cm")
    measured = records[has_paper].reset_index(drop=True)
    knowledge = _knowledge(vocabulary, models, inventory)
    with searching(scheduler) as searcher, replacing_folder(layout.RANKINGS) as folder:
        for name, campaign in campaigns.items():
            screened = screen(campaign, models, knowledge, settings.n_ranked, searcher)
            say(
                f"rank: {name}: {screened.space.size:,} mixtures, {screened.gates[-1].n_left:,} within the limits, the "
                f"best {len(screened.indices)} found by opening {screened.n_opened:,} nodes"
            )
            table = _ranking(screened, models, measured, knowledge, settings)
            _write(folder / name, campaign, screened, table, models)


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


def _ranking(
    screened: Screened, models: Models, measured: pd.DataFrame, knowledge: Knowledge, settings: RankSettings
) -> pd.DataFrame:
    """Say of each mixture that was found what is predicted of it and which measured records are nearest."""
    library, ensemble = knowledge.library, models[CONDUCTIVITY.name][0]
    mixtures = screened.space.mixtures(screened.indices)
    features = featurize(mixtures, library)
    loadings = equal_loadings(screened.space, screened.indices, ensemble, library)
    table = pd.concat([mixtures[_MIXTURE], loadings, predictions(mixtures, features, models, library)], axis=1)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    table.insert(1, "mixture", screened.indices)
    table["conductivity_S_cm"] = [float(f"{10**x:.3e}") for x in table[CONDUCTIVITY.name]]
    n_neighbours = min(settings.n_neighbours, len(measured))
    positions = nearest(features, featurize(measured, library), ensemble, n_neighbours)
    for place in range(n_neighbours):
        neighbours = measured.iloc[positions[:, place]]
        table[f"nearest_{place + 1}_record_id"] = neighbours["record_id"].to_numpy()
        table[f"nearest_{place + 1}"] = [describe(row) for _, row in neighbours.iterrows()]
    return table


def _write(path: Path, campaign: Campaign, screened: Screened, table: pd.DataFrame, models: Models) -> None:
    predicted = [f"{name}{end}" for name in models for end in ("", "_lower", "_upper")]
    write_csv(path.with_name(f"{path.name}.csv"), table.round(dict.fromkeys(predicted, 4)))
    write_json(
        path.with_name(f"{path.name}.json"),
        {
            "question": campaign.question,
            "temperature_C": max(campaign.temperature_C),
            "n_candidates": screened.space.size,
            "shape": screened.space.shape,
            "distinct": list(campaign.distinct),
            "order_by": campaign.order_by,
            "funnel": [asdict(gate) for gate in screened.gates],
        },
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.rank",
        description="Find the exact best of every campaign.",
        epilog="No number depends on the options; experiments/ holds the campaigns.",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="dask scheduler whose workers search, as tcp://node1:8786; without it this process does",
    )
    return parser.parse_args()


if __name__ == "__main__":
    run("rank", main)
