"""A Gaussian process that also learns from values of which only bounds are known."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import truncnorm
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pipeline.learning.bounds import Bounds, Floats

FARTHEST = 2.0
"""Standard deviations beyond which a descriptor says no more: far out, a distance would forget all that is alike."""
_N_ROUNDS = 15


@dataclass(frozen=True)
class Process:
    """A fitted Gaussian process.

    Attributes:
        describe: Fills and scales descriptors.
        regressor: scikit-learn's process.
    """

    describe: Any
    regressor: GaussianProcessRegressor

    def predict(self, features: pd.DataFrame) -> Floats:
        """Predict n rows, shape (n,)."""
        inputs = _clipped(self.describe.transform(features.to_numpy(float)))
        return np.asarray(self.regressor.predict(inputs), dtype=np.float64)

    def posterior(self, features: pd.DataFrame) -> tuple[Floats, Floats, float]:
        """Return mean, covariance and noise variance of n rows, shapes (n,) and (n, n); no noise in the covariance."""
        inputs = _clipped(self.describe.transform(features.to_numpy(float)))
        mean, covariance = self.regressor.predict(inputs, return_cov=True)
        scale = float(self.regressor._y_train_std) ** 2
        noise = scale * float(self.regressor.kernel_.k2.noise_level)
        return np.asarray(mean, dtype=np.float64), covariance - noise * np.eye(len(mean)), noise


def fit_process(features: pd.DataFrame, bounds: Bounds) -> Process:
    """Fit a Matérn process (ν = 3/2) with noise; where only bounds are known, its own expectation between them counts.

    The expectation is that of the normal distribution that the other rows predict for a row (leave-one-out, Rasmussen
    and Williams, Gaussian Processes for Machine Learning, 2006, eq. 5.12), cut off at the bounds; it is taken anew a
    few times, as in the EM algorithm for censored data (Dempster, Laird and Rubin, J. R. Stat. Soc. B 39, 1, 1977).

    Args:
        features: n rows of descriptors; missing ones count as the column's mean.
        bounds: What is known of the labels, n bounds, each with a number on at least one side.
    """
    describe = make_pipeline(SimpleImputer(keep_empty_features=True), StandardScaler())
    inputs = _clipped(describe.fit_transform(features.to_numpy(float)))
    is_open = ~bounds.is_exact
    labels = np.clip(np.zeros(len(bounds)), bounds.lower, bounds.upper)
    regressor = _fitted(inputs, labels, _start(inputs.shape[1]))
    for _ in range(_N_ROUNDS if is_open.any() else 0):
        mean, deviation = _left_out(regressor, labels)
        expected = _between(bounds[is_open], mean[is_open], deviation[is_open])
        labels = labels.copy()
        labels[is_open] = expected
        regressor = _fitted(inputs, labels, regressor.kernel_, optimizer=None)
    return Process(describe, regressor)


def _clipped(inputs: Floats) -> Floats:
    return np.clip(inputs, -FARTHEST, FARTHEST)


def _start(n_columns: int) -> Any:
    length = np.sqrt(n_columns)
    return ConstantKernel(2.0, (0.01, 100)) * Matern(length, (length / 20, length * 50), nu=1.5) + WhiteKernel(
        1.0, (0.01, 10)
    )


def _fitted(
    inputs: Floats, labels: Floats, kernel: Any, optimizer: str | None = "fmin_l_bfgs_b"
) -> GaussianProcessRegressor:
    regressor = GaussianProcessRegressor(kernel, normalize_y=True, optimizer=optimizer)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a length at its bound is a flat or a jagged prediction
        return regressor.fit(inputs, labels)


def _left_out(regressor: GaussianProcessRegressor, labels: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation that the other rows predict for each row, noise included, shapes (n,)."""
    scale = float(regressor._y_train_std)
    root = np.linalg.inv(regressor.L_)
    inverse = root.T @ root
    variance = 1 / np.diag(inverse)
    mean = labels - scale * regressor.alpha_.reshape(-1) * variance
    return mean, scale * np.sqrt(variance)


def _between(bounds: Bounds, mean: Floats, deviation: Floats) -> Floats:
    """Return the mean of normal distributions cut off at bounds, shape (n,)."""
    lower, upper = (bounds.lower - mean) / deviation, (bounds.upper - mean) / deviation
    expected = truncnorm.mean(lower, upper, loc=mean, scale=deviation)
    return np.asarray(np.clip(expected, bounds.lower, bounds.upper), dtype=np.float64)
