"""How far the record has moved since somebody last looked at it and accepted it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import Field

from features import split_mixture
from pipeline.common.settings import Frozen
from pipeline.learning import TARGETS
from pipeline.watching.reading import Reading, reading

FORMAT = 1
"""Of data/baseline.json."""
KINDS = ("polymer", "salt", "filler")
_PLAIN = ("temperature_C", "filler_wt_fraction")
_IDENTITY = ("work_id", *KINDS, "filler_wt_fraction", "temperature_C", "architecture_tags", "additives", "confidence")
_HEX_DIGITS = 12
_REMEDY = "Look whether that is meant; `python -m pipeline accept` takes the record as it stands for what is expected"


class Baseline(Frozen):
    """What a record held when somebody accepted it."""

    format: int = FORMAT
    polymers: tuple[str, ...]
    salts: tuple[str, ...]
    fillers: tuple[str, ...]
    ranges: dict[str, tuple[float, float]]
    """Smallest and largest value by target, on the learned scale, and by condition."""
    records: dict[str, str] = Field(min_length=1)
    """By record a digest of what was measured on what."""

    @property
    def components(self) -> dict[str, tuple[str, ...]]:
        """What stands by kind of component."""
        return {"polymer": self.polymers, "salt": self.salts, "filler": self.fillers}


@dataclass(frozen=True)
class DriftLimits:
    """How far a record may move.

    Attributes:
        most_new_share: Share of the components of a kind that may be new.
        margin: How far a value may lie beyond the range, as a share of the range.
        most_lost: How many records may be gone.
        most_changed: How many records may say something else.
    """

    most_new_share: float
    margin: float
    most_lost: int
    most_changed: int


def summarise(records: pd.DataFrame) -> Baseline:
    """Return what a record holds, by which a later one is compared."""
    named = {kind: tuple(sorted(_components(records[kind]))) for kind in KINDS}
    values = {name: column[np.isfinite(column)] for name, column in _values(records).items()}
    ranges = {name: (round(min(of), 6), round(max(of), 6)) for name, of in values.items() if len(of)}
    return Baseline(
        polymers=named["polymer"],
        salts=named["salt"],
        fillers=named["filler"],
        ranges=ranges,
        records=_digests(records),
    )


def drift(records: pd.DataFrame, baseline: Baseline, limits: DriftLimits) -> list[Reading]:
    """Compare a record with what was accepted.

    Args:
        records: The table of records.
        baseline: What was accepted.
        limits: How far it may move.
    """
    now = summarise(records)
    lost = [name for name in baseline.records if name not in now.records]
    changed = [name for name, digest in baseline.records.items() if now.records.get(name, digest) != digest]
    return [
        reading(
            "new_components",
            "most components are those of the accepted record",
            (_new(kind, of, baseline.components[kind], limits.most_new_share) for kind, of in now.components.items()),
            _REMEDY,
        ),
        reading(
            "values_beyond_range",
            "values lie where those of the accepted record lie",
            _beyond(records, baseline.ranges, limits.margin),
            _REMEDY,
        ),
        _counted("records_lost", "no record vanishes", lost, limits.most_lost, len(baseline.records), "gone"),
        _counted(
            "records_changed",
            "what a record says stays as it was read",
            changed,
            limits.most_changed,
            len(baseline.records),
            "changed",
        ),
    ]


def _new(kind: str, now: Iterable[str], before: Iterable[str], most: float) -> str | None:
    names = list(now)
    new = sorted(set(names) - set(before))
    share = len(new) / len(names) if names else 0.0
    shown = ", ".join(new[:5])
    return f"{len(new)} of {len(names)} {kind}s are new ({share:.0%}; {most:.0%} is the most): {shown}" * (share > most)


def _beyond(records: pd.DataFrame, ranges: Mapping[str, tuple[float, float]], margin: float) -> Iterable[str | None]:
    for name, values in _values(records).items():
        if name not in ranges:
            continue
        lowest, highest = ranges[name]
        room = margin * (highest - lowest)
        for record, value in zip(records["record_id"], values, strict=True):
            if np.isfinite(value):
                is_beyond = not lowest - room - 1e-6 <= value <= highest + room + 1e-6
                limits = f"{lowest - room:.3g} to {highest + room:.3g}"
                yield f"{record} has {name} {value:.3g}, outside of {limits}" if is_beyond else None


def _counted(wire: str, watches: str, names: list[str], most: int, n_checked: int, what: str) -> Reading:
    shown = ", ".join(names[:5])
    is_are, allowed = "is" if len(names) == 1 else "are", f"at most {most}" if most else "none"
    said = f"{len(names)} of {n_checked} records {is_are} {what}, where {allowed} may be: {shown}"
    trips = (said,) if len(names) > most else ()
    return Reading(wire, watches, n_checked, trips, _REMEDY)


def _values(records: pd.DataFrame) -> dict[str, Any]:
    values = {target.name: target.bounds(records).middle for target in TARGETS}
    return values | {name: records[name].to_numpy(float) for name in _PLAIN}


def _components(mixtures: Iterable[str]) -> set[str]:
    return {name for mixture in mixtures if mixture for name in _parts(mixture)}


def _parts(mixture: str) -> list[str]:
    try:
        return [name for name, _ in split_mixture(mixture)]
    except ValueError:
        return [mixture]


def _digests(records: pd.DataFrame) -> dict[str, str]:
    columns = [*_IDENTITY, *(name for target in TARGETS for name in (target.lower_column, target.upper_column))]
    rows = records[columns].itertuples(index=False)
    return {
        str(record): hashlib.sha256("\x1f".join(map(_as_text, row)).encode()).hexdigest()[:_HEX_DIGITS]
        for record, row in zip(records["record_id"], rows, strict=True)
    }


def _as_text(cell: Any) -> str:
    """Write a cell so that the last digits of a computed number, which machines may differ in, say nothing."""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)
