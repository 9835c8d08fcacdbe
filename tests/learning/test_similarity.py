import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning import boosting
from pipeline.learning.bounds import Bounds
from pipeline.learning.similarity import (
    DescriptorScale,
    error_by_distance,
    fit_scale,
    leaf_distance,
    leaf_distance_to_other_works,
    leaf_similarity,
    most_similar,
)
from pipeline.learning.targets import TRANSFERENCE_NUMBER

GENERATOR = np.random.default_rng(3)
MEASURED = pd.DataFrame({"a": GENERATOR.normal(size=60), "b": GENERATOR.normal(size=60)})
WORKS = np.repeat([f"work {n}" for n in range(20)], 3).astype(object)
WEIGHTS = np.full(60, 1 / 3)


def leaves_of(n_rounds, features):
    number = Bounds.exactly(MEASURED["a"].to_numpy() / 10 + 0.5)
    booster = boosting.fit(MEASURED, number, TRANSFERENCE_NUMBER, {"n_rounds": n_rounds, "max_depth": 3}, 0, 1)
    return boosting.leaves(booster, features)


def scaled(table, blocks=None):
    return fit_scale(table, np.ones(len(table)), np.arange(len(table)).astype(object), blocks or {})


def test_a_record_is_wholly_similar_to_itself_and_similarity_knows_no_direction():
    leaves = leaves_of(30, MEASURED)
    similarity = leaf_similarity(leaves, leaves)
    np.testing.assert_array_equal(np.diag(similarity), 1)
    np.testing.assert_array_equal(similarity, similarity.T)
    assert similarity.min() < 0.2


@given(st.integers(1, 6).flatmap(lambda t: st.lists(st.lists(st.integers(0, 9), min_size=t, max_size=t), min_size=1)))
def test_similarity_is_the_share_of_equal_leaves(rows):
    leaves = np.array(rows, dtype=np.int32)
    expected = [[np.mean(one == other) for other in leaves] for one in leaves]
    np.testing.assert_allclose(leaf_similarity(leaves, leaves), expected, atol=1e-12)


def test_a_distance_worked_out_by_hand():
    references = np.array([[1, 1], [1, 2], [3, 4]], dtype=np.int32)
    assert leaf_distance(np.array([[1, 1]], dtype=np.int32), references, 2).tolist() == [1 - (1 + 0.5) / 2]
    assert leaf_distance(np.array([[9, 9]], dtype=np.int32), references).tolist() == [1]


def test_a_row_has_the_same_distance_alone_and_among_thousands():
    leaves = leaves_of(20, MEASURED)
    rows = np.random.default_rng(0).integers(60, size=4100)
    assert leaf_distance(leaves[rows], leaves).tolist() == leaf_distance(leaves, leaves)[rows].tolist()


def test_a_constant_holds_every_mixture_in_one_leaf():
    leaves = leaves_of(0, MEASURED)
    assert leaves.shape == (60, 0)
    assert (leaf_similarity(leaves, leaves) == 1).all()
    assert (leaf_distance(leaves, leaves) == 0).all()


def test_records_of_its_own_work_bring_no_record_nearer():
    leaves = np.array([[1], [1], [1], [2]], dtype=np.int32)
    works = np.array(["one", "one", "other", "third"], dtype=object)
    assert leaf_distance_to_other_works(leaves, works, 1).tolist() == [0, 0, 0, 1]
    alone = np.array(["one", "one", "one", "third"], dtype=object)
    assert leaf_distance_to_other_works(leaves, alone, 1).tolist() == [1, 1, 1, 1]


def test_the_most_similar_record_comes_first_and_of_equal_ones_the_first():
    references = np.array([[3, 4], [1, 2], [1, 1], [1, 1]], dtype=np.int32)
    positions, similarities = most_similar(np.array([[1, 1]], dtype=np.int32), references, 3)
    assert positions.tolist() == [[2, 3, 1]]
    assert similarities.tolist() == [[1, 1, 0.5]]


