"""`make exactness`: is the exact search exact? Held against listing every mixture, with the models as they stand."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pandas as pd

from features import Library
from pipeline.common import layout
from pipeline.common.files import write_csv
from pipeline.common.stage import run, say
from pipeline.learning import CONDUCTIVITY, Floats, load_all
from pipeline.records import load_vocabulary
from pipeline.screening.exhaustive import best_of, score_all
from pipeline.screening.random_spaces import Drawn, draw_space
from pipeline.screening.search import Aim, Scope, prepare, search, search_unpruned
from pipeline.screening.space import Space

_SEED = 20260101
_N_SPACES = 20
_SMALLEST, _LARGEST = 100_000, 2_000_000
_LARGE = 90_000_000, 200_000_000
_N_BEST = 200
_COMPONENTS = ("polymer", "filler", "salt", "architecture", "additive")


def main() -> None:
    """Compare, print a line a comparison, and write them all down."""
    library = load_vocabulary(layout.COMPONENTS).library
    ensemble, manifest = load_all(layout.MODELS)[CONDUCTIVITY.name]
    generator = np.random.default_rng(_SEED)
    rows = []
    for number in range(_N_SPACES):
        drawn = draw_space(library, _SMALLEST, _LARGEST, generator)
        distinct = ("polymer", "filler") if number % 2 else _COMPONENTS
        for confidence in (None, manifest["confidence"]):
            aim = Aim(ensemble, confidence)
            start = time.perf_counter()
            listed = score_all(_scope(drawn, distinct, False), aim, library)
            spent = time.perf_counter() - start
            for is_limited in (False, True):
                rows.append(_compared(_scope(drawn, distinct, is_limited), aim, library, listed, spent))
                say(f"exactness: space {number + 1}: {rows[-1]}")
    drawn = draw_space(library, *_LARGE, generator)
    for confidence in (None, manifest["confidence"]):
        rows.append(_unpruned(_scope(drawn, _COMPONENTS, True), Aim(ensemble, confidence), library))
        say(f"exactness: {rows[-1]}")
    table = pd.DataFrame(rows)
    write_csv(layout.EXACTNESS, table)
    say(f"exactness: {int(table['is_the_same'].sum())} of {len(table)} comparisons the same, {layout.EXACTNESS}")
    if not table["is_the_same"].all():
        raise RuntimeError("the search is not exact; please report it")


def _scope(drawn: Drawn, distinct: tuple[str, ...], is_limited: bool) -> Scope:
    scope = Scope(drawn.levels, distinct, kinds=drawn.kinds)
    return replace(scope, allowed=drawn.allowed) if is_limited else scope


def _compared(scope: Scope, aim: Aim, library: Library, listed: Floats, spent: float) -> dict[str, object]:
    """Search, and sort what was listed; the same is the same in every bit, mixtures, order and numbers."""
    start = time.perf_counter()
    found = search(prepare(scope, aim, library), _N_BEST)
    searched = time.perf_counter() - start
    indices, numbers = best_of(scope, listed, _N_BEST)
    same = found.indices.tolist() == indices.tolist() and found.numbers.tobytes() == numbers.tobytes()
    return _row("listing", scope, aim, same, searched, spent)


def _unpruned(scope: Scope, aim: Aim, library: Library) -> dict[str, object]:
    prepared = prepare(scope, aim, library)
    start = time.perf_counter()
    found = search(prepared, _N_BEST)
    searched = time.perf_counter()
    whole = search_unpruned(prepared, _N_BEST)
    same = found.indices.tolist() == whole.indices.tolist() and found.numbers.tobytes() == whole.numbers.tobytes()
    return _row("unpruned", scope, aim, same, searched - start, time.perf_counter() - searched)


def _row(against: str, scope: Scope, aim: Aim, is_same: bool, searched: float, other: float) -> dict[str, object]:
    return {
        "against": against,
        "n_mixtures": Space(scope.levels).size,
        "distinct": " ".join(scope.distinct),
        "by": "mean" if aim.confidence is None else "lower bound",
        "is_limited": bool(scope.allowed),
        "is_the_same": is_same,
        "search_s": round(searched, 3),
        "other_s": round(other, 3),
    }


if __name__ == "__main__":
    run("exactness", main)
