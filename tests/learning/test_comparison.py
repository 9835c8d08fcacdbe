from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.learning import KEPT, LEARNERS, TRANSFER, Bounds, bound_columns, compare, comparison, training
from pipeline.learning.comparison import Comparison, judge
from pipeline.learning.learners import PHYSICS
from pipeline.learning.targets import CONDUCTIVITY, TRANSFERENCE_NUMBER
from pipeline.learning.tuning import Effort

pytestmark = pytest.mark.usefixtures("small_models")
EVERY = [*LEARNERS, *TRANSFER]
COMPARISON = Comparison(
    target=CONDUCTIVITY,
    seed=5,
    n_outer_folds=2,
    n_inner_folds=2,
    effort=Effort(2, 2, 1),
    confidences=(0.6, 0.8),
    n_trees=5,
    n_threads=1,
)


def silent(*progress):
    """Tell nobody."""


@pytest.fixture(scope="module")
def outer(supported, small_models):
    return COMPARISON.folds(supported)


@pytest.fixture(scope="module")
def judged(supported, outer):
    return [judge(supported, fold, COMPARISON) for fold in outer]


@pytest.fixture(scope="module")
def both(supported, quick, small_models):
    """Two targets judged in one go, without public records."""
    own = supported.without_public()
    shares = own.with_bounds(Bounds.exactly(1 / (1 + np.exp(-4 - own.labels))))
    return compare({TRANSFERENCE_NUMBER: shares, CONDUCTIVITY: own}, quick, None, silent)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def held_out(supported, quick, told, small_models):
    return compare({CONDUCTIVITY: supported}, quick, None, lambda *progress: told.append(progress))[CONDUCTIVITY]


def test_every_held_out_record_is_predicted_by_every_learner(judged, outer, supported):
    for rows, fold in zip(judged, outer, strict=True):
        assert rows["record_id"].tolist() == supported.keys["record_id"].iloc[fold.test].tolist()
        assert np.isfinite(rows[EVERY].to_numpy()).all()


def test_what_held_out_works_measured_changes_nothing_that_is_said_of_them(judged, outer, supported):
    is_held_out = np.isin(np.arange(len(supported)), outer[0].test)
    changed = supported.with_bounds(Bounds.exactly(np.where(is_held_out, supported.labels - 2, supported.labels)))
    again = judge(changed, outer[0], COMPARISON)
    said = [name for name in again if not name.startswith("measured")]
    assert again[said].equals(judged[0][said])
    assert (again["measured"] == judged[0]["measured"] - 2).all()
    assert not judge(changed, outer[1], COMPARISON)[said].equals(judged[1][said])


def test_intervals_of_what_can_be_kept_hold_their_predictions(judged):
    for rows in judged:
        for name in KEPT:
            for confidence in COMPARISON.confidences:
                lower, upper = bound_columns(name, confidence)
                assert (rows[lower] <= rows[name]).all()
                assert (rows[name] <= rows[upper]).all()


def test_intervals_of_a_new_work_reach_further_where_more_is_to_be_covered(judged):
    for rows in judged:
        inner, outer_ends = (rows[list(bound_columns("xgboost", level))].to_numpy() for level in (0.6, 0.8))
        assert (np.ptp(outer_ends, axis=1) >= np.ptp(inner, axis=1)).all()


def test_the_distance_to_what_was_measured_is_a_share(judged):
    for rows in judged:
        assert rows["distance"].between(0, 1).all()
        assert rows["distance"].nunique() > 1


def test_the_median_is_that_of_the_composites_of_the_other_folds(judged, outer, supported):
    for rows, fold in zip(judged, outer, strict=True):
        known = fold.train[supported.is_judged[fold.train]]
        np.testing.assert_allclose(rows["median"], np.median(supported.labels[known]), atol=1e-6)


def test_one_sided_records_are_predicted_and_have_bounds_in_the_place_of_a_number(supported, outer):
    is_open = np.arange(len(supported)) % 5 == 0
    bounds = Bounds(np.where(is_open, -np.inf, supported.labels), supported.labels)
    rows = judge(supported.with_bounds(bounds), outer[0], COMPARISON)
    assert rows["measured"].isna().tolist() == is_open[outer[0].test].tolist()
    assert rows["measured_upper"].tolist() == supported.labels[outer[0].test].tolist()
    assert np.isinf(rows["measured_lower"]).tolist() == rows["measured"].isna().tolist()
    assert np.isfinite(rows[EVERY].to_numpy()).all()


