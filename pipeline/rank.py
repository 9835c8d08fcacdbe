"""Stage 6: models and campaigns → one ranking a campaign."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from features import Library, featurize
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_parquet, replacing_folder, write_csv, write_json
from pipeline.common.settings import RankSettings, load_settings
from pipeline.common.stage import run, say
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, load_all
from pipeline.records import is_believed, load_vocabulary
from pipeline.screening import (
    Campaign,
    Models,
    Space,
    best_of_each_pair,
    describe,
    equal_loadings,
    load_campaigns,
    nearest,
    predictions,
    score,
)

_MIXTURE = ["polymer", "salt", "filler", "filler_wt_fraction", "architecture", "additives", "temperature_C"]


def main() -> None:
    """Score all candidates of every campaign and write its best polymer and filler pairs."""
    settings = load_settings().rank
    vocabulary = load_vocabulary(layout.COMPONENTS)
    campaigns = load_campaigns(layout.CAMPAIGNS, vocabulary)
    models = load_all(layout.MODELS)
    _refuse_unpredicted(campaigns, models)
    records = read_parquet(layout.RECORDS)
    has_paper = (records["origin"] != "public") & is_believed(records, "conductivity_lower_S_cm")
    measured = records[has_paper].reset_index(drop=True)
    with replacing_folder(layout.RANKINGS) as folder:
        for name, campaign in campaigns.items():
            _rank(name, campaign, models, measured, vocabulary.library, settings, folder)


def _refuse_unpredicted(campaigns: dict[str, Campaign], models: Models) -> None:
    """Refuse limits on what nothing predicts."""
    limited = [name for name, campaign in campaigns.items() if campaign.limits.min_stability_window_V is not None]
    if limited and STABILITY_WINDOW.name not in models:
        raise UserError(
            f"{layout.CAMPAIGNS}: {', '.join(limited)} limits the stability window, which nothing predicts, since "
            "fewer than two works on composites hold a number of it; take min_stability_window_V out, or add records"
        )


def _rank(
    name: str,
    campaign: Campaign,
    models: Models,
    measured: pd.DataFrame,
    library: Library,
    settings: RankSettings,
    folder: Path,
) -> None:
    space = Space(campaign)
    say(f"rank: {name}: {space.size} candidates at {campaign.temperature_C:g} °C")
    scored = score(space, models, library, lambda line: say(f"rank:   {line}"))
    best = best_of_each_pair(space, scored, settings.n_ranked)
    mixtures = space.mixtures(best)
    features = featurize(mixtures, library)
    loadings = equal_loadings(space, best, models[CONDUCTIVITY.name][0], library)
    table = pd.concat([mixtures[_MIXTURE], loadings, predictions(mixtures, features, models, library)], axis=1)
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    table["conductivity_S_cm"] = [float(f"{10**x:.3e}") for x in table[CONDUCTIVITY.name]]
    n_neighbours = min(settings.n_neighbours, len(measured))
    positions = nearest(features, featurize(measured, library), models[CONDUCTIVITY.name][0], n_neighbours)
    for place in range(n_neighbours):
        neighbours = measured.iloc[positions[:, place]]
        table[f"nearest_{place + 1}_record_id"] = neighbours["record_id"].to_numpy()
        table[f"nearest_{place + 1}"] = [describe(row) for _, row in neighbours.iterrows()]
    write_csv(folder / f"{name}.csv", table.round(dict.fromkeys(models, 4) | dict.fromkeys(_bounds(models), 4)))
    write_json(
        folder / f"{name}.json",
        {
            "question": campaign.question,
            "temperature_C": campaign.temperature_C,
            "n_candidates": space.size,
            "shape": list(space.shape),
            "funnel": [asdict(gate) for gate in scored.funnel],
        },
    )
    say(f"rank:   {len(table)} polymer and filler pairs ranked")


def _bounds(models: Models) -> list[str]:
    return [f"{name}_{end}" for name in models for end in ("lower", "upper")]


if __name__ == "__main__":
    run("rank", main)
