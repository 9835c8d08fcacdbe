from __future__ import annotations

import os
import subprocess
import sys

import pytest

from pipeline.common import processes
from pipeline.common.processes import Process


@pytest.fixture
def ended():
    """A process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        found = Process(Process.own().machine, child.pid, processes._started(child.pid))
        assert not found.is_known_dead
    return found


def test_a_process_is_read_back_as_it_was_written():
    own = Process.own()
    assert Process.parse(str(own)) == own
    assert not own.is_known_dead


def test_one_that_has_ended_is_known_to_be_dead(ended):
    assert ended.is_known_dead


def test_one_that_ended_and_was_not_waited_for_is_known_to_be_dead():
    child = os.fork()
    if not child:
        os._exit(0)
    try:
        started = processes._started(child) or ""
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        assert Process(Process.own().machine, child, started).is_known_dead
    finally:
        os.waitpid(child, 0)


def test_another_one_of_the_same_number_is_not_taken_for_it():
    own = Process.own()
    assert Process(own.machine, own.pid, "1").is_known_dead


def test_of_another_machine_nothing_is_known(ended):
    assert not Process("elsewhere", ended.pid, ended.started).is_known_dead
    assert not Process("", ended.pid, ended.started).is_known_dead


def test_of_a_process_of_somebody_else_nothing_is_known(monkeypatch, ended):
    def hidden(pid, number):
        raise PermissionError

    monkeypatch.setattr(os, "kill", hidden)
    assert not ended.is_known_dead


@pytest.mark.parametrize("text", ["", "here", "here -1 5", "here 1", "here ² 5", "here 0 5 6"])
def test_what_is_no_process_is_none(text):
    assert Process.parse(text) is None


@pytest.mark.parametrize("pid", ["0", "9" * 30])
def test_a_number_that_no_process_has_is_not_asked_for(pid):
    found = Process.parse(f"{Process.own().machine} {pid} 5")
    assert found is not None
    assert not found.is_known_dead
