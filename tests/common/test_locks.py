import contextlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.common import layout
from pipeline.common.locks import WITHIN, BusyError, at_work, holding, working

ROOT = Path(__file__).parents[2]
HOLDS = """
import sys, subprocess
from pipeline.common import layout
from pipeline.common.locks import holding
with holding(layout.RUN_LOCK, "dvc repro") as lock:
    if sys.argv[1:]:
        subprocess.Popen(["sleep", "60"], pass_fds=(lock.fileno(),), stdout=subprocess.DEVNULL)
    print(flush=True)
    sys.stdin.read()
"""
WHO = r"another one is at work here: `dvc repro` \(process \d+\) since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\S*; wait"


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(WITHIN, raising=False)
    return tmp_path


@pytest.fixture
def start(place):
    """Start a process that holds the lock on the run until its input ends."""
    started = []

    def one(*arguments):
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDS, *arguments],
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        started.append(holder)
        holder.stdout.readline()
        return holder

    yield one
    for holder in started:
        with holder, contextlib.suppress(ProcessLookupError):
            os.killpg(holder.pid, signal.SIGKILL)


def test_who_comes_second_is_told_in_one_line_who_and_since_when(start):
    holder = start()
    with pytest.raises(BusyError, match=WHO) as refused, working("rank"):
        pass
    assert f"process {holder.pid}" in str(refused.value)
    assert "\n" not in str(refused.value)
    assert re.match(r"`dvc repro` \(process", at_work())


def test_a_lock_is_free_when_its_holder_has_ended(start):
    start().communicate()
    assert at_work() == ""
    with working("rank"):
        assert at_work() == ""  # but for this process itself


def test_a_lock_is_free_when_its_holder_was_killed(start):
    holder = start()
    holder.kill()
    holder.wait()
    assert at_work() == ""
    with working("rank"):
        assert f'"process": {os.getpid()}' in layout.RUN_LOCK.read_text()


def test_who_inherits_a_lock_holds_it_when_its_first_holder_was_killed(start):
    holder = start("with a child")
    holder.kill()
    holder.wait()
    with pytest.raises(BusyError, match="a process that has not said which"), working("rank"):
        pass


def test_a_stage_works_within_the_run_that_started_it_and_beside_no_other_stage(start, monkeypatch):
    holder = start()
    monkeypatch.setenv(WITHIN, str(holder.pid))
    with working("train"), pytest.raises(BusyError, match="`train`"), working("rank"):
        pass
    monkeypatch.setenv(WITHIN, str(holder.pid + 1))
    with pytest.raises(BusyError, match=WHO), working("train"):
        pass


def test_an_error_lets_go_of_the_lock(place):
    with pytest.raises(ZeroDivisionError), working("rank"):
        raise ZeroDivisionError
    with holding(layout.RUN_LOCK, "again"):
        pass
