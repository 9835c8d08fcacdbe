import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from pipeline.screening.search.lattice import distinct_rows

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
