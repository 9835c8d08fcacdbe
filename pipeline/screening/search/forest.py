"""Trees as sets of leaves: what a feature's value leaves reachable in each tree is a mask of bits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.screening.search.kernel import Masks, Singles

MAX_LEAVES = 64
"""Leaves of a tree that one machine word can stand for: depth 6."""
_LEAF = -1


@dataclass(frozen=True)
class Forest:
    """The trees of several boosters that read the same features, one after the other.

    In each tree the leaves are numbered by falling value, so that the lowest bit of a mask is the best leaf in it.

    Attributes:
        features: Names of the features that some tree splits on.
        thresholds: Those of each feature, rising, float32: a value goes left if it is below.
        masks: For each feature the leaves that stay reachable, shape (codes, trees). Code k stands for values with k
            thresholds at or below them; the last code for a missing value.
        leaf_values: Shape (trees, leaves), padded with -inf.
        starts: Where the trees of each booster start; the last number is the number of trees.
        base_scores: What each booster adds the values of its leaves to.
        leaf_of_node: For each tree the leaf that a node of the booster is, -1 for one that is none.
    """

    features: tuple[str, ...]
    thresholds: tuple[Singles, ...]
    masks: tuple[Masks, ...]
    leaf_values: Singles
    starts: npt.NDArray[np.int64]
    base_scores: Singles
    leaf_of_node: tuple[npt.NDArray[np.int64], ...]

    @classmethod
    def of(cls, boosters: Sequence[tuple[Any, Sequence[str]]]) -> Forest:
        """Read boosters of one output and numerical features.

        A booster without trees is read as one of a single leaf that adds nothing.

        Args:
            boosters: `xgboost.Booster`s of the kind gbtree, each with the names of what it reads, in order.

        Raises:
            ValueError: A tree has more than `MAX_LEAVES` leaves, a split is categorical, or the booster is no sum of
                trees.
        """
        parsed = [(*_parse(booster), names) for booster, names in boosters]
        trees = [_Tree.of(tree, names) for _, grown, names in parsed for tree in grown]
        thresholds: dict[str, set[np.float32]] = {}
        for tree in trees:
            for split in tree.splits:
                thresholds.setdefault(split.feature, set()).add(split.threshold)
        used = sorted(thresholds)
        rising = [np.array(sorted(thresholds[feature]), dtype=np.float32) for feature in used]
        kind = _smallest_word(max(len(tree.leaf_values) for tree in trees))
        return cls(
            features=tuple(used),
            thresholds=tuple(rising),
            masks=tuple(_masks(feature, cuts, trees, kind) for feature, cuts in zip(used, rising, strict=True)),
            leaf_values=_padded([tree.leaf_values for tree in trees]),
            starts=np.cumsum([0, *(len(grown) for _, grown, _ in parsed)], dtype=np.int64),
            base_scores=np.array([base for base, _, _ in parsed], dtype=np.float32),
            leaf_of_node=tuple(tree.leaf_of_node for tree in trees),
        )

    @property
    def n_trees(self) -> int:
        """Number of trees of all boosters."""
        return len(self.leaf_values)

    @property
    def full(self) -> Masks:
        """All leaves of each tree, shape (trees,)."""
        ones = np.left_shift(np.uint64(1), np.arange(self.leaf_values.shape[1], dtype=np.uint64))
        full: Masks = (np.isfinite(self.leaf_values) * ones).sum(axis=1, dtype=np.uint64).astype(self.word)
        return full

    @property
    def word(self) -> np.dtype[Any]:
        """The unsigned integer that a mask is."""
        return self.masks[0].dtype if self.masks else np.dtype(np.uint8)

    def codes(self, place: int, numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """Return the code of each value of the feature at a place, of the same shape."""
        cuts = self.thresholds[place]
        singles = numbers.astype(np.float32)
        codes = np.searchsorted(cuts, singles, side="right")
        return np.where(np.isnan(singles), len(cuts) + 1, codes).astype(np.int32)

    def bits(self, nodes: npt.NDArray[np.int32], booster: int) -> Masks:
        """Return the leaves in which rows end in the trees of one booster, a bit each, shape (n, trees).

        Args:
            nodes: As XGBoost's `pred_leaf` numbers them, shape (n, trees).
            booster: Whose.
        """
        first, stop = self.starts[booster], self.starts[booster + 1]
        if nodes.shape[1] == 0:
            return np.ones((len(nodes), 1), dtype=self.word)
        leaves = [self.leaf_of_node[first + tree][nodes[:, tree]] for tree in range(stop - first)]
        bits: Masks = np.left_shift(np.uint64(1), np.array(leaves, dtype=np.uint64).T).astype(self.word)
        return bits


@dataclass(frozen=True)
class _Split:
    feature: str
    threshold: np.float32
    is_missing_left: bool
    left: int
    right: int


@dataclass(frozen=True)
class _Tree:
    splits: tuple[_Split, ...]
    leaf_values: Singles
    leaf_of_node: npt.NDArray[np.int64]

    @classmethod
    def of(cls, tree: dict[str, Any], feature_names: Sequence[str]) -> _Tree:
        """Read one tree of a booster's JSON."""
        if any(tree["split_type"]):
            raise ValueError("a split on categories cannot be searched; train on numbers")
        left, conditions = np.array(tree["left_children"]), np.array(tree["split_conditions"], dtype=np.float32)
        leaves = np.flatnonzero(left == _LEAF)
        if len(leaves) > MAX_LEAVES:
            raise ValueError(
                f"a tree has {len(leaves)} leaves, at most {MAX_LEAVES} can be searched; set max_depth to 6"
            )
        falling = leaves[np.argsort(-conditions[leaves], kind="stable")]
        leaf_of_node = np.full(len(left), _LEAF)
        leaf_of_node[falling] = np.arange(len(falling))
        below = _leaves_below(tree, leaf_of_node)
        splits = tuple(
            _Split(
                feature_names[tree["split_indices"][node]],
                conditions[node],
                bool(tree["default_left"][node]),
                below[tree["left_children"][node]],
                below[tree["right_children"][node]],
            )
            for node in np.flatnonzero(left != _LEAF)
        )
        return cls(splits, conditions[falling], leaf_of_node)


