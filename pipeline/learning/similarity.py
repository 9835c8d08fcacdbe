"""How near mixtures are to what was measured: by the leaves in which a model puts them, and by their descriptors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array

from pipeline.learning.boosting import weighted_median
from pipeline.learning.bounds import Floats

Leaves = npt.NDArray[np.int32]
N_NEAREST = 5
"""Measured records whose mean distance counts: one alone may be near by chance."""
_CHUNK_ROWS = 2_000
_WIDEST = 3.0
"""Spreads beyond which a descriptor is not told further apart: a tag of one record in a hundred lies at ten."""
_DRAWN_AT_RANDOM = 2.0
"""Mean squared difference of two standardised numbers that have nothing to do with each other."""
_OTHER_BLOCK = "physics"
"""Block of a feature that the dictionary does not list: what a model of the phases predicts."""


@dataclass(frozen=True)
class Located:
    """Where rows lie in the two spaces in which distances are taken.

    Attributes:
        features: n rows of the features that the model reads.
        leaves: The leaf of each in each of the model's trees, shape (n, trees).
    """

    features: pd.DataFrame
    leaves: Leaves


def leaf_similarity(leaves: Leaves, reference_leaves: Leaves) -> Floats:
    """Return the share of a model's trees in which a row and a reference end in the same leaf.

    A model without trees is a constant; it is the same as one tree of a single leaf, which holds every row: the share
    is 1.

    Args:
        leaves: The leaf of each of n rows in each tree, shape (n, trees), as `boosting.leaves` gives them.
        reference_leaves: The same of m measured records, shape (m, trees).

    Returns:
        Shape (n, m), from 0 to 1.
    """
    n_trees = leaves.shape[1] if leaves.ndim == 2 else 0
    if n_trees == 0:
        return np.ones((len(leaves), len(reference_leaves)))
    width = 1 + max(int(leaves.max(initial=0)), int(reference_leaves.max(initial=0)))
    shared = _one_hot(leaves, width) @ _one_hot(reference_leaves, width).T.toarray()
    return np.asarray(shared, dtype=np.float64) / n_trees


def leaf_distance(leaves: Leaves, reference_leaves: Leaves, n_nearest: int = N_NEAREST) -> Floats:
    """Return 1 - the mean leaf similarity of the nearest references, shape (n,); 0 for a model without trees.

    Args:
        leaves: Those of n rows, shape (n, trees); worked on in chunks, so that n may be large.
        reference_leaves: Those of m measured records, shape (m, trees).
        n_nearest: References that count.
    """
    return np.concatenate(
        [_mean_of_smallest(1 - leaf_similarity(leaves[rows], reference_leaves), n_nearest) for rows in _chunks(leaves)]
    )


def leaf_distance_to_other_works(leaves: Leaves, works: npt.NDArray[np.object_], n_nearest: int = N_NEAREST) -> Floats:
    """Return for each reference its distance to those of other works: as far as it was, had it come from a new paper.

    Args:
        leaves: Those of m measured records, shape (m, trees).
        works: What counts as one paper, shape (m,).
        n_nearest: References that count.
    """
    return _mean_of_smallest(_between_works(1 - leaf_similarity(leaves, leaves), works), n_nearest)


def most_similar(leaves: Leaves, reference_leaves: Leaves, n_nearest: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Find for each of n rows the references that the model treats most alike.

    Args:
        leaves: Those of n rows, shape (n, trees).
        reference_leaves: Those of m measured records, shape (m, trees).
        n_nearest: How many to find, at most m.

    Returns:
        Positions of the references and their similarities, each of shape (n, n_nearest), most similar first; of equal
        ones the first.
    """
    similarity = leaf_similarity(leaves, reference_leaves)
    order = np.argsort(-similarity, axis=1, kind="stable")[:, :n_nearest]
    return order, np.take_along_axis(similarity, order, axis=1)


@dataclass(frozen=True)
class DescriptorScale:
    """What makes descriptors comparable: each in its own spread, each block of them with the same say.

    Attributes:
        columns: Features that are compared, k of them.
        centre: Mean of each among the references, every work counting as one.
        spread: Standard deviation of each among the references.
        weight: What each counts; they sum to 1, and so many a block.
        typical: The distance that counts as 1: the median, over works, of a reference's to those of other works.
    """

    columns: tuple[str, ...]
    centre: tuple[float, ...]
    spread: tuple[float, ...]
    weight: tuple[float, ...]
    typical: float = 1.0

    def distances(self, features: pd.DataFrame, references: pd.DataFrame) -> Floats:
        """Return the distance between each of n rows and each of m references, shape (n, m).

        It is the root of the weighted mean squared difference of the standardised features, each within three spreads.
        Where only one of the two knows a feature, they differ as two numbers drawn at random do; where neither does (no
        filler in either), they do not differ.
        """
        x, x_known = self._standardised(features)
        y, y_known = self._standardised(references)
        weight = np.array(self.weight)
        left = np.hstack([x**2, x_known, x]) * np.tile(weight, 3)
        right = np.hstack([y_known, y**2 - 2 * _DRAWN_AT_RANDOM * y_known, -2 * y])
        n_known = (x_known @ weight)[:, None] + (y_known @ weight)[None, :]
        squared = left @ right.T + _DRAWN_AT_RANDOM * n_known
        return np.asarray(np.sqrt(np.maximum(squared, 0)) / self.typical)

    def distance(self, features: pd.DataFrame, references: pd.DataFrame, n_nearest: int = N_NEAREST) -> Floats:
        """Return the mean distance of n rows to their nearest references, shape (n,); a typical new paper's is 1."""
        chunks = (self.distances(features.iloc[rows], references) for rows in _chunks(features))
        return np.concatenate([_mean_of_smallest(chunk, n_nearest) for chunk in chunks])

    def distance_to_other_works(
        self, references: pd.DataFrame, works: npt.NDArray[np.object_], n_nearest: int = N_NEAREST
    ) -> Floats:
        """Return for each of m references its mean distance to the nearest ones of other works, shape (m,)."""
        return _mean_of_smallest(_between_works(self.distances(references, references), works), n_nearest)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> DescriptorScale:
        """Read what `dataclasses.asdict` wrote, also after a way through JSON."""
        parts: dict[str, Any] = {key: part if key == "typical" else tuple(part) for key, part in stored.items()}
        return cls(**parts)

    def _standardised(self, features: pd.DataFrame) -> tuple[Floats, Floats]:
        """Return n rows of standardised numbers, 0 where unknown, and 1 for each that is known, else 0."""
        numbers = features[list(self.columns)].to_numpy(float)
        scaled = np.clip((numbers - np.array(self.centre)) / np.array(self.spread), -_WIDEST, _WIDEST)
        return np.nan_to_num(scaled), np.isfinite(scaled).astype(float)


