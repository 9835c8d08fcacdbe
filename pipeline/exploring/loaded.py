"""The advisor that the page asks, loaded once and again whenever a run has written other models."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from pipeline.advising import Advisor, arrhenius_curve, changes, drivers, loading_curve
from pipeline.advisory import load_advisor
from pipeline.common import layout
from pipeline.exploring.choice import Choice
from pipeline.records import RowReader
from pipeline.watching import Tripped

Stamp = tuple[tuple[str, int, int], ...]
"""Files with the time of their last change and their size: what tells one state of them from another."""


def stamp_of(*paths: Path) -> Stamp:
    """Return the present state of files; one that is not there is left out."""
    found = [(path, path.stat()) for path in paths if path.is_file()]
    return tuple((str(path), state.st_mtime_ns, state.st_size) for path, state in found)


def advisor_and_stamp() -> tuple[Advisor, Stamp]:
    """Return the advisor of the models as they stand, and their state.

    Raises:
        UserError: There are no models yet, or a file is damaged.
    """
    stamp = _stamp()
    return _loaded(stamp)[0], stamp


def red() -> tuple[Tripped, ...]:
    """Return the trip-wires that tripped and let the last run go on, in red; none where nothing was checked.

    Raises:
        UserError: A trip-wire stopped the run, or a file is missing or damaged.
    """
    if not layout.CHECKS.is_file():
        return ()  # the advisor and the rankings say so
    return _loaded(_stamp())[1]


def warm_up() -> None:
    """Answer one question of every kind, so that the first change in the page waits for nothing.

    Raises:
        UserError: There are no models yet, or a file is damaged.
    """
    advisor, _ = advisor_and_stamp()
    mixture = RowReader("", advisor.vocabulary).read_mixture(0, Choice().cells()).record
    advisor.predict(pd.DataFrame([mixture]))
    advisor.nearest(mixture, 1)
    for ask in (drivers, changes, loading_curve, arrhenius_curve):
        ask(advisor, mixture)


def _stamp() -> Stamp:
    manifests = sorted(layout.MODELS.glob("*/manifest.json"))
    components = sorted(layout.COMPONENTS.glob("*.csv"))
    return stamp_of(*manifests, layout.RECORDS, layout.CHECKS, *components)


@st.cache_resource(max_entries=1, show_spinner="Loading the models")
def _loaded(stamp: Stamp) -> tuple[Advisor, tuple[Tripped, ...]]:  # noqa: ARG001  (the cache's key)
    return load_advisor()