def _parse(booster: Any) -> tuple[float, list[dict[str, Any]]]:
    """Return a booster's base score and its trees."""
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    gradient = learner["gradient_booster"]
    if gradient["name"] != "gbtree" or learner["learner_model_param"]["num_target"] != "1":
        raise ValueError(f"a sum of trees with one output was expected, got {gradient['name']}")
    base = json.loads(learner["learner_model_param"]["base_score"])
    alone = {"left_children": [_LEAF], "split_conditions": [0.0], "split_type": [0]}
    return float(base[0] if isinstance(base, list) else base), gradient["model"]["trees"] or [alone]


def _leaves_below(tree: dict[str, Any], leaf_of_node: npt.NDArray[np.int64]) -> dict[int, int]:
    """Return for each node the mask of the leaves below it; children have higher numbers than their parents."""
    below: dict[int, int] = {}
    for node in reversed(range(len(leaf_of_node))):
        if leaf_of_node[node] != _LEAF:
            below[node] = 1 << int(leaf_of_node[node])
        else:
            below[node] = below[tree["left_children"][node]] | below[tree["right_children"][node]]
    return below


def _smallest_word(n_leaves: int) -> np.dtype[Any]:
    return next(np.dtype(f"u{size}") for size in (1, 2, 4, 8) if n_leaves <= 8 * size)


def _masks(feature: str, cuts: Singles, trees: Sequence[_Tree], kind: np.dtype[Any]) -> Masks:
    """Return the leaves that each code of a feature leaves reachable, shape (codes, trees)."""
    masks = np.full((len(cuts) + 2, len(trees)), np.iinfo(kind).max, dtype=kind)
    codes = np.arange(len(cuts) + 2)
    for number, tree in enumerate(trees):
        for split in tree.splits:
            if split.feature == feature:
                goes_left = codes <= np.searchsorted(cuts, split.threshold)
                goes_left[-1] = split.is_missing_left
                masks[goes_left, number] &= ~kind.type(split.right)
                masks[~goes_left, number] &= ~kind.type(split.left)
    return masks


def _padded(rows: Sequence[Singles]) -> Singles:
    table = np.full((len(rows), max(len(row) for row in rows)), -np.inf, dtype=np.float32)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return table
