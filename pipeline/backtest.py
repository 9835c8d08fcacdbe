"""Stage 4: features.parquet → the ranks that later mixtures would have got from what was known before."""

from __future__ import annotations

from pipeline.common import layout
from pipeline.common.files import write_csv
from pipeline.common.settings import load_settings
from pipeline.common.stage import run_stage, say
from pipeline.corpus import load_corpus
from pipeline.learning import CONDUCTIVITY, gather_evidence, rank_by_year, task_of


def main() -> None:
    """Rank, at the end of each year from 2016 on, the composites that were published later."""
    settings = load_settings().train
    evidence = gather_evidence(CONDUCTIVITY, load_corpus())
    ranked = rank_by_year(evidence, task_of(CONDUCTIVITY, settings))
    write_csv(layout.BACKTEST, ranked.round(6))
    n_cut_offs, n_records = ranked["last_known_year"].nunique(), ranked["record_id"].nunique()
    say(f"backtest: {n_records} later composites, ranked at {n_cut_offs} cut-offs")


if __name__ == "__main__":
    run_stage("backtest", main, [layout.BACKTEST])