def test_every_composite_is_held_out_once_a_partition_and_its_work_in_one_fold(held_out, supported):
    assert sorted(held_out["record_id"]) == sorted(supported.keys["record_id"][supported.is_judged])
    assert set(held_out["partition"]) == {1}
    assert set(held_out["fold"]) == {1, 2}
    assert (held_out.groupby("work_id")["fold"].nunique() == 1).all()


def test_dealing_anew_deals_otherwise_and_holds_every_composite_out_again(sample, quick, monkeypatch):
    def held_out_records(evidence, fold, comparison):
        return evidence.take(fold.test).keys[["record_id"]].assign(measured=0.0, xgboost=0.0, median=0.0)

    monkeypatch.setattr(training, "judge", held_out_records)
    budgets = {"quick": quick.spent.model_copy(update={"n_partitions": 2})}
    twice = compare({CONDUCTIVITY: sample}, quick.model_copy(update={"budgets": budgets}), None, silent)[CONDUCTIVITY]
    one, other = (rows.set_index("record_id") for _, rows in twice.groupby("partition"))
    assert sorted(one.index) == sorted(other.index) == sorted(sample.keys["record_id"])
    assert not one["fold"].equals(other["fold"])


def test_the_same_settings_give_the_same_rows_again_sorted_by_record(judged, held_out):
    rows = pd.concat([each.assign(partition=1, fold=number) for number, each in enumerate(judged, start=1)])
    rows = rows.sort_values("record_id", ignore_index=True)
    pd.testing.assert_frame_equal(held_out, rows, check_exact=True)


def test_progress_is_told_with_each_fold(held_out, told):
    assert [(n_done, n_all) for n_done, n_all, _ in told] == [(1, 2), (2, 2)]
    assert [line.split(":")[1].strip() for *_, line in told] == ["partition 1, fold 1", "partition 1, fold 2"]


def test_public_records_change_only_what_learns_from_them(both, held_out):
    core = both[CONDUCTIVITY]
    assert not set(TRANSFER) & set(core)
    pd.testing.assert_frame_equal(held_out[core.columns], core, check_exact=True)


def test_a_public_record_of_a_held_out_work_is_held_out_too(supported):
    fold = COMPARISON.folds(supported)[0]
    theirs = supported.work_ids[fold.test[0]]
    is_moved = supported.is_public & (np.arange(len(supported)) % 2 == 0)
    leaking = replace(
        supported, keys=supported.keys.assign(work_id=np.where(is_moved, theirs, supported.keys["work_id"]))
    )
    again = COMPARISON.folds(leaking)[0]
    assert set(fold.test) == set(again.test)
    assert not set(again.train) & set(np.flatnonzero(is_moved))


def test_several_targets_are_judged_side_by_side_each_by_what_it_can_be_predicted_by(both):
    assert set(both) == {TRANSFERENCE_NUMBER, CONDUCTIVITY}
    assert "mixing_rule" in both[CONDUCTIVITY]
    assert not PHYSICS & set(both[TRANSFERENCE_NUMBER])
    assert (
        both[TRANSFERENCE_NUMBER][["xgboost", "ridge", "median"]]
        .apply(lambda shares: shares.between(0, 1))
        .all(axis=None)
    )


def test_no_learner_is_handed_what_was_measured_of_held_out_works(supported, outer, monkeypatch):
    def spy(known, unseen, task):
        assert np.isnan(unseen.bounds.lower).all()
        assert np.isnan(unseen.bounds.upper).all()
        assert not set(known.work_ids) & set(unseen.work_ids)
        return np.zeros(len(unseen))

    monkeypatch.setattr(comparison, "learners_of", lambda *_: {"spy": spy})
    rows = judge(supported, outer[0], COMPARISON)
    assert (rows["spy"] == 0).all()
    assert rows["measured"].notna().all()
