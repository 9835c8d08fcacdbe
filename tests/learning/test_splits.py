import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning.splits import Fold, folds_by_work, refuse_shared_works

group_sizes = st.lists(st.integers(1, 8), min_size=2, max_size=15)
fold_numbers = st.integers(2, 8)
seeds = st.integers(0, 2**32 - 1)


def shuffled_works(sizes: list[int], seed: int) -> np.ndarray:
    works = np.repeat([f"work {number}" for number in range(len(sizes))], sizes).astype(object)
    return np.random.default_rng(seed).permutation(works)


@given(group_sizes, fold_numbers, seeds)
def test_no_work_is_on_both_sides_of_a_fold(sizes, n_folds, seed):
    works = shuffled_works(sizes, seed)
    for fold in folds_by_work(works, n_folds, seed):
        assert not set(works[fold.train]) & set(works[fold.test])


@given(group_sizes, fold_numbers, seeds)
def test_every_record_is_held_out_once_and_learned_from_otherwise(sizes, n_folds, seed):
    works = shuffled_works(sizes, seed)
    folds = folds_by_work(works, n_folds, seed)
    everything = list(range(len(works)))
    assert sorted(np.concatenate([fold.test for fold in folds])) == everything
    assert all(sorted([*fold.train, *fold.test]) == everything for fold in folds)


@given(group_sizes, fold_numbers, seeds)
def test_there_are_as_many_folds_as_asked_for_or_as_there_are_works(sizes, n_folds, seed):
    folds = folds_by_work(shuffled_works(sizes, seed), n_folds, seed)
    assert len(folds) == min(n_folds, len(sizes))
    assert all(len(fold.test) and len(fold.train) for fold in folds)


@given(group_sizes, fold_numbers, seeds)
def test_the_order_of_the_records_does_not_move_a_work_to_another_fold(sizes, n_folds, seed):
    works = shuffled_works(sizes, seed)
    held_out = [set(works[fold.test]) for fold in folds_by_work(works, n_folds, seed)]
    reversed_works = works[::-1]
    assert held_out == [set(reversed_works[fold.test]) for fold in folds_by_work(reversed_works, n_folds, seed)]


@given(group_sizes, fold_numbers, seeds)
def test_what_is_not_judged_is_never_held_out_and_moves_no_fold(sizes, n_folds, seed):
    works = shuffled_works(sizes, seed)
    more = np.concatenate([works, works[::2], np.array(["a work of its own"] * 3, dtype=object)])
    is_judged = np.arange(len(more)) < len(works)
    plain, supported = folds_by_work(works, n_folds, seed), folds_by_work(more, n_folds, seed, is_judged)
    for one, other in zip(plain, supported, strict=True):
        assert one.test.tolist() == other.test.tolist()
        assert set(one.train) < set(other.train)
        assert not set(more[other.train]) & set(more[other.test])


def test_the_seed_decides_which_work_goes_into_which_fold():
    works = shuffled_works([3] * 12, 0)
    held_out = [[set(works[fold.test]) for fold in folds_by_work(works, 4, seed)] for seed in (1, 1, 2)]
    assert held_out[0] == held_out[1] != held_out[2]


def test_one_work_cannot_be_split():
    with pytest.raises(ValueError, match="1 works cannot be split by work; two are needed"):
        folds_by_work(np.array(["Zhang 2019"] * 5, dtype=object), 3, 0)


def test_a_work_on_both_sides_is_refused_by_name():
    works = np.array(["Chen 2020", "Zhang 2019", "Zhang 2019", "Wang 2021"], dtype=object)
    refuse_shared_works(works, Fold(np.array([1, 2]), np.array([0, 3])))
    with pytest.raises(ValueError, match=r"both sides of a split: Zhang 2019\Z"):
        refuse_shared_works(works, Fold(np.array([0, 1]), np.array([2, 3])))
