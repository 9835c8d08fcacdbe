"""How often a fault was tried, and how often it was survived: the table that `make fault-test` prints.

A test that is marked with a fault (`@pytest.mark.fault("killed at any moment")`) takes `tally`, asks it how many tries
to make (few in every run of the tests, many with `--faults full`), and tells it of each one that was survived. A
property that hypothesis is to try takes as many examples by `@settings(settings.get_profile("faults"))`.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

N_EXAMPLES = {"short": 25, "full": 10_000}
"""Examples of each property of hostile input that hypothesis looks at."""


class TooSlowError(AssertionError):
    """A try did not end in time."""


@dataclass
class Counts:
    """What became of the tries of one fault."""

    n_tries: int = 0
    n_survived: int = 0


@dataclass
class Tally:
    """What a test tells of its tries; usable from several threads."""

    is_full: bool
    counts: Counts

    def n(self, short: int, full: int) -> int:
        """Return how many tries to make."""
        return full if self.is_full else short

    @contextlib.contextmanager
    def attempt(self, n: int = 1) -> Iterator[None]:
        """Count a try, or several in a row; survived if the block ends without an error.

        What took too long is tried once more by `again_if_slow`, and fails the test where it is too slow again.
        """
        self.counts.n_tries += n
        try:
            yield
        except TooSlowError:
            self.counts.n_tries -= n
            raise
        self.counts.n_survived += n


@dataclass
class Table:
    """All faults of a run of the tests."""

    faults: dict[str, Counts] = field(default_factory=dict)


TABLE = pytest.StashKey[Table]()


def pytest_addoption(parser):
    parser.addoption("--faults", choices=sorted(N_EXAMPLES), default="short", help="how many tries of each fault")
    parser.addoption("--tally", metavar="FILE", type=Path, help="JSON that the table of faults is written to")


def pytest_configure(config):
    config.addinivalue_line("markers", "fault(name): counts in the table of faults, under this name")
    config.addinivalue_line("markers", "whole_run: needs a finished run of the pipeline")
    config.stash[TABLE] = Table()
    # The same examples on every run and machine; no deadline, since the first call imports pint, RDKit or pymatgen.
    common = {"deadline": None, "derandomize": True, "database": None}
    settings.register_profile("ionscreen", max_examples=100, **common)
    # A fault's counts are to grow from example to example, which hypothesis warns of.
    counted = {"suppress_health_check": [HealthCheck.function_scoped_fixture]}
    settings.register_profile("faults", max_examples=N_EXAMPLES[config.getoption("--faults")], **common, **counted)
    settings.load_profile("ionscreen")


@pytest.fixture
def tally(request):
    """Count the tries of the fault that the test is marked with."""
    (name,) = request.node.get_closest_marker("fault").args
    counts = request.config.stash[TABLE].faults.setdefault(name, Counts())
    return Tally(request.config.getoption("--faults") == "full", counts)


def pytest_terminal_summary(terminalreporter, config):
    faults = config.stash[TABLE].faults
    if config.getoption("--tally"):
        config.getoption("--tally").write_text(json.dumps({name: asdict(counts) for name, counts in faults.items()}))
    elif faults:
        terminalreporter.section("faults")
        terminalreporter.write_line(as_text(faults))


def as_text(faults):
    """Return the table of faults, a line each."""
    width = max(map(len, faults))
    lines = [f"{'fault':<{width}}  {'tries':>7}  {'survived':>8}  {'lost':>5}"]
    for name, counts in sorted(faults.items(), key=lambda fault: (int(fault[0].split()[0]), fault)):
        lost = counts.n_tries - counts.n_survived
        lines.append(f"{name:<{width}}  {counts.n_tries:>7}  {counts.n_survived:>8}  {lost:>5}")
    return "\n".join(lines)
