"""Stage 6: models and campaigns → a ranking, and the next experiments, for each campaign."""

from __future__ import annotations

import argparse

from pipeline.common import layout
from pipeline.common.atomic import replacing_folder
from pipeline.common.files import write_csv, write_json
from pipeline.common.stage import run_stage, say
from pipeline.groundwork import load_groundwork, load_stock, refuse_unpredicted
from pipeline.records import load_vocabulary
from pipeline.screening import load_campaigns, screen, searching


def main() -> None:
    """Find the exact best of every campaign and what to make next, by whatever workers there are; write it down."""
    scheduler = _arguments().scheduler
    vocabulary = load_vocabulary(layout.COMPONENTS)
    stock = load_stock(vocabulary)
    campaigns = load_campaigns(layout.CAMPAIGNS, vocabulary, stock)
    ground = load_groundwork(vocabulary, stock)
    refuse_unpredicted(layout.CAMPAIGNS, campaigns.items(), ground.models)
    with searching(scheduler) as searcher, replacing_folder(layout.RANKINGS) as folder:
        for name, campaign in campaigns.items():
            screened = screen(campaign, ground.models, ground.knowledge, ground.settings.n_ranked, searcher)
            say(
                f"rank: {name}: {screened.space.size:,} mixtures, {screened.gates[-1].n_left:,} within the limits, the "
                f"best {len(screened.indices)} found by opening {screened.n_opened:,} nodes"
            )
            outcome = ground.outcome(campaign, screened)
            write_csv(folder / f"{name}.csv", outcome.ranking)
            write_csv(folder / "batches" / f"{name}.csv", outcome.worksheet.assign(campaign=name))
            write_json(folder / f"{name}.json", outcome.facts)


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
    run_stage("rank", main, [layout.RANKINGS])
