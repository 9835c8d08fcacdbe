"""The public sets that are benchmarks: how a file becomes a sheet, what is held out, which figures were published."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from features import Library, UnitCell, crystal_dictionary, describe_cell, featurize
from pipeline.benchmark_groups import Labels, group_ceramics, group_polymers, papers, polymers
from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_table
from pipeline.learning import CONDUCTIVITY, Bounds, Names, Sheet, SheetLearner, boosters, median, process
from pipeline.records import OBELIX, POLYMER_SET, PublicSet, RawFiles, Vocabulary, Works, as_records, gather

_NUMBER = r"[<>~≤≥]?\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|"
_AXES, _ANGLES = ("a", "b", "c"), ("alpha", "beta", "gamma")
_CONTENT, _SYMBOL, _SPACE_GROUP = "True Composition", "Space group", "Space group #"
_MEASURED = ("conductivity", "activation_energy")
"""Words in the names of features that hold measured conduction: the paper that is predicted may have measured it."""
_CONSTANTS = ("density", "stable_against", "typical_size", "Tg_C", "Tm_C", "dielectric", "oxidation", "semicrystalline")
"""Words in the names of features that only components of the library have: as bare constants they serve as names."""


@dataclass(frozen=True)
class Published:
    """A figure of the literature: by what, on which split, and the mean absolute error (with ρ where it is given)."""

    model: str
    split: str
    error: str
    spearman_rho: str = ""


@dataclass(frozen=True)
class Read:
    """A file of a benchmark.

    Attributes:
        sheet: The rows with a conductivity.
        evidence: What each row may not share with a row that is predicted: papers, or the polymer.
        n_rows: Rows of the file.
        quarantined: Why rows are left out.
    """

    sheet: Sheet
    evidence: Labels
    n_rows: int
    quarantined: list[Problem]


@dataclass(frozen=True)
class Benchmark:
    """One public set.

    Attributes:
        title: What it is.
        public_set: Its adapter.
        numbers: Columns of the file that hold numbers.
        texts: Further columns that are read.
        describe: Records and their rows in the file → features.
        group: Records, their rows in the file and their features → groups by rung of the ladder.
        evidence: Records and their rows → what counts as evidence of one thing.
        learners: By name; the first is the one that won on the training file, split as the test file is, the last the
            baseline.
        published: Figures to compare with.
        balance: Power of the rows of one work by which a row's weight in learning falls.
    """

    title: str
    public_set: PublicSet
    numbers: tuple[str, ...]
    texts: tuple[str, ...]
    describe: Callable[[pd.DataFrame, pd.DataFrame, Path, Library], pd.DataFrame]
    group: Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame], Mapping[str, Names]]
    evidence: Callable[[pd.DataFrame, pd.DataFrame], Labels]
    learners: Mapping[str, SheetLearner]
    published: tuple[Published, ...]
    balance: float


def read(path: Path, benchmark: Benchmark, vocabulary: Vocabulary) -> Read:
    """Read a file of a benchmark: through the records, like every public set.

    Raises:
        UserError: The file cannot be read, lacks a column, holds a word where a number belongs, or no sound row.
    """
    table = read_table(path)
    columns = (*benchmark.public_set.columns, *benchmark.numbers, *benchmark.texts)
    _refuse_missing(path, table, columns)
    _refuse_words(path, table, benchmark.numbers)
    gathered = gather(RawFiles(public=((path, benchmark.public_set),)), vocabulary, Works({}, {}, {}))
    records = as_records(gathered.records)
    bounds = CONDUCTIVITY.bounds(records)
    is_known = ~np.isnan(bounds.lower)
    if not is_known.any():
        nothing = Problem(str(path), 0, "", "", "no row with a conductivity that can be read; rows were expected")
        raise UserError([*gathered.problems, nothing])
    known = records[is_known].reset_index(drop=True)
    rows = table.loc[known["locator"].str.removeprefix("row ").astype(int)].reset_index(names="row")
    features = benchmark.describe(known, rows, path, vocabulary.library)
    n_of_work = known.groupby("work_id")["work_id"].transform("size").to_numpy(float)
    weights = n_of_work**-benchmark.balance
    sheet = Sheet(features, bounds[is_known], benchmark.group(known, rows, features), weights / weights.mean())
    return Read(sheet, benchmark.evidence(known, rows), len(table), gathered.problems)


def _refuse_missing(path: Path, table: pd.DataFrame, columns: Iterable[str]) -> None:
    missing = [name for name in dict.fromkeys(columns) if name not in table.columns]
    problems = [
        Problem(str(path), 1, name, "", "this column is missing; the set's own file has it") for name in missing
    ]
    if not problems and table.empty:
        problems = [Problem(str(path), 0, "", "", "a header without rows; rows were expected")]
    if problems:
        raise UserError(problems)


def _refuse_words(path: Path, table: pd.DataFrame, columns: Iterable[str]) -> None:
    problems = [
        Problem(str(path), int(str(row)), name, str(cell), "a number was expected")
        for name in columns
        for row, cell in table.loc[~table[name].str.fullmatch(_NUMBER), name].items()
    ]
    if problems:
        raise UserError(problems)


def _without(features: pd.DataFrame, words: Iterable[str]) -> pd.DataFrame:
    return features[[name for name in features.columns.astype(str) if not any(word in name for word in words)]]


def _describe_ceramics(records: pd.DataFrame, rows: pd.DataFrame, path: Path, library: Library) -> pd.DataFrame:
    described = featurize(records, library)
    own = _without(described, (*_MEASURED, *_CONSTANTS, "family", "is_active"))
    cells = [_unit_cell(path, row) for row in rows.to_dict("records")]
    names = [feature.name for feature in crystal_dictionary()]
    return pd.concat([own.loc[:, own.columns.str.startswith("filler_")], pd.DataFrame(cells, columns=names)], axis=1)


def _unit_cell(path: Path, row: Mapping[object, object]) -> Mapping[str, float]:
    """Describe the unit cell of a row; nothing is known of it where one of its cells is empty."""
    names = (_CONTENT, _SPACE_GROUP, *_AXES, *_ANGLES)
    if not all(row[name] for name in names):
        return {}
    a, b, c, alpha, beta, gamma = (float(str(row[name])) for name in (*_AXES, *_ANGLES))
    number = int(float(str(row[_SPACE_GROUP])))
    try:
        return describe_cell(UnitCell(str(row[_CONTENT]), (a, b, c), (alpha, beta, gamma), number, str(row[_SYMBOL])))
    except ValueError as error:
        problem = Problem(str(path), int(str(row["row"])), _CONTENT, str(row[_CONTENT]), str(error))
        raise UserError([problem]) from error


def _describe_polymers(records: pd.DataFrame, rows: pd.DataFrame, path: Path, library: Library) -> pd.DataFrame:  # noqa: ARG001
    return _without(featurize(records, library), (*_MEASURED, *_CONSTANTS, "filler_", "architecture_"))


def at_fixed_value(bounds: Bounds, value: float) -> Bounds:
    """Return bounds in which what is known as an upper bound alone counts as one number."""
    numbers = np.where(np.isfinite(bounds.lower), bounds.middle, value)
    return Bounds.exactly(numbers)


_FOR_CERAMICS = {
    "n_rounds": 200,
    "max_depth": 6,
    "huber_slope": 0.2,
    "learning_rate": 0.05,
    "colsample_bytree": 0.3,
    "subsample": 0.8,
}
_FOR_POLYMERS = {
    "n_rounds": 200,
    "max_depth": 4,
    "huber_slope": 1.0,
    "min_child_weight": 5.0,
    "learning_rate": 0.1,
    "colsample_bytree": 0.3,
    "subsample": 0.5,
    "reg_lambda": 5.0,
}
BENCHMARKS = {
    "obelix": Benchmark(
        "OBELiX, lithium ceramics at room temperature",
        OBELIX,
        ("Ionic conductivity (S cm-1)", _SPACE_GROUP, *_AXES, *_ANGLES),
        (_CONTENT, _SYMBOL),
        _describe_ceramics,
        group_ceramics,
        papers,
        {"Gaussian process": process, "XGBoost": boosters(_FOR_CERAMICS, 1), "median": median},
        (
            Published("random forest", "test, 121 rows, censored at 10⁻¹⁵", "1.59"),
            Published("multilayer perceptron", "test, 121 rows, censored at 10⁻¹⁵", "1.72"),
            Published("graph networks", "test, censored at 10⁻¹⁵", "2.7–2.9"),
        ),
        0.0,
    ),
    "polymer": Benchmark(
        "Polymer electrolytes over temperature",
        POLYMER_SET,
        ("conductivity", "temperature", "molality"),
        (),
        _describe_polymers,
        group_polymers,
        polymers,
        {"XGBoost": boosters(_FOR_POLYMERS, 3), "median": median},
        (
            Published("tree ensemble, untuned, a like set", "by polymer", "0.98", "0.79"),
            Published("tree ensemble, untuned, a like set", "random", "0.22"),
        ),
        0.5,
    ),
}
"""Hyperparameters were chosen on folds of the training files alone, grouped as their test files are."""
