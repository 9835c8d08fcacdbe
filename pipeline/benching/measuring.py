"""How seconds and bytes are measured, summed up and compared."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Result = TypeVar("Result")
_STATUS = Path("/proc/self/status")
_PEAK = "VmHWM:"
_KIB_A_MIB = 1024


@dataclass(frozen=True)
class Measured:
    """What several repeats of one measurement gave.

    Attributes:
        median: Their median.
        smallest: The smallest of them.
        largest: The largest of them.
        n_repeats: How many there were.
    """

    median: float
    smallest: float
    largest: float
    n_repeats: int

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Measured:
        """Sum up one number a repeat.

        Raises:
            ValueError: There is none.
        """
        if not numbers:
            raise ValueError("one number at least was expected, got none")
        return cls(float(median(numbers)), float(min(numbers)), float(max(numbers)), len(numbers))

    def times(self, factor: float) -> Measured:
        """Return the same in other units, or of more of the same work; the factor is positive."""
        return Measured(self.median * factor, self.smallest * factor, self.largest * factor, self.n_repeats)

    def over(self, other: Measured) -> Measured:
        """Divide by another measurement; the range is that of the worst and the best pairing of repeats."""
        return Measured(
            self.median / other.median,
            self.smallest / other.largest,
            self.largest / other.smallest,
            min(self.n_repeats, other.n_repeats),
        )

    def rate(self, amount: float) -> Measured:
        """Return how much is done a second, where so much takes the seconds that were measured."""
        return Measured(amount / self.median, amount / self.largest, amount / self.smallest, self.n_repeats)


def timed(job: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> tuple[float, Result]:
    """Call something; return its wall-clock seconds, and what it returned."""
    start = time.perf_counter()
    result = job(*given, **named)
    return time.perf_counter() - start, result


def extrapolated(parts: Sequence[float], part: int, whole: int) -> Measured:
    """Return the seconds of a whole of which only parts of one size were measured.

    Args:
        parts: Seconds of each part that was measured.
        part: Its size.
        whole: The size of the whole.
    """
    return Measured.of(parts).times(whole / part)


def peak_MiB() -> float:  # noqa: N802
    """Return the most memory that this process has held since its program began.

    Linux says it without what the process held as a copy of its parent, before it became this program, which
    `getrusage` counts.
    """
    if _STATUS.is_file():
        (line,) = (line for line in _STATUS.read_text().splitlines() if line.startswith(_PEAK))
        return int(line.split()[1]) / _KIB_A_MIB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / _KIB_A_MIB**2 if sys.platform == "darwin" else peak / _KIB_A_MIB
