"""How well the project's features and learners predict public sets, split as published: `make benchmark`.

python -m pipeline.benchmark --dataset obelix --train FILE --test FILE

Without a test file the ladder alone is climbed: random folds of the first file, folds by formulation, by work or
polymer, by family.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from pipeline.benchmark_sets import BENCHMARKS, Benchmark, Read, at_fixed_value, read
from pipeline.common import layout
from pipeline.common.errors import Problem, UserError
from pipeline.common.stage import run, say
from pipeline.learning import RANDOM, Bounds, Floats, Sheet, hold_out, sheet_scores
from pipeline.records import load_vocabulary

CENSORED_AT = -15.0
"""log₁₀ S/cm that the published figures give to what is printed as a bound ("<1E-10")."""
_N_FOLDS = 5
_MOST_SEEDS = 50
_HEADER = "| model | split | bounds | n | MAE | RMSE | R² | ρ |\n| --- | --- | --- | --- | --- | --- | --- | --- |"
_SCORES = ("mean_absolute_error", "root_mean_square_error", "r2", "spearman_rho")


def main() -> None:
    """Learn from the first file, predict the second, and climb the ladder on the first."""
    with threadpool_limits(1):  # else the last digits depend on the machine, and small matrices take longer
        _compare(_parse())


def _compare(arguments: argparse.Namespace) -> None:
    benchmark = BENCHMARKS[arguments.dataset]
    vocabulary = load_vocabulary(layout.COMPONENTS)
    paths = [arguments.train, *([arguments.test] if arguments.test else [])]
    known, *held_out = (read(path, benchmark, vocabulary) for path in paths)
    say(f"## {benchmark.title}\nErrors in decades of the conductivity (log₁₀ S/cm).\n")
    for path, part in zip(paths, (known, *held_out), strict=True):
        say(told_of(path, part))
    for unseen in held_out:
        sheet = without_shared(known, unseen, arguments.test)
        say(f"\n### {arguments.test.name}, mean of {arguments.seeds} seeds\n{_HEADER}")
        for line in test_lines(benchmark, sheet, unseen.sheet, arguments.seeds):
            say(line)
    say(f"\n### Ladder on {arguments.train.name}, {_N_FOLDS} folds\n{_HEADER}")
    for line in ladder_lines(benchmark, known.sheet, arguments.train):
        say(line)
    if not held_out:
        for figure in published_lines(benchmark):
            say(figure)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m pipeline.benchmark", description=__doc__)
    parser.add_argument("--dataset", required=True, choices=sorted(BENCHMARKS), help="which public set the files hold")
    parser.add_argument("--train", required=True, type=Path, metavar="FILE", help="CSV to learn from")
    parser.add_argument("--test", type=Path, metavar="FILE", help="CSV to predict; may be left out")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="how often to learn with another seed")
    arguments = parser.parse_args()
    if not 1 <= arguments.seeds <= _MOST_SEEDS:
        raise UserError(f"--seeds {arguments.seeds}: a number from 1 to {_MOST_SEEDS} was expected")
    return arguments


def told_of(path: Path, part: Read) -> str:
    """Say how many rows of a file are read, and why others are not."""
    n_open = int((~part.sheet.bounds.is_exact).sum())
    lines = [f"- {path.name}: {part.n_rows} rows, {len(part.sheet)} learned from or predicted, {n_open} of them bounds"]
    reasons = Counter(f"{problem.column}: {problem.reason}" for problem in part.quarantined)
    lines += [f"  - quarantined, {n} rows: {reason}" for reason, n in reasons.most_common()]
    n_rejected = len({problem.row for problem in part.quarantined})
    if n_other := part.n_rows - len(part.sheet) - n_rejected:
        lines.append(f"  - not used, {n_other} rows: they repeat or contradict another row, or hold no conductivity")
    return "\n".join(lines)


def without_shared(known: Read, unseen: Read, path: Path) -> Sheet:
    """Return the rows to learn from that share no paper, or polymer, with a row that is predicted.

    Raises:
        UserError: None is left.
    """
    held_out = frozenset[str]().union(*unseen.evidence)
    is_free = np.array([held_out.isdisjoint(evidence) for evidence in known.evidence])
    if not is_free.any():
        reason = "every row to learn from shares its work or polymer with a row of this file; nothing is held out"
        raise UserError([Problem(str(path), 0, "", "", reason)])
    if n_shared := int((~is_free).sum()):
        say(f"- left out, since they share their work or polymer with a row to predict: {n_shared} rows to learn from")
    return known.sheet.take(is_free)


def test_lines(benchmark: Benchmark, known: Sheet, unseen: Sheet, n_seeds: int) -> Iterator[str]:
    """Yield a line of the table for each learner and reading of the bounds, then the published figures."""
    for reading, learned in readings(known).items():
        measured = readings(unseen).get(reading, unseen).bounds
        for name, learner in benchmark.learners.items():
            predictions = [learner(learned, unseen.features, seed) for seed in range(n_seeds)]
            yield _line(name, "test file", reading, measured, predictions)
    yield from published_lines(benchmark)


def published_lines(benchmark: Benchmark) -> Iterator[str]:
    """Yield a line of the table for each published figure, with the split that it was measured on."""
    for figure in benchmark.published:
        rho = figure.spearman_rho or " "
        yield f"| published: {figure.model} | {figure.split} | | | {figure.error} | | | {rho} |"


def ladder_lines(benchmark: Benchmark, sheet: Sheet, path: Path) -> Iterator[str]:
    """Yield a line of the table for each rung and reading of the bounds, of the first learner and of the last.

    Raises:
        UserError: All rows are one group.
    """
    learners = list(benchmark.learners.items())
    for rung in (RANDOM, *sheet.groups):
        for reading, learned in readings(sheet).items():
            for name, learner in (learners[0], learners[-1]):
                try:
                    predicted = hold_out(learned, rung, learner, _N_FOLDS, 0)
                except ValueError as error:
                    raise UserError([Problem(str(path), 0, "", "", str(error))]) from error
                yield _line(name, rung, reading, learned.bounds, [predicted])


def readings(sheet: Sheet) -> Mapping[str, Sheet]:
    """Return the sheet as published figures read its bounds, and as it is; once where it has none."""
    if sheet.bounds.is_exact.all():
        return {"none": sheet}
    fixed = sheet.with_bounds(at_fixed_value(sheet.bounds, CENSORED_AT))
    return {"at 10⁻¹⁵": fixed, "as bounds": sheet}


def _line(name: str, split: str, reading: str, measured: Bounds, predictions: list[Floats]) -> str:
    table = pd.DataFrame([sheet_scores(measured, predicted) for predicted in predictions])
    mean, spread = table.mean(), table["mean_absolute_error"].std(ddof=0)
    error = f"{mean[_SCORES[0]]:.3f}" + (f" ± {spread:.3f}" if spread >= 0.0005 else "")
    cells = [name, split, reading, str(len(measured)), error, *(f"{mean[score]:.3f}" for score in _SCORES[1:])]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    run("benchmark", main)
