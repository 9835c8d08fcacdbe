"""A checkout of the tree as it stands, with quick settings, in which whole runs happen; a browser without a network."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.commands.program import program
from tests.end_to_end.servers import empty_server, reader, server
from tests.end_to_end.trees import DVC, OWN, SHARED, Tree

__all__ = ["empty_server", "reader", "server"]

ROOT = Path(__file__).resolve().parents[2]
QUICK = {
    "budget: default ": "budget: quick ",
    "  n_partitions: 10 ": "  n_partitions: 1 ",
    "n_repeats: 3": "n_repeats: 1",
    "n_resampled: 10": "n_resampled: 2",
    "n_reseeded: 5": "n_reseeded: 1",
    "n_outer_folds: 4, n_inner_folds: 3": "n_outer_folds: 3, n_inner_folds: 2",
}
SMALLEST = QUICK | {
    "n_trials: 4, batch_size: 4": "n_trials: 1, batch_size: 1",
    "n_forest_trees: 50}": "n_forest_trees: 2}",
    "n_resampled: 10": "n_resampled: 1",
    "n_ranked: 500": "n_ranked: 30",
    "n_explained: 10": "n_explained: 1",
    "n_drawn: 2000": "n_drawn: 100",
    "max_rejected_rows: 0": "max_rejected_rows: 9",
    "n_workers: 2 ": "n_workers: 1 ",
}
SMALLEST_LITERATURE = ("works", "000_layered_to_3d", "003_surface_interface")
SMALLEST_CAMPAIGN = """
question: What conducts best at 45 °C?
temperature_C: 45
polymers: [PEO, PVDF]
salts: [LiTFSI]
fillers: [LLZO, Al2O3]
filler_wt_fractions: {from: 0.1, to: 0.3, step: 0.1}
salt_ratio: {value: [16], unit: "EO:Li"}
architectures: {particles: {tags: particles}}
"""
CAMPAIGNS = ("room_temperature", "sulfide_based")
"""Those that whole runs answer, so that they end soon; the others are read by tests of the screening."""
TUTORIAL = "docs/TUTORIAL.md"

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

Run = Callable[..., subprocess.CompletedProcess[str]]


def _copy_tree(folder: Path) -> Path:
    """Copy what git tracks or would track, with this environment, into a repository of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    folder.mkdir(exist_ok=True)
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    for compiled in ROOT.glob("pipeline/**/__pycache__/*.nb?"):  # by numba, which knows its source by time and size
        (folder / compiled.relative_to(ROOT)).parent.mkdir(exist_ok=True)
        shutil.copy2(compiled, folder / compiled.relative_to(ROOT))
    (folder / ".venv").symlink_to(sys.prefix)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


