"""The candidate space: a product of axes, its mixtures numbered from 0 to its size, none of them listed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt
import pandas as pd

from features import INPUT_COLUMNS, join_lists, split_mixture
from pipeline.common.errors import UserError
from pipeline.screening.campaign import Campaign

Indices = npt.NDArray[np.int64]
MAX_SIZE = 10**15
"""Larger spaces are refused: more than any question needs, and safely within 64-bit indices."""
LABELS = ("architecture", "additive")
"""Columns of a mixture that name its levels and are no input of a model."""
_LISTS = ("architecture_tags", "additives")
_BLENDED = ("polymer", "filler", "salt")


@dataclass(frozen=True)
class Space:
    """All candidates of a campaign.

    Attributes:
        levels: For each axis, by name, its levels: a row each, with the columns that it gives a mixture. Axes stand in
            the order in which indices run, the last one fastest.
    """

    levels: Mapping[str, pd.DataFrame]

    @classmethod
    def of(cls, campaign: Campaign) -> Space:
        """Span the space of a campaign.

        Raises:
            UserError: It has more than `MAX_SIZE` mixtures.
        """
        space = cls(_levels(campaign))
        if space.size > MAX_SIZE:
            lengths = " × ".join(f"{n} {axis}" for axis, n in space.shape.items() if n > 1)
            raise UserError(f"{lengths} are {space.size:,} mixtures, {MAX_SIZE:,} at most; shorten the longest lists")
        return space

    @property
    def shape(self) -> dict[str, int]:
        """Number of levels of each axis."""
        return {axis: len(table) for axis, table in self.levels.items()}

    @property
    def size(self) -> int:
        """Number of mixtures."""
        return prod(self.shape.values())

    def places(self, indices: Indices) -> dict[str, npt.NDArray[np.intp]]:
        """Return on each axis the level of n mixtures, each of shape (n,).

        Raises:
            ValueError: An index beyond the space.
        """
        return dict(zip(self.levels, np.unravel_index(indices, tuple(self.shape.values())), strict=True))

    def indices(self, places: Mapping[str, npt.NDArray[np.intp]]) -> Indices:
        """Return the indices of n mixtures from their level on each axis, shape (n,): the way back from `places`."""
        return np.ravel_multi_index(tuple(places[axis] for axis in self.levels), tuple(self.shape.values()))

    def mixtures(self, indices: Indices) -> pd.DataFrame:
        """Write candidates as records are written.

        Args:
            indices: Numbers of n candidates, shape (n,).

        Returns:
            n rows with the columns that `features.featurize` reads, and `LABELS`, the campaign's own names.
        """
        places = self.places(indices)
        columns: dict[str, list[npt.NDArray[np.object_]]] = {}
        for axis, table in self.levels.items():
            for name in table:
                columns.setdefault(str(name), []).append(table[name].to_numpy(object)[places[axis]])
        given = {name: _joined(parts) if name in _LISTS else parts[0] for name, parts in columns.items()}
        numbers = {name: given[name].astype(float) for name in given if name not in _TEXTS}
        table = pd.DataFrame({**given, **numbers, "filler_vol_fraction": np.nan}, index=range(len(indices)))
        return table[[*INPUT_COLUMNS, *LABELS]]

    def find(self, mixtures: pd.DataFrame) -> Indices:
        """Return the indices of n mixtures as `mixtures` writes them, shape (n,).

        Raises:
            ValueError: A mixture that the space does not hold; the message names it and its axis.
        """
        places = {}
        for axis, table in self.levels.items():
            keys = [name for name in table if name not in _LISTS]
            levels = {_key(row): place for place, row in reversed(list(enumerate(table[keys].to_numpy(object))))}
            rows = [_key(row) for row in mixtures[keys].to_numpy(object)]
            if absent := [row for row in rows if row not in levels]:
                raise ValueError(f"no such {axis} in the space: {', '.join(map(str, absent[0]))}")
            places[axis] = np.array([levels[row] for row in rows], dtype=np.intp)
        return self.indices(places)

    def kinds(self) -> dict[str, npt.NDArray[np.intp]]:
        """Return of which kind each level of the components' axes is: blends of the same parts are of one kind."""
        return {axis: _kinds(self.levels[axis][axis]) for axis in _BLENDED}

    def sample(self, n: int, generator: np.random.Generator) -> Indices:
        """Draw n different candidates, all equally likely, shape (n,); all of them, shuffled, if there are fewer."""
        return generator.choice(self.size, min(n, self.size), replace=False)


_TEXTS = {"polymer", "salt", "filler", "salt_ratio_unit", *_LISTS, *LABELS}


def _levels(campaign: Campaign) -> dict[str, pd.DataFrame]:
    ratio, sizes = campaign.salt_ratio, campaign.particle_size_nm
    ways, added = campaign.architectures.values(), campaign.additions.values()
    columns: dict[str, dict[str, object]] = {
        "polymer": {"polymer": campaign.polymers},
        "filler": {"filler": campaign.fillers},
        "salt": {"salt": campaign.salts},
        "architecture": {
            "architecture": list(campaign.architectures),
            "architecture_tags": [way.tags for way in ways],
            "additives": [way.additives for way in ways],
        },
        "additive": {
            "additive": list(campaign.additions),
            "architecture_tags": [one.tags for one in added],
            "additives": [one.additives for one in added],
        },
        "salt_ratio": {
            "salt_ratio": ratio.value if ratio else (np.nan,),
            "salt_ratio_unit": ratio.unit if ratio else "",
        },
        "particle_size_nm": {"particle_size_nm": sizes or (np.nan,)},
        "filler_wt_fraction": {"filler_wt_fraction": campaign.filler_wt_fractions},
        "temperature_C": {"temperature_C": campaign.temperature_C},
    }
    return {axis: pd.DataFrame(given) for axis, given in columns.items()}


def _kinds(mixtures: pd.Series[str]) -> npt.NDArray[np.intp]:
    parts = [" + ".join(sorted(name for name, _ in split_mixture(mixture))) for mixture in mixtures]
    return pd.factorize(np.array(parts, dtype=object))[0]


def _joined(parts: list[npt.NDArray[np.object_]]) -> npt.NDArray[np.object_]:
    return np.array([join_lists(cells) for cells in zip(*parts, strict=True)], dtype=object)


def _key(row: npt.NDArray[np.object_]) -> tuple[object, ...]:
    """Return what tells levels apart; a missing number equals a missing number."""
    return tuple("" if isinstance(cell, float) and np.isnan(cell) else cell for cell in row)
