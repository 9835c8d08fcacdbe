from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.common.settings import TrainSettings
from pipeline.learning import CONDUCTIVITY, LEARNERS, WITH_PUBLIC, Evidence, compare

SETTINGS = TrainSettings(
    seed=5, n_partitions=1, n_outer_folds=3, n_inner_folds=2, n_trials=1, n_forest_trees=5, confidence=0.8, n_threads=1
)


def evidence_of(sample, labels):
    n = len(labels)
    keys = pd.DataFrame({"record_id": [f"record {number}" for number in range(n)], "work_id": sample.work_ids})
    return Evidence(keys, sample.features, labels, np.ones(n, bool), np.zeros(n, bool), np.ones(n))


def judge(sample, labels, tell=print):
    return compare(evidence_of(sample, labels), CONDUCTIVITY, SETTINGS, tell)


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


def with_the_last(evidence, n_rows, **flags):
    is_last = np.arange(len(evidence.labels)) >= len(evidence.labels) - n_rows
    return replace(evidence, is_judged=evidence.is_judged & ~is_last, **dict.fromkeys(flags, is_last))


def test_what_supports_is_learned_from_and_never_judged(sample):
    evidence = with_the_last(evidence_of(sample, sample.labels), 30)
    judged = compare(evidence, CONDUCTIVITY, SETTINGS, print)
    assert len(judged) == len(sample.labels) - 30
    assert np.isfinite(judged[list(LEARNERS)].to_numpy()).all()
    shifted = replace(evidence, labels=np.where(evidence.is_judged, sample.labels, sample.labels - 3))
    without = compare(shifted, CONDUCTIVITY, SETTINGS, print)
    assert not without["xgboost"].equals(judged["xgboost"])
    assert without["median"].equals(judged["median"])


def test_public_records_change_only_the_column_that_tells_of_them(sample):
    evidence = with_the_last(evidence_of(sample, sample.labels), 30, is_public=True)
    core = compare(evidence.take(~evidence.is_public), CONDUCTIVITY, SETTINGS, print)
    assert WITH_PUBLIC not in core
    judged = compare(evidence, CONDUCTIVITY, SETTINGS, print)
    assert judged[core.columns].equals(core)
    assert not np.allclose(judged[WITH_PUBLIC], judged["xgboost"])


def test_a_public_record_of_a_held_out_work_is_held_out_too(sample):
    evidence = with_the_last(evidence_of(sample, sample.labels), 30, is_public=True)
    judged = compare(evidence, CONDUCTIVITY, SETTINGS, print)
    tested = set(evidence.work_ids[evidence.is_judged][judged["fold"] == 1])
    keys = evidence.keys.assign(work_id=np.where(evidence.is_public, min(tested), evidence.work_ids))
    leaking = replace(evidence, keys=keys)
    shifted = replace(leaking, labels=np.where(evidence.is_public, -9.0, evidence.labels))
    is_tested = (judged["fold"] == 1).to_numpy()
    one, other = (compare(each, CONDUCTIVITY, SETTINGS, print)[WITH_PUBLIC] for each in (leaking, shifted))
    assert one[is_tested].equals(other[is_tested])
    assert not one[~is_tested].equals(other[~is_tested])
