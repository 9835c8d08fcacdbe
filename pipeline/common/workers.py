"""Where jobs are done: in processes of this machine, or by the dask workers of several."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from joblib import parallel_config

from pipeline.common.errors import UserError
from pipeline.common.processes import end_with

_SECONDS = 10
"""How long a scheduler and its first worker may take to answer."""
_AT_LEAST = 2
_LARGEST_JOB = "1GB"
_START_WORKERS = (
    "in the root of a checkout of this commit: PYTHONPATH=. dask scheduler; PYTHONPATH=. dask worker --nthreads 1"
)
_ROOT = Path(__file__).parents[2]
Result = TypeVar("Result")


@dataclass(frozen=True)
class Crew:
    """The dask workers of a scheduler, to whom jobs are given a few at a time.

    Attributes:
        client: Of the scheduler.
        distributed: The package.
    """

    client: Any
    distributed: ModuleType

    def lend(self, thing: Any) -> Any:
        """Send something once that many jobs read; returns what stands for it among the arguments of `done`.

        It is the result of a job: where all workers that hold it are lost, the scheduler has it made again, which it
        cannot do with what is scattered.
        """
        return self.client.submit(_itself, thing, pure=False)

    def done(self, job: Callable[..., Result], given: Iterable[tuple[Any, ...]]) -> Iterator[Result]:
        """Do jobs, as many at once as there are threads, and yield what they return, the first to end first.

        Args:
            job: A function of a module.
            given: Arguments of each job. They are asked for when a worker is free, so that they may hold what the jobs
                before have found.
        """
        waiting, under_way = iter(given), self.distributed.as_completed(loop=self.client.loop)
        self._hand_out(job, waiting, under_way)
        for future in under_way:
            yield future.result()
            self._hand_out(job, waiting, under_way)

    def _hand_out(self, job: Callable[..., Any], waiting: Iterator[tuple[Any, ...]], under_way: Any) -> None:
        """Give a job to each thread that is free, also of workers that have come since; to one, if none is there."""
        try:
            n_threads = sum(self.client.ncores().values())
        except OSError as error:
            raise self.distributed.CancelledError(str(error)) from error
        n_free = max(1, n_threads) - under_way.count()
        for arguments in islice(waiting, max(0, n_free)):
            under_way.add(self.client.submit(job, *arguments, pure=False))


def _itself(thing: Any) -> Any:
    return thing


@contextmanager
def workers(scheduler: str | None, n_workers: int) -> Iterator[int]:
    """Have joblib's `Parallel` do its jobs here or, where a scheduler is named, on its dask workers.

    No number depends on which: jobs are asked for and gathered in the same order. A job whose worker dies is done again
    by another one, since whatever it needs travels with it. Processes of this machine end with this one, also where it
    is killed.

    Args:
        scheduler: The address of a dask scheduler such as "tcp://node1:8786"; None for processes of this machine. It is
            trusted: whoever reaches it can run any code on its workers.
        n_workers: Processes of this machine.

    Yields:
        How many jobs to hand out at once: the processes, or the threads of all workers and two at least.

    Raises:
        UserError: distributed is not installed, nothing answers at the address, there is no worker, one runs another
            version of this program, or the workers were lost for good.
    """
    if scheduler is None:
        with parallel_config(backend="loky", initializer=end_with, initargs=(os.getpid(), _end)):
            yield n_workers
        return
    with crew(scheduler) as found, parallel_config(backend=_backend(found.client)):
        yield max(_AT_LEAST, sum(found.client.ncores().values()))


@contextmanager
def crew(scheduler: str) -> Iterator[Crew]:
    """Yield the dask workers of a scheduler.

    Raises:
        UserError: distributed is not installed, nothing answers at the address, there is no worker, one runs another
            version of this program, or the workers were lost for good.
    """
    distributed = _distributed()
    with _connected(scheduler, distributed) as client:
        try:
            yield Crew(client, distributed)
        except distributed.KilledWorker as error:
            raise UserError(
                f"--scheduler {scheduler}: one job was lost with worker after worker, short of memory perhaps ({error})"
            ) from error
        except distributed.CancelledError as error:
            raise UserError(f"--scheduler {scheduler}: the connection was lost ({error}); run again") from error


def _end() -> None:
    os._exit(1)


def _backend(client: Any) -> Any:
    """Return joblib's dask backend without two habits (joblib 1.6).

    It waits forever for a job that dask has given up, and does the jobs of a single worker in this process.
    """
    from joblib._dask import DaskDistributedBackend

    class Reporting(DaskDistributedBackend):  # type: ignore[misc]
        def effective_n_jobs(self, n_jobs: int) -> int:
            found: int = super().effective_n_jobs(n_jobs)
            return max(_AT_LEAST, found)

        async def _collect(self) -> None:
            while self._continue:
                async for future, result in self.waiting_futures:
                    job, callback = self._results.pop(future), self._callbacks.pop(future)
                    told = result[1] if future.status == "error" else result
                    job.set_result(told)
                    callback(told)  # raises what is an exception where the result is asked for
                await asyncio.sleep(0.01)

    return Reporting(client=client)


@contextmanager
def _connected(scheduler: str, distributed: ModuleType) -> Iterator[Any]:
    """Yield a client of a scheduler that has workers with this code."""
    import dask

    _refuse_unreachable(scheduler, distributed)
    try:
        client = distributed.Client(scheduler, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UserError(f"--scheduler {scheduler}: no dask scheduler answers there ({error})") from error
    # Evidence travels with each job on purpose: what is kept on a worker instead is lost with it.
    with client, dask.config.set({"distributed.admin.large-graph-warning-threshold": _LARGEST_JOB}):
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError as error:
            raise UserError(
                f"--scheduler {scheduler}: it has no worker after {_SECONDS} s; {_START_WORKERS} {scheduler}"
            ) from error
        _refuse_other_code(scheduler, client)
        yield client


def _distributed() -> ModuleType:
    try:
        import distributed
    except ImportError as error:
        raise UserError(
            "--scheduler needs the package distributed: pip install 'ionscreen[cluster]', here and on every worker"
        ) from error
    module: ModuleType = distributed
    return module


def _refuse_unreachable(scheduler: str, distributed: ModuleType) -> None:
    """Try the address itself: a client that was never connected cannot be closed in silence."""
    import socket

    try:
        host, port = distributed.comm.get_address_host_port(scheduler)
    except ValueError as error:
        raise UserError(f"--scheduler {scheduler}: tcp://host:port was expected ({error})") from error
    try:
        socket.create_connection((host, port), timeout=_SECONDS).close()
    except OSError as error:
        raise UserError(
            f"--scheduler {scheduler}: cannot be reached ({error}); start one with `PYTHONPATH=. dask scheduler`, or "
            "leave --scheduler out to work in processes of this machine"
        ) from error


def _refuse_other_code(scheduler: str, client: Any) -> None:
    """Refuse workers that would not do the same work, and a scheduler that cannot read what it hands to them."""
    remedy = f"{_START_WORKERS} {scheduler}"
    try:
        digests = {"the scheduler": client.run_on_scheduler(code_digest), **_digests_of_workers(client)}
    except Exception as error:  # what a worker cannot load comes back as a bare Exception, or as what it was
        if "No module named" not in str(error):
            raise
        raise UserError(
            f"--scheduler {scheduler}: the scheduler or a worker does not find this program ({error}); {remedy}"
        ) from error
    ours = code_digest()
    if others := sorted(worker for worker, digest in digests.items() if digest != ours):
        raise UserError(f"--scheduler {scheduler}: {', '.join(others)} run another version of this program; {remedy}")


def _digests_of_workers(client: Any) -> dict[str, str]:
    """Return what each worker runs; one that has left meanwhile is no matter."""
    told = client.run(code_digest, on_error="return")
    if faults := [one for one in told.values() if isinstance(one, Exception) and not isinstance(one, OSError)]:
        raise faults[0]
    return {worker: digest for worker, digest in told.items() if isinstance(digest, str)}


def code_digest() -> str:
    """Return the SHA-256 of all modules of this program, by path and content."""
    told = hashlib.sha256()
    for source in sorted(path for room in ("features", "pipeline") for path in (_ROOT / room).rglob("*.py")):
        told.update(str(source.relative_to(_ROOT)).encode() + b"\0" + source.read_bytes() + b"\0")
    return told.hexdigest()
