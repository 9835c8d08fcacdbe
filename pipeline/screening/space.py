"""The candidate space: a product of components, loadings and architectures, numbered from 0 to its size."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.screening.campaign import Campaign

Indices = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Space:
    """All candidates of a campaign, none of them listed.

    Attributes:
        campaign: What spans the space.
    """

    campaign: Campaign

    @property
    def shape(self) -> tuple[int, int, int, int, int]:
        """Number of polymers, fillers, salts, architectures and loadings, in the order in which indices run."""
        spanned = self.campaign
        return (
            len(spanned.polymers),
            len(spanned.fillers),
            len(spanned.salts),
            len(spanned.architectures),
            len(spanned.filler_wt_fractions),
        )

    @property
    def size(self) -> int:
        """Number of candidates."""
        return prod(self.shape)

    def pairs(self, indices: Indices) -> Indices:
        """Return the number of each candidate's polymer and filler pair; equal numbers are equal pairs."""
        polymer, filler, *_ = np.unravel_index(indices, self.shape)
        return np.ravel_multi_index((polymer, filler), self.shape[:2])

    def mixtures(self, indices: Indices) -> pd.DataFrame:
        """Write candidates as records are written.

        Args:
            indices: Numbers of n candidates, shape (n,).

        Returns:
            n rows with the columns that `features.featurize` reads, and `architecture`, the campaign's name of it.
        """
        spanned = self.campaign
        polymer, filler, salt, built, loading = np.unravel_index(indices, self.shape)
        ways = list(spanned.architectures.values())
        return pd.DataFrame(
            {
                "polymer": _take(spanned.polymers, polymer),
                "salt": _take(spanned.salts, salt),
                "salt_ratio": spanned.salt_ratio.value if spanned.salt_ratio else np.nan,
                "salt_ratio_unit": spanned.salt_ratio.unit if spanned.salt_ratio else "",
                "filler": _take(spanned.fillers, filler),
                "filler_wt_fraction": np.array(spanned.filler_wt_fractions)[loading],
                "filler_vol_fraction": np.nan,
                "particle_size_nm": np.nan if spanned.particle_size_nm is None else spanned.particle_size_nm,
                "architecture": _take(list(spanned.architectures), built),
                "architecture_tags": _take([way.tags for way in ways], built),
                "additives": _take([way.additives for way in ways], built),
                "temperature_C": spanned.temperature_C,
            }
        )


def _take(names: tuple[str, ...] | list[str], positions: Indices) -> npt.NDArray[np.object_]:
    return np.array(names, dtype=object)[positions]
