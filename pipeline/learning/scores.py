"""How far predictions for held-out works are from what was measured, every work counting as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from mapie.metrics.regression import regression_coverage_score, regression_mean_width_score, regression_mwi_score
from scipy.stats import permutation_test, spearmanr

from pipeline.learning.bounds import Bounds, Floats
from pipeline.learning.comparison import bound_columns

_N_RESAMPLES = 2000
_N_FLIPS = 9999
_DIGITS = 6
"""Digits of a difference that are more than rounding."""
_CONFIDENCE = 0.95
SIGNIFICANT = 0.05
"""A difference is proven where chance gives one as large less often than this."""


def point_scores(measured: Floats, predicted: Floats, weights: Floats) -> dict[str, float]:
    """Return mean absolute error, root mean square error, R² and Spearman's ρ over n records.

    ρ of predictions that are all equal is given as 0: a constant has no order.

    Args:
        measured: What was measured, shape (n,); rows that are NaN count nothing.
        predicted: Predictions of the same records, shape (n,).
        weights: What each record counts, shape (n,); ρ counts all the same.
    """
    is_number = np.isfinite(measured)
    measured, predicted, weights = measured[is_number], predicted[is_number], weights[is_number]
    errors = predicted - measured
    spread = np.average((measured - np.average(measured, weights=weights)) ** 2, weights=weights)
    square = float(np.average(errors**2, weights=weights))
    has_order = len(set(predicted)) > 1 and len(set(measured)) > 1
    return {
        "mean_absolute_error": float(np.average(np.abs(errors), weights=weights)),
        "root_mean_square_error": square**0.5,
        "r2": float(1 - square / spread) if spread > 0 else 0.0,
        "spearman_rho": float(spearmanr(measured, predicted).statistic) if has_order else 0.0,
    }


def gain_between(held_out: pd.DataFrame, learner: str, baseline: str, seed: int) -> dict[str, float]:
    """Return by how much one learner's mean absolute error is below another's, with what chance makes of it.

    Args:
        held_out: Columns `work_id`, `measured` and one a learner; records may be predicted several times. Rows whose
            `measured` is NaN count nothing.
        learner: Column of the one.
        baseline: Column of the other.
        seed: Seed of bootstrap and permutations.

    Returns:
        `gain` (positive: better than the baseline), the mean over works; the ends `lower` and `upper` of its 95 %
        bootstrap interval over works; `p_value` of the paired permutation test over works, two-sided: how often
        flipping the signs of the works' differences at random gives a mean as large.
    """
    errors = held_out[[learner, baseline]].sub(held_out["measured"], axis=0).abs()
    gains = (errors[baseline] - errors[learner]).groupby(held_out["work_id"]).mean().dropna()
    by_work = gains.to_numpy(float).round(_DIGITS)
    generator = np.random.default_rng(seed)
    drawn = by_work[generator.integers(0, len(by_work), size=(_N_RESAMPLES, len(by_work)))].mean(axis=1)
    tail = 100 * (1 - _CONFIDENCE) / 2
    lower, upper = np.percentile(drawn, [tail, 100 - tail])
    gain = {"gain": float(by_work.mean()), "lower": float(lower), "upper": float(upper)}
    if len(by_work) == 1 or not by_work.any():
        return gain | {"p_value": 1.0}
    p_value = permutation_test(
        (by_work,), np.mean, permutation_type="samples", vectorized=True, n_resamples=_N_FLIPS, rng=generator
    ).pvalue
    return gain | {"p_value": float(p_value)}


def is_proven(gain: dict[str, float]) -> bool:
    """Say whether a gain, as `gain_between` returns it, is one, by the paired test over works."""
    return gain["gain"] > 0 and gain["p_value"] < SIGNIFICANT


def shortfall(held_out: pd.DataFrame, learner: str) -> dict[str, float]:
    """Return how far predictions lie outside the bounds of records of which only one bound is known.

    Args:
        held_out: Columns `measured`, `measured_lower`, `measured_upper` and one a learner.
        learner: Its column.

    Returns:
        `n_records` of that kind, and `mean_distance` to the bound, 0 where the prediction keeps it.
    """
    rows = held_out[held_out["measured"].isna()]
    bounds = Bounds(rows["measured_lower"].to_numpy(float), rows["measured_upper"].to_numpy(float))
    distance = np.abs(bounds.distance(rows[learner].to_numpy(float)))
    partitions = held_out["partition"].nunique() if "partition" in held_out else 1
    return {
        "n_records": len(rows) / partitions,
        "mean_distance": float(distance.mean()) if len(rows) else 0.0,
    }


def interval_scores(held_out: pd.DataFrame, learner: str, confidence: float) -> dict[str, float]:
    """Score one interval over the records whose target is a number.

    Args:
        held_out: Columns `measured` and those of `bound_columns(learner, confidence)`.
        learner: Whose interval.
        confidence: Nominal coverage.

    Returns:
        `coverage`; `mean_width`; `interval_score` (Winkler's: the width, and 2/α of what a value lies outside);
        `sharpness`, the mean width over that of the central interval of all that was measured (1 says no more than the
        record as a whole).
    """
    rows = held_out[held_out["measured"].notna()]
    measured = rows["measured"].to_numpy(float)
    ends = rows[list(bound_columns(learner, confidence))].to_numpy(float)[:, :, None]
    width = float(regression_mean_width_score(ends)[0])
    low, high = np.quantile(measured, [(1 - confidence) / 2, (1 + confidence) / 2])
    return {
        "coverage": float(regression_coverage_score(measured, ends)[0]),
        "mean_width": width,
        "interval_score": float(regression_mwi_score(measured, ends, confidence)),
        "sharpness": width / float(high - low) if high > low else 1.0,
    }


def calibration_error(held_out: pd.DataFrame, learner: str, confidences: Sequence[float]) -> float:
    """Return the mean absolute difference between coverage and nominal coverage over several of them."""
    return float(np.mean([abs(interval_scores(held_out, learner, level)["coverage"] - level) for level in confidences]))


def coverage_by(
    held_out: pd.DataFrame,
    learner: str,
    column: str,
    confidences: Sequence[float],
    n_least: int,
    baselines: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Return error and coverage of each family with enough records.

    Args:
        held_out: As for `interval_scores`, with `record_id`.
        learner: Whose errors and intervals.
        column: `polymer_family` or `filler_family`.
        confidences: Nominal coverages.
        n_least: Records that a family needs to be listed.
        baselines: Learners whose errors stand beside.

    Returns:
        One entry a family, largest first: `family`, `n_records`, `n_works`, `mean_absolute_error` (works weigh as
        one), `baselines` (the same error of each) and `coverage` by nominal coverage in percent.
    """
    rows = held_out[held_out["measured"].notna()]
    listed = []
    for family, group in rows.groupby(column):
        if (n_records := group["record_id"].nunique()) < n_least:
            continue
        covered = {f"{level:.0%}": interval_scores(group, learner, level)["coverage"] for level in confidences}
        listed.append(
            {
                "family": str(family),
                "n_records": n_records,
                "n_works": int(group["work_id"].nunique()),
                "mean_absolute_error": _scores(group, learner)["mean_absolute_error"],
                "baselines": {name: _scores(group, name)["mean_absolute_error"] for name in baselines},
                "coverage": covered,
            }
        )
    return sorted(listed, key=lambda entry: (-entry["n_records"], entry["family"]))


def weights_of(held_out: pd.DataFrame) -> Floats:
    """Return what each row counts so that every work counts as one, shape (n,); rows without a number count nothing."""
    is_number = held_out["measured"].notna()
    n_of_work = is_number.groupby(held_out["work_id"]).transform("sum").to_numpy(float)
    return np.where(is_number, 1 / np.maximum(n_of_work, 1), 0.0)


def summary(held_out: pd.DataFrame, learners: Sequence[str], seed: int) -> dict[str, Any]:
    """Score every learner on one target.

    Args:
        held_out: As `judge` gives it, with the `partition` of each row: each record once a partition.
        learners: Column names, the model first.
        seed: Seed of bootstrap and permutations.

    Returns:
        `n_records`, `n_works`; by learner its `point_scores` (`learners`), its error in each partition, how far it is
        beyond bounds that are all that is known (`one_sided`), and what the first gains over it (`gains`).
    """
    numbers = held_out[held_out["measured"].notna()]
    by_partition = [rows for _, rows in held_out.groupby("partition")]
    return {
        "n_records": int(numbers["record_id"].nunique()),
        "n_works": int(numbers["work_id"].nunique()),
        "learners": {name: _scores(held_out, name) for name in learners},
        "mean_absolute_error_by_partition": {
            name: [_scores(rows, name)["mean_absolute_error"] for rows in by_partition] for name in learners
        },
        "one_sided": {name: shortfall(held_out, name) for name in learners},
        "gains": {name: gain_between(held_out, learners[0], name, seed) for name in learners[1:]},
    }


def _scores(held_out: pd.DataFrame, learner: str) -> dict[str, float]:
    return point_scores(*_columns(held_out, learner), weights_of(held_out))


def _columns(held_out: pd.DataFrame, learner: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    return held_out["measured"].to_numpy(float), held_out[learner].to_numpy(float)
