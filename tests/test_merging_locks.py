"""Two people each run the pipeline on a branch; docs/UPGRADING.md says how their branches come together."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PIPELINE = """
stages:
  ingest:
    cmd: cat lab/*.csv > records.csv
    deps: [lab]
    outs: [records.csv]
  count:
    cmd: wc -l < records.csv > count.txt
    deps: [records.csv]
    params: [unit]
    outs: [count.txt]
"""


def way_out():
    """The commands that the page gives for a conflict."""
    section = (ROOT / "docs/UPGRADING.md").read_text("utf-8").split("## Two people's runs")[1].split("\n## ")[0]
    commands = re.findall(r"^\$ (.*)", section, re.MULTILINE)
    assert [command.split()[0] for command in commands] == ["git", "dvc", "git", "git"]
    return commands


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """Run a command in a repository whose pipeline takes no time, as the project's environment has `dvc`."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "dvc").write_text(f'#!/bin/sh\nexec {sys.executable} -m dvc "$@"\n')
    (programs / "dvc").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{Path(shutil.which('git')).parent}:/usr/bin:/bin")
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "somebody@example.org")
    folder = tmp_path / "checkout"
    (folder / "lab").mkdir(parents=True)
    (folder / "lab/first.csv").write_text("PEO\n")
    (folder / "dvc.yaml").write_text(PIPELINE)
    (folder / "params.yaml").write_text("unit: S/cm\n")
    (folder / ".gitignore").write_text("/records.csv\n/count.txt\n")
    shutil.copy(ROOT / ".gitattributes", folder)

    def do(command, *, is_fine=True):
        done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) == is_fine, done.stdout + done.stderr
        return done.stdout

    do("git init -q -b main . && dvc init -q && dvc repro -q && git add -A && git commit -qm first")
    return do


def work(do, branch, unit):
    """Somebody adds a file of results on a branch, changes a setting, and runs the pipeline."""
    do(f"git checkout -q -b {branch} main && echo {branch} > lab/{branch}.csv && echo 'unit: {unit}' > params.yaml")
    do(f"dvc repro -q && git add -A && git commit -qm {branch}")


def test_the_way_out_of_a_conflict_leads_to_both_results_and_to_nothing_left_to_do(shell):
    work(shell, "mine", "mS/cm")
    lock = shell("cat dvc.lock")
    work(shell, "theirs", "S/m")
    shell("git checkout -q mine")
    said = shell("git merge theirs", is_fine=False)
    assert {"dvc.lock", "params.yaml"} == set(re.findall(r"Merge conflict in (\S+)", said))
    assert shell("cat dvc.lock") == lock, "DVC can read no marks of a conflict"
    shell("echo 'unit: S/m' > params.yaml && git add params.yaml")
    for command in way_out():
        shell(command)
    assert shell("cat records.csv count.txt").split() == ["PEO", "mine", "theirs", "3"]
    assert "up to date" in shell("dvc status")
    assert shell("git status --porcelain") == ""
    assert shell("git log --format=%s -1").startswith("Merge branch 'theirs'")
