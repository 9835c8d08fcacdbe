import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.common import atomic
from pipeline.common.atomic import replacing, replacing_folder, sweep

ROOT = Path(__file__).parents[2]
N_LETTERS = 300_000
WRITES_FOR_EVER = f"""
import itertools, pathlib
from pipeline.common.atomic import replacing, replacing_folder
for letter in itertools.cycle("ab"):
    with replacing(pathlib.Path("file")) as temporary:
        temporary.write_text(letter * {N_LETTERS})
    with replacing_folder(pathlib.Path("folder")) as temporary:
        for number in range(5):
            (temporary / str(number)).write_text(letter * {N_LETTERS // 10})
    print(flush=True)
"""


def _fail_half_way(replacing, path, write):
    with replacing(path) as temporary:
        write(temporary)
        raise RuntimeError("killed")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="killed"):
        _fail_half_way(replacing, path, lambda temporary: temporary.write_text("half of the n"))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_until_a_write_ends_the_old_file_stands(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_fails_leaves_the_old_folder_and_nothing_else(tmp_path):
    path = tmp_path / "models"
    path.mkdir()
    (path / "old.ubj").write_text("old")
    with pytest.raises(RuntimeError, match="killed"):
        _fail_half_way(replacing_folder, path, lambda folder: (folder / "new.ubj").write_text("new"))
    assert [file.name for file in path.iterdir()] == ["old.ubj"]
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "models"
    for name in ("one", "two"):
        with replacing_folder(path) as temporary:
            (temporary / "deep").mkdir()
            (temporary / "deep" / name).write_text(name)
    assert [file.name for file in (path / "deep").iterdir()] == ["two"]
    assert list(tmp_path.iterdir()) == [path]


def _texts(folder):
    return [path.read_text() for path in sorted((folder / "folder").iterdir())]


@pytest.mark.fault("1 killed while it writes")
def test_a_writer_that_is_killed_leaves_whole_files_and_folders(tmp_path, tally):
    generator = random.Random(1)
    for _ in range(tally.n(10, 100)):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITES_FOR_EVER], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE
        )
        with writer, tally.attempt():
            writer.stdout.readline()  # once, so that there is an old file and an old folder
            time.sleep(generator.uniform(0, 0.03))
            writer.kill()
            writer.wait()
            whole = (tmp_path / "file").read_text()
            assert whole in ("a" * N_LETTERS, "b" * N_LETTERS)
            texts = _texts(tmp_path)
            assert len(texts) == 5
            assert set(texts) in ({"a" * (N_LETTERS // 10)}, {"b" * (N_LETTERS // 10)})
            sweep(tmp_path)
            assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_without_an_exchange_a_folder_is_replaced_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "_exchange", lambda *_: False)
    for name in ("one", "two"):
        with replacing_folder(tmp_path / "folder") as temporary:
            (temporary / name).write_text(name)
    assert _texts(tmp_path) == ["two"]
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_what_a_living_process_writes_is_not_swept_away(tmp_path):
    with replacing(tmp_path / "file") as temporary:
        sweep(tmp_path)
        temporary.write_text("new")
    assert (tmp_path / "file").read_text() == "new"


def test_only_what_this_program_left_is_swept_away(tmp_path):
    left = subprocess.Popen([sys.executable, "-c", ""])
    left.wait()
    for name in (f".a.{left.pid}.xyz.part", ".b.part", "c.part", f".d.{os.getpid()}.xyz.part"):
        (tmp_path / name).write_text("")
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".b.part", f".d.{os.getpid()}.xyz.part", "c.part"]


@pytest.mark.skipif(not Path("/proc/self/stat").is_file(), reason="no /proc here")
def test_what_a_process_left_that_has_ended_and_nobody_asked_after_is_swept(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        left = tmp_path / f".file.{process.pid}.abc.part"
        left.touch()
        sweep(tmp_path)
        assert left.exists()
        process.stdin.close()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        os.kill(process.pid, 0)
        sweep(tmp_path)
        assert not left.exists()
