"""The advisor that the commands and the explorer ask, as the last run left it."""

from __future__ import annotations

from pipeline.advising import Advisor
from pipeline.common import layout
from pipeline.learning import load_all
from pipeline.records import load_vocabulary, read_records
from pipeline.watching import Tripped, read_checks


def load_advisor() -> Advisor:
    """Read models that passed the trip-wires, components and records.

    Raises:
        UserError: A file is missing or damaged, or a trip-wire stopped the run that wrote the models.
    """
    advisor = load_fresh_advisor()
    read_checks(layout.MODELS)
    return advisor


def read_red() -> tuple[Tripped, ...]:
    """Return the trip-wires that tripped and let the run that wrote the models go on, in red.

    Raises:
        UserError: A trip-wire stopped that run, or a file is missing or damaged.
    """
    return read_checks(layout.MODELS).tripped


def load_fresh_advisor() -> Advisor:
    """Read models that the trip-wires have yet to look at, components and records.

    Raises:
        UserError: A file is missing or damaged.
    """
    return Advisor(load_all(layout.MODELS), load_vocabulary(layout.COMPONENTS), read_records(layout.RECORDS))
