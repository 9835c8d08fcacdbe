"""Tests run on a mutant, each in a process forked from one that has imported all libraries but no module of ours.

A fresh interpreter for each mutant, as Cosmic Ray starts it, spends eight seconds on importing pandas, pint and
pymatgen before the first test. The mutant is put in by an import hook, so that no file is ever changed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path

import pytest
from hypothesis import Phase, settings

OURS = ("features", "pipeline", "tests")
_STILLBORN = 99
_MOST_MEMORY_BYTES = 4 * 2**30
_PYTEST = (
    *("-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider", "-p", "no:faulthandler"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # plugins that are imported before pytest can rewrite them
)


@dataclass(frozen=True)
class Clean:
    """The tests on the module as it is: how many seconds of processor they take, all of them and each."""

    seconds: float
    seconds_of: dict[str, float]


class _ShortestFirst:
    """Runs the shortest tests first, and lets hypothesis stop at the first example that fails."""

    def __init__(self, seconds_of):
        self.seconds_of = dict(seconds_of)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self):
        for name in ("faults", "ionscreen"):
            unshrunk = settings(settings.get_profile(name), phases=(Phase.explicit, Phase.generate))
            settings.register_profile(name, unshrunk)
        settings.load_profile("ionscreen")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: self.seconds_of.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report):
        self.seconds_of[report.nodeid] = self.seconds_of.get(report.nodeid, 0.0) + report.duration


def compile_nothing(is_plain):
    """Have numba leave all as plain Python, or not: what is compiled on disk would not be the mutant."""
    os.environ["NUMBA_DISABLE_JIT"] = str(int(is_plain))
    if "numba" in sys.modules:
        sys.modules["numba"].config.DISABLE_JIT = int(is_plain)


def run_clean(tests):
    """Run the tests on what is there, twice: the first run says which libraries to import, the second is timed.

    Raises:
        SystemExit: They fail.
    """
    told = {}
    for _ in range(2):
        read, write = os.pipe()
        pid = os.fork()
        if not pid:
            order = _ShortestFirst({})
            code = _run_pytest(tests, order)
            libraries = sorted(name for name in sys.modules if name.partition(".")[0] not in (*OURS, "__main__"))
            told |= {"code": code, "libraries": libraries, "seconds_of": order.seconds_of}
            with os.fdopen(write, "w") as pipe:
                json.dump(told | {"seconds": time.process_time()}, pipe)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as pipe:
            told = json.load(pipe)
        os.waitpid(pid, 0)
        if told["code"]:
            raise SystemExit(f"the tests fail before anything is changed: pytest {' '.join(tests)}")
        _import(told["libraries"])
    gc.freeze()  # what is imported once need not be looked through in each process
    return Clean(told["seconds"], told["seconds_of"])


def fate(mutant, tests, clean):
    """Run the tests on a mutant.

    Returns:
        "killed" by a failing test, by dying or by taking five times as long; "stillborn" where it cannot even be
        imported, which says nothing of the tests; "survived".
    """
    limit = int(5 * clean.seconds + 10)
    pid = os.fork()
    if not pid:
        signal.alarm(40 * limit)  # of the clock, which goes on where others have the processor
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
        hook = _Hook(mutant)
        sys.meta_path.insert(0, hook)
        try:
            importlib.import_module(hook.name)
        except Exception:  # whatever a module may raise
            os._exit(_STILLBORN)
        os._exit(_run_pytest(tests, _ShortestFirst(clean.seconds_of)))
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    return {0: "survived", _STILLBORN: "stillborn"}.get(code, "killed")


def _run_pytest(tests, order):
    """Run tests with their output thrown away; returns pytest's exit code."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    try:
        return int(pytest.main([*_PYTEST, *tests], plugins=[order]))
    except BaseException:  # a mutant may raise anything, at import too
        return 1


def _import(libraries):
    for name in libraries:
        if name not in sys.modules:
            try:
                importlib.import_module(name)
            except Exception:  # parts that only their own package can import
                continue


class _Hook:
    """Finds one module, and gives it the mutant's source."""

    def __init__(self, mutant):
        self._mutant = mutant
        self.name = mutant.path.removesuffix(".py").replace("/", ".")

    def find_spec(self, name, path=None, target=None):  # noqa: ARG002
        if name != self.name:
            return None
        place = str(Path(self._mutant.path).resolve())
        spec = ModuleSpec(name, _Loader(name, place, self._mutant.source), origin=place)
        spec.has_location = True
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, name, place, source):
        super().__init__(name, place)
        self._source = source

    def get_code(self, fullname):  # noqa: ARG002
        return compile(self._source, self.path, "exec", dont_inherit=True)
