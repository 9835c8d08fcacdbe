"""The features of a product of levels, each as a small table over the axes that it depends on.

A product of 30 polymers, 60 fillers and 20 loadings has 36,000 mixtures, but the donors of a polymer are 30 numbers and
the volume fraction takes as many as there are different densities and loadings. What is computed here is those small
tables; `table.featurize` of the mixtures themselves gives the same numbers, bit for bit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import architecture, filler, joining, polymer, salt
from features.library import Library
from features.mixture import join_lists
from features.table import INPUT_COLUMNS, NUMBERS

Places = npt.NDArray[np.intp]
_DESCRIBED = (
    (("polymer",), polymer.describe),
    (("salt",), salt.describe),
    (("filler",), filler.describe),
    (("architecture_tags", "additives"), architecture.describe),
)
_TEXTS = tuple(name for name in INPUT_COLUMNS if name not in NUMBERS)
_LISTS = ("architecture_tags", "additives")


@dataclass(frozen=True)
class FeatureTable:
    """One feature over the axes on which it depends.

    Attributes:
        axes: Their names, in the order of the product.
        places: For each of these axes, which row of `numbers` each of its levels takes, shape (levels,).
        numbers: One number a combination of rows, float64, as many dimensions as axes.
    """

    axes: tuple[str, ...]
    places: tuple[Places, ...]
    numbers: npt.NDArray[np.float64]

    def at(self, levels: Mapping[str, Places]) -> npt.NDArray[np.float64]:
        """Look n mixtures up, shape (n,).

        Args:
            levels: For each axis the level of each of n mixtures, shape (n,).
        """
        rows = tuple(place[levels[axis]] for axis, place in zip(self.axes, self.places, strict=True))
        return self.numbers[rows] if rows else np.full(len(next(iter(levels.values()))), float(self.numbers))


@dataclass(frozen=True)
class _Column:
    """What is given or described, over the axes that decide it; as many dimensions as axes."""

    axes: tuple[str, ...]
    cells: npt.NDArray[Any]


def tabulate(names: Sequence[str], levels: Mapping[str, pd.DataFrame], library: Library) -> dict[str, FeatureTable]:
    """Compute features of all mixtures of a product without listing the mixtures.

    Args:
        names: The features that are wanted, of `table.dictionary(library)`.
        levels: For each axis, by name, its levels: a row each, with columns of `INPUT_COLUMNS`. Every column stands in
            one axis, tags and additives in any number of them: a mixture has those of all. A loading of 0 is no level:
            it takes the filler away.
        library: Structures, formulas and constants by name.

    Returns:
        A table for each name.

    Raises:
        KeyError: A name that the library does not hold, or a feature that no block describes.
        ValueError: A column that stands in two axes.
    """
    columns = _given(levels)
    for inputs, describe in _DESCRIBED:
        columns |= _describe(inputs, columns, describe, library)
    tables = {name: _whole(columns[name]) for name in names if name not in joining.READS}
    for reads in {joining.READS[name] for name in names if name in joining.READS}:
        joined = [name for name in names if joining.READS.get(name) == reads]
        tables |= _join(joined, reads, columns, levels)
    return {name: tables[name] for name in names}


def _given(levels: Mapping[str, pd.DataFrame]) -> dict[str, _Column]:
    """Return the columns of the axes; what no axis gives is not known of any mixture."""
    unknown = {name: _Column((), np.array(np.nan if name in NUMBERS else "", dtype=object)) for name in INPUT_COLUMNS}
    columns: dict[str, _Column] = {}
    for name in INPUT_COLUMNS:
        axes = [axis for axis, table in levels.items() if name in table]
        if len(axes) > 1 and name not in _LISTS:
            raise ValueError(f"{name} stands in {len(axes)} axes: {', '.join(axes)}")
        if axes:
            parts = [_Column((axis,), levels[axis][name].to_numpy(object)) for axis in axes]
            columns[name] = parts[0] if len(parts) == 1 else _joined_lists(parts)
    columns = unknown | columns
    return columns | {name: _Column(columns[name].axes, columns[name].cells.astype(float)) for name in NUMBERS}


def _joined_lists(parts: list[_Column]) -> _Column:
    """Join what several axes list, such as tags, for each combination of their levels."""
    axes = tuple(part.axes[0] for part in parts)
    grids = np.meshgrid(*(part.cells for part in parts), indexing="ij")
    texts = [join_lists(cells) for cells in zip(*(grid.ravel() for grid in grids), strict=True)]
    return _Column(axes, np.array(texts, dtype=object).reshape(grids[0].shape))


def _describe(
    inputs: tuple[str, ...], columns: Mapping[str, _Column], describe: Any, library: Library
) -> dict[str, _Column]:
    axes, cells = _spread([columns[name] for name in inputs])
    described = [describe(*texts, library) for texts in zip(*(cell.ravel() for cell in cells), strict=True)]
    shape = cells[0].shape
    return {
        name: _Column(axes, np.array([row[name] for row in described], dtype=float).reshape(shape))
        for name in described[0]
    }


def _spread(columns: Sequence[_Column]) -> tuple[tuple[str, ...], list[npt.NDArray[Any]]]:
    """Bring columns onto all of their axes; returns these and one array a column, all of one shape."""
    axes = tuple(dict.fromkeys(axis for column in columns for axis in column.axes))
    shaped = [
        np.expand_dims(
            column.cells.transpose(np.argsort([axes.index(axis) for axis in column.axes])),
            tuple(place for place, axis in enumerate(axes) if axis not in column.axes),
        )
        for column in columns
    ]
    return axes, [np.array(array) for array in np.broadcast_arrays(*shaped)]


def _whole(column: _Column) -> FeatureTable:
    return FeatureTable(column.axes, tuple(np.arange(n) for n in column.cells.shape), column.cells)


def _join(
    names: list[str], reads: tuple[str, ...], columns: Mapping[str, _Column], levels: Mapping[str, pd.DataFrame]
) -> dict[str, FeatureTable]:
    """Compute what joins components once for each combination of levels that differ in what is read."""
    read = {name: columns[name] for name in dict.fromkeys(reads)}
    axes = tuple(axis for axis in levels if any(axis in column.axes for column in read.values()))
    first, places = zip(*(_distinct(axis, list(read.values())) for axis in axes), strict=True) if axes else ((), ())
    kept = dict(zip(axes, first, strict=True))
    small = [
        _Column(
            column.axes, column.cells[np.ix_(*(kept[axis] for axis in column.axes))] if column.axes else column.cells
        )
        for column in read.values()
    ]
    spread_axes, cells = _spread([_Column(axes, np.zeros([len(rows) for rows in first])), *small])
    flat = {name: cell.ravel() for name, cell in zip(read, cells[1:], strict=True)}
    values = joining.compute(names, flat, cells[0].size)
    return {
        name: FeatureTable(
            spread_axes, tuple(places), np.broadcast_to(values[name], cells[0].size).reshape(cells[0].shape)
        )
        for name in names
    }


def _distinct(axis: str, columns: list[_Column]) -> tuple[Places, Places]:
    """Find the levels of an axis that differ in some column; returns the first of each kind, and each level's kind."""
    slices = [np.moveaxis(column.cells, column.axes.index(axis), 0) for column in columns if axis in column.axes]
    keys = [
        pd.factorize(part.reshape(len(part), -1).ravel(), use_na_sentinel=False)[0].reshape(len(part), -1)
        for part in slices
    ]
    _, first, places = np.unique(np.concatenate(keys, axis=1), axis=0, return_index=True, return_inverse=True)
    return first, places.reshape(-1)
