import numpy as np
import pytest
import xgboost as xgb

from pipeline.screening.search.forest import Forest

NAMES = ["a", "b", "c"]


def grown(n_trees=5, seed=0, max_depth=3, **settings):
    generator = np.random.default_rng(seed)
    numbers = generator.standard_normal((200, 3)).astype(np.float32)
    numbers[generator.random((200, 3)) < 0.2] = np.nan
    label = np.nan_to_num(numbers).sum(axis=1) + generator.standard_normal(200)
    options = {"max_depth": max_depth, "base_score": 0.5, "nthread": 1, "seed": seed, **settings}
    return xgb.train(options, xgb.DMatrix(numbers, label), n_trees), numbers


def reachable(forest, numbers):
    """Return the leaves that n rows leave reachable: one a tree."""
    masks = np.repeat(forest.full[None], len(numbers), axis=0)
    for place, name in enumerate(forest.features):
        masks &= forest.masks[place][forest.codes(place, numbers[:, NAMES.index(name)])]
    return masks


@pytest.mark.parametrize(("max_depth", "bits"), [(1, 8), (3, 8), (4, 16), (5, 32), (6, 64)])
def test_what_all_features_leave_reachable_is_the_leaf_that_xgboost_reaches(max_depth, bits):
    booster, numbers = grown(max_depth=max_depth)
    forest = Forest.of([(booster, NAMES)])
    assert forest.word.itemsize * 8 == bits
    nodes = booster.predict(xgb.DMatrix(numbers), pred_leaf=True).astype(np.int32)
    assert np.array_equal(reachable(forest, numbers), forest.bits(nodes, 0))


def test_leaves_summed_tree_by_tree_are_the_prediction_to_the_last_bit():
    first, numbers = grown(seed=1)
    second, _ = grown(seed=2, n_trees=7)
    forest = Forest.of([(first, NAMES), (second, NAMES)])
    leaf = np.log2(reachable(forest, numbers)).astype(int)
    for number, booster in enumerate((first, second)):
        total = np.full(len(numbers), forest.base_scores[number])
        for tree in range(forest.starts[number], forest.starts[number + 1]):
            total += forest.leaf_values[tree, leaf[:, tree]]
        assert total.tolist() == booster.inplace_predict(numbers).tolist()


def test_each_of_several_boosters_has_its_own_leaves_and_one_without_trees_its_one_leaf():
    (first, numbers), (second, _), (empty, _) = grown(seed=1), grown(seed=2, n_trees=1), grown(n_trees=0)
    forest = Forest.of([(first, NAMES), (second, NAMES), (empty, NAMES)])
    assert forest.starts.tolist() == [0, 5, 6, 7]
    ends = reachable(forest, numbers)
    for number, booster in enumerate((first, second, empty)):
        n_trees = booster.num_boosted_rounds()
        nodes = booster.predict(xgb.DMatrix(numbers), pred_leaf=True).astype(np.int32).reshape(len(numbers), n_trees)
        bits = forest.bits(nodes, number)
        assert bits.dtype == forest.word
        assert np.array_equal(bits, ends[:, forest.starts[number] : forest.starts[number + 1]])


def test_leaves_stand_by_falling_value():
    forest = Forest.of([(grown()[0], NAMES)])
    assert (np.diff(forest.leaf_values, axis=1) <= 0).all()


def test_a_booster_without_trees_is_one_leaf_that_adds_nothing():
    forest = Forest.of([(grown(n_trees=0)[0], NAMES)])
    assert (forest.n_trees, forest.leaf_values.tolist(), forest.base_scores.tolist()) == (1, [[0]], [0.5])
    assert forest.features == ()


def test_features_go_by_name_where_boosters_read_them_in_another_order():
    booster, numbers = grown()
    forest = Forest.of([(booster, NAMES), (booster, NAMES[::-1])])
    turned = reachable(forest, numbers)[:, 5:]
    assert np.array_equal(turned, reachable(Forest.of([(booster, NAMES)]), numbers[:, ::-1]))


@pytest.mark.parametrize(("n_leaves", "bits"), [(8, 8), (9, 16), (16, 16), (17, 32), (32, 32), (33, 64), (64, 64)])
def test_a_mask_is_the_smallest_word_that_has_a_bit_for_each_leaf(n_leaves, bits):
    most = {"grow_policy": "lossguide", "max_leaves": n_leaves, "min_child_weight": 0}
    forest = Forest.of([(grown(n_trees=1, max_depth=0, **most)[0], NAMES)])
    assert np.isfinite(forest.leaf_values).sum() == n_leaves
    assert forest.word.itemsize * 8 == bits
    assert forest.full.tolist() == [2**n_leaves - 1]


def test_a_tree_too_large_for_a_word_is_refused():
    with pytest.raises(ValueError, match="at most 64 can be searched; set max_depth to 6"):
        Forest.of([(grown(max_depth=9, min_child_weight=0)[0], NAMES)])


def test_what_is_no_sum_of_trees_is_refused():
    with pytest.raises(ValueError, match="got gblinear"):
        Forest.of([(grown(booster="gblinear", max_depth=None)[0], NAMES)])


def test_a_split_on_categories_is_refused():
    label = np.repeat([0.0, 1.0, 5.0], 20)
    matrix = xgb.DMatrix(label[:, None], label, feature_types=["c"], enable_categorical=True)
    booster = xgb.train({"tree_method": "hist", "max_cat_to_onehot": 1}, matrix, 1)
    with pytest.raises(ValueError, match="categories"):
        Forest.of([(booster, ["a"])])
