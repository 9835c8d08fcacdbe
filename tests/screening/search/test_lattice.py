import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from features import FeatureTable
from pipeline.screening.search import lattice
from pipeline.screening.search.lattice import build, distinct_rows
from tests.screening.search.small import SIZES, TABLES_OF, a_forest, a_table

BY_POLYMER = np.array([0b0011, 0b1100, 0b0011, 0b0011])
BY_FILLER = np.array([0b0101, 0b1010, 0b1010])
NO_SECOND_POLYMER = (("polymer",), np.array([True, False, True, True]))
SOME_PAIRS = (("filler", "polymer"), np.array([[1, 1, 0, 1], [1, 0, 1, 1], [1, 0, 1, 1]], dtype=bool))

TABLES = st.sampled_from(["int32", "int64", "uint32", "uint64"]).flatmap(
    lambda dtype: arrays(dtype, array_shapes(min_dims=1, max_dims=2, max_side=7), elements=st.integers(0, 2))
)


@given(TABLES)
def test_rows_are_numbered_in_the_order_in_which_they_come_first(table):
    first, which = distinct_rows(table)
    assert np.array_equal(table[first][which], table)
    assert (np.diff(first) > 0).all()
    assert len(first) == len(np.unique(table, axis=0))


def test_a_column_of_a_larger_table_is_looked_up_as_well():
    table = np.arange(12).reshape(4, 3) % 2
    assert distinct_rows(table[:, 1])[1].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize("shape", [(0, 3), (4, 0)])
def test_nothing_is_nothing_or_all_alike(shape):
    first, which = distinct_rows(np.empty(shape, dtype=np.int32))
    assert len(first) == min(shape[0], 1)
    assert which.tolist() == [0] * shape[0]


def classes(found):
    return {axis: [members.tolist() for members in held] for axis, held in found.members.items()}


def reachable(found, axes):
    """Return, for all levels of some axes, the leaves of the first tree that the factor on these axes leaves."""
    (factor,) = (factor for factor in found.factors if factor.axes == axes)
    places = [
        [next(n for n, c in enumerate(found.members[axis]) if k in c) for k in range(SIZES[axis])] for axis in axes
    ]
    rows = [place[held] for place, held in zip(factor.places, places, strict=True)]
    return factor.masks[factor.codes[np.ix_(*rows)], 0]


def test_levels_that_no_split_tells_apart_are_one_class():
    found = build(SIZES, TABLES_OF, a_forest(), ())
    assert classes(found) == {"polymer": [[0, 2, 3], [1]], "filler": [[0], [1, 2]], "salt": [[0, 1]]}
    assert [factor.axes for factor in found.factors] == [("polymer",), ("filler",)]
    assert reachable(found, ("polymer",)).tolist() == BY_POLYMER.tolist()
    assert reachable(found, ("filler",)).tolist() == BY_FILLER.tolist()
    assert found.full.tolist() == [0b1111, 0b1]


def test_levels_that_a_limit_forbids_are_in_no_class():
    found = build(SIZES, TABLES_OF, a_forest(), (NO_SECOND_POLYMER,))
    assert classes(found) == {"polymer": [[0, 2, 3]], "filler": [[0], [1, 2]], "salt": [[0, 1]]}
    assert classes(build(SIZES, TABLES_OF, a_forest(), ((("salt",), np.array([False, True])),)))["salt"] == [[1]]


def test_levels_that_a_limit_tells_apart_are_two_classes():
    found = build(SIZES, TABLES_OF, a_forest(), (SOME_PAIRS,))
    assert classes(found) == {"polymer": [[0, 3], [1], [2]], "filler": [[0], [1, 2]], "salt": [[0, 1]]}


def test_a_limit_that_allows_everything_is_none():
    everything = (("polymer", "salt"), np.ones((4, 2), dtype=bool))
    found = build(SIZES, TABLES_OF, a_forest(), (everything,))
    assert classes(found) == classes(build(SIZES, TABLES_OF, a_forest(), ()))
    assert {factor.axes for factor in found.factors} == {("polymer",), ("filler",), ()}


def test_two_limits_on_the_same_axes_are_one_factor():
    other = (("polymer", "filler"), np.array([[0, 1, 1], [1, 1, 1], [1, 1, 1], [1, 1, 1]], dtype=bool))
    found = build(SIZES, TABLES_OF, a_forest(), (SOME_PAIRS, other))
    both = SOME_PAIRS[1].T & other[1]
    assert np.array_equal(reachable(found, ("polymer", "filler")) > 0, both)


@pytest.mark.parametrize("most", [3, 4])
def test_a_limit_on_two_axes_knows_what_each_leaves_reachable_up_to_so_many_combinations(monkeypatch, most):
    monkeypatch.setattr(lattice, "_MOST_ABSORBED", most)  # polymers and fillers leave two things reachable each
    found = build(SIZES, TABLES_OF, a_forest(), (SOME_PAIRS,))
    allowed = SOME_PAIRS[1].T
    joined = np.where(allowed, BY_POLYMER[:, None] & BY_FILLER, 0)
    apart = np.where(allowed, 0b1111, 0)
    assert np.array_equal(reachable(found, ("polymer", "filler")), joined if most == 4 else apart)


def test_what_is_no_limit_keeps_to_what_it_knows_itself():
    together = FeatureTable(("polymer", "filler"), (np.arange(4), np.arange(3)), np.eye(4, 3))
    tables = {"a": a_table("polymer", [0.0, 1.0, 0.0, np.nan]), "b": together}
    found = build(SIZES, tables, a_forest(), ())
    assert np.array_equal(reachable(found, ("polymer", "filler")), np.where(np.eye(4, 3) > 0, 0b1010, 0b0101))
