"""Jobs done by dask workers in processes of their own, as on other machines."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from joblib import Parallel, delayed

from pipeline.common import workers as module
from pipeline.common.errors import UserError
from pipeline.common.workers import code_digest, crew, workers

distributed = pytest.importorskip(
    "distributed", reason="distributed is not installed: pip install 'ionscreen[cluster]'"
)


@pytest.fixture
def scheduler(cluster):
    return cluster.scheduler_address


@pytest.fixture
def nobody():
    """An address of this machine at which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{listener.getsockname()[1]}"


def alone():
    """One worker of one thread."""
    return distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0")


def refusal(address):
    with pytest.raises(UserError) as caught, workers(address, 1):
        raise AssertionError("nothing is there to work")
    return str(caught.value)


def test_without_a_scheduler_as_many_jobs_are_done_as_there_are_processes():
    with workers(None, 3) as n_workers:
        assert n_workers == 3


def test_jobs_are_done_by_the_workers_and_come_back_in_their_order(scheduler):
    def square(number):
        return number**2, os.getpid()

    with workers(scheduler, 1) as n_workers:
        assert n_workers == 2
        found = Parallel(n_workers)(delayed(square)(number) for number in range(40))
        with Parallel(n_workers, return_as="generator") as parallel:
            streamed = list(parallel(delayed(square)(number) for number in range(40)))
    assert [number for number, _ in found] == [number for number, _ in streamed] == [n**2 for n in range(40)]
    assert os.getpid() not in {process for _, process in (*found, *streamed)}


def test_a_job_whose_worker_is_killed_is_done_again(scheduler, tmp_path):
    died = tmp_path / "died"

    def once_deadly(number):
        if number == 5 and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number + 1

    with workers(scheduler, 1) as n_workers:
        found = Parallel(n_workers)(delayed(once_deadly)(number) for number in range(12))
    assert died.exists()
    assert found == list(range(1, 13))


def test_what_the_next_job_gets_is_asked_for_when_a_worker_is_free(scheduler):
    asked, done = [], []

    def given():
        for number in range(10):
            asked.append(number)
            yield number, len(done)

    def told(number, n_done):
        return number, n_done

    with crew(scheduler) as found:
        for result in found.done(told, given()):
            done.append(result)
            assert len(asked) <= len(done) + 1
    assert sorted(number for number, _ in done) == list(range(10))
    assert all(number - 1 <= n_done <= number for number, n_done in done)


def test_jobs_that_are_handed_out_one_by_one_reach_a_worker_that_joins():
    def where(number):
        return os.getpid()

    with alone() as local, crew(local.scheduler_address) as found:
        at = set()
        for process in found.done(where, ((number,) for number in range(20))):
            at.add(process)
            if len(at) == 1:
                local.scale(2)
                found.client.wait_for_workers(2, timeout=60)
    assert len(at) == 2


def test_what_is_lent_is_made_again_where_the_only_worker_that_holds_it_is_killed(tmp_path):
    died = tmp_path / "died"

    def once_deadly(lent, number):
        if number == 2 and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return sum(lent) + number

    with alone() as local, crew(local.scheduler_address) as found:
        lent = found.lend([1, 2, 3])
        assert list(found.done(once_deadly, ((lent, number) for number in range(4)))) == [6, 7, 8, 9]
    assert died.exists()


def test_a_job_that_kills_every_worker_ends_what_a_crew_does(scaled, scheduler):
    def deadly(number):
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(UserError, match="one job was lost with worker after worker"), crew(scheduler) as found:
        list(found.done(deadly, [(1,)]))
    scaled(2)


def test_a_scheduler_that_goes_away_ends_what_a_crew_does():
    def wait(number):
        time.sleep(60 * number)
        return number

    def lose_it(local):
        with crew(local.scheduler_address) as found:
            for number in found.done(wait, [(0,), (1,)]):
                assert number == 0
                local.close()

    with alone() as local, pytest.raises(UserError, match="the connection was lost"):
        lose_it(local)


