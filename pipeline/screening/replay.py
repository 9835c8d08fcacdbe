"""Replay: how many measured mixtures are made again until the best of them are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.screening.pool import Pool
from pipeline.screening.strategies import Rows, Strategy

GOALS = ("n_first", "n_half", "n_all")
"""Experiments until the first of the best is found, half of them, all."""
EARLY_SHARE = 0.25
"""Share of the pool after which it is counted how many of the best were found."""


@dataclass(frozen=True)
class ReplaySettings:
    """How a pool is replayed.

    Attributes:
        n_seeds: Random starting sets.
        n_start: Mixtures measured at the start.
        n_batch: Experiments a batch.
        best_share: Share of the pool that counts as best.
    """

    n_seeds: int = 50
    n_start: int = 10
    n_batch: int = 5
    best_share: float = 0.05


def make_in_order(pool: Pool, strategy: Strategy, settings: ReplaySettings, seed: int) -> Rows:
    """Make experiments until all of the best are found.

    The strategy is shown the results of what was made and the descriptions of what was not; which are the best nobody
    tells it. The starting set is drawn by the seed, the same for every strategy.

    Args:
        pool: n experiments.
        strategy: Chooses the next batch.
        settings: How to replay.
        seed: Decides the starting set, and what a strategy draws.

    Returns:
        Positions in the order in which they were made, the starting set first; whole batches, at most n.

    Raises:
        ValueError: The strategy chose nothing.
    """
    is_best = pool.is_best(settings.best_share)
    made = [int(row) for row in np.random.default_rng(seed).permutation(len(pool))[: settings.n_start]]
    generator = np.random.default_rng([seed, 1])
    while is_best[made].sum() != is_best.sum():
        left = np.setdiff1d(np.arange(len(pool)), made)
        chosen = strategy(pool.take(np.sort(made)), pool.take(left).hidden(), settings.n_batch, generator)
        if len(chosen) == 0:
            raise ValueError(f"a strategy chose none of {len(left)} mixtures that are left")
        made += [int(row) for row in left[chosen]]
    return np.array(made, dtype=np.intp)


def counts(pool: Pool, made: Rows, settings: ReplaySettings) -> dict[str, float]:
    """Count experiments, the starting set among them, by their place in the order.

    Args:
        pool: n experiments.
        made: Positions in the order in which they were made.
        settings: Says which are the best.

    Returns:
        `n_pool`, `n_best`, those of `GOALS`, and `found_early`: the share of the best among the first quarter of the
        pool.
    """
    places = 1 + np.flatnonzero(pool.is_best(settings.best_share)[made])
    return {
        "n_pool": len(pool),
        "n_best": len(places),
        "n_first": int(places[0]),
        "n_half": int(places[n_half(len(places)) - 1]),
        "n_all": int(places[-1]),
        "found_early": float((places <= EARLY_SHARE * len(pool)).mean()),
    }


def n_half(n_best: int) -> int:
    """Return how many are half of the best, rounded up."""
    return (n_best + 1) // 2


def expected_at_random(n_pool: int, n_best: int) -> dict[str, float]:
    """Return what blind drawing needs on average: the j-th of k is found after j (n + 1)/(k + 1) draws.

    That is the mean of the negative hypergeometric distribution.
    """
    step = (n_pool + 1) / (n_best + 1)
    return {"n_first": step, "n_half": n_half(n_best) * step, "n_all": n_best * step}


def replay_pools(
    pools: Callable[[int], Pool],
    strategies: Mapping[str, Strategy],
    settings: ReplaySettings,
) -> pd.DataFrame:
    """Replay with every strategy from the same starting sets.

    Args:
        pools: The pool of each seed: always one and the same, or a part of it that the seed draws.
        strategies: By name.
        settings: How to replay.

    Returns:
        One row a seed and strategy: `seed`, `strategy`, and what `counts` gives.
    """
    rows: list[dict[str, Any]] = []
    for seed in range(settings.n_seeds):
        pool = pools(seed)
        for name, strategy in strategies.items():
            made = make_in_order(pool, strategy, settings, seed)
            rows.append({"seed": seed, "strategy": name, **counts(pool, made, settings)})
    return pd.DataFrame(rows)


def half_of(pool: Pool, seed: int) -> Pool:
    """Draw half of a pool, as in a delete-half jackknife."""
    drawn = np.random.default_rng([seed, 2]).permutation(len(pool))[: len(pool) // 2]
    return pool.take(np.sort(drawn))