def test_a_record_is_at_no_distance_from_itself_whatever_is_unknown_of_it():
    table = MEASURED.mask(np.random.default_rng(1).random(MEASURED.shape) < 0.3)
    distances = scaled(table).distances(table, table)
    np.testing.assert_allclose(np.diag(distances), 0, atol=1e-6)
    np.testing.assert_allclose(distances, distances.T, atol=1e-9)


@pytest.mark.parametrize("factor", [1e-6, 1.0, 1e6])
def test_the_unit_of_a_descriptor_changes_no_distance(factor):
    other = MEASURED.assign(a=MEASURED["a"] * factor)
    np.testing.assert_allclose(
        scaled(other).distances(other, other), scaled(MEASURED).distances(MEASURED, MEASURED), atol=1e-6
    )


def test_descriptor_distances_worked_out_by_hand():
    scale = DescriptorScale(("a", "b"), (10.0, 0.0), (2.0, 1.0), (0.5, 0.5))
    here = pd.DataFrame({"a": [10.0], "b": [0.0]})
    there = pd.DataFrame({"a": [14.0, 10.0, np.nan, 1000.0], "b": [1.0, np.nan, np.nan, 0.0]})
    # Two spreads and one; one feature that only one of them knows; two such; and three spreads are the widest.
    expected = np.sqrt([(4 + 1) / 2, 2 / 2, (2 + 2) / 2, 9 / 2])
    np.testing.assert_allclose(scale.distances(here, there)[0], expected, rtol=1e-12)
    np.testing.assert_allclose(scale.distances(there[2:3], there[2:3]), 0, atol=1e-12)


def test_a_block_of_many_descriptors_says_no_more_than_one_of_few():
    copied = MEASURED.assign(**{f"a{n}": MEASURED["a"] for n in range(9)})
    blocks = {name: name[0] for name in copied}
    np.testing.assert_allclose(
        scaled(copied, blocks).distances(copied, copied),
        scaled(MEASURED, blocks).distances(MEASURED, MEASURED),
        atol=1e-6,
    )


def test_weights_are_shares_of_the_whole():
    scale = scaled(MEASURED.assign(c=MEASURED["a"] ** 2), {"a": "one", "b": "one", "c": "two"})
    np.testing.assert_allclose(scale.weight, [1 / 4, 1 / 4, 1 / 2])


def test_half_of_all_works_lie_nearer_than_a_typical_new_paper():
    scale = fit_scale(MEASURED, WEIGHTS, WORKS, {})
    assert np.median(scale.distance_to_other_works(MEASURED, WORKS)) == pytest.approx(1, rel=0.05)


def test_a_scale_survives_json():
    scale = fit_scale(MEASURED, WEIGHTS, WORKS, {})
    assert DescriptorScale.from_dict(json.loads(json.dumps(asdict(scale)))) == scale


def test_a_descriptor_that_never_varied_moves_nothing_among_the_measured():
    table = MEASURED.assign(c=0.1, d=np.nan)
    blocks = dict.fromkeys("ab", "one") | dict.fromkeys("cd", "two")
    distances = scaled(table, blocks).distances(table, table)
    assert np.isfinite(distances).all()
    np.testing.assert_allclose(np.diag(distances), 0, atol=1e-6)


def test_errors_that_grow_with_distance_are_seen_to_grow_and_every_work_counts_as_one():
    distances = np.array([0.1, 0.2, 0.3, 0.3, 0.3, 0.4])
    errors = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.9])
    covered = np.array([True, True, True, True, False, False])
    works = np.array(["a", "b", "c", "c", "c", "d"], dtype=object)
    table = error_by_distance(distances, errors, covered, works, 2)
    assert table["n_records"].tolist() == [2, 4]
    assert table["n_works"].tolist() == [2, 2]
    np.testing.assert_allclose(table["distance"], [0.15, (0.3 + 0.4) / 2])
    np.testing.assert_allclose(table["mean_absolute_error"], [0.15, (0.4 + 0.9) / 2])
    np.testing.assert_allclose(table["coverage"], [1, (2 / 3 + 0) / 2])


def test_equal_distances_share_a_bin():
    table = error_by_distance(np.zeros(50), np.ones(50), np.ones(50, bool), np.arange(50).astype(object), 5)
    assert table["n_records"].tolist() == [50]
