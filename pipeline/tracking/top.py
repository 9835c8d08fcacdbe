"""Two rankings of one campaign held against each other: which pairs rose, fell, came and went."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features import split_mixture
from pipeline.common.files import read_gapped_csv

N_TOP = 20
PAIR = ("polymer", "filler")


@dataclass(frozen=True)
class Moved:
    """One pair and where it stands; None where it is not listed."""

    polymer: str
    filler: str
    first_rank: int | None
    second_rank: int | None

    def __str__(self) -> str:
        first, second = (rank or "not listed" for rank in (self.first_rank, self.second_rank))
        return f"{self.polymer} with {self.filler}: {first} → {second}"


@dataclass(frozen=True)
class Moves:
    """What became of the first pairs of two rankings.

    Attributes:
        n_top: How many pairs count as the first.
        overlap: How many of them both rankings hold.
        risen: Among the first of the second ranking, and higher up than in the first one.
        fallen: Among the first of the first ranking, and further down in the second one.
        new: Among the first of the second ranking, and not listed in the first one.
        gone: Among the first of the first ranking, and not listed in the second one.
    """

    n_top: int
    overlap: int
    risen: tuple[Moved, ...]
    fallen: tuple[Moved, ...]
    new: tuple[Moved, ...]
    gone: tuple[Moved, ...]


def read_ranking(path: Path) -> pd.DataFrame:
    """Read what `moves` compares of a ranking."""
    return read_gapped_csv(path, PAIR)[["rank", *PAIR]]


def moves(first: pd.DataFrame, second: pd.DataFrame) -> Moves:
    """Compare two rankings by polymer and filler; blends of the same parts are one, whatever their shares.

    Args:
        first: A ranking with `rank`, `polymer` and `filler`.
        second: The other one.
    """
    before, now = _ranks(first), _ranks(second)
    n_top = min(N_TOP, max(len(before), len(now)))
    top_before, top_now = list(before)[:n_top], list(now)[:n_top]
    moved = {key: Moved(*key, before.get(key), now.get(key)) for key in [*top_now, *top_before]}
    return Moves(
        n_top,
        len(set(top_before) & set(top_now)),
        tuple(moved[key] for key in top_now if key in before and now[key] < before[key]),
        tuple(moved[key] for key in top_before if key in now and now[key] > before[key]),
        tuple(moved[key] for key in top_now if key not in before),
        tuple(moved[key] for key in top_before if key not in now),
    )


def _ranks(ranking: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Return the rank of each pair among the pairs, best first."""
    ordered = ranking.sort_values("rank")
    pairs = dict.fromkeys(zip(*(ordered[name].map(_parts) for name in PAIR), strict=True))
    return {pair: place for place, pair in enumerate(pairs, start=1)}


def _parts(mixture: str) -> str:
    return " + ".join(name for name, _ in split_mixture(mixture)) if mixture else "no filler"
