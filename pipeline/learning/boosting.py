"""Gradient-boosted trees, fitted the same way wherever they are used.

The loss is pseudo-Huber of the distance to what was printed: nearly the absolute error, which suits values that scatter
by decades, and none at all within the bounds of a value of which only bounds are known. XGBoost's own
`reg:absoluteerror` is not used, because it refreshes leaves after growing them and so breaks monotone constraints (seen
on these records: conductivity fell by up to 0.13 decades with rising temperature).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xgboost as xgb

from pipeline.learning.bounds import Bounds, Floats
from pipeline.learning.targets import Target

Hyperparameters = dict[str, int | float]
CPU = "cpu"
N_ROUNDS = "n_rounds"
HUBER_SLOPE = "huber_slope"
_NO_CURVATURE = 1e-6
_ROUNDING = 1e-9
CONSTANT: Hyperparameters = {N_ROUNDS: 0}
"""No trees: the booster predicts the median of what it was fitted to."""
UNTUNED: Hyperparameters = {
    N_ROUNDS: 100,
    "max_depth": 3,
    HUBER_SLOPE: 0.25,
    "min_child_weight": 0.5,
    "colsample_bytree": 0.4,
    "reg_lambda": 5.0,
    "learning_rate": 0.05,
    "subsample": 0.9,
}
"""Amid the space that tuning searches: its first trial, and what serves where many models are compared."""


def fit(
    features: pd.DataFrame,
    bounds: Bounds,
    target: Target,
    hyperparameters: Hyperparameters,
    seed: int,
    n_threads: int,
    weights: Floats | None = None,
    device: str = CPU,
) -> Any:
    """Fit one booster.

    Args:
        features: n rows, one column a feature; NaN where unknown.
        bounds: What is known of the target on its learned scale, n bounds, at least one of them a number.
        target: Gives the monotone constraints.
        hyperparameters: XGBoost's, `huber_slope` of the loss, and `n_rounds`, the number of trees; with none the
            weighted median of the numbers is predicted.
        seed: Seed of row and column sampling.
        n_threads: Fixed, because it changes the last digits.
        weights: What each row counts, shape (n,); all the same if None.
        device: Where trees are grown: "cpu", "cuda" or "cuda:1"; the last digits depend on it.

    Returns:
        An `xgboost.Booster` that predicts on the CPU, wherever it was grown.
    """
    names = list(features.columns)
    constraints = dict(target.monotone)
    counts = np.ones(len(bounds)) if weights is None else weights
    is_ours = {N_ROUNDS, HUBER_SLOPE}
    settings = {key: number for key, number in hyperparameters.items() if key not in is_ours} | {
        "base_score": weighted_median(bounds.middle, counts),
        "tree_method": "hist",
        "max_bin": 64,
        "seed": seed,
        "device": device,
        "nthread": n_threads,
        "verbosity": 0,
        "monotone_constraints": "(" + ",".join(str(constraints.get(name, 0)) for name in names) + ")",
    }
    matrix = xgb.DMatrix(features.to_numpy(np.float32), nthread=n_threads)
    loss = _interval_loss(bounds, counts, hyperparameters.get(HUBER_SLOPE, 1.0))
    booster = xgb.train(settings, matrix, int(hyperparameters[N_ROUNDS]), obj=loss)
    booster.set_param({"device": CPU})
    booster.feature_names = names  # not earlier: XGBoost would read them anew for every tree, most of the time it takes
    return booster


def has_cuda() -> bool:
    """Say whether this XGBoost can use a GPU and this machine has one; XGBoost itself would work on without a word."""
    return bool(xgb.build_info()["USE_CUDA"]) and any(Path("/dev").glob("nvidia[0-9]*"))


def _interval_loss(bounds: Bounds, weights: Floats, slope: float) -> Callable[[Floats, Any], tuple[Floats, Floats]]:
    """Return gradient and curvature of the pseudo-Huber loss of the distance to the bounds.

    Where the bounds are one number this is XGBoost's `reg:pseudohubererror`. Between two bounds nothing is lost, and a
    row there has next to no curvature, so that it holds back no leaf.
    """
    is_exact = bounds.is_exact

    def loss(predicted: Floats, matrix: Any) -> tuple[Floats, Floats]:  # noqa: ARG001
        distance = bounds.distance(predicted.astype(np.float64))
        root = np.sqrt(1 + (distance / slope) ** 2)
        curvature = np.where((distance == 0) & ~is_exact, _NO_CURVATURE, root**-3)
        return weights * distance / root, weights * curvature

    return loss


def weighted_median(numbers: Floats, weights: Floats) -> float:
    """Return the smallest number with half of the weight at or below it; NaN counts nothing.

    Where exactly half lies below, the mean of it and the next one is returned, as of the plain median.
    """
    is_known = np.isfinite(numbers)
    order = np.argsort(numbers[is_known], kind="stable")
    known, counts = numbers[is_known][order], weights[is_known][order]
    share = np.cumsum(counts) / counts.sum()
    first = int(np.searchsorted(share, 0.5 - _ROUNDING))
    is_between = share[first] < 0.5 + _ROUNDING and first + 1 < len(known)
    return float((known[first] + known[first + 1]) / 2 if is_between else known[first])


def predict(booster: Any, features: pd.DataFrame, target: Target) -> Floats:
    """Predict n rows, shape (n,), within the target's physical limits."""
    return target.clip(margin(booster, features))


def margin(booster: Any, features: pd.DataFrame, n_rounds: int = 0) -> Floats:
    """Return the sum of the first `n_rounds` trees, or of all, for n rows, shape (n,), wherever it lies."""
    dense = np.ascontiguousarray(features.to_numpy(np.float32))
    summed = booster.inplace_predict(dense, iteration_range=(0, n_rounds), validate_features=False)
    return np.asarray(summed, dtype=np.float64)


def margin_on(booster: Any, features: pd.DataFrame, device: str) -> Floats:
    """Return `margin` of all trees as another device sums it: the same but for rounding in single precision.

    Args:
        booster: Stays where it was.
        features: n rows; they are copied to the device once.
        device: "cuda", or "cuda:1" of several.
    """
    moved = booster.copy()
    moved.set_param({"device": device})
    matrix = xgb.DMatrix(features.to_numpy(np.float32), feature_names=list(features.columns), nthread=1)
    return np.asarray(moved.predict(matrix, output_margin=True), dtype=np.float64)


def leaves(booster: Any, features: pd.DataFrame) -> npt.NDArray[np.int32]:
    """Return the leaf in which each of n rows ends, in each tree, shape (n, trees)."""
    if features.empty or not booster.num_boosted_rounds():
        return np.empty((len(features), booster.num_boosted_rounds()), dtype=np.int32)
    matrix = xgb.DMatrix(features.to_numpy(np.float32), feature_names=list(features.columns), nthread=1)
    return np.asarray(booster.predict(matrix, pred_leaf=True), dtype=np.int32).reshape(len(features), -1)
