"""The advisor that the commands and the explorer ask, as the last run left it."""

from __future__ import annotations

from pipeline.advising import Advisor
from pipeline.common import layout
from pipeline.learning import load_all
from pipeline.records import load_vocabulary, read_records


def load_advisor() -> Advisor:
    """Read models, components and records.

    Raises:
        UserError: A file is missing or damaged.
    """
    return Advisor(load_all(layout.MODELS), load_vocabulary(layout.COMPONENTS), read_records(layout.RECORDS))
