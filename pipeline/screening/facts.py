"""The tables that only limits read: when particles clump, which elements are critical, bounds of oxidation limits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pandas as pd

from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_table
from pipeline.records.quantities import parse_quantity

CLUMPING = "clumping.csv"
CRITICAL_ELEMENTS = "critical_elements.csv"
_CONSTANTS = "constants.csv"
_TRUTHS = {"true": True, "false": False}
_SURFACES = ("bare", "coated")
T = TypeVar("T")


@dataclass(frozen=True)
class ClumpingStep:
    """Particles up to a size clump above a loading.

    Attributes:
        size_up_to_nm: The largest particles that the step speaks of.
        surface: "bare" or "coated".
        filler_wt_fraction: The highest loading that is still dispersed.
        source: Where that is stated.
    """

    size_up_to_nm: float
    surface: str
    filler_wt_fraction: float
    source: str


@dataclass(frozen=True)
class Facts:
    """What the limits' own tables hold.

    Attributes:
        clumping: When particles clump, smallest particles first.
        critical_elements: Symbols that count as critical raw materials.
        oxidation_bounds_V: Of polymers that a source gives only a bound of: below and above which potential.
    """

    clumping: tuple[ClumpingStep, ...] = ()
    critical_elements: frozenset[str] = frozenset()
    oxidation_bounds_V: Mapping[str, tuple[float, float]] | None = None  # noqa: N815

    def oxidation_bounds(self, polymer: str) -> tuple[float, float]:
        """Return between which potentials a polymer's oxidation limit lies; without end where no bound is stated."""
        return (self.oxidation_bounds_V or {}).get(polymer, (-math.inf, math.inf))


def load_facts(folder: Path) -> Facts:
    """Read the tables.

    Args:
        folder: data/raw/components.

    Raises:
        UserError: A file or column is missing, or a cell is not what its column holds: every such cell.
    """
    steps = _rows(folder / CLUMPING, ("size_up_to_nm", "surface", "filler_wt_fraction", "source"), _step)
    critical = _rows(folder / CRITICAL_ELEMENTS, ("symbol", "name", "critical", "strategic", "counted"), _critical)
    return Facts(
        tuple(sorted(steps, key=lambda step: (step.size_up_to_nm, step.surface))),
        frozenset(filter(None, critical)),
        _oxidation_bounds(folder / _CONSTANTS),
    )


def _rows(path: Path, columns: tuple[str, ...], read: Callable[[Mapping[str, str]], T]) -> list[T]:
    table = read_table(path)
    if missing := [column for column in columns if column not in table.columns]:
        raise UserError([Problem(str(path), 1, column, "", "this column is missing") for column in missing])
    problems, found = [], []
    for number, row in table.iterrows():
        try:
            found.append(read({str(column): str(cell) for column, cell in row.items()}))
        except ValueError as error:
            problems.append(Problem(str(path), int(str(number)), "", "", str(error)))
    if problems:
        raise UserError(problems)
    return found


def _step(row: Mapping[str, str]) -> ClumpingStep:
    size, loading = _number(row, "size_up_to_nm"), _number(row, "filler_wt_fraction")
    if not (size > 0 and 0 < loading < 1):
        raise ValueError("a size above 0 nm and a weight fraction between 0 and 1 were expected")
    if row["surface"] not in _SURFACES or not row["source"]:
        raise ValueError(f"surface one of {', '.join(_SURFACES)}, and a source, were expected")
    return ClumpingStep(size, row["surface"], loading, row["source"])


def _number(row: Mapping[str, str], column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise ValueError(f"{column}: a number was expected, got {row[column]!r}") from None


def _critical(row: Mapping[str, str]) -> str:
    if bad := [column for column in ("critical", "strategic", "counted") if row[column] not in _TRUTHS]:
        raise ValueError(f"{', '.join(bad)}: true or false was expected")
    if _TRUTHS[row["counted"]] and not (row["symbol"] and _TRUTHS[row["critical"]]):
        raise ValueError("what is counted has to be critical and to have a symbol")
    return row["symbol"] if _TRUTHS[row["counted"]] else ""


def _oxidation_bounds(path: Path) -> dict[str, tuple[float, float]]:
    """Read what `constants.csv` keeps for people: a limit "above 5.3 V" is no number, but it passes 4.3 V."""
    table = read_table(path)
    rows: pd.DataFrame = table[(table["kind"] == "polymers") & (table["property"] == "oxidation_limit_V")]
    bounds: dict[str, tuple[float, float]] = {}
    for name, text in zip(rows["name"], rows["value"], strict=True):
        quantity = parse_quantity(text)
        if quantity.is_one_sided:
            below, above = bounds.get(name, (-math.inf, math.inf))
            bounds[name] = max(below, quantity.lower), min(above, quantity.upper)
    return bounds
