"""A disk that is full: each stage says so, and inputs and the last good outputs stand."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path

import pytest

from tests.end_to_end.trees import DVC, STAGES, Tree

PAGE = 4096
FREE_PAGES = (1, 16)
IN_SHORT = "featurize"


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


def _fill(disk: Path, n_pages: int) -> Path:
    """Fill a disk but for so many pages; returns the file that does it."""
    filler = disk / "filler"
    room = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, (room.f_bavail - n_pages) * room.f_frsize)
    return filler


@pytest.mark.fault("2 a full disk")
def test_each_stage_says_that_the_disk_is_full_and_leaves_all_as_it_was(
    harmed: Callable[[], Tree], small_disk: Path, tally
) -> None:
    tree = Tree.copy_of(harmed().folder, small_disk / "tree")
    for stage, n_pages in (
        zip(STAGES, cycle(FREE_PAGES), strict=False) if tally.is_full else [(IN_SHORT, FREE_PAGES[1])]
    ):
        tree.make_stale(stage)
        filler = _fill(small_disk, n_pages)
        with tally.attempt():
            done = tree.run(DVC, "repro", "--single-item", stage)
            assert "Traceback" not in done.stdout, done.stdout
            if done.returncode == 0:  # what a small stage writes may have found room
                assert n_pages > FREE_PAGES[0]
                tree.assert_sound()
            else:
                assert "No space left on device" in done.stdout, f"{stage}, {n_pages} pages: {done.stdout}"
            tree.assert_nothing_is_half(stage)
        filler.unlink()
        tree.restore()
    tree.make_stale(IN_SHORT)
    done = tree.run(DVC, "repro")
    assert done.returncode == 0, done.stdout
    tree.assert_sound()