def test_a_job_that_kills_every_worker_ends_the_run_and_does_not_hang(scaled, scheduler):
    def deadly(number):
        os.kill(os.getpid(), signal.SIGKILL)

    with (
        pytest.raises(UserError, match="one job was lost with worker after worker"),
        workers(scheduler, 1) as n_workers,
    ):
        Parallel(n_workers)(delayed(deadly)(number) for number in range(2))
    scaled(2)


def test_what_a_job_raises_is_raised_here(scheduler):
    def faulty(number):
        if number == 3:
            raise UserError("a fault in row 3")
        return number

    with pytest.raises(UserError, match="a fault in row 3"), workers(scheduler, 1) as n_workers:
        Parallel(n_workers)(delayed(faulty)(number) for number in range(6))


def test_a_scheduler_that_goes_away_ends_the_run_and_does_not_hang():
    def lose_it(local):
        with workers(local.scheduler_address, 1) as n_workers:
            for number in Parallel(n_workers, return_as="generator")(delayed(wait)(number) for number in range(2)):
                assert number == 0
                local.close()

    def wait(number):
        time.sleep(60 * number)
        return number

    with alone() as local, pytest.raises(UserError, match="connection was lost"):
        lose_it(local)


def test_a_single_worker_does_the_jobs_and_not_this_process():
    with alone() as local, workers(local.scheduler_address, 1) as n_workers:
        processes = set(Parallel(n_workers)(delayed(os.getpid)() for _ in range(4)))
    assert len(processes) == 1
    assert os.getpid() not in processes


def test_after_the_block_jobs_are_done_here_again(scheduler):
    with workers(scheduler, 1):
        pass
    assert Parallel(1)(delayed(os.getpid)() for _ in range(2)) == [os.getpid()] * 2


def test_an_address_at_which_nothing_listens_is_refused(nobody):
    message = refusal(nobody)
    assert f"--scheduler {nobody}: cannot be reached" in message
    assert "dask scheduler" in message


@pytest.mark.parametrize("address", ["node1", "http://node1:8786", "", "tcp://:port"])
def test_what_is_no_address_is_refused(address):
    assert "tcp://host:port was expected" in refusal(address)


def test_a_scheduler_without_workers_is_refused(monkeypatch):
    monkeypatch.setattr(module, "_SECONDS", 1)
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0", protocol="tcp://") as empty:
        message = refusal(empty.scheduler_address)
    assert "it has no worker after 1 s" in message
    assert f"PYTHONPATH=. dask worker --nthreads 1 {empty.scheduler_address}" in message


def test_a_worker_that_does_not_find_the_program_is_refused(tmp_path):
    elsewhere = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0", protocol="tcp://") as empty:
        command = [sys.executable, "-m", "distributed.cli.dask_worker", empty.scheduler_address, "--no-nanny"]
        log = subprocess.DEVNULL
        with subprocess.Popen(
            [*command, "--no-dashboard"], cwd=tmp_path, env=elsewhere, stdout=log, stderr=log
        ) as worker:
            try:
                message = refusal(empty.scheduler_address)
            finally:
                worker.terminate()
    assert "the scheduler or a worker does not find this program" in message


def test_workers_that_run_another_version_are_refused(scheduler, monkeypatch):
    monkeypatch.setattr(module, "_ROOT", Path(module.__file__).parents[2] / "pipeline")
    assert "run another version of this program" in refusal(scheduler)


def test_without_distributed_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pip install 'ionscreen[cluster]'" in refusal("tcp://node1:8786")


def test_without_a_scheduler_distributed_is_not_needed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with workers(None, 2) as n_workers:
        assert n_workers == 2


def test_a_changed_module_changes_the_digest(tmp_path, monkeypatch):
    digests = []
    for text in ("a = 1\n", "a = 2\n"):
        (tmp_path / "features").mkdir(exist_ok=True)
        (tmp_path / "features" / "module.py").write_text(text)
        monkeypatch.setattr(module, "_ROOT", tmp_path)
        digests.append(code_digest())
    assert digests[0] != digests[1]
