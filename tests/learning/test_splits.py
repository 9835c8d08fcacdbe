from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.learning.evidence import Evidence
from pipeline.learning.splits import fixed_split, folds_by_work, leave_out, split_by_year

group_sizes = st.lists(st.integers(1, 8), min_size=2, max_size=15)
fold_numbers = st.integers(2, 8)
seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=25)


@pytest.fixture(scope="module")
def of_works(evidence_of):
    """Records of works that share no measurement, but for the positions that copy another one."""

    def make(works, copies=(), **columns):
        values = np.linspace(-9, -3, len(works))
        for position, original in copies:
            values[position] = values[original]
        return evidence_of(pd.DataFrame({"x": np.arange(len(works), dtype=float)}), values, works, **columns)

    return make


@pytest.fixture(scope="module")
def shuffled(of_works):
    def make(sizes, seed, **columns):
        works = np.repeat([f"work {number}" for number in range(len(sizes))], sizes).astype(object)
        return of_works(np.random.default_rng(seed).permutation(works), **columns)

    return make


def shares_nothing(evidence: Evidence, fold) -> bool:
    return not set(evidence.work_ids[fold.train]) & set(evidence.work_ids[fold.test]) and not (
        set(evidence.groups[fold.train]) & set(evidence.groups[fold.test])
    )


@few
@given(group_sizes, fold_numbers, seeds)
def test_no_work_is_on_both_sides_of_a_fold(shuffled, sizes, n_folds, seed):
    evidence = shuffled(sizes, seed)
    assert all(shares_nothing(evidence, fold) for fold in folds_by_work(evidence, n_folds, seed))


@few
@given(group_sizes, fold_numbers, seeds)
def test_every_record_is_held_out_once_and_learned_from_otherwise(shuffled, sizes, n_folds, seed):
    evidence = shuffled(sizes, seed)
    folds = folds_by_work(evidence, n_folds, seed)
    everything = list(range(len(evidence)))
    assert sorted(np.concatenate([fold.test for fold in folds])) == everything
    assert all(sorted([*fold.train, *fold.test]) == everything for fold in folds)


@few
@given(group_sizes, fold_numbers, seeds)
def test_there_are_as_many_folds_as_asked_for_or_as_there_are_works(shuffled, sizes, n_folds, seed):
    folds = folds_by_work(shuffled(sizes, seed), n_folds, seed)
    assert len(folds) == min(n_folds, len(sizes))
    assert all(len(fold.test) and len(fold.train) for fold in folds)


@few
@given(group_sizes, fold_numbers, seeds)
def test_the_order_of_the_records_does_not_move_a_work_to_another_fold(shuffled, sizes, n_folds, seed):
    evidence = shuffled(sizes, seed)
    backwards = evidence.take(np.arange(len(evidence))[::-1])
    one, other = (
        [set(each.work_ids[fold.test]) for fold in folds_by_work(each, n_folds, seed)] for each in (evidence, backwards)
    )
    assert one == other


@few
@given(group_sizes, fold_numbers, seeds)
def test_what_is_not_judged_is_never_held_out_and_moves_no_fold(shuffled, of_works, sizes, n_folds, seed):
    plain = shuffled(sizes, seed)
    works = [*plain.work_ids, *plain.work_ids[::2], *["a work of its own"] * 3]
    more = of_works(works, is_judged=np.arange(len(works)) < len(plain))
    for one, other in zip(folds_by_work(plain, n_folds, seed), folds_by_work(more, n_folds, seed), strict=True):
        assert one.test.tolist() == other.test.tolist()
        assert set(one.train) < set(other.train)
        assert shares_nothing(more, other)


@few
@given(group_sizes, fold_numbers, seeds, st.data())
def test_works_that_share_a_twin_stay_together(of_works, sizes, n_folds, seed, data):
    works = np.repeat([f"work {number}" for number in range(len(sizes) + 1)], [*sizes, 1]).astype(object)
    position = st.integers(0, len(works) - 1)
    evidence = of_works(works, [(len(works) - 1, data.draw(position))])
    for fold in folds_by_work(evidence, n_folds, seed):
        assert shares_nothing(evidence, fold)
        assert all((one in fold.train) == (other in fold.train) for one, other in evidence.twins)


def test_the_seed_decides_which_work_goes_into_which_fold(shuffled):
    evidence = shuffled([3] * 12, 0)
    held_out = [[set(evidence.work_ids[f.test]) for f in folds_by_work(evidence, 4, seed)] for seed in (1, 1, 2)]
    assert held_out[0] == held_out[1] != held_out[2]


