"""`make sameness WITH=FOLDER`: do two runs of one commit, by two Pythons or on two machines, say the same?"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import digest, read_csv, read_gapped_csv, read_parquet
from pipeline.common.stage import run, say
from pipeline.screening import TEXT_COLUMNS

N_TOP = 20
BOUND = 1e-3
"""Largest difference in log₁₀ of a conductivity that two runs may have: a four-hundredth of the model's error."""
_JUDGED = ("log10_conductivity", "log10_conductivity_lower", "log10_conductivity_upper")
_EXIT_DIFFERENT = 1
_IN_ORDER = (
    layout.RECORDS,
    layout.REJECTED,
    layout.CONFLICTS,
    layout.PACKAGE,
    layout.FEATURES,
    layout.FEATURE_DICTIONARY,
    layout.MODELS,
    layout.TRIALS,
    layout.OUT_OF_FOLD,
    layout.NEW_COMPONENTS,
    layout.NOISE_FLOOR,
    layout.BACKTEST,
    layout.METRICS,
    layout.PARITY,
    layout.RANKINGS,
    layout.STABILITY,
    layout.ADVICE,
    layout.CHECKS,
    layout.REPORTS,
)
"""What the stages write, from left to right: the first of them that differs is where two runs part."""


@dataclass(frozen=True)
class Compared:
    """Two rankings of one campaign held against each other.

    Attributes:
        largest_difference: In log₁₀ of the conductivity or of an end of its interval, over the mixtures that both list.
        n_shared: Mixtures that both list.
        n_listed: Mixtures that the longer one lists.
        has_same_top: Whether the first `N_TOP` are the same mixtures, in whatever order.
        has_same_order: Whether both list the same mixtures in the same order.
    """

    largest_difference: float
    n_shared: int
    n_listed: int
    has_same_top: bool
    has_same_order: bool

    @property
    def is_same(self) -> bool:
        """Whether a reader would choose the same by both."""
        return self.has_same_top and self.largest_difference <= BOUND

    def __str__(self) -> str:
        top = "the same" if self.has_same_top else "DIFFERENT"
        order = "the same order" if self.has_same_order else f"{self.n_shared} of {self.n_listed} mixtures shared"
        verdict = "" if self.largest_difference <= BOUND else f", MORE than {BOUND:g}"
        return f"{top} first {N_TOP}, {order}, largest |Δ log10 σ| {self.largest_difference:.1g}{verdict}"


def compare_rankings(first: pd.DataFrame, second: pd.DataFrame) -> Compared:
    """Compare two rankings of one campaign, mixture by mixture.

    Args:
        first: A ranking as `rank` writes it, best first.
        second: The other one.
    """
    both = [ranking.set_index("mixture")[list(_JUDGED)] for ranking in (first, second)]
    shared = both[0].index.intersection(both[1].index)
    differences = (both[0].loc[shared] - both[1].loc[shared]).abs().to_numpy()
    orders = [ranking["mixture"].tolist() for ranking in (first, second)]
    return Compared(
        largest_difference=float(differences.max(initial=0.0)),
        n_shared=len(shared),
        n_listed=max(map(len, orders)),
        has_same_top=set(orders[0][:N_TOP]) == set(orders[1][:N_TOP]),
        has_same_order=orders[0] == orders[1],
    )


def parted(first: Path, second: Path) -> list[str]:
    """Name the files that differ, or that one folder lacks, from the first stage to the last.

    Args:
        first: A folder as data/processed.
        second: The other one.
    """
    return [
        name
        for output in _IN_ORDER
        for name in _names(output.relative_to(layout.PROCESSED), first, second)
        if not all((folder / name).is_file() for folder in (first, second))
        or digest(first / name) != digest(second / name)
    ]


def difference_in_words(first: Path, second: Path) -> str:
    """Say of a table which columns differ and by how much; of any other file, that it does."""
    if not (first.is_file() and second.is_file()):
        return f"only in {(first if first.is_file() else second).parent}"
    read = {".parquet": read_parquet, ".csv": read_csv}.get(first.suffix)
    if read is None:
        return "other bytes"
    tables = read(first), read(second)
    if list(tables[0]) != list(tables[1]) or len(tables[0]) != len(tables[1]):
        return "other columns, or another number of rows"
    differ = [name for name in tables[0] if not tables[0][name].equals(tables[1][name])]
    named = ", ".join(_of_column(*tables, str(name)) for name in differ)
    return f"differs in {named}" if differ else "other bytes"


def main() -> None:
    """Compare two finished runs, print a line a campaign, and end with 1 where a reader would choose otherwise."""
    first, second = _arguments()
    campaigns = sorted(path.name for path in (first / layout.RANKINGS.name).glob("*.csv"))
    if not campaigns:
        raise UserError(f"{first / layout.RANKINGS.name}: no rankings; run `dvc repro` there first")
    names = parted(first, second)
    for name in names:
        say(f"sameness: {name}: {difference_in_words(first / name, second / name)}")
    say(f"sameness: {len(names)} files differ" if names else "sameness: all files are the same bytes")
    are_same = []
    for name in campaigns:
        rankings = (read_gapped_csv(folder / layout.RANKINGS.name / name, TEXT_COLUMNS) for folder in (first, second))
        compared = compare_rankings(*rankings)
        are_same.append(compared.is_same)
        say(f"sameness: {name.removesuffix('.csv')}: {compared}")
    if not all(are_same):
        sys.exit(_EXIT_DIFFERENT)


def _names(output: Path, *folders: Path) -> list[str]:
    """Return the files that an output is made of in either folder."""
    found = {
        str(path.relative_to(folder))
        for folder in folders
        for path in [folder / output, *(folder / output).rglob("*")]
        if path.is_file()
    }
    return sorted(found)


def _of_column(first: pd.DataFrame, second: pd.DataFrame, name: str) -> str:
    columns = first[name], second[name]
    if not all(pd.api.types.is_numeric_dtype(column) for column in columns):
        return str(name)
    return f"{name} (by {(columns[0] - columns[1]).abs().max():.1g} at most)"


def _arguments() -> tuple[Path, Path]:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.sameness",
        description="Say whether two finished runs of one commit rank the same: on two machines, by two Pythons.",
        epilog=f"Ends with 1 where the first {N_TOP} differ, or a log10 of a conductivity by more than {BOUND:g}.",
    )
    parser.add_argument("other", type=Path, help="data/processed of the other run")
    parser.add_argument("--of", type=Path, default=layout.PROCESSED, help="data/processed of the one run (this one)")
    arguments = parser.parse_args()
    return arguments.of, arguments.other


if __name__ == "__main__":
    run("sameness", main)
