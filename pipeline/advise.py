"""Stage 8: models, records and rankings → what drives the best candidates, and their curves, for each campaign."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from pipeline.advising import Advisor, arrhenius_curve, drivers, loading_curve, same_pair
from pipeline.advisory import load_fresh_advisor
from pipeline.common import layout
from pipeline.common.atomic import replacing_folder
from pipeline.common.files import read_gapped_csv, write_json
from pipeline.common.settings import load_settings
from pipeline.common.stage import run_stage, say
from pipeline.records import Vocabulary
from pipeline.screening import TEXT_COLUMNS, Campaign, Space, load_campaigns, load_inventory

_DIGITS = 4


def main() -> None:
    """Ask the advisor about the best of every campaign."""
    advisor, n_explained = load_fresh_advisor(), load_settings().rank.n_explained
    with replacing_folder(layout.ADVICE) as folder:
        for name, campaign in _campaigns(advisor.vocabulary).items():
            best = read_gapped_csv(layout.RANKINGS / f"{name}.csv", TEXT_COLUMNS).head(n_explained)
            mixtures = Space.of(campaign).mixtures(best["mixture"].to_numpy(np.int64))
            grid = np.array(sorted(campaign.filler_wt_fractions))
            advice = [
                {"rank": int(rank), **_advice(advisor, mixture, grid)}
                for rank, mixture in zip(best["rank"], mixtures.to_dict("records"), strict=True)
            ]
            write_json(folder / f"{name}.json", advice)
            say(f"advise: {name}: what drives the first {len(advice)}, and their curves")


def _campaigns(vocabulary: Vocabulary) -> dict[str, Campaign]:
    inventory = load_inventory(layout.INVENTORY, vocabulary) if layout.INVENTORY.is_file() else None
    return load_campaigns(layout.CAMPAIGNS, vocabulary, inventory)


def _advice(advisor: Advisor, mixture: dict[Any, Any], grid: Any) -> dict[str, Any]:
    """Return what is said of one mixture beyond its row of the ranking, as JSON can hold it."""
    return {
        "drivers": asdict(drivers(advisor, mixture)),
        "loading": _listed(loading_curve(advisor, mixture, grid)),
        "arrhenius": _listed(arrhenius_curve(advisor, mixture)),
        "measured": _listed(same_pair(advisor, mixture)),
    }


def _listed(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Return a table's columns as lists; what is not known is None."""
    rounded = table.round(dict.fromkeys(("predicted", "lower", "upper"), _DIGITS))
    return {str(name): [None if pd.isna(cell) else cell for cell in rounded[name].tolist()] for name in rounded}


if __name__ == "__main__":
    run_stage("advise", main, [layout.ADVICE])
