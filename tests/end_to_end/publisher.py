"""A machine that publishes: told on its standard input which run, where, and after which request to be killed.

Each publication is a process of its own, forked after all imports, so that a test can afford many.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable

import mlflow.xgboost
import requests
import sklearn
from mlflow.utils import requirements_utils

from pipeline.common import processes
from pipeline.tracking import pictures
from pipeline.tracking.publishing import publish
from pipeline.tracking.turns import PATIENCE_S
from tests.end_to_end import store_contents


def main() -> None:
    name = sys.argv[1]
    processes._machine = lambda: name
    pictures._png = lambda *_: b""  # not at stake here
    requirements_utils._init_modules_to_packages_map()  # seconds, which each child would take again
    for line in sys.stdin:
        asked = json.loads(line)
        status, written = _in_child(lambda asked=asked: _do(**asked))
        print(json.dumps([status, written]), flush=True)


def _do(
    environment: dict[str, str], folder: str = "", patience_s: float = PATIENCE_S, dies_after: int | None = None
) -> str:
    """Publish a folder's run, and return how many requests it took; without a folder, return what the store holds."""
    os.environ.update(environment)
    if not folder:
        return store_contents.contents()
    n_sent, send = 0, requests.Session.send

    def counted(session: requests.Session, request: requests.PreparedRequest, **settings: object) -> requests.Response:
        nonlocal n_sent
        answer = send(session, request, **settings)
        n_sent += 1
        if n_sent == dies_after:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    requests.Session.send = counted
    os.chdir(folder)
    publish(lambda _: None, patience_s)
    return str(n_sent)


def _in_child(do: Callable[[], str]) -> tuple[int, str]:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            with os.fdopen(writing, "w") as pipe:
                pipe.write(do())
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        written = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), written


if __name__ == "__main__":
    assert mlflow.xgboost, sklearn
    main()
