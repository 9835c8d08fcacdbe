"""How much more of the later best a strategy points at than chance would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipeline.learning.backtest import STRATEGIES
from pipeline.learning.bounds import Floats
from pipeline.learning.learners import FAMILY_MEDIAN, XGBOOST

BEST_SHARE = 0.1
"""The later top decile is what should have been pointed at."""
CHOSEN_SHARES = (0.1, 0.2)
"""How much of what came later a strategy may point at."""
HEADLINE = {"conditions": "near_room_temperature", "held_out": "next_year", "chosen_share": 0.2}
"""The row of `enrichment` to show: one footing, each record once, and more than one choice a year."""
_N_DRAWS = 2000
_PREDICTING = (XGBOOST, FAMILY_MEDIAN)
"""Strategies that predict a number, and not an order alone."""
_ROUNDING = 1e-9
CONDITIONS: Mapping[str, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    "near_room_temperature": lambda table: table["is_near_room_temperature"],
    "dry_near_room_temperature": lambda table: table["is_near_room_temperature"] & ~table["is_wet"],
    "near_room_temperature_or_unstated": lambda table: (
        table["is_near_room_temperature"] | ~table["is_temperature_stated"]
    ),
    "all_temperatures": lambda table: table["measured"].notna(),
}
"""Which of the later records compete; first those that the headline is about, on one footing."""
HELD_OUT: Mapping[str, Callable[[pd.DataFrame], pd.Series[bool]]] = {
    "next_year": lambda table: table["year"] == table["last_known_year"] + 1,
    "all_later": lambda table: table["year"] > table["last_known_year"],
}
"""Each year by what was known the year before, so that each record counts once; or at each cut-off all that came."""


def enrichment(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Count how many of the later best each strategy points at, against a choice at random.

    At each cut-off the records that compete are ranked; every work counts as one there, however often it measured. The
    best are the top decile of what was measured, at least one record, with all that equal the last of it. A strategy
    may choose the best-scored tenth or fifth, and never less than the best themselves, so that a perfect order finds
    all; of records with equal scores that only partly fit, each is chosen by that part. Found and expected are summed
    over the cut-offs; enrichment is their ratio, 1 at random.

    Args:
        table: As `rank_by_year` returns it.
        seed: Seed of the resampling.

    Returns:
        One row a set of conditions, way to hold out, chosen share and strategy: `n_records`, `n_works`, `n_best`,
        `found` and `expected` (in works), `enrichment` with the ends `lower` and `upper` of its 95 % interval
        (resampling works), `random_lower` and `random_upper` (95 % of random orders), `p_value` (random orders that
        find as much), `highest` (a perfect order's), and `lead` of XGBoost over the strategy with its interval.
    """
    rows = [
        {"conditions": conditions, "held_out": held_out, "chosen_share": share, **row}
        for conditions, competes in CONDITIONS.items()
        for held_out, is_held_out in HELD_OUT.items()
        for share in CHOSEN_SHARES
        for row in _compared(table[competes(table) & is_held_out(table)], share, seed)
    ]
    return pd.DataFrame(rows)


