"""What one trip-wire found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

_N_SHOWN = 4


@dataclass(frozen=True)
class Reading:
    """What one trip-wire found.

    Attributes:
        wire: Its key under `trip_wires` in params.yaml.
        watches: What it watches, as the rule that should hold.
        n_checked: How many things were looked at.
        trips: What breaks the rule, each with its number and the limit; empty where the rule holds.
        remedy: What to do where it is broken.
    """

    wire: str
    watches: str
    n_checked: int
    trips: tuple[str, ...]
    remedy: str

    @property
    def in_words(self) -> str:
        """What is wrong, in one line."""
        shown, n_more = self.trips[:_N_SHOWN], len(self.trips) - _N_SHOWN
        more = f"; and {n_more} more" if n_more > 0 else ""
        return f"{'; '.join(shown)}{more}. It should be that {self.watches}. {self.remedy}."

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return asdict(self) | {"trips": list(self.trips)}


def reading(wire: str, watches: str, found: Iterable[str | None], remedy: str) -> Reading:
    """Count what was looked at, and keep what breaks the rule.

    Args:
        wire: Its key under `trip_wires`.
        watches: The rule.
        found: For each thing that is looked at, what is wrong with it, or None.
        remedy: What to do.
    """
    looked_at = list(found)
    return Reading(wire, watches, len(looked_at), tuple(said for said in looked_at if said), remedy)
