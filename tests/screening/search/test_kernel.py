"""Parts of the compiled search, run as plain Python: compiling each for a test of its own takes seconds."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from features import FeatureTable
from pipeline.learning.conformal import cv_plus
from pipeline.screening.search import kernel
from pipeline.screening.search.forest import Forest
from pipeline.screening.search.kernel import Objective, Trees
from pipeline.screening.search.lattice import build
from pipeline.screening.search.plan import make_plan
from pipeline.screening.search.search import Prepared, in_order, nothing_found, search, strides_of


def plain(function):
    return getattr(function, "py_func", function)


def an_objective(scores=(), n_below=-1, is_lower=True, references=((1,),), difficulty=(0.0, 0.0, 0.0)):
    return Objective(
        is_lower=is_lower,
        lowest=-10.0,
        highest=10.0,
        scores=np.concatenate([np.empty(0), *scores]),
        first_score=np.cumsum([0, *(len(part) for part in scores)], dtype=np.int64),
        n_below=n_below,
        references=np.array(references, dtype=np.uint8),
        n_nearest=2,
        at_zero=difficulty[0],
        slope=difficulty[1],
        least=difficulty[2],
        floors=np.array([-np.inf]),
    )


def predicting(highest):
    return SimpleNamespace(highest=np.array(highest, float), cursor=np.zeros(len(highest), dtype=np.int64))


@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32, np.uint64])
@given(st.one_of(st.integers(0, 63).map(lambda bit: 1 << bit), st.integers(1, 2**64 - 1)))
@example(1 << 16)
@example(1 << 32)
def test_the_best_and_the_worst_leaf_are_the_lowest_and_the_highest_bit(kind, drawn):
    mask = drawn % 2 ** (8 * np.dtype(kind).itemsize) or 1
    masks = np.array([1, mask], dtype=kind)
    assert plain(kernel._lowest_bit)(masks, 1) == (mask & -mask).bit_length() - 1
    assert plain(kernel._highest_bit)(masks[1]) == mask.bit_length() - 1


numbers = st.sampled_from([-np.inf, -3.5, -3.0, -2.5, 0.0])


@given(st.lists(numbers, max_size=30), st.integers(1, 8), st.randoms())
def test_what_is_kept_is_the_best_of_all_and_of_equal_ones_the_first(values, k, random):
    found = nothing_found(k)
    listed = list(enumerate(values))
    random.shuffle(listed)
    for index, value in listed:
        if plain(kernel._may_enter)(found, value, index):
            plain(kernel._enter)(found, value, index)
    best = in_order(found, 0, 0)
    expected = sorted(listed, key=lambda one: (-one[1], one[0]))[:k]
    assert list(zip(best.indices.tolist(), best.numbers.tolist(), strict=True)) == expected


@st.composite
def members(draw):
    scores = draw(st.lists(st.lists(st.floats(0, 4), min_size=1, max_size=6).map(sorted), min_size=1, max_size=4))
    highest = draw(st.lists(st.floats(-12, 12), min_size=len(scores) + 1, max_size=len(scores) + 1))
    highest[0] = min(max(highest[0], -10), 10)
    return [np.array(part) for part in scores], highest, draw(st.floats(0, 5))


@given(members(), st.floats(0.3, 0.99), st.lists(st.floats(-12, 12), max_size=5))
def test_the_lower_end_is_that_of_cv_plus_and_no_higher_than_the_prediction(drawn, confidence, leasts):
    scores, highest, error = drawn
    n_scores = sum(map(len, scores))
    rank = int(np.ceil(confidence * (n_scores + 1)))
    objective = an_objective(scores, n_scores - rank if rank <= n_scores else -1)
    state = predicting(highest)
    found = plain(kernel._lower_end)(objective, state, error)
    by_member = [np.array([number]) for number in highest[1:]]
    expected = cv_plus(by_member, scores, np.array([error]), confidence)[0][0]
    assert found == np.clip(min(expected, highest[0]), -10, 10)
    for least in (*leasts, found, np.nextafter(found, 20), np.nextafter(found, -20)):
        assert plain(kernel._may_reach)(objective, state, error, least) == (found >= least)


@given(st.floats(-10, 10), st.floats(-12, 12))
def test_a_prediction_reaches_what_is_no_higher(highest, least):
    reaches = plain(kernel._may_reach)(an_objective(is_lower=False), predicting([highest]), 0.0, least)
    assert reaches == (highest >= least)


def expected_error(objective, reachable):
    n_references = objective.references.shape[1]
    state = SimpleNamespace(shared=np.zeros(n_references, dtype=np.uint16), nearest=np.zeros(3, dtype=np.int64))
    return plain(kernel._least_error)(objective, np.array(reachable, dtype=np.uint8), state)


@pytest.mark.parametrize(
    ("reachable", "distances"),
    [
        ([1, 1, 1, 1], (1 / 4, 1 / 4)),  # three leaves of four are those of the first and of the third
        ([2, 2, 2, 2], (2 / 4, 3 / 4)),  # two are those of the second, one those of the others
        ([1, 3, 2, 2], (1 / 4, 1 / 4)),
        ([3, 3, 3, 3], (0, 0)),
        ([4, 4, 4, 4], (1, 1)),
    ],
)
def test_the_expected_error_rises_with_the_distance_to_the_two_nearest(reachable, distances):
    leaves_of_references = [[1, 1, 1, 2], [1, 2, 2, 1], [1, 1, 1, 2], [2, 1, 1, 1]]
    objective = an_objective(references=np.transpose(leaves_of_references), difficulty=(0.2, 0.5, 0.1))
    assert expected_error(objective, reachable) == pytest.approx(0.2 + 0.5 * sum(distances) / 2)


def test_no_error_is_expected_below_the_least():
    assert expected_error(an_objective(references=[[1, 1]], difficulty=(0.2, 0.5, 0.3)), [1]) == 0.3


def test_of_equal_ones_the_first_is_found_though_its_neighbour_promised_more_and_was_looked_at_before():
    # Two trees by filler and polymer: with the second filler either tree gives 3 with another polymer and 1 with the
    # other, so that 6 seem possible where 4 are; with the first filler each gives 2.
    on_filler, by_polymer = [0b010, 0b101, 0b010], ([0b011, 0b110, 0b011], [0b110, 0b011, 0b110])
    words = [np.array([[word, word] for word in on_filler]), np.array(by_polymer).T]
    half, empty = np.array([0.5], dtype=np.float32), np.zeros(0, dtype=np.int64)
    leaves = np.array([[3.0, 2.0, 1.0]] * 2, dtype=np.float32)
    bits = tuple(of.astype(np.uint8) for of in words)
    forest = Forest(("a", "b"), (half,) * 2, bits, leaves, np.array([0, 2]), np.zeros(1, np.float32), (empty,) * 2)
    sizes = {"polymer": 2, "salt": 2, "architecture": 2, "filler": 2}
    tables = {
        name: FeatureTable((axis,), (np.arange(2),), np.array([0.0, 1.0]))
        for name, axis in (("a", "filler"), ("b", "polymer"))
    }
    order = ["filler", "polymer", "salt", "architecture"]
    plan = make_plan(build(sizes, tables, forest, ()), strides_of(sizes), order, 1)
    trees = Trees(forest.leaf_values, forest.starts, forest.base_scores)
    prepared = Prepared(plan, trees, an_objective(is_lower=False, references=((1,), (1,))))
    for k, first in ((1, [0]), (2, [0, 1])):
        best = search(prepared, k)
        assert (best.indices.tolist(), best.numbers.tolist()) == (first, [4.0] * k)
