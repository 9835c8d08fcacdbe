"""A checkout of the tree as it stands, with quick settings, in which whole runs happen; a browser without a network."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.commands.program import program

ROOT = Path(__file__).resolve().parents[2]
QUICK = {
    "budget: default ": "budget: quick ",
    "  n_partitions: 10 ": "  n_partitions: 1 ",
    "n_repeats: 3": "n_repeats: 1",
    "n_resampled: 10": "n_resampled: 2",
    "n_reseeded: 5": "n_reseeded: 1",
    "n_outer_folds: 4, n_inner_folds: 3": "n_outer_folds: 3, n_inner_folds: 2",
}

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
            shutil.copy(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return folder


@pytest.fixture
def fresh_copy(tmp_path: Path) -> Path:
    return _copy_tree(tmp_path / "copy")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = _copy_tree(tmp_path_factory.mktemp("checkout"))
    (folder / "dvc.lock").unlink()
    params = (folder / "params.yaml").read_text()
    for full, quick in QUICK.items():
        assert params.count(full) == 1
        params = params.replace(full, quick)
    (folder / "params.yaml").write_text(params)
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
def ask(finished: Path) -> Run:
    """`python -m pipeline` on a finished run, within this process, in which all has been imported."""

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        with contextlib.chdir(finished):
            done = CliRunner().invoke(program(), list(arguments))
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)

    return start


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
