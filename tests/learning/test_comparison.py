import numpy as np
import pytest

from pipeline.common.settings import TrainSettings
from pipeline.learning import CONDUCTIVITY, LEARNERS, compare

SETTINGS = TrainSettings(
    seed=5, n_partitions=1, n_outer_folds=3, n_inner_folds=2, n_trials=1, n_forest_trees=5, confidence=0.8, n_threads=1
)


def judge(sample, labels, tell=print):
    return compare(sample.features, labels, sample.work_ids, CONDUCTIVITY, SETTINGS, tell)


@pytest.fixture(scope="module")
def held_out(sample):
    return judge(sample, sample.labels)


def test_every_record_is_predicted_by_every_learner(held_out, sample):
    assert len(held_out) == len(sample.labels)
    assert np.isfinite(held_out[[*LEARNERS, "lower", "upper"]].to_numpy()).all()


def test_a_work_is_held_out_in_one_fold(held_out, sample):
    assert set(held_out["fold"]) == {1, 2, 3}
    assert (held_out.groupby(sample.work_ids)["fold"].nunique() == 1).all()


def test_the_median_is_that_of_the_other_folds(held_out, sample):
    for fold, rows in held_out.groupby("fold"):
        others = sample.labels[(held_out["fold"] != fold).to_numpy()]
        assert set(rows["median"]) == {np.median(others)}


def test_intervals_hold_their_predictions(held_out):
    assert (held_out["lower"] <= held_out["xgboost"]).all()
    assert (held_out["xgboost"] <= held_out["upper"]).all()


def test_what_held_out_works_measured_changes_nothing_that_is_said_of_them(held_out, sample):
    is_held_out = (held_out["fold"] == 2).to_numpy()
    changed = judge(sample, np.where(is_held_out, sample.labels - 2, sample.labels))
    assert changed[is_held_out].equals(held_out[is_held_out])
    assert not changed[~is_held_out].equals(held_out[~is_held_out])


def test_the_same_settings_give_the_same_table_and_one_line_a_fold(held_out, sample):
    lines = []
    assert judge(sample, sample.labels, lines.append).equals(held_out)
    assert len(lines) == 3