def _change_settings(folder: Path, changes: dict[str, str]) -> None:
    params = (folder / "params.yaml").read_text()
    for full, quick in changes.items():
        assert params.count(full) == 1, full
        params = params.replace(full, quick)
    (folder / "params.yaml").write_text(params)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a finished run, which takes minutes to make, so that one process has all of it."""
    for item in items:
        if {"finished", "to_be_harmed"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.whole_run)


@pytest.fixture
def fresh_copy(tmp_path: Path) -> Path:
    return _copy_tree(tmp_path / "copy")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = _copy_tree(tmp_path_factory.mktemp("checkout"))
    (folder / "dvc.lock").unlink()
    _change_settings(folder, QUICK)
    for campaign in (folder / "experiments").glob("*.yaml"):
        if campaign.stem not in CAMPAIGNS:
            campaign.unlink()
    return folder


@pytest.fixture(scope="session")
def run(checkout: Path) -> Run:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(arguments, cwd=checkout, capture_output=True, text=True, env=environment, check=False)

    return start


@pytest.fixture(scope="session")
def reproduce(run: Run) -> Run:
    return lambda *arguments: run(".venv/bin/dvc", "repro", *arguments)


@pytest.fixture(scope="session")
def finished(checkout: Path, reproduce: Run) -> Path:
    done = reproduce()
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout


@pytest.fixture(scope="session")
def to_be_harmed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run: the one that there is; where faults are tried often, one in which each stage takes seconds."""
    if request.config.getoption("--faults") == "short":
        return Path(request.getfixturevalue("finished"))
    if shared := os.environ.get(SHARED):
        with Path(shared, "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second waits for the first to have made it
            tree = Path(shared, "tree")
            return tree if (tree / "dvc.lock").is_file() else _smallest(tree)
    return _smallest(tmp_path_factory.mktemp("smallest"))


def _smallest(folder: Path) -> Path:
    """Make a checkout in which each stage takes seconds, and run it to its end."""
    _copy_tree(folder)
    (folder / "dvc.lock").unlink()
    _change_settings(folder, SMALLEST)
    for path in [*(folder / "data/raw/literature").glob("*.csv"), *(folder / "experiments").glob("*.yaml")]:
        if path.stem not in SMALLEST_LITERATURE:
            path.unlink()
    (folder / "experiments/small.yaml").write_text(SMALLEST_CAMPAIGN)
    done = subprocess.run([DVC, "repro"], cwd=folder, env=OWN, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def harmed(to_be_harmed: Path, tmp_path: Path) -> Callable[[], Tree]:
    """Makes trees with a finished run, to do harm to."""
    return lambda: Tree.copy_of(to_be_harmed, Path(tempfile.mkdtemp(dir=tmp_path)) / "tree")


@pytest.fixture(scope="session")
def ask(finished: Path) -> Run:
    """`python -m pipeline` on a finished run, within this process, in which all has been imported."""

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        with contextlib.chdir(finished):
            done = CliRunner().invoke(program(), list(arguments))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    return start


class Step(NamedTuple):
    """A command of the tutorial: what the page shows of it, and what came when it was run."""

    command: str
    shown: list[str]
    done: subprocess.CompletedProcess[str]


class Tutorial(NamedTuple):
    """The tutorial, run as a reader would, with all outputs before and after it."""

    steps: list[Step]
    before: dict[str, str]
    after: dict[str, str]
    lab_records: pd.DataFrame
    handed_back: pd.DataFrame
    next_batch: pd.DataFrame
    new_runs: dict[str, int]


def _runs(folder: Path) -> dict[str, int]:
    """Count the finished runs of each experiment in the store of a checkout, trials left out."""
    with sqlite3.connect(folder / "experiments/mlflow/mlflow.db") as store:
        return dict(
            store.execute(
                "select experiments.name, count(*) from runs join experiments using (experiment_id) "
                "where runs.lifecycle_stage = 'active' and status = 'FINISHED' "
                "and run_uuid not in (select run_uuid from tags where key = 'mlflow.parentRunId') group by 1"
            )
        )


def _consoles(page: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a page's console blocks with the lines that are shown of what it prints."""
    for block in re.findall(r"^```console\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            yield command, shown


@pytest.fixture(scope="session")
def outputs() -> Callable[[Path], dict[str, str]]:
    def read(folder: Path) -> dict[str, str]:
        files = sorted(path for path in (folder / "data/processed").rglob("*") if path.is_file())
        return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    return read


def _run_tutorial(folder: Path, outputs: Callable[[Path], dict[str, str]]) -> Tutorial:
    before, runs = outputs(folder), _runs(folder)
    activated = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}
    activated["PATH"] = f"{folder / '.venv/bin'}:{activated['PATH']}"
    steps = []
    for command, shown in _consoles((folder / TUTORIAL).read_text("utf-8")):
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, capture_output=True, text=True, env=activated, check=False
        )
        steps.append(Step(command, shown, done))
    campaign = next(path.stem for path in (folder / "experiments").glob("*.yaml") if path.stem not in CAMPAIGNS)
    records = pd.read_parquet(folder / "data/processed/records.parquet")
    return Tutorial(
        steps,
        before,
        outputs(folder),
        records[records["origin"] == "lab"],
        pd.read_csv(folder / "data/raw/lab/batch_1.csv"),
        pd.read_csv(folder / f"data/processed/rankings/batches/{campaign}.csv"),
        {name: n - runs.get(name, 0) for name, n in _runs(folder).items()},
    )


@pytest.fixture(scope="session")
def tutorial_under_way(
    finished: Path, outputs: Callable[[Path], dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Future[Tutorial]]:
    """Begin the tutorial in a copy of the finished checkout; it goes on while other tests run."""
    folder = tmp_path_factory.mktemp("tutorial") / "checkout"
    shutil.copytree(finished, folder, symlinks=True)
    with ThreadPoolExecutor(1) as background:
        yield background.submit(_run_tutorial, folder, outputs)


@pytest.fixture
def tutorial(tutorial_under_way: Future[Tutorial]) -> Tutorial:
    return tutorial_under_way.result()


@pytest.fixture(autouse=True)
def _begin_the_tutorial_early(request: pytest.FixtureRequest) -> None:
    """Let both cores work: it takes minutes, most of them on one core."""
    if any("tutorial" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("tutorial_under_way")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium without a network but for 127.0.0.1; its logs hold what other modules did before."""
    if not (CHROMIUM and DRIVER):
        if os.environ.get("IONSCREEN_REQUIRE_BROWSER"):
            pytest.fail("chromium and chromedriver are needed (Debian: chromium, chromium-driver)")
        pytest.skip("no chromium and chromedriver here (Debian: chromium, chromium-driver)")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()
