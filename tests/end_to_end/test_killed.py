"""A run that is killed at any moment: no half file, no changed raw file, and the next run gives the same bytes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.end_to_end.trees import DVC, STAGES, STORE, Tree

N_TREES = 2
IN_SHORT = ("ingest", "publish")
A_FEW_SECONDS = 5.0
"""In which the stages of the short form are killed."""
RUNS = {stage: 10 if stage in ("train", "publish") else 8 for stage in STAGES}
"""How many runs of each stage are killed, most where most is written: 100."""
ONE_IN = 5
"""Of so many runs, what goes on with one is killed as well, before the next is let to its end."""


class Killer:
    """Kills runs in one tree, and looks at what they leave."""

    def __init__(self, tree: Tree, seed: int, seconds: dict[str, float], empty_store: Path) -> None:
        self.tree = tree
        self.generator = random.Random(seed)
        self.seconds = seconds
        self.empty_store = empty_store
        self.published = tree.store_contents()

    def prepare(self, stage: str) -> None:
        self.tree.make_stale(stage)
        if stage == "publish":
            shutil.rmtree(self.tree.folder / STORE)
            shutil.copytree(self.empty_store, self.tree.folder / STORE)

    def measure(self, stage: str) -> None:
        """Let a stage run undisturbed, and see how long it takes."""
        self.prepare(stage)
        self.seconds[stage] = self.tree.seconds(DVC, "repro")
        self.tree.assert_sound()

    def kill(self, stage: str, in_a_row: int) -> None:
        """Kill a run, and each next one that goes on with it but the last."""
        if stage not in self.seconds:
            self.measure(stage)
        self.prepare(stage)
        for _ in range(in_a_row):
            while not self.tree.kill_after(self.generator.uniform(0, self.seconds[stage]), DVC, "repro"):
                self.prepare(stage)
            self.tree.assert_nothing_is_half(stage)
        done = self.tree.run(DVC, "repro")
        assert done.returncode == 0, done.stdout
        self.tree.assert_sound()
        if stage == "publish":
            assert self.tree.store_contents() == self.published


@pytest.fixture
def killers(harmed: Callable[[], Tree], tally, tmp_path: Path) -> list[Killer]:
    seconds = {} if tally.is_full else dict.fromkeys(IN_SHORT, A_FEW_SECONDS)

    def one(number: int) -> Killer:
        tree = harmed()
        empty = tmp_path / f"store_{number}"
        (tree.folder / STORE).rename(tmp_path / "kept")
        tree.store_contents()  # makes the tables
        (tree.folder / STORE).rename(empty)
        (tmp_path / "kept").rename(tree.folder / STORE)
        return Killer(tree, number, seconds, empty)

    return [one(number) for number in range(tally.n(1, N_TREES))]


@pytest.mark.fault("1 a run that is killed")
def test_a_run_that_is_killed_leaves_nothing_half_and_the_next_one_gives_the_same_bytes(killers, tally):
    runs = RUNS if tally.is_full else dict.fromkeys(IN_SHORT, 1)
    in_turn = [stage for number in range(max(runs.values())) for stage in runs if number < runs[stage]]
    in_a_row = [1 + (number % ONE_IN == ONE_IN - 1) for number in range(len(in_turn))]
    idle: SimpleQueue[Killer] = SimpleQueue()
    for killer in killers:
        idle.put(killer)

    def kill(stage: str, in_a_row: int) -> None:
        killer = idle.get()
        try:
            with tally.attempt(in_a_row):
                killer.kill(stage, in_a_row)
        finally:
            idle.put(killer)

    with ThreadPoolExecutor(len(killers)) as pool:
        list(pool.map(kill, in_turn, in_a_row))