def enrichment_by_cut_off(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Do the same for each cut-off apart, near room temperature; `last_known_year` stands before those columns."""
    competing = table[table["is_near_room_temperature"]]
    rows = [
        {"last_known_year": year, "chosen_share": share, **row}
        for year, later in competing.groupby("last_known_year")
        for share in CHOSEN_SHARES
        for row in _compared(later, share, seed)
    ]
    return pd.DataFrame(rows)


def error_by_year(table: pd.DataFrame) -> pd.DataFrame:
    """Return how far each year's composites were off what the records of the years before predict.

    Args:
        table: As `rank_by_year` returns it.

    Returns:
        One row a year with records: `year`, `n_records`, `n_works`, and the mean absolute error of `xgboost` and
        `family_median` in decades, every work counting as one.
    """
    rows = []
    for year, group in table[HELD_OUT["next_year"](table)].groupby("year"):
        share = 1 / group.groupby("work_id")["work_id"].transform("size")
        errors = {
            name: float(np.average((group[name] - group["measured"]).abs(), weights=share)) for name in _PREDICTING
        }
        rows.append({"year": int(str(year)), "n_records": len(group), "n_works": group["work_id"].nunique(), **errors})
    return pd.DataFrame(rows, columns=["year", "n_records", "n_works", *_PREDICTING])


def _compared(later: pd.DataFrame, share: float, seed: int) -> list[dict[str, Any]]:
    """Return one row a strategy; none where nothing competes."""
    if len(later) == 0:
        return []
    judged = pd.concat([_judged(rows, share) for _, rows in later.groupby("last_known_year")], ignore_index=True)
    generator = np.random.default_rng(seed)
    random = _found_at_random(judged, generator)
    drawn = _resampled(judged, generator)
    found = {name: float((judged["best"] * judged[name]).sum()) for name in STRATEGIES}
    sums = judged.groupby("last_known_year")[["weight", "best", "capacity"]].sum()
    expected = float((sums["best"] * sums["capacity"] / sums["weight"]).sum())
    counts = {
        "n_records": int(judged["record_id"].nunique()),
        "n_works": int(judged["work_id"].nunique()),
        "n_best": int((judged["best"] > 0).groupby(judged["record_id"]).any().sum()),
        "expected": expected,
        "highest": float(judged["best"].sum() / expected),
        **_ends("random_", random / expected),
    }
    return [
        {
            "strategy": name,
            **counts,
            "found": found[name],
            "enrichment": found[name] / expected,
            **_ends("", drawn[name]),
            "p_value": float((1 + (random >= found[name] - _ROUNDING).sum()) / (1 + _N_DRAWS)),
            "lead": (found[XGBOOST] - found[name]) / expected,
            **_ends("lead_", drawn[XGBOOST] - drawn[name]),
        }
        for name in STRATEGIES
    ]


def _judged(rows: pd.DataFrame, share: float) -> pd.DataFrame:
    """Say of the records of one cut-off what each weighs, whether it is among the best, and which share is chosen."""
    weights = (1 / rows.groupby("work_id")["work_id"].transform("size")).to_numpy(float)
    is_best = np.ceil(_top(rows["measured"].to_numpy(float), weights, BEST_SHARE * weights.sum()) - _ROUNDING)
    capacity = max(share * weights.sum(), (weights * is_best).sum())
    return rows[["last_known_year", "record_id", "work_id"]].assign(
        weight=weights,
        best=weights * is_best,
        capacity=weights * capacity / weights.sum(),
        **{name: _top(rows[name].to_numpy(float), weights, capacity) for name in STRATEGIES},
    )


def _top(scores: Floats, weights: Floats, capacity: float) -> Floats:
    """Return which part of each record a capacity holds, filled from the highest score; equals share it, shape (n,)."""
    _, level = np.unique(-scores, return_inverse=True)
    mass = np.bincount(level, weights)
    return np.asarray(np.clip((capacity - (np.cumsum(mass) - mass)) / mass, 0, 1)[level], dtype=np.float64)


def _found_at_random(judged: pd.DataFrame, generator: np.random.Generator) -> Floats:
    """Return what random orders find, shape (draws,): one order of all records serves every cut-off."""
    record, _ = pd.factorize(judged["record_id"], sort=True)
    keys = generator.random((_N_DRAWS, record.max() + 1))
    found = np.zeros(_N_DRAWS)
    for positions in judged.groupby("last_known_year").indices.values():
        weights, best, capacity = judged[["weight", "best", "capacity"]].to_numpy(float)[positions].T
        order = np.argsort(keys[:, record[positions]], axis=1)
        mass = weights[order]
        chosen = np.clip(capacity.sum() - (np.cumsum(mass, axis=1) - mass), 0, mass)
        found += (chosen * (best / weights)[order]).sum(axis=1)
    return found


def _resampled(judged: pd.DataFrame, generator: np.random.Generator) -> dict[str, Floats]:
    """Return the enrichment of each strategy in tables of works drawn with replacement, shape (draws,)."""
    work, works = pd.factorize(judged["work_id"], sort=True)
    cut_off, cut_offs = pd.factorize(judged["last_known_year"], sort=True)
    shape = len(works), len(cut_offs)
    counts = generator.multinomial(len(works), np.full(len(works), 1 / len(works)), size=_N_DRAWS).astype(float)

    def drawn(masses: pd.Series[float]) -> Floats:
        cell = np.bincount(work * shape[1] + cut_off, masses.to_numpy(float), shape[0] * shape[1])
        return np.asarray(counts @ cell.reshape(shape), dtype=np.float64)

    weight, best = drawn(judged["weight"]), drawn(judged["best"])
    per_weight = np.divide(best, weight, out=np.zeros_like(best), where=weight > 0)
    enrichments = {}
    for name in STRATEGIES:
        found = drawn(judged["best"] * judged[name]).sum(axis=1)
        expected = (drawn(judged["weight"] * judged[name]) * per_weight).sum(axis=1)
        enrichments[name] = np.divide(found, expected, out=np.full(_N_DRAWS, np.nan), where=expected > 0)
    return enrichments


def _ends(prefix: str, drawn: Floats) -> dict[str, float]:
    lower, upper = np.percentile(drawn[np.isfinite(drawn)], [2.5, 97.5])
    return {f"{prefix}lower": float(lower), f"{prefix}upper": float(upper)}
