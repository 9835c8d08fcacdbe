"""How far predictions for held-out works are from what was measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr

from pipeline.learning.targets import Floats

_N_RESAMPLES = 2000
_CONFIDENCE = 0.95


def point_scores(measured: Floats, predicted: Floats) -> dict[str, float]:
    """Return mean absolute error, root mean square error and Spearman's ρ over n records.

    ρ of predictions that are all equal is given as 0: a constant has no order.
    """
    errors = predicted - measured
    has_order = len(set(predicted)) > 1 and len(set(measured)) > 1
    return {
        "mean_absolute_error": float(np.mean(np.abs(errors))),
        "root_mean_square_error": float(np.sqrt(np.mean(errors**2))),
        "spearman_rho": float(spearmanr(measured, predicted).statistic) if has_order else 0.0,
    }


def interval_scores(measured: Floats, lower: Floats, upper: Floats) -> dict[str, float]:
    """Return the share of n records inside their interval and the intervals' mean width."""
    return {
        "coverage": float(np.mean((lower <= measured) & (measured <= upper))),
        "mean_width": float(np.mean(upper - lower)),
    }


def error_gain(
    measured: Floats,
    predicted: Floats,
    baseline: Floats,
    work_ids: npt.NDArray[np.object_],
    generator: np.random.Generator,
) -> dict[str, float]:
    """Return by how much the mean absolute error is below the baseline's, with a bootstrap interval over works.

    Args:
        measured: What was measured, shape (n,).
        predicted: The model's predictions, shape (n,).
        baseline: The baseline's predictions of the same records, shape (n,).
        work_ids: The primary work of each record; whole works are resampled.
        generator: Source of the resampling.

    Returns:
        `gain` (positive: better than the baseline) with the ends `lower` and `upper` of its 95 % interval.
    """
    gains = pd.Series(np.abs(baseline - measured) - np.abs(predicted - measured))
    by_work = gains.groupby(pd.Series(work_ids)).agg(["sum", "count"]).to_numpy(float)
    drawn = generator.integers(0, len(by_work), size=(_N_RESAMPLES, len(by_work)))
    totals = by_work[drawn].sum(axis=1)
    tail = 100 * (1 - _CONFIDENCE) / 2
    lower, upper = np.percentile(totals[:, 0] / totals[:, 1], [tail, 100 - tail])
    return {"gain": float(gains.mean()), "lower": float(lower), "upper": float(upper)}


def is_proven(gain: dict[str, float]) -> bool:
    """Say whether the 95 % interval of a gain, as `error_gain` returns it, lies above zero."""
    return gain["lower"] > 0


def gain_between(held_out: pd.DataFrame, learner: str, baseline: str, seed: int) -> dict[str, float]:
    """Return `error_gain` of one learner's column over another's.

    Args:
        held_out: Columns `work_id`, `measured` and one a learner.
        learner: Column of the one.
        baseline: Column of the other.
        seed: Seed of the bootstrap.
    """
    measured, better, worse = (held_out[name].to_numpy(float) for name in ("measured", learner, baseline))
    works = held_out["work_id"].to_numpy(object)
    return error_gain(measured, better, worse, works, np.random.default_rng(seed))


def summary(held_out: pd.DataFrame, learners: tuple[str, ...], seed: int) -> dict[str, Any]:
    """Score every learner on one target.

    Args:
        held_out: Columns `record_id`, `work_id`, `partition`, `measured`, `lower`, `upper` and one a learner: each
            record once a partition. The first learner is the model, the last the baseline that it has to beat.
        learners: Column names.
        seed: Seed of the bootstrap.
    """
    measured = held_out["measured"].to_numpy(float)
    scores: dict[str, Any] = {name: point_scores(measured, held_out[name].to_numpy(float)) for name in learners}
    works = held_out["work_id"].to_numpy(object)
    by_partition = _errors(held_out, learners).groupby(held_out["partition"].to_numpy()).mean()
    return scores | {
        "n_records": int(held_out["record_id"].nunique()),
        "n_works": len(set(works)),
        "mean_absolute_error_by_partition": {name: by_partition[name].tolist() for name in learners},
        "interval": interval_scores(measured, held_out["lower"].to_numpy(float), held_out["upper"].to_numpy(float)),
        f"{learners[0]}_gain_over_{learners[-1]}": gain_between(held_out, learners[0], learners[-1], seed),
    }


def _errors(held_out: pd.DataFrame, learners: tuple[str, ...]) -> pd.DataFrame:
    return held_out[list(learners)].sub(held_out["measured"], axis=0).abs()
