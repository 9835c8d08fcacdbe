"""The advisor that the commands and the explorer ask, as the last run left it."""

from __future__ import annotations

from pipeline.advising import Advisor
from pipeline.common import layout
from pipeline.learning import load_all
from pipeline.records import load_vocabulary, read_records
from pipeline.watching import Tripped, read_checks


def load_advisor() -> tuple[Advisor, tuple[Tripped, ...]]:
    """Read models that passed the trip-wires, components and records; and the trip-wires that let them pass in red.

    Raises:
        UserError: A file is missing or damaged, or a trip-wire stopped the run that wrote the models.
    """
    advisor = load_fresh_advisor()
    return advisor, read_checks(layout.MODELS).tripped


def load_fresh_advisor() -> Advisor:
    """Read models that the trip-wires have yet to look at, components and records.

    Raises:
        UserError: A file is missing or damaged.
    """
    return Advisor(load_all(layout.MODELS), load_vocabulary(layout.COMPONENTS), read_records(layout.RECORDS))
