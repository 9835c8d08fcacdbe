"""What choosing the next experiments by the model is worth, replayed on the record: `make replay`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from pipeline.common import layout
from pipeline.common.files import write_csv, write_json
from pipeline.common.stage import run, say
from pipeline.corpus import load_corpus
from pipeline.screening import (
    BATCH,
    BY_WORK,
    POOLS,
    STRATEGIES,
    Pool,
    ReplaySettings,
    Strategy,
    gather_pool,
    half_of,
    replay_pools,
    replay_summary,
    replay_summary_of_halves,
    replay_table,
)

SETTINGS = ReplaySettings()
N_SEEDS = {BY_WORK: 50, "dry_by_work": 20, "by_record": 20}
"""Random starting sets of each pool; the headline gets most."""
HALVES = "halves_by_work"
N_HALVES = 50
_BESIDES = {"batch_without_diversity": (BY_WORK,), "batch_by_expected_improvement": (BY_WORK, "dry_by_work", HALVES)}
"""Strategies that are replayed in some pools alone, so that all takes less than ten minutes of one core."""
_SEED = 20260101


def main() -> None:
    """Replay every pool with every strategy; write every replay and what they say; print the tables."""
    pool = gather_pool(load_corpus())
    tables, summed = {}, dict[str, Any]()
    with threadpool_limits(1):  # else the last digits depend on the machine, and small matrices take longer
        for name, pick in POOLS.items():
            say(f"replay: {name}")
            tables[name] = _replayed(pick(pool), name)
            summed[name] = replay_summary(tables[name], BATCH, _SEED)
        say(f"replay: {HALVES}")
        tables[HALVES] = _halves(POOLS[BY_WORK](pool))
        summed[HALVES] = replay_summary_of_halves(tables[HALVES], BATCH)
    whole = pd.concat(table.assign(pool=name) for name, table in tables.items())
    write_csv(layout.REPLAY, whole[["pool", *tables[BY_WORK].columns]].round(6))
    write_json(layout.REPLAY_SUMMARY, summed)
    for name in POOLS:
        print(f"\n{name}\n{replay_table(summed[name], list(summed[name]['strategies']))}")


def _replayed(pool: Pool, name: str) -> pd.DataFrame:
    return replay_pools(lambda _: pool, _strategies(name), replace(SETTINGS, n_seeds=N_SEEDS[name]))


def _halves(pool: Pool) -> pd.DataFrame:
    return replay_pools(lambda seed: half_of(pool, seed), _strategies(HALVES), replace(SETTINGS, n_seeds=N_HALVES))


def _strategies(name: str) -> dict[str, Strategy]:
    return {key: each for key, each in STRATEGIES.items() if name in _BESIDES.get(key, (name,))}


if __name__ == "__main__":
    run("replay", main)
