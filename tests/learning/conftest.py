"""A small synthetic table: 24 works of 2 to 6 records, four features, one of them partly unknown."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from features import RECIPROCAL_TEMPERATURE
from pipeline.learning import CONDUCTIVITY, fit_ensemble, folds_by_work
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.ensemble import Ensemble
from pipeline.learning.splits import Fold


class Sample(NamedTuple):
    features: pd.DataFrame
    labels: npt.NDArray[np.float64]
    work_ids: npt.NDArray[np.object_]
    folds: list[Fold]


@pytest.fixture(scope="session")
def sample() -> Sample:
    generator = np.random.default_rng(7)
    sizes = generator.integers(2, 7, size=24)
    work_ids = np.repeat([f"work {number:02d}" for number in range(24)], sizes).astype(object)
    n = len(work_ids)
    features = pd.DataFrame(
        {
            "filler_wt_fraction": generator.uniform(0, 0.8, n),
            RECIPROCAL_TEMPERATURE.name: generator.uniform(2.7, 3.5, n),
            "polymer_ether_O_per_atom": np.where(generator.random(n) < 0.3, np.nan, generator.random(n)),
            "filler_is_active": generator.integers(0, 2, n).astype(float),
        }
    )
    labels = (
        -4.0
        - 1.5 * (features[RECIPROCAL_TEMPERATURE.name].to_numpy() - 3.1)
        + 0.6 * features["filler_is_active"].to_numpy()
        + generator.normal(0, 0.4, n)
    )
    return Sample(features, labels, work_ids, folds_by_work(work_ids, 4, 0))


@pytest.fixture(scope="session")
def few_trees() -> Hyperparameters:
    return {"n_rounds": 20, "learning_rate": 0.3, "max_depth": 3, "subsample": 0.7, "huber_slope": 0.3}


@pytest.fixture(scope="session")
def ensemble(sample: Sample, few_trees: Hyperparameters) -> Ensemble:
    return fit_ensemble(sample.features, sample.labels, CONDUCTIVITY, sample.folds, few_trees, 0, 1)
