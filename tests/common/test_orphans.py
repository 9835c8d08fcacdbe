"""Processes that work for another one on this machine."""

import subprocess
import sys

PROGRAM = """
import os
import time

from joblib import Parallel, delayed

from pipeline.common.workers import workers


def job():
    print(os.getpid(), flush=True)
    time.sleep(120)


with workers(None, 2) as n_workers:
    Parallel(n_workers)(delayed(job)() for _ in range(2))
"""


def test_workers_end_with_the_process_that_they_work_for_also_where_it_is_killed():
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        started = [int(process.stdout.readline()) for _ in range(2)]
        process.kill()
        process.communicate(timeout=60)  # until nobody is left who could write
    assert len({process.pid, *started}) == 3
