"""What a killed DVC leaves half of is put back, and who is dead holds up nobody."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.common.dvc_files import keeping_lock, mend, remove_damaged_objects

READERS, LOCK, OBJECTS = Path(".dvc/tmp/rwlock"), Path("dvc.lock"), Path(".dvc/cache/files/md5")
WHOLE = b"schema: '2.0'\nstages:\n  ingest:\n    cmd: python -m pipeline.ingest\n    outs: [{path: records.parquet}]\n"
IN_CONFLICT = b"schema: '2.0'\n<<<<<<< HEAD\nstages:\n=======\n>>>>>>> theirs\n"


@pytest.fixture(autouse=True)
def tree(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    READERS.parent.mkdir(parents=True)


def _started(*arguments):
    return subprocess.Popen([sys.executable, "-c", "import sys; print(flush=True); sys.stdin.read()", *arguments],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip


def _list(pid):
    who = {"pid": pid, "cmd": "dvc repro"}
    READERS.write_text(json.dumps({"write": {"/a/records.parquet": who}, "read": {"/a/raw": [who]}}))


@pytest.fixture
def alive():
    """Start a process with these arguments; it ends with the test."""
    started = []

    def start(*arguments):
        started.append(_started(*arguments))
        started[-1].stdout.read(1)
        return started[-1]

    yield start
    for process in started:
        process.communicate()


def test_a_dvc_at_work_keeps_its_place_in_the_list(alive):
    _list(alive("-m", "dvc", "repro").pid)
    listed = READERS.read_bytes()
    mend()
    assert READERS.read_bytes() == listed


def test_a_killed_process_that_nobody_has_buried_is_dead(alive):
    process = alive("-m", "dvc", "repro")
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it stays a zombie
    assert Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    _list(process.pid)
    mend()
    assert not READERS.exists()


def test_who_got_the_number_of_a_killed_dvc_is_not_that_dvc(alive):
    for pid in (alive("-m", "http.server").pid, os.getpid()):
        _list(pid)
        mend()
        assert not READERS.exists()


@pytest.mark.parametrize("content", [b"", b'{"write": {"/a', b"[]", b'{"read": {"/a": [{"pid": "x"}]}}'])
def test_a_list_that_names_nobody_is_removed(content):
    READERS.write_bytes(content)
    mend()
    assert not READERS.exists()


@pytest.mark.parametrize("half", [b"", WHOLE[:40], b"schema: '2.0'\nstages:\n  ingest:\n    cmd: x\n", b"\xff"])
def test_half_a_lock_is_put_back(half):
    LOCK.write_bytes(WHOLE)
    with keeping_lock():
        LOCK.write_bytes(half)
    assert LOCK.read_bytes() == WHOLE
    LOCK.write_bytes(half)
    mend()
    assert LOCK.read_bytes() == WHOLE


def test_another_whole_lock_and_one_in_conflict_stay():
    LOCK.write_bytes(WHOLE)
    for other in (WHOLE.replace(b"ingest", b"train"), IN_CONFLICT):
        with keeping_lock():
            LOCK.write_bytes(other)
        mend()
        assert LOCK.read_bytes() == other


def test_what_is_not_what_its_name_says_leaves_the_cache():
    sound, damaged = OBJECTS / "ac/bd18db4cc2f85cedef654fccc4a4d8", OBJECTS / "90/0150983cd24fb0d6963f7d28e17f72"
    for path in (sound, damaged):
        path.parent.mkdir(parents=True)
    sound.write_bytes(b"foo")  # md5sum of "foo"
    damaged.write_bytes(b"abd")
    assert remove_damaged_objects() == [damaged]
    assert sound.read_bytes() == b"foo"
    damaged.write_bytes(b"abc")  # RFC 1321, A.5: its MD5 is 900150983cd24fb0d6963f7d28e17f72
    assert remove_damaged_objects() == []
