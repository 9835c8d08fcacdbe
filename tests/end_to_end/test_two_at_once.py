"""Two that are started together in one tree: one works, the other says who does, and nothing is lost."""

from __future__ import annotations

import contextlib
import random
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.common import seals
from tests.end_to_end.trees import DVC, Tree

EXIT_BUSY = 75
WHO = re.compile(
    r"(dvc repro ingest|add): another one is at work here: `(dvc repro ingest|add|ingest)` \(process \d+\) "
    r"since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[+-]\d\d:\d\d; wait for its end, or stop it\n"
)
REPRO = (DVC, "repro", "ingest")
LOOKED_AT_EVERY = 5
"""After so many pairs a run by itself has to find everything that was added."""
RESULTS = "data/raw/lab/results.csv"


def _add(number: int) -> tuple[str, ...]:
    row = ("polymer=PEO", "salt=LiTFSI", "filler=LLZTO", "filler_amount=10", "filler_unit=wt%", "temperature_C=60")
    result = (f"conductivity={number + 1}e-5", "conductivity_unit=S/cm")
    return (".venv/bin/python", "-m", "pipeline", "add", *row, *result)


PAIRS: tuple[Callable[[int], tuple[tuple[str, ...], ...]], ...] = (
    lambda number: (REPRO, _add(number)),
    lambda _: (REPRO, REPRO),
    lambda number: (_add(number), _add(number + 50)),
    lambda _: (REPRO, REPRO),
)
"""What is started together; the short form tries the first."""


def _together(tree: Tree, apart_s: float, *commands: tuple[str, ...]) -> list[tuple[int, str]]:
    """Start commands one shortly after the other; return how each ended and what it said."""
    started: list[subprocess.Popen[str]] = []
    for command in commands:
        started.append(tree.start(*command))
        time.sleep(apart_s)
    said = [process.communicate()[0] for process in started]
    return [(process.returncode, text) for process, text in zip(started, said, strict=True)]


def _is_refused(ended: tuple[int, str]) -> bool:
    code, said = ended
    if code == 0:
        return False
    assert code == EXIT_BUSY, said
    assert WHO.fullmatch(said), said
    return True


def _n_results(tree: Tree) -> int:
    path = tree.folder / RESULTS
    return len(pd.read_csv(path)) if path.is_file() else 0


def _broken(tree: Tree) -> list[Path]:
    """Return the outputs that are not what their stage wrote."""
    with contextlib.chdir(tree.folder):
        return [path for _, path in seals.broken()]


def _records(tree: Tree) -> pd.DataFrame:
    return pd.read_parquet(tree.folder / "data/processed/records.parquet")


@pytest.mark.fault("3 two at once")
def test_of_two_one_works_and_the_other_says_who_and_nothing_is_lost(harmed, tally):
    tree, generator = harmed(), random.Random(3)
    n_pairs = tally.n(1, 50)
    for number in range(n_pairs):
        tree.make_stale("ingest")
        before, stale = _n_results(tree), _broken(tree)
        both = PAIRS[number % len(PAIRS)](number)
        with tally.attempt():
            ended = _together(tree, generator.uniform(0, 1), *both)
            refused = [_is_refused(one) for one in ended]
            assert not all(refused)
            done = [command for command, is_refused in zip(both, refused, strict=True) if not is_refused]
            n_results = before + sum(command != REPRO for command in done)
            assert _n_results(tree) == n_results
            assert _broken(tree) == ([] if REPRO in done else stale)
            if number % LOOKED_AT_EVERY == 0 or number == n_pairs - 1:
                again = tree.run(*REPRO)
                assert again.returncode == 0, again.stdout
                assert _broken(tree) == []
                assert (_records(tree)["origin"] == "lab").sum() == n_results
