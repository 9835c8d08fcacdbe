"""A disk that is full: each stage says so, and inputs and the last good outputs stand."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest

from pipeline.common.stage import EXIT_USER_ERROR
from tests.end_to_end.trees import DVC, STAGES, Tree

PYTHON = ".venv/bin/python"
ONE_PAGE = 1
"""Of 4 KiB: whatever writes two files beside their places at a time has no room."""
FREE_PAGES = (ONE_PAGE, 16)
IN_SHORT = "featurize"
OURS = re.compile(
    r"^\S.*: stopped: no room on the disk \(.*No space left on device.*\); make some and run again: ", re.M
)
DVCS_OWN = re.compile(r"^ERROR: .*No space left on device", re.M)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, 2 GB at most, that can be filled."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2g", "tmpfs", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        if os.environ.get("IONSCREEN_REQUIRE_TMPFS"):
            pytest.fail(f"no tmpfs can be mounted: {done.stderr}")
        pytest.skip(f"no tmpfs can be mounted (who may not mount can do so within `unshare -rm`): {done.stderr}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _filled(disk: Path, n_pages: int) -> Iterator[None]:
    """Fill a disk but for so many pages while the block goes on."""
    filler, room = disk / "filler", os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, (room.f_bavail - n_pages) * room.f_frsize)
    yield
    filler.unlink()


@pytest.mark.fault("2 a full disk")
def test_each_stage_says_that_the_disk_is_full_and_leaves_all_as_it_was(
    harmed: Callable[[], Tree], small_disk: Path, tally
) -> None:
    tree = Tree.copy_of(harmed().folder, small_disk / "tree")
    for stage in STAGES if tally.is_full else [IN_SHORT]:
        tree.make_stale(stage)
        with tally.attempt(), _filled(small_disk, ONE_PAGE):
            done = tree.run(PYTHON, "-m", f"pipeline.{stage}")
            assert done.returncode == EXIT_USER_ERROR, done.stdout
            assert OURS.search(done.stdout), done.stdout
            tree.assert_nothing_is_half(stage)
        tree.restore()
    tree.make_stale(IN_SHORT)
    done = tree.run(DVC, "repro")
    assert done.returncode == 0, done.stdout
    tree.assert_sound()


@pytest.mark.fault("2 a full disk, by `dvc repro`")
def test_a_run_says_that_the_disk_is_full_whether_a_stage_or_dvc_meets_it(
    harmed: Callable[[], Tree], small_disk: Path, tally
) -> None:
    tree = Tree.copy_of(harmed().folder, small_disk / "tree")
    for stage, n_pages in zip(STAGES, cycle(FREE_PAGES), strict=False) if tally.is_full else [(IN_SHORT, ONE_PAGE)]:
        tree.make_stale(stage)
        with tally.attempt():
            with _filled(small_disk, n_pages):
                done = tree.run(DVC, "repro", "--single-item", stage)
                assert "Traceback" not in done.stdout, done.stdout
                tree.assert_nothing_is_half(stage)
            if done.returncode == 0:  # what a small stage writes may have found room
                assert n_pages > ONE_PAGE
                tree.assert_sound()
            else:
                assert OURS.search(done.stdout) or DVCS_OWN.search(done.stdout), f"{stage}, {n_pages}: {done.stdout}"
        tree.restore()
    done = tree.run(DVC, "repro")
    assert done.returncode == 0, done.stdout
    tree.assert_sound()
