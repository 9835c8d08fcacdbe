"""What a model has to beat."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestRegressor

from pipeline.learning.targets import Floats, Target


def median(labels: Floats, n_rows: int) -> Floats:
    """Predict the median of what was measured for every row, shape (n_rows,)."""
    return np.full(n_rows, float(np.median(labels)))


def random_forest(
    features: pd.DataFrame,
    labels: Floats,
    unseen: pd.DataFrame,
    target: Target,
    n_trees: int,
    seed: int,
    n_threads: int,
) -> Floats:
    """Fit scikit-learn's random forest (which splits on missing values too) and predict the unseen rows."""
    forest = RandomForestRegressor(n_trees, min_samples_leaf=2, max_features=1 / 3, random_state=seed, n_jobs=n_threads)
    forest.fit(features.to_numpy(np.float32), labels)
    return target.clip(forest.predict(unseen.to_numpy(np.float32)))