def fit_scale(
    references: pd.DataFrame, weights: Floats, works: npt.NDArray[np.object_], blocks: Mapping[str, str]
) -> DescriptorScale:
    """Learn from measured records how far apart descriptors usually are.

    Args:
        references: m rows of features.
        weights: What each counts, shape (m,).
        works: What counts as one paper, shape (m,); two at least.
        blocks: Block of each feature by its name.
    """
    numbers, columns = references.to_numpy(float), list(references.columns)
    known = np.isfinite(numbers)
    counts = weights[:, None] * known
    total = np.where(known.any(axis=0), counts.sum(axis=0), 1.0)
    centre = (counts * np.nan_to_num(numbers)).sum(axis=0) / total
    spread = np.sqrt((counts * np.nan_to_num(numbers - centre) ** 2).sum(axis=0) / total)
    spread = np.where(spread > 1e-9 * np.maximum(np.abs(centre), 1e-9), spread, 1.0)
    block = pd.Series([blocks.get(name, _OTHER_BLOCK) for name in columns])
    weight = 1 / block.map(block.value_counts()).to_numpy(float) / block.nunique()
    scale = DescriptorScale(tuple(columns), tuple(centre.tolist()), tuple(spread.tolist()), tuple(weight.tolist()))
    typical = weighted_median(scale.distance_to_other_works(references, works), weights)
    return replace(scale, typical=typical if typical > 0 else 1.0)


def _one_hot(leaves: Leaves, width: int) -> csr_array:
    n_rows, n_trees = leaves.shape
    columns = (leaves + width * np.arange(n_trees)).ravel()
    starts = np.arange(n_rows + 1) * n_trees
    return csr_array((np.ones(columns.size, np.float32), columns, starts), shape=(n_rows, width * n_trees))


def _chunks(rows: pd.DataFrame | Leaves) -> Iterator[slice]:
    return (slice(start, start + _CHUNK_ROWS) for start in range(0, max(len(rows), 1), _CHUNK_ROWS))


def _between_works(distances: Floats, works: npt.NDArray[np.object_]) -> Floats:
    return np.where(works[:, None] == works[None, :], np.inf, distances)


def _mean_of_smallest(distances: Floats, n_nearest: int) -> Floats:
    """Return the mean of the smallest distances of each row that are finite, summed as they rise; NaN where none is."""
    n_smallest = min(n_nearest, distances.shape[1])
    smallest = np.partition(distances, n_smallest - 1, axis=1)[:, :n_smallest] if n_smallest else distances
    smallest = np.sort(smallest, axis=1)  # the last digit of a sum depends on its order
    is_there = np.isfinite(smallest)
    n_there = is_there.sum(axis=1)
    total = np.where(is_there, smallest, 0).sum(axis=1)
    mean: Floats = np.divide(total, n_there, out=np.full(len(distances), np.nan), where=n_there > 0)
    return mean


def error_by_distance(
    distances: Floats, errors: Floats, is_covered: npt.NDArray[np.bool_], works: npt.NDArray[np.object_], n_bins: int
) -> pd.DataFrame:
    """Show whether held-out records are predicted worse the further off they are.

    Args:
        distances: Distance of each of n held-out records to what was learned from, shape (n,).
        errors: Its absolute error, shape (n,).
        is_covered: Whether its interval holds what was measured, shape (n,).
        works: Its work; every work counts as one, shape (n,).
        n_bins: Bins by rising distance, of about as many works each.

    Returns:
        One row a bin that is not empty: `n_records`, `n_works`, `distance`, `mean_absolute_error`, `coverage`.
    """
    table = pd.DataFrame({"distance": distances, "error": errors, "covered": is_covered, "work": works})
    table["weight"] = 1 / table["work"].map(table["work"].value_counts())
    table = table.sort_values("distance", kind="stable")
    middle = (table["weight"].cumsum() - table["weight"] / 2) / table["weight"].sum()
    middle = middle.groupby(table["distance"]).transform("mean")
    means = []
    for _, rows in table.groupby(np.floor(middle * n_bins)):
        mean = np.average(rows[["distance", "error", "covered"]].astype(float), axis=0, weights=rows["weight"])
        means.append([len(rows), rows["work"].nunique(), *mean])
    columns = ["n_records", "n_works", "distance", "mean_absolute_error", "coverage"]
    return pd.DataFrame(means, columns=columns).astype({"n_records": int, "n_works": int})
