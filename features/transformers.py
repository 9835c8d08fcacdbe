"""The descriptors as scikit-learn transformers, for those who build pipelines of their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_selection import SelectorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from features.informative import why_left_out
from features.library import Library
from features.table import INPUT_COLUMNS, dictionary, featurize


class MixtureFeaturizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Mixtures in, numbers out: `featurize` as a transformer without a state of its own.

    Args:
        library: Structures, formulas and constants by name.
    """

    def __init__(self, library: Library) -> None:
        self.library = library

    def fit(self, X: pd.DataFrame, y: object = None) -> MixtureFeaturizer:  # noqa: N803, ARG002
        """Check that the columns are there.

        Args:
            X: Mixtures with the columns of `INPUT_COLUMNS`.
            y: Not read.

        Raises:
            ValueError: Names the columns that are missing.
        """
        missing = [column for column in INPUT_COLUMNS if column not in X.columns]
        if missing:
            raise ValueError(f"these columns are missing: {', '.join(missing)}")
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:  # noqa: N803
        """Describe n mixtures: n rows with the columns of `get_feature_names_out()`."""
        check_is_fitted(self)
        return featurize(X, self.library)

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:  # noqa: ARG002
        """Return the names of the columns, as the dictionary explains them."""
        return np.array([feature.name for feature in dictionary(self.library)], dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.two_d_array = True, False
        return tags


class InformativeColumns(SelectorMixin, BaseEstimator):  # type: ignore[misc]
    """Keep the columns from which something can be learned.

    Left out is a column that says the same wherever it is known, one that tells only a few rows from the others (all
    unknown ones counting as alike), and one that repeats an earlier column.

    Args:
        min_different: Rows that have to differ from a column's commonest value.
    """

    def __init__(self, min_different: int = 1) -> None:
        self.min_different = min_different

    def fit(self, X: Any, y: object = None) -> InformativeColumns:  # noqa: N803, ARG002
        """Find the columns to keep.

        Args:
            X: n rows of numbers; NaN where unknown.
            y: Not read.

        Raises:
            ValueError: No column is left.
        """
        numbers = validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan")
        self.reasons_ = why_left_out(numbers, self.min_different)
        if all(self.reasons_):
            raise ValueError(
                f"no column tells the rows apart: n_samples = {len(numbers)}, n_features = {numbers.shape[1]}"
            )
        return self

    def _get_support_mask(self) -> npt.NDArray[np.bool_]:
        check_is_fitted(self)
        return np.array([not reason for reason in self.reasons_])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
