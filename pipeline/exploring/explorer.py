"""The first page: choose a mixture, or two, and see at once what is said of them."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from pipeline.advising import Drivers, temperature_in_words
from pipeline.exploring.address import PREFIXES, as_query, read_address
from pipeline.exploring.answers import Answers, Curves, Headline, Unread
from pipeline.exploring.charts import loading_rows, loading_spec, temperature_rows, temperature_spec
from pipeline.exploring.choice import Choice
from pipeline.exploring.inputs import fill, held, show_controls
from pipeline.exploring.loaded import advisor_and_stamp
from pipeline.exploring.showing import show
from pipeline.reporting import n_cold
from pipeline.reporting.doubts import COLD_C
from pipeline.reporting.wording import factor
from pipeline.screening import conductivity, mixture, place

FIRST, SECOND = PREFIXES
_COMPARE = "is_compared"
_SHOWN = "choices_shown"
_WRITTEN = "address_written"
_TOLD = "told"
_N_CHANGES = 7
_N_CHANGES_OF_A_KIND = 2
Found = dict[str, Headline]


def explorer() -> None:
    """Show the page."""
    advisor, stamp = advisor_and_stamp()
    answers = Answers(advisor, stamp)
    _settle(answers)
    with st.sidebar:
        is_compared = st.toggle("Compare with a second mixture", key=_COMPARE)
        if is_compared:
            for letter, tab in zip(PREFIXES, st.tabs([f"Mixture {letter}" for letter in PREFIXES]), strict=True):
                with tab:
                    show_controls(letter, advisor.library)
        else:
            show_controls(FIRST, advisor.library)
    cells = {letter: choice.cells() for letter, choice in _held().items()}
    _show_all(answers, {letter: answers.headline(said) for letter, said in cells.items()})
    _write(as_query(cells))


def _settle(answers: Answers) -> None:
    """Set the controls by the address where it is new, else by what was shown last.

    The address that comes with a change is that of the run before; so it counts only where no control was changed.
    """
    state, query = st.session_state, st.query_params.to_dict()
    shown: dict[str, Choice] = state.get(_SHOWN, {})
    holds = _held()
    is_changed = bool(holds) and holds != shown
    if query and query != state.get(_WRITTEN) and not is_changed:
        asked = read_address(query, answers.advisor.vocabulary)
        state[_TOLD] = asked.told
        shown = {FIRST: Choice(), **asked.choices}
        holds = {}
    elif is_changed:
        state[_TOLD] = ()
    if not holds:
        shown = shown or {FIRST: Choice()}
        state[_COMPARE] = SECOND in shown
        for letter, choice in shown.items():
            fill(letter, choice)
    if state.get(_COMPARE) and held(SECOND) is None:
        fill(SECOND, held(FIRST) or Choice())
    state[_SHOWN] = _held()


def _held() -> dict[str, Choice]:
    """Return what the controls hold, by letter."""
    letters = PREFIXES if st.session_state.get(_COMPARE) else (FIRST,)
    found = {letter: held(letter) for letter in letters}
    return {letter: choice for letter, choice in found.items() if choice is not None}


def _write(query: dict[str, str]) -> None:
    st.session_state[_WRITTEN] = query
    if st.query_params.to_dict() != query:
        st.query_params.from_dict(query)


def _show_all(answers: Answers, asked: dict[str, Headline | Unread]) -> None:
    """Show what is said of the mixtures; the quick answers first."""
    if told := st.session_state.get(_TOLD):
        show("told", lines=told)
    for letter, one in asked.items():
        if isinstance(one, Unread):
            show("told", lines=[f"{letter}: {problem}" for problem in one.problems])
    found = {letter: one for letter, one in asked.items() if isinstance(one, Headline)}
    if not found:
        return
    is_compared = len(asked) > 1
    cards = st.columns(2, gap="medium")
    for (letter, headline), card in zip(found.items(), cards, strict=False):
        with card:
            _show_headline(answers, letter, headline, is_compared)
    driven = {letter: answers.drivers(headline) for letter, headline in found.items()}
    if len(found) == 1:
        with cards[1]:
            _show_drivers(*next(iter(driven.items())), is_compared)
    else:
        _show_differences(found, driven)
    curves = {letter: (headline, answers.curves(headline)) for letter, headline in found.items()}
    _show_curves(curves, n_cold(answers.advisor.records))
    for letter, headline in found.items():
        papers, changed = st.columns(2, gap="medium")
        with papers:
            _show_papers(answers, letter, headline, is_compared)
        with changed:
            _show_changes(answers, letter, headline, is_compared)


def _show_headline(answers: Answers, letter: str, headline: Headline, is_compared: bool) -> None:
    constant = [other.label for other in headline.others if other.why_constant]
    said = (
        "The median of the record, the same for every mixture: no model of these was proven better than it."
        if len(constant) == len(headline.others)
        else f"The median of the record, the same for every mixture: {', '.join(constant)}."
    )
    show(
        "headline",
        letter=letter,
        headline=headline,
        confidence=answers.advisor.confidence,
        constants=said if constant else "",
        is_compared=is_compared,
    )


def _show_drivers(letter: str, found: Drivers, is_compared: bool) -> None:
    widest = max(abs(part.adds) for part in found.parts) or 1.0
    show("drivers", letter=letter, found=found, widest=widest, is_compared=is_compared)


def _show_differences(found: Found, driven: dict[str, Drivers]) -> None:
    before, after = ({part.choice: part for part in of.parts} for of in driven.values())
    rows: list[dict[str, Any]] = [
        {
            "choice": choice,
            "before": before[choice].words,
            "after": after[choice].words,
            "adds": after[choice].adds - before[choice].adds,
        }
        for choice in before
    ]
    rows.sort(key=lambda row: -abs(row["adds"]))
    first, second = found.values()
    total = second.predicted - first.predicted
    show(
        "differences",
        rows=rows,
        widest=max(abs(row["adds"]) for row in rows) or 1.0,
        total=total,
        factor=f"B conducts {factor(abs(total))} times {'better' if total > 0 else 'worse'}",
        overlap=first.lower <= second.upper and second.lower <= first.upper,
    )


def _show_curves(found: dict[str, tuple[Headline, Curves]], n_in_the_cold: int) -> None:
    left, right = st.columns(2, gap="medium")
    letters = list(found)
    with left:
        show("legend", title="Against temperature", letters=letters, remark="; dashed: not known")
        _chart("temperature", temperature_spec(), temperature_rows(found))
        show("cold", n_in_the_cold=n_in_the_cold, coldest_known_C=COLD_C)
    has_loading = [letter for letter, (_, curves) in found.items() if not curves.loadings.empty]
    with right:
        if has_loading:
            show("legend", title="Against loading", letters=has_loading, remark=" where its loading is stated")
            _chart("loading", loading_spec(), loading_rows({letter: found[letter] for letter in has_loading}))
        else:
            show("told", lines=["Without a polymer and a filler there is no loading to vary."])


def _chart(name: str, spec: dict[str, Any], rows: dict[str, Any]) -> None:
    with st.container(key=f"chart_{name}"):
        st.vega_lite_chart(spec=spec | {"datasets": rows}, width="stretch", theme=None)


def _show_papers(answers: Answers, letter: str, headline: Headline, is_compared: bool) -> None:
    rows = []
    for neighbour in answers.nearest(headline):
        record: pd.Series[Any] = answers.advisor.by_id.loc[neighbour.record_id]  # type: ignore[assignment]
        rows.append(
            {
                "mixture": mixture(record),
                "value": conductivity(record).replace(" S/cm", ""),
                "at": temperature_in_words(record["temperature_C"]).removeprefix("temperature "),
                "citation": record["citation"] or f"reference {record['reference']}",
                "place": place(record),
                "similarity": neighbour.similarity,
            }
        )
    show("papers", letter=letter, rows=rows, is_compared=is_compared)


def _show_changes(answers: Answers, letter: str, headline: Headline, is_compared: bool) -> None:
    changes = answers.changes(headline)
    of_a_kind = changes[changes.groupby("kind").cumcount() < _N_CHANGES_OF_A_KIND]
    show("changes", letter=letter, rows=of_a_kind.head(_N_CHANGES).to_dict("records"), is_compared=is_compared)
