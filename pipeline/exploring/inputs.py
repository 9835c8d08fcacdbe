"""The controls of one mixture, and what they hold in a session."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import streamlit as st

from features import Library
from features.salt import SALT_FREE
from pipeline.exploring.address import HIGHEST_TEMPERATURE_C, LOWEST_TEMPERATURE_C
from pipeline.exploring.choice import LOADING_UNITS, Choice
from pipeline.records import SALT_RATIOS

_NAMES = tuple(field.name for field in fields(Choice))
_SHARES = ("polymer_percent", "filler_percent")
"""What is asked only where there is something to share; Streamlit forgets what it does not show."""


def fill(letter: str, choice: Choice) -> None:
    """Set the controls of a mixture; before they are shown."""
    for name in _NAMES:
        value = getattr(choice, name)
        st.session_state[_key(letter, name)] = list(value) if isinstance(value, tuple) else value


def held(letter: str) -> Choice | None:
    """Return what the controls of a mixture hold; None where they were never shown, or on another page since."""
    found: dict[str, Any] = {
        name: st.session_state[_key(letter, name)] for name in _NAMES if _key(letter, name) in st.session_state
    }
    if set(_NAMES) - set(_SHARES) - set(found):
        return None
    return Choice(**found | {name: tuple(value) for name, value in found.items() if isinstance(value, list)})


def show_controls(letter: str, library: Library) -> None:
    """Show the controls of a mixture.

    Args:
        letter: Which mixture.
        library: Holds the names to choose from; polymers, salts and fillers can be typed as structures, too.
    """
    _mixture(letter, "polymer", list(library.polymers), "name or repeat unit: *CCO*")
    salt, ratio, unit = st.columns([5, 3, 4], gap="xsmall", wrap=False)
    with salt:
        _name(letter, "salt", "Salt", [*library.salts, SALT_FREE], "not stated")
    with ratio:
        st.number_input("Ratio", 0.0, value=None, key=_key(letter, "salt_ratio"), placeholder="–", format="%g")
    with unit:
        st.selectbox("Terms", list(SALT_RATIOS), key=_key(letter, "salt_ratio_unit"))
    _mixture(letter, "filler", list(library.fillers), "name or formula: Li7La3Zr2O12")
    _loading(letter)
    st.slider(
        "Temperature, °C",
        LOWEST_TEMPERATURE_C,
        HIGHEST_TEMPERATURE_C,
        step=1.0,
        format="%g",
        key=_key(letter, "temperature_C"),
    )
    st.multiselect(
        "Architecture",
        list(library.tags),
        key=_key(letter, "architecture"),
        format_func=lambda tag: tag.replace("_", " "),
        placeholder="not stated",
    )
    st.multiselect("Additives", list(library.additives), key=_key(letter, "additives"), placeholder="none")
    st.number_input(
        "Particle size, nm",
        0.1,
        1e6,
        value=None,
        key=_key(letter, "particle_size_nm"),
        placeholder="not stated",
        format="%g",
        disabled=not st.session_state[_key(letter, "filler")],
    )


def _mixture(letter: str, kind: str, names: list[str], hint: str) -> None:
    """Ask for a component and for what it is blended with."""
    first, second = st.columns(2, gap="xsmall", wrap=False)
    with first:
        chosen = _name(letter, kind, kind.capitalize(), names, "none", hint)
    with second:
        other = _name(letter, f"second_{kind}", "blended with" if kind == "polymer" else "and", names, "–", hint)
    if chosen and other:
        st.session_state.setdefault(_key(letter, f"{kind}_percent"), Choice.polymer_percent)
        st.slider(
            f"Share of the first {kind}, %", 0.0, 100.0, step=5.0, format="%g", key=_key(letter, f"{kind}_percent")
        )


def _name(letter: str, field: str, label: str, names: list[str], nothing: str, hint: str = "") -> str | None:
    return st.selectbox(
        label,
        names,
        index=None,
        key=_key(letter, field),
        placeholder=nothing,
        accept_new_options=True,
        help=f"Choose, or type a {hint}" if hint else None,
    )


def _loading(letter: str) -> None:
    is_filled = bool(st.session_state[_key(letter, "filler")])
    amount, unit = st.columns([8, 4], gap="xsmall", wrap=False)
    with unit:
        chosen = st.selectbox("of the film", LOADING_UNITS, key=_key(letter, "loading_unit"), disabled=not is_filled)
    with amount:
        st.slider(
            "Loading, %",
            0.5,
            99.5,
            step=0.5,
            format="%g",
            key=_key(letter, "loading"),
            disabled=not is_filled or chosen == LOADING_UNITS[-1],
        )


def _key(letter: str, name: str) -> str:
    return f"{letter}_{name}"
