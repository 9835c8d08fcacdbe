"""Polymers that a cathode oxidises."""

from __future__ import annotations

import math

import numpy as np

from pipeline.screening.restriction import Closing, Knowledge, Levels, distinct_parts, names_on, parts_of
from pipeline.screening.rules.protection import has_two_faces


def bears_cathode(voltage_V: float, keeps_unknown: bool, levels: Levels, knowledge: Knowledge) -> list[Closing]:  # noqa: N803
    """Close polymers whose oxidation limit is below a cathode's voltage.

    Every part of a blend has to bear it; in a Janus film one part is enough, which then faces the cathode.

    Args:
        voltage_V: The highest voltage of the cathode against Li/Li⁺.
        keeps_unknown: Whether polymers stay of which no source states a limit.
        levels: The levels.
        knowledge: Gives the limits.
    """
    verdicts = {part: _bears(part, voltage_V, knowledge) for part in distinct_parts(levels, "polymer")}
    n_known = sum(verdict is not None for verdict in verdicts.values())
    passes = {part: keeps_unknown if verdict is None else verdict for part, verdict in verdicts.items()}
    of_parts = [[passes[part] for part in parts_of(name)] for name in names_on(levels, "polymer")]
    all_bear = np.array([all(parts) for parts in of_parts])
    one_bears = np.array([any(parts) or not parts for parts in of_parts])
    allowed = all_bear[:, None, None] | (one_bears[:, None, None] & has_two_faces(levels, knowledge.library))
    n_unknown = len(verdicts) - n_known
    unknown = f"{n_unknown} of which it is not known {'stay' if keeps_unknown else 'fall'}"
    reason = f"no polymer that is oxidised below {voltage_V:g} V (known of {n_known}; {unknown})"
    return [Closing(reason, ("polymer", "architecture", "additive"), allowed)]


def _bears(polymer: str, voltage_V: float, knowledge: Knowledge) -> bool | None:  # noqa: N803
    """Say whether a polymer bears a voltage; None where the sources leave it open."""
    limit = knowledge.library.constant("polymers", polymer, "oxidation_limit_V")
    if not math.isnan(limit):
        return limit >= voltage_V
    below, above = knowledge.facts.oxidation_bounds(polymer)
    if below >= voltage_V:
        return True
    return False if above <= voltage_V else None
