import numpy as np
import pytest

from pipeline.learning import fit_resampled, fit_reseeded, folds_by_work
from pipeline.learning.refitting import resampled


@pytest.fixture
def drawn(sample):
    return resampled(sample, np.random.default_rng(3))


def of_work(keys):
    return keys["work_id"].str.replace(r" copy \d+$", "", regex=True)


def test_as_many_works_are_drawn_as_there_are_and_some_stay_out(sample, drawn):
    assert drawn.keys["work_id"].nunique() == sample.keys["work_id"].nunique()
    share_left_out = 1 - of_work(drawn.keys).nunique() / sample.keys["work_id"].nunique()
    assert share_left_out == pytest.approx(1 / np.e, abs=0.15)


def test_a_work_comes_with_all_of_its_records(sample, drawn):
    sizes = sample.keys["work_id"].value_counts()
    for name, size in drawn.keys["work_id"].value_counts().items():
        assert size == sizes[of_work(drawn.keys[drawn.keys["work_id"] == name]).iloc[0]]


def test_a_record_keeps_its_features_and_its_label(sample, drawn):
    place = {name: row for row, name in enumerate(sample.keys["record_id"])}
    rows = [place[name.split(" copy ")[0]] for name in drawn.keys["record_id"]]
    assert np.array_equal(drawn.features.to_numpy(), sample.features.to_numpy()[rows], equal_nan=True)
    assert np.array_equal(drawn.labels, sample.labels[rows], equal_nan=True)


def test_a_work_that_is_drawn_twice_counts_twice(drawn):
    counted = drawn.keys.assign(weight=drawn.weights).groupby(of_work(drawn.keys))["weight"].sum()
    copies = drawn.keys.groupby(of_work(drawn.keys))["work_id"].nunique()
    once = counted / copies
    assert copies.max() > 1
    assert once[copies > 1].to_numpy() == pytest.approx(np.round(once[copies > 1].to_numpy()))


def test_no_fold_parts_the_copies_of_a_work(drawn):
    for fold in folds_by_work(drawn, 3, 0):
        train, test = (set(of_work(drawn.keys.iloc[rows])) for rows in (fold.train, fold.test))
        assert not train & test


def test_the_same_number_gives_the_same_model_and_another_one_another(sample, task):
    first, again, other = (
        fit_resampled("xgboost", sample, 3, task, number).predict(sample.features) for number in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_another_seed_deals_other_folds(sample, task):
    one, two = (fit_reseeded("xgboost", sample, 3, task, number) for number in (1, 2))
    assert [s.tolist() for s in one.scores] != [s.tolist() for s in two.scores]
    assert np.array_equal(one.references.to_numpy(), two.references.to_numpy(), equal_nan=True)
