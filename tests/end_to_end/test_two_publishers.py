"""Two machines publish to one server at once, and are killed while they do: no run is doubled, missing or half."""

from __future__ import annotations

import contextlib
import json
import shutil
import signal
import subprocess
import sys
from typing import NamedTuple

import numpy as np
import pytest

from tests.end_to_end.servers import OWN, ROOT, clear
from tests.tracking.conftest import MadeUp, empty_store, write

__all__ = ["empty_store"]
RUNS = (MadeUp(), MadeUp(error=0.6, lab=("march",)))
SEED = 5
N_REQUESTS = 100
"""Fewer than it takes to publish one of the runs."""
PATIENCE_S = 1.0
"""For how long one that was killed keeps another machine waiting; it is minutes elsewhere."""


class Machine(NamedTuple):
    process: subprocess.Popen[str]

    def begin(self, **asked) -> None:
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()

    def end(self) -> tuple[int, str]:
        status, written = json.loads(self.process.stdout.readline())
        return status, written

    def do(self, **asked) -> str:
        self.begin(**asked)
        status, written = self.end()
        assert status == 0
        return written


@pytest.fixture(scope="module")
def machines():
    """Two of them, each of which sees nothing of the other's processes."""
    started = []
    for name in ("one", "other"):
        command = [sys.executable, str(ROOT / "tests/end_to_end/publisher.py"), name]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        started.append(subprocess.Popen(command, env=OWN | {"PYTHONPATH": str(ROOT)}, **pipes))
    yield tuple(map(Machine, started))
    for process in started:
        process.stdin.close()
        assert process.wait(30) == 0
        process.stdout.close()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A checkout for each run."""
    made = []
    for number, made_up in enumerate(RUNS):
        folder = tmp_path_factory.mktemp(f"run{number}")
        with contextlib.chdir(folder):
            write(made_up)
        made.append(str(folder))
    return made


@pytest.fixture(scope="module")
def undisturbed(machines, folders, empty_store, tmp_path_factory):
    """What a store holds after publishing one run, the other, and the first once more, each alone and to its end."""
    file = tmp_path_factory.mktemp("undisturbed") / "mlflow.db"
    shutil.copy(empty_store, file)
    where = {"MLFLOW_TRACKING_URI": f"sqlite:///{file}"}
    held = []
    for folder in (*folders, folders[0]):
        machines[0].do(environment=where, folder=folder)
        held.append(machines[0].do(environment=where))
    return held


@pytest.mark.fault("3 two machines publish at once")
def test_two_machines_that_publish_at_once_double_nothing_and_lose_nothing(
    server, machines, folders, undisturbed, tally
):
    one, other = folders
    for _ in range(tally.n(short=1, full=3)):
        clear(server)
        with tally.attempt():
            for pair in ((one, one), (other, one)):
                for machine, folder in zip(machines, pair, strict=True):
                    machine.begin(environment=server.login, folder=folder)
                assert [machine.end()[0] for machine in machines] == [0, 0]
            assert machines[0].do(environment=server.login) in undisturbed[1:]


@pytest.mark.fault("3 killed while publishing to a server")
def test_what_a_killed_machine_left_does_not_show_once_it_or_another_one_publishes(
    server, machines, folders, undisturbed, tally
):
    generator = np.random.default_rng(SEED)
    for _ in range(tally.n(short=1, full=5)):
        clear(server)
        with tally.attempt():
            for folder, next_one in zip(folders, machines, strict=True):
                dies_after = int(generator.integers(1, N_REQUESTS))
                machines[0].begin(environment=server.login, folder=folder, dies_after=dies_after)
                assert machines[0].end()[0] == -signal.SIGKILL
                next_one.do(environment=server.login, folder=folder, patience_s=PATIENCE_S)
            assert machines[0].do(environment=server.login) == undisturbed[1]
