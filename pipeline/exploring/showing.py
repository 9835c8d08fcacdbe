"""What is found, as parts of the page; everything that comes in is escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from pipeline.records import scientific
from pipeline.reporting.wording import coded, plain

_LEAST_SHOWN = 0.005


def show(template: str, **content: Any) -> None:
    """Put a part of the page where Streamlit is; it says nothing in Streamlit's Markdown, so that text stays text.

    Args:
        template: Name of the template without its ending.
        content: What the template names.
    """
    st.html(render(template, **content))


def render(template: str, **content: Any) -> str:
    """Fill a template."""
    return _environment().get_template(f"{template}.html.j2").render(**content)


def style() -> str:
    """Return the style sheet in its element."""
    return f"<style>{_environment().get_template('style.css').render()}</style>"


def signed(decades: float) -> str:
    """Write what is added, in decades: "+0.30", "−0.02"."""
    if abs(decades) < _LEAST_SHOWN:
        return plain(0.0)
    return plain(decades) if decades < 0 else f"+{plain(decades)}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("pipeline.exploring"), PackageLoader("pipeline.reporting")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "coded": coded,
        "signed": signed,
        "plain": plain,
        "power": lambda log10: scientific(10.0**log10),
    }
    return environment