def test_one_work_cannot_be_split(of_works):
    with pytest.raises(ValueError, match="1 works cannot be split by work; two are needed"):
        folds_by_work(of_works(["Zhang 2019"] * 5), 3, 0)


def test_two_works_that_print_one_measurement_cannot_be_split(of_works):
    with pytest.raises(ValueError, match="1 works cannot be split by work"):
        folds_by_work(of_works(["Chen", "Chen", "Zhang", "Zhang"], [(2, 1)]), 3, 0)


def test_works_without_a_judged_record_cannot_be_split(of_works):
    with pytest.raises(ValueError, match="0 works cannot be split by work"):
        folds_by_work(of_works(["Chen", "Zhang"], is_judged=False), 2, 0)


HELD = st.lists(st.sets(st.sampled_from(["PEO", "PVDF", "PAN"])).map(frozenset), min_size=4, max_size=30)


@few
@given(HELD, seeds)
def test_neither_a_component_that_is_left_out_nor_its_works_are_learned_from(of_works, held, seed):
    generator = np.random.default_rng(seed)
    works = generator.choice([f"work {number}" for number in range(8)], len(held))
    evidence = of_works(works, [(len(held) - 1, 0)], is_judged=generator.random(len(held)) < 0.7)
    fold = leave_out(evidence, held, "PEO")
    assert shares_nothing(evidence, fold)
    assert not any("PEO" in held[row] for row in fold.train)
    assert set(fold.test) == {row for row, names in enumerate(held) if "PEO" in names and evidence.is_judged[row]}


YEARS = st.lists(st.one_of(st.none(), st.integers(2010, 2020)), min_size=2, max_size=20)


@few
@given(YEARS, st.integers(2009, 2021))
def test_what_came_later_is_held_out_and_what_came_before_is_learned_from(of_works, years, last_known):
    evidence = of_works([f"work {number}" for number in range(len(years))], year=years)
    fold = split_by_year(evidence, last_known)
    assert set(fold.train) == {row for row, year in enumerate(years) if year is not None and year <= last_known}
    assert set(fold.test) == {row for row, year in enumerate(years) if year is not None and year > last_known}


def test_what_a_later_work_repeats_was_known_and_is_not_held_out(of_works):
    evidence = of_works(["old", "review", "review", "new"], [(1, 0)], year=[2012, 2018, 2018, 2018])
    fold = split_by_year(evidence, 2015)
    assert fold.train.tolist() == [0]
    assert fold.test.tolist() == [3]


def test_a_split_by_year_judges_composites_alone(of_works):
    evidence = of_works(list("abcd"), year=[2012, 2018, 2018, 2012], is_judged=[True, False, True, False])
    fold = split_by_year(evidence, 2015)
    assert (fold.train.tolist(), fold.test.tolist()) == ([0, 3], [2])


def test_a_prescribed_split_is_followed(of_works):
    evidence = of_works(list("abcd"))
    fold = fixed_split(evidence, frozenset({"record 001", "record 003"}))
    assert (fold.train.tolist(), fold.test.tolist()) == ([0, 2], [1, 3])


def test_a_prescribed_split_of_a_work_is_refused(of_works):
    with pytest.raises(ValueError, match="works on both sides of a split: Zhang"):
        fixed_split(of_works(["Chen", "Zhang", "Zhang"]), frozenset({"record 001"}))


@pytest.mark.parametrize("neat", [{}, {"filler": ""}, {"polymer": ""}], ids=["composite", "polymer", "ceramic"])
def test_a_prescribed_split_of_one_measurement_under_two_ids_is_refused(of_works, neat):
    evidence = of_works(["Chen", "Zhang", "Wang"], [(2, 0)], **neat)
    assert fixed_split(evidence, frozenset({"record 001"})).test.tolist() == [1]
    with pytest.raises(ValueError, match="one measurement under two works, on both sides of a split: Chen and Wang"):
        fixed_split(evidence, frozenset({"record 002"}))


def test_a_copy_planted_among_many_records_is_kept_on_the_side_of_its_original(sample):
    planted = sample.take(np.append(np.arange(len(sample)), 3))
    keys = planted.keys.copy()
    keys.loc[len(sample), ["record_id", "work_id"]] = ["another record", "a review"]
    planted = replace(planted, keys=keys)
    for seed in range(10):
        for fold in folds_by_work(planted, 5, seed):
            assert (3 in fold.test) == (len(sample) in fold.test)
    with pytest.raises(ValueError, match="one measurement under two works"):
        fixed_split(planted, frozenset({"another record"}))
