"""Gradient-boosted trees, fitted the same way wherever they are used.

The loss is pseudo-Huber: nearly the absolute error, which suits values that scatter by decades. XGBoost's own
`reg:absoluteerror` is not used, because it refreshes leaves after growing them and so breaks monotone constraints (seen
on these records: conductivity fell by up to 0.13 decades with rising temperature).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import xgboost as xgb

from pipeline.learning.targets import Floats, Target

Hyperparameters = dict[str, int | float]
N_ROUNDS = "n_rounds"
CONSTANT: Hyperparameters = {N_ROUNDS: 0}
"""No trees: the booster predicts the median of what it was fitted to."""
UNTUNED: Hyperparameters = {
    N_ROUNDS: 100,
    "max_depth": 3,
    "huber_slope": 0.25,
    "min_child_weight": 0.5,
    "colsample_bytree": 0.4,
    "reg_lambda": 5.0,
    "learning_rate": 0.05,
    "subsample": 0.9,
}
"""Amid the space that tuning searches: its first trial, and what serves where many models are compared."""


def fit(
    features: pd.DataFrame,
    labels: Floats,
    target: Target,
    hyperparameters: Hyperparameters,
    seed: int,
    n_threads: int,
    weights: Floats | None = None,
) -> Any:
    """Fit one booster.

    Args:
        features: n rows, one column a feature; NaN where unknown.
        labels: The target on its learned scale, shape (n,), no NaN.
        target: Gives the monotone constraints.
        hyperparameters: XGBoost's, and `n_rounds`, the number of trees; with none the median of the labels is
            predicted.
        seed: Seed of row and column sampling.
        n_threads: Fixed, because it changes the last digits.
        weights: What each row counts, shape (n,); all the same if None.

    Returns:
        An `xgboost.Booster`.
    """
    names = list(features.columns)
    constraints = dict(target.monotone)
    settings = {key: number for key, number in hyperparameters.items() if key != N_ROUNDS} | {
        "objective": "reg:pseudohubererror",
        "base_score": float(np.median(labels)),
        "tree_method": "hist",
        "max_bin": 64,
        "seed": seed,
        "nthread": n_threads,
        "verbosity": 0,
        "monotone_constraints": "(" + ",".join(str(constraints.get(name, 0)) for name in names) + ")",
    }
    matrix = xgb.DMatrix(features.to_numpy(np.float32), labels, weight=weights, feature_names=names, nthread=n_threads)
    return xgb.train(settings, matrix, int(hyperparameters[N_ROUNDS]))


def predict(booster: Any, features: pd.DataFrame, target: Target) -> Floats:
    """Predict n rows, shape (n,), within the target's physical limits."""
    dense = np.ascontiguousarray(features.to_numpy(np.float32))
    raw = booster.inplace_predict(dense, validate_features=False)
    return target.clip(np.asarray(raw, dtype=np.float64))


def leaves(booster: Any, features: pd.DataFrame) -> npt.NDArray[np.int32]:
    """Return the leaf in which each of n rows ends, in each tree, shape (n, trees)."""
    matrix = xgb.DMatrix(features.to_numpy(np.float32), feature_names=list(features.columns))
    return np.asarray(booster.predict(matrix, pred_leaf=True), dtype=np.int32).reshape(len(features), -1)
