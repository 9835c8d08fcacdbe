"""What is said of a mixture, kept for as long as the models stay the same."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from pipeline.advising import (
    Advisor,
    Drivers,
    Mixture,
    Neighbour,
    arrhenius_curve,
    changes,
    drivers,
    in_words,
    loading_curve,
    same_pair,
)
from pipeline.exploring.choice import Cells
from pipeline.exploring.loaded import Stamp
from pipeline.learning import CONDUCTIVITY, MEDIAN, TARGETS, Target
from pipeline.records import RowReader

Key = tuple[tuple[str, str], ...]
"""Cells in a form that can be a key."""
_PLACE = "the mixture"
_ENDS = ("", "_lower", "_upper")
_OTHERS = tuple(target for target in TARGETS if target != CONDUCTIVITY)
_LOGARITHM = "log₁₀ of the "
_CURVE = ["filler_wt_fraction", "predicted", "lower", "upper"]
_N_NEAREST = 5
_N_KEPT = 500
"""Mixtures of which the answers are kept."""


@dataclass(frozen=True)
class Other:
    """Another target of a mixture than its conductivity.

    Attributes:
        label: Its name with unit.
        predicted: On the scale on which people read it.
        lower: Lower end of the interval.
        upper: Upper end of the interval.
        why_constant: Why the record's median stands for every mixture; empty where a model tells them apart.
    """

    label: str
    predicted: float
    lower: float
    upper: float
    why_constant: str


@dataclass(frozen=True)
class Headline:
    """The prediction of a mixture.

    Attributes:
        mixture: What was read.
        cells: From what it was read.
        words: The mixture in a line.
        predicted: log₁₀ of the conductivity in S/cm.
        lower: Lower end of its interval.
        upper: Upper end of its interval.
        verdict: Inside, at the edge or outside of what is known.
        reason: Why, in words.
        others: The other targets.
    """

    mixture: Mixture
    cells: Key
    words: str
    predicted: float
    lower: float
    upper: float
    verdict: str
    reason: str
    others: tuple[Other, ...]


@dataclass(frozen=True)
class Curves:
    """A mixture's conductivity along its loading and its temperature, and what was measured on the same pair.

    Attributes:
        temperatures: As `arrhenius_curve` gives them.
        loadings: As `loading_curve` gives them; empty without a polymer or a filler.
        measured: As `same_pair` gives them.
    """

    temperatures: pd.DataFrame
    loadings: pd.DataFrame
    measured: pd.DataFrame


@dataclass(frozen=True)
class Unread:
    """What of a mixture could not be read.

    Attributes:
        problems: Every fault in words.
    """

    problems: tuple[str, ...]


class Answers:
    """Answers questions about mixtures, each once.

    Args:
        advisor: Whom to ask.
        stamp: The state of the files from which the advisor was loaded.
    """

    def __init__(self, advisor: Advisor, stamp: Stamp) -> None:
        self.advisor = advisor
        self._stamp = stamp

    def headline(self, cells: Cells) -> Headline | Unread:
        """Return the prediction of the mixture that the cells say, or what is wrong with them."""
        return _headline(self.advisor, self._stamp, tuple(cells.items()))

    def drivers(self, headline: Headline) -> Drivers:
        """Return what each choice adds."""
        return _drivers(self.advisor, headline.mixture, self._stamp, headline.cells)

    def nearest(self, headline: Headline) -> list[Neighbour]:
        """Return the measured records behind the prediction, most alike first."""
        return _nearest(self.advisor, headline.mixture, self._stamp, headline.cells)

    def changes(self, headline: Headline) -> pd.DataFrame:
        """Return what one change would do, largest first."""
        return _changes(self.advisor, headline.mixture, self._stamp, headline.cells)

    def curves(self, headline: Headline) -> Curves:
        """Return how the conductivity goes with temperature and loading."""
        return _curves(self.advisor, headline.mixture, self._stamp, headline.cells)


# An argument with an underscore in front is no part of the key under which Streamlit keeps an answer.
@st.cache_resource(max_entries=_N_KEPT, show_spinner=False)
def _headline(_advisor: Advisor, stamp: Stamp, cells: Key) -> Headline | Unread:  # noqa: ARG001
    reading = RowReader(_PLACE, _advisor.vocabulary).read_mixture(0, dict(cells))
    if reading.problems:
        return Unread(tuple(str(problem) for problem in reading.problems))
    mixture = reading.record
    found = _advisor.predict(pd.DataFrame([mixture])).iloc[0]
    predicted, lower, upper = (float(found[f"{CONDUCTIVITY.name}{end}"]) for end in _ENDS)
    others = tuple(_other(_advisor, target, found) for target in _OTHERS if target.name in _advisor.models)
    return Headline(
        mixture, cells, in_words(mixture), predicted, lower, upper, found["verdict"], found["domain"], others
    )


def _other(advisor: Advisor, target: Target, found: pd.Series) -> Other:
    training = advisor.models[target.name][1]["training"]
    values = [float(found[f"{target.name}{end}"]) for end in _ENDS]
    predicted, lower, upper = (10**value if target.is_logarithmic else value for value in values)
    label = target.label.removeprefix(_LOGARITHM)
    return Other(
        label[0].upper() + label[1:],
        predicted,
        lower,
        upper,
        training["reason"] if training["learner"] == MEDIAN else "",
    )


@st.cache_resource(max_entries=_N_KEPT, show_spinner=False)
def _drivers(_advisor: Advisor, _mixture: Mixture, stamp: Stamp, cells: Key) -> Drivers:  # noqa: ARG001
    return drivers(_advisor, _mixture)


@st.cache_resource(max_entries=_N_KEPT, show_spinner=False)
def _nearest(_advisor: Advisor, _mixture: Mixture, stamp: Stamp, cells: Key) -> list[Neighbour]:  # noqa: ARG001
    return _advisor.nearest(_mixture, _N_NEAREST)


@st.cache_resource(max_entries=_N_KEPT, show_spinner=False)
def _changes(_advisor: Advisor, _mixture: Mixture, stamp: Stamp, cells: Key) -> pd.DataFrame:  # noqa: ARG001
    return changes(_advisor, _mixture)


@st.cache_resource(max_entries=_N_KEPT, show_spinner=False)
def _curves(_advisor: Advisor, _mixture: Mixture, stamp: Stamp, cells: Key) -> Curves:  # noqa: ARG001
    has_loading = bool(_mixture["polymer"] and _mixture["filler"])
    along_loading = loading_curve(_advisor, _mixture) if has_loading else pd.DataFrame(columns=_CURVE)
    return Curves(arrhenius_curve(_advisor, _mixture), along_loading, same_pair(_advisor, _mixture))
