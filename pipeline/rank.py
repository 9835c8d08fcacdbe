"""Stage 6: models and campaigns → a ranking, and the next experiments, for each campaign."""

from __future__ import annotations

import argparse

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_parquet, replacing_folder, write_csv, write_json
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Domain, load_all
from pipeline.records import Vocabulary, is_believed, load_vocabulary, raw_files
from pipeline.screening import (
    Campaign,
    Knowledge,
    Made,
    Models,
    load_campaigns,
    load_facts,
    load_inventory,
    load_pending,
    outcome_of,
    screen,
    searching,
)


def main() -> None:
    """Find the exact best of every campaign and what to make next, by whatever workers there are; write it down."""
    scheduler = _arguments().scheduler
    settings = load_settings().rank
    vocabulary = load_vocabulary(layout.COMPONENTS)
    inventory = load_inventory(layout.INVENTORY, vocabulary) if layout.INVENTORY.is_file() else None
    campaigns = load_campaigns(layout.CAMPAIGNS, vocabulary, inventory)
    models = load_all(layout.MODELS)
    _refuse_unpredicted(campaigns, models)
    made = _made(vocabulary)
    domain = Domain.from_dict(models[CONDUCTIVITY.name][1]["domain"])
    knowledge = Knowledge(vocabulary.library, load_facts(layout.COMPONENTS), domain, inventory)
    with searching(scheduler) as searcher, replacing_folder(layout.RANKINGS) as folder:
        for name, campaign in campaigns.items():
            screened = screen(campaign, models, knowledge, settings.n_ranked, searcher)
            say(
                f"rank: {name}: {screened.space.size:,} mixtures, {screened.gates[-1].n_left:,} within the limits, the "
                f"best {len(screened.indices)} found by opening {screened.n_opened:,} nodes"
            )
            outcome = outcome_of(campaign, screened, models, knowledge, made, settings)
            write_csv(folder / f"{name}.csv", outcome.ranking)
            write_csv(folder / "batches" / f"{name}.csv", outcome.worksheet.assign(campaign=name))
            write_json(folder / f"{name}.json", outcome.facts)


def _made(vocabulary: Vocabulary) -> Made:
    """Read what was measured, by works that can be named, and what is being made."""
    records = read_parquet(layout.RECORDS)
    has_paper = (records["origin"] != "public") & is_believed(records, "conductivity_lower_S_cm")
    measured = records[has_paper].reset_index(drop=True)
    made = load_pending(layout.PENDING, vocabulary, raw_files().lab)
    return Made(measured, CONDUCTIVITY.bounds(measured).middle, made)


def _refuse_unpredicted(campaigns: dict[str, Campaign], models: Models) -> None:
    """Refuse limits on what nothing predicts."""
    limited = [name for name, campaign in campaigns.items() if campaign.limits.min_stability_window_V is not None]
    if limited and STABILITY_WINDOW.name not in models:
        raise UserError(
            f"{layout.CAMPAIGNS}: {', '.join(limited)} limits the stability window, which nothing predicts, since "
            "fewer than two works on composites hold a number of it; take min_stability_window_V out, or add records"
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
