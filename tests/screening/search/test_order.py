"""The order in which axes are decided, worked out by hand: what matters most comes first."""

import numpy as np
import pytest

from pipeline.screening.search.kernel import Trees
from pipeline.screening.search.lattice import build
from pipeline.screening.search.plan import make_plan
from pipeline.screening.search.search import _order, first_bounds
from tests.screening.search.small import SIZES, TABLES_OF, a_forest

NO_THIRD_FILLER = (("filler",), np.array([True, True, False]))
NO_SECOND_POLYMER = (("polymer",), np.array([True, False, True, True]))
NOT_THE_BEST_TOGETHER = (("polymer", "filler"), np.array([[0, 1, 1], [1, 1, 1], [0, 1, 1], [0, 1, 1]], dtype=bool))


@pytest.mark.parametrize(
    ("axis", "bounds"),
    [
        ("polymer", [4.0, 2.0]),  # the best leaves below and above the threshold; nothing comes from the second tree
        ("filler", [4.0, 3.0]),
        ("salt", [4.0]),
    ],
)
def test_the_bound_of_a_class_is_the_best_leaf_that_it_leaves_in_each_tree(axis, bounds):
    forest, order = a_forest(), [axis, *(other for other in SIZES if other != axis)]
    plan = make_plan(build(SIZES, TABLES_OF, forest, ()), dict.fromkeys(SIZES, 1), order, 0)
    assert first_bounds(plan, Trees(forest.leaf_values, forest.starts, forest.base_scores)).tolist() == bounds


@pytest.mark.parametrize(
    ("distinct", "order"),
    [
        ((), ["polymer", "filler", "salt"]),
        (("polymer", "filler", "salt"), ["polymer", "filler", "salt"]),
        (("salt",), ["salt", "polymer", "filler"]),
        (("salt", "filler"), ["filler", "salt", "polymer"]),
    ],
)
@pytest.mark.parametrize("limits", [(), (NO_THIRD_FILLER,), (NOT_THE_BEST_TOGETHER,)])
def test_what_the_models_find_to_matter_most_comes_first_and_the_distinct_axes_before_the_others(
    distinct, order, limits
):
    forest = a_forest()
    assert _order(build(SIZES, TABLES_OF, forest, limits), forest, distinct) == order


def test_an_axis_of_which_a_limit_leaves_one_class_is_decided_after_what_matters():
    forest = a_forest()
    found = build(SIZES, TABLES_OF, forest, (NO_SECOND_POLYMER,))
    assert _order(found, forest, ()) == ["filler", "polymer", "salt"]


def test_where_nothing_may_be_made_there_is_an_order_all_the_same():
    forest = a_forest()
    found = build(SIZES, TABLES_OF, forest, ((("salt",), np.zeros(2, dtype=bool)),))
    assert _order(found, forest, ()) == ["polymer", "filler", "salt"]
