"""What replays say: experiments until the best are found, against chance and against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import permutation_test

from pipeline.learning import Floats
from pipeline.screening.replay import EARLY_SHARE, GOALS, expected_at_random

_MEASURES = (*GOALS, "found_early")
_N_DRAWS = 5000
_NORMAL_95 = 1.959964


def summary(table: pd.DataFrame, first: str, seed: int) -> dict[str, Any]:
    """Sum up replays of one pool.

    The intervals are over starting sets: the pool is the same in all of them, so they do not say what other papers
    would have given.

    Args:
        table: As `replay.replay_pools` returns it, all rows of one pool.
        first: The strategy that is compared with every other.
        seed: Seed of bootstrap and permutations.

    Returns:
        `n_pool`, `n_best`, `n_seeds`; `expected_at_random` by goal; `strategies`: by name and measure the `mean` with
        its 95 % bootstrap interval (`lower`, `upper`) and, for a goal, the `ratio` of the draws that chance needs to
        that mean, with its interval; `differences`: by name and measure that of `first` minus the other, paired by
        seed, with interval and `p_value` (sign flips, two-sided).
    """
    n_pool, n_best = int(table["n_pool"].iloc[0]), int(table["n_best"].iloc[0])
    expected = expected_at_random(n_pool, n_best) | {"found_early": np.floor(EARLY_SHARE * n_pool) / n_pool}
    by_seed = {measure: table.pivot_table(index="seed", columns="strategy", values=measure) for measure in _MEASURES}
    names = list(dict.fromkeys(table["strategy"]))
    return {
        "n_pool": n_pool,
        "n_best": n_best,
        "n_seeds": int(table["seed"].nunique()),
        "expected_at_random": expected,
        "strategies": {
            name: {
                measure: _with_ratio(mean_between(by_seed[measure][name].to_numpy(float), seed), measure, expected)
                for measure in _MEASURES
            }
            for name in names
        },
        "differences": {
            name: {
                measure: _tested((by_seed[measure][first] - by_seed[measure][name]).to_numpy(float), seed)
                for measure in _MEASURES
            }
            for name in names
            if name != first
        },
    }


def summary_of_halves(table: pd.DataFrame, first: str) -> dict[str, Any]:
    """Sum up replays of halves of a pool: how far figures move with the papers.

    The variance of a statistic over halves drawn without replacement estimates its variance over papers (delete-d
    jackknife with d = n/2; Shao and Wu, Ann. Statist. 17, 1176 (1989), doi 10.1214/aos/1176347263). Starting sets
    differ as well, so the intervals are rather too wide.

    Args:
        table: As `replay.replay_pools` returns it, each seed another half.
        first: The strategy that is compared with every other.

    Returns:
        `n_pool`, `n_best`, `n_seeds`; by strategy and goal the `effort`, experiments over those that chance needs,
        with `lower` and `upper`; and `differences`, that of `first` minus the other's.
    """
    expected = expected_at_random(int(table["n_pool"].iloc[0]), int(table["n_best"].iloc[0]))
    names = list(dict.fromkeys(table["strategy"]))
    efforts = {
        goal: table.pivot_table(index="seed", columns="strategy", values=goal) / expected[goal] for goal in GOALS
    }
    return {
        "n_pool": int(table["n_pool"].iloc[0]),
        "n_best": int(table["n_best"].iloc[0]),
        "n_seeds": int(table["seed"].nunique()),
        "efforts": {name: {goal: _spread(efforts[goal][name]) for goal in GOALS} for name in names},
        "differences": {
            name: {goal: _spread(efforts[goal][first] - efforts[goal][name]) for goal in GOALS}
            for name in names
            if name != first
        },
    }


def mean_between(numbers: Floats, seed: int) -> dict[str, float]:
    """Return the mean of n numbers with the ends of its 95 % bootstrap interval."""
    rows = np.random.default_rng(seed).integers(0, len(numbers), (_N_DRAWS, len(numbers)))
    lower, upper = np.percentile(numbers[rows].mean(axis=1), [2.5, 97.5])
    return {"mean": float(numbers.mean()), "lower": float(lower), "upper": float(upper)}


def _with_ratio(between: dict[str, float], measure: str, expected: dict[str, float]) -> dict[str, float]:
    if measure not in GOALS:
        return between
    ends = ("ratio", "mean"), ("ratio_lower", "upper"), ("ratio_upper", "lower")
    return between | {name: expected[measure] / between[end] for name, end in ends}


def _tested(differences: Floats, seed: int) -> dict[str, float]:
    between = mean_between(differences, seed)
    if not differences.any():
        return between | {"p_value": 1.0}
    found = permutation_test(
        (differences,),
        np.mean,
        permutation_type="samples",
        vectorized=True,
        n_resamples=_N_DRAWS,
        rng=np.random.default_rng(seed),
    )
    return between | {"p_value": float(found.pvalue)}


def _spread(numbers: pd.Series[float]) -> dict[str, float]:
    mean, deviation = float(numbers.mean()), float(numbers.std())
    return {"mean": mean, "lower": mean - _NORMAL_95 * deviation, "upper": mean + _NORMAL_95 * deviation}


def as_markdown(summed: dict[str, Any], names: Sequence[str]) -> str:
    """Write the table of one pool for `docs/BATCH.md`."""
    lines = [
        "| strategy | first of the best | half of them | all | found in the first quarter |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in names:
        measures = summed["strategies"][name]
        goals = [_cell(measures[goal]) for goal in GOALS]
        early = measures["found_early"]
        share = f"{early['mean']:.0%} ({early['lower']:.0%} to {early['upper']:.0%})".replace("%", " %")
        lines.append(f"| {name.replace('_', ' ')} | {' | '.join(goals)} | {share} |")
    return "\n".join(lines)


def _cell(between: dict[str, float]) -> str:
    ends = f"{between['lower']:.1f} to {between['upper']:.1f}"
    return f"{between['mean']:.1f} ({ends}); {between['ratio']:.2f}×"
