"""Wires on what is shown of candidates: rankings and curves."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.learning import CONDUCTIVITY, TARGETS, Floats
from pipeline.watching.reading import Reading, reading

Rankings = Mapping[str, pd.DataFrame]
Advice = Mapping[str, Sequence[Mapping[str, Any]]]
"""By campaign what `advise` wrote of each of its best."""
_ROUNDING = 1e-3
_ONE_PERCENT = 0.0044
"""log₁₀ of 1.01: conductivities are written with four digits."""
_SHARES = ("filler_wt_fraction", "desirability", "desirability_pessimistic")


def impossible_predictions(rankings: Rankings, advice: Advice) -> Reading:
    """Watch that what is shown of candidates can be: values in their limits and in their intervals, shares from 0 to 1.

    Args:
        rankings: Rows of the rankings by campaign.
        advice: Curves of the best.
    """

    def found() -> Iterator[str | None]:
        for campaign, ranking in rankings.items():
            for row in ranking.to_dict("records"):
                yield from _named(f"{campaign}, rank {row['rank']}", _of_candidate(row))
        for campaign, of_best in advice.items():
            for one in of_best:
                for axis in ("loading", "arrhenius"):
                    yield from _named(f"{campaign}, rank {one['rank']}, {axis} curve", _of_curve(one[axis]))

    return reading(
        "impossible_predictions",
        "every prediction can be, and lies in its interval",
        found(),
        "Report it, and use none of these numbers",
    )


def _named(where: str, found: Iterable[str | None]) -> Iterator[str | None]:
    return (said and f"{where}: {said}" for said in found)


def _of_candidate(row: Mapping[Any, Any]) -> Iterator[str | None]:
    for target in TARGETS:
        if target.name in row and not _is_unknown(row[target.name]):
            ends = (row[f"{target.name}_lower"], row[f"{target.name}_upper"])
            yield _interval(target.name, row[target.name], ends, (target.lowest, target.highest))
    for name in (name for name in row if name in _SHARES or str(name).startswith("probability_")):
        yield _share(str(name), row[name])
    yield _power(row["conductivity_S_cm"], row[CONDUCTIVITY.name])


def _share(name: str, value: float) -> str | None:
    is_one = _is_unknown(value) or -_ROUNDING <= value <= 1 + _ROUNDING
    return None if is_one else f"{name} is {value:g}, where 0 to 1 can be"


def _power(conductivity: float, log10: float) -> str | None:
    is_one = conductivity > 0 and abs(math.log10(conductivity) - log10) < _ONE_PERCENT
    return None if is_one else f"conductivity_S_cm {conductivity:g} is not 10 to the power of {log10:g}"


def _interval(name: str, value: float, ends: tuple[float, float], limits: tuple[float, float]) -> str | None:
    lower, upper = ends
    if not limits[0] <= value <= limits[1]:
        return f"{name} is {value:g}, where {limits[0]:g} to {limits[1]:g} can be"
    is_inside = lower - _ROUNDING <= value <= upper + _ROUNDING
    return None if is_inside else f"{name} {value:g} lies outside of its interval, {lower:g} to {upper:g}"


def _of_curve(curve: Mapping[str, Sequence[float]]) -> Iterator[str | None]:
    limits = (CONDUCTIVITY.lowest, CONDUCTIVITY.highest)
    for value, lower, upper in zip(curve["predicted"], curve["lower"], curve["upper"], strict=True):
        yield _interval(CONDUCTIVITY.name, value, (lower, upper), limits)


def _is_unknown(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def falling_curves(advice: Advice) -> Iterator[str | None]:
    """Say of each Arrhenius curve whether it falls somewhere as it gets warmer."""
    for campaign, of_best in advice.items():
        for one in of_best:
            curve = one["arrhenius"]
            yield falls(f"{campaign}, rank {one['rank']}", curve["temperature_C"], np.array(curve["predicted"], float))


def falls(where: str, temperatures_C: Sequence[float], log10: Floats, rounding: float = 0.0) -> str | None:  # noqa: N803
    """Say where a prediction falls as it gets warmer; None where it does not.

    Args:
        where: Of what.
        temperatures_C: Rising temperatures, shape (n,).
        log10: log₁₀ of the conductivity, shape (n,).
        rounding: Decades by which it may fall, since sums are rounded.
    """
    fall = -np.diff(log10)
    worst = int(fall.argmax())
    if fall[worst] <= rounding:
        return None
    cold, warm = temperatures_C[worst], temperatures_C[worst + 1]
    return f"{where}: the prediction falls by {fall[worst]:.3f} decades from {cold:g} to {warm:g} °C"


def faster_than_known(rankings: Rankings, advice: Advice, highest_S_cm: float) -> Reading:  # noqa: N803
    """Watch that no candidate is said to conduct better than any lithium electrolyte that is known.

    Args:
        rankings: Rows of the rankings by campaign.
        advice: Curves of the best.
        highest_S_cm: What no electrolyte is known to reach.
    """
    most = math.log10(highest_S_cm)

    def found() -> Iterator[str | None]:
        for campaign, ranking in rankings.items():
            for rank, value in zip(ranking["rank"], ranking[CONDUCTIVITY.name], strict=True):
                yield _above(f"{campaign}, rank {rank}", value, most)
        for campaign, of_best in advice.items():
            for one in of_best:
                for axis in ("loading", "arrhenius"):
                    yield _above(f"{campaign}, rank {one['rank']}, {axis} curve", max(one[axis]["predicted"]), most)

    return reading(
        "faster_than_known",
        "no candidate conducts better than every lithium electrolyte that is known",
        found(),
        "Look for records with a wrong unit behind it",
    )


def _above(where: str, value: float, most: float) -> str | None:
    return f"{where}: {10**value:.3g} S/cm, where {10**most:g} is known of none" if value > most else None
