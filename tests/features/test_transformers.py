import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.feature_selection import VarianceThreshold
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from features import dictionary, featurize, why_left_out
from features.transformers import InformativeColumns, MixtureFeaturizer

UNKNOWN = np.nan
ROWS = pd.DataFrame(
    {
        "tells": [1.0, 2, 3, 4, 5, UNKNOWN],
        "one value": [7.0] * 6,
        "one value where known": [7.0, UNKNOWN, 7, 7, UNKNOWN, 7],
        "never known": [UNKNOWN] * 6,
        "tells again": [1.0, 2, 3, 4, 5, UNKNOWN],
        "tells one row": [0.0, 0, 0, 0, 0, 1],
        "tells two rows": [0.0, 0, 0, 0, UNKNOWN, 1],
        "tells two rows with a minus": [-0.0, 0, -0.0, 0, UNKNOWN, 1],
    }
)


@pytest.fixture(scope="module")
def some(records):
    return records.iloc[::20]


@pytest.mark.parametrize("estimator", [InformativeColumns(), InformativeColumns(min_different=0)])
def test_informative_columns_keep_the_contract_of_scikit_learn(estimator):
    checks = check_estimator(estimator, on_skip=None)
    assert len([check for check in checks if check["status"] == "passed"]) > 40


@pytest.mark.parametrize(
    ("min_different", "kept"),
    [
        (1, ["tells", "tells one row", "tells two rows"]),
        (2, ["tells", "tells two rows"]),
        (3, ["tells"]),
    ],
)
def test_what_says_the_same_of_all_but_a_few_rows_or_repeats_is_left_out(min_different, kept):
    assert InformativeColumns(min_different).fit(ROWS).get_feature_names_out().tolist() == kept


def test_each_column_is_left_out_for_a_reason():
    selector = InformativeColumns(min_different=2).fit(ROWS)
    assert dict(zip(ROWS.columns, selector.reasons_, strict=True)) == {
        "tells": "",
        "one value": "the same wherever it is known",
        "one value where known": "the same wherever it is known",
        "never known": "the same wherever it is known",
        "tells again": "the same as a column before it",
        "tells one row": "tells only 1 of 6 rows from the others",
        "tells two rows": "",
        "tells two rows with a minus": "the same as a column before it",
    }


def test_the_kept_columns_pass_unchanged():
    kept = InformativeColumns().set_output(transform="pandas").fit_transform(ROWS)
    pd.testing.assert_frame_equal(kept, ROWS[["tells", "tells one row", "tells two rows"]], check_exact=True)


def test_the_rows_in_another_order_give_the_same_reasons():
    order = [5, 3, 0, 1, 4, 2]
    assert why_left_out(ROWS.to_numpy()[order], 2) == why_left_out(ROWS.to_numpy(), 2)


def test_where_nothing_tells_the_rows_apart_there_is_nothing_to_learn():
    with pytest.raises(ValueError, match="no column tells the rows apart"):
        InformativeColumns().fit(ROWS[["one value", "never known"]])


def test_the_featurizer_gives_what_featurize_gives(some, library):
    table = MixtureFeaturizer(library).fit_transform(some)
    pd.testing.assert_frame_equal(table, featurize(some, library), check_exact=True)


def test_the_featurizer_s_columns_are_those_of_the_dictionary(library):
    names = MixtureFeaturizer(library).get_feature_names_out()
    assert names.tolist() == [feature.name for feature in dictionary(library)]


def test_a_clone_of_the_featurizer_describes_alike(some, library):
    original = MixtureFeaturizer(library)
    copy = clone(original)
    assert copy is not original
    pd.testing.assert_frame_equal(copy.fit_transform(some), original.fit_transform(some), check_exact=True)


def test_a_missing_column_is_named(some, library):
    with pytest.raises(ValueError, match="salt_ratio, additives"):
        MixtureFeaturizer(library).fit(some.drop(columns=["salt_ratio", "additives"]))


def test_in_a_pipeline_mixtures_become_columns_that_differ(some, library):
    pipeline = make_pipeline(MixtureFeaturizer(library), InformativeColumns(min_different=2), VarianceThreshold())
    numbers = pipeline.fit_transform(some)
    names = pipeline.get_feature_names_out()
    assert numbers.shape == (len(some), len(names))
    assert set(names) < {feature.name for feature in dictionary(library)}
