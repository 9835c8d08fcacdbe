"""scikit-learn's forests, on descriptors and on names."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor, RandomForestRegressor

from features import RECIPROCAL_TEMPERATURE, split_mixture
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners.learner import Task

_NAMED = ("polymer", "salt", "filler")
_LISTED = ("architecture_tags", "additives")
_NUMBERS = ("filler_wt_fraction", RECIPROCAL_TEMPERATURE.name)
_FOREST = {"min_samples_leaf": 2, "max_features": 1 / 3, "n_jobs": 1}


def random_forest(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Average trees grown on resampled records; they split on missing values too."""
    own = known.numbers()
    return _grown(RandomForestRegressor, own, own.features, unseen.features, task)


def extra_trees(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Average trees whose splits are drawn at random."""
    own = known.numbers()
    return _grown(ExtraTreesRegressor, own, own.features, unseen.features, task)


def random_forest_on_names(known: Evidence, unseen: Evidence, task: Task) -> Floats:
    """Learn from the names of polymer, salt, filler, tags and additives, beside loading and temperature."""
    own = known.numbers()
    both = names_instead(
        pd.concat([own.features, unseen.features], ignore_index=True),
        pd.concat([own.keys, unseen.keys], ignore_index=True),
    )
    return _grown(RandomForestRegressor, own, both.iloc[: len(own)], both.iloc[len(own) :], task)


def names_instead(features: pd.DataFrame, mixtures: pd.DataFrame) -> pd.DataFrame:
    """Put one column a name in the place of descriptors.

    Args:
        features: n rows of features.
        mixtures: The same n rows: `polymer`, `salt`, `filler`, `architecture_tags` and `additives`.

    Returns:
        n rows: loading and temperature of the features, the share of each named component, and 1 for each tag and
        additive that is named.
    """
    kept = features[[name for name in features.columns if name in _NUMBERS]]
    shares = [_one_hot([dict(split_mixture(text)) for text in mixtures[column]], column) for column in _NAMED]
    lists = [
        _one_hot([dict.fromkeys(filter(None, text.split(";")), 1.0) for text in mixtures[column]], column)
        for column in _LISTED
    ]
    return pd.concat([kept, *(table.set_index(kept.index) for table in (*shares, *lists))], axis=1)


def _one_hot(parts: list[dict[str, float]], prefix: str) -> pd.DataFrame:
    names = sorted({name for part in parts for name in part})
    shares = {f"{prefix}: {name}": [part.get(name, 0.0) for part in parts] for name in names}
    return pd.DataFrame(shares, index=range(len(parts)))


def _grown(kind: type, own: Evidence, features: pd.DataFrame, unseen: pd.DataFrame, task: Task) -> Floats:
    forest = kind(task.n_trees, random_state=task.seed, **_FOREST)
    # Copies: pandas hands out read-only arrays, which scikit-learn refuses where a number is missing.
    known, new = (table.to_numpy(np.float32, copy=True) for table in (features, unseen))
    forest.fit(known, own.labels, sample_weight=own.weights)
    return task.target.clip(forest.predict(new))
