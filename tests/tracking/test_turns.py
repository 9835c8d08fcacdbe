"""Publishers wait for each other, not for the dead, and stop where their turn was given to somebody else."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from pipeline.common.errors import UserError
from pipeline.common.processes import Process
from pipeline.tracking import names, turns
from pipeline.tracking.turns import turn

LONG_S = 1000.0


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(turns, "_PAUSE_S", 0.01)


def tickets(store):
    found = store.client.search_model_versions(f"name = '{names.QUEUE}'")
    return sorted(int(ticket.version) for ticket in found)


def ticket_of(store, process):
    """The ticket of a publisher that ran elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Process, "own", lambda: process)
        return turns._draw(store, "another one")


def test_the_second_waits_for_the_first_and_says_for_whom(store):
    said, order, waits = [], [], threading.Event()

    def told(line):
        said.append(line)
        waits.set()

    def second():
        with turn(store, told, LONG_S):
            order.append("second")

    with turn(store, print, LONG_S):
        thread = threading.Thread(target=second)
        thread.start()
        assert waits.wait(30)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]
    assert len(said) == 1
    assert said[0].startswith("publish: waiting for ")
    assert tickets(store) == []


def test_many_at_once_are_alone_one_by_one(store):
    inside, most, failed = [], [], []

    def one():
        try:
            with turn(store, lambda _: None, LONG_S) as held:
                inside.append(held.number)
                held.keep()
                most.append(len(inside))
                inside.remove(held.number)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert most == [1] * 5
    assert tickets(store) == []


def test_a_number_is_given_once(store):
    with turn(store, print, LONG_S) as first:
        pass
    with turn(store, print, LONG_S) as second:
        pass
    assert int(second.number) > int(first.number)


def test_nobody_waits_for_a_process_of_this_machine_that_has_ended(store):
    own = Process.own()
    ticket_of(store, Process(own.machine, own.pid, "1"))
    said = []
    with turn(store, said.append, LONG_S) as held:
        assert tickets(store) == [int(held.number)]
    assert said == []


def test_one_of_another_machine_that_is_silent_for_long_counts_as_dead(store):
    silent = ticket_of(store, Process("elsewhere", 1, "1"))
    said = []
    with turn(store, said.append, 0.05) as held:
        assert tickets(store) == [int(held.number)]
        assert int(held.number) > int(silent)
    assert len(said) == 1


def test_a_sign_of_life_starts_the_patience_anew(store):
    signs, ticket = turns._Signs(-1.0), SimpleNamespace(version="1", tags={names.SIGN_OF_LIFE: "a"})
    assert signs.are_missing(ticket)  # with less than no patience
    ticket.tags = {names.SIGN_OF_LIFE: "b"}
    assert not signs.are_missing(ticket)
    assert signs.are_missing(ticket)


def test_who_lost_the_turn_is_told_to_publish_again(store):
    with turn(store, print, LONG_S) as held:
        held.keep()
        store.client.delete_model_version(names.QUEUE, held.number)
        with pytest.raises(UserError, match="publish again"):
            held.keep()


def test_a_ticket_that_was_drawn_twice_by_mistake_blocks_nobody(store, monkeypatch):
    draw = turns._draw

    def twice(store, token):
        draw(store, token)
        return draw(store, token)

    monkeypatch.setattr(turns, "_draw", twice)
    with turn(store, print, LONG_S) as held:
        assert tickets(store) == [int(held.number)]
