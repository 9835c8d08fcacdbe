"""The report as one HTML file that needs nothing beside it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.reporting.charts import Chart, javascript
from pipeline.reporting.wording import coded

_KINDS = {".csv": "text/csv", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True)
class Figure:
    """A chart with its words.

    Attributes:
        name: Id in the page.
        title: What it shows, in a few words.
        caption: How to read it.
        chart: The chart.
    """

    name: str
    title: str
    caption: str
    chart: Chart


@dataclass(frozen=True)
class Download:
    """A file that the page offers to save; the page itself holds it.

    Attributes:
        name: Name under which it is saved.
        words: What it is.
        address: Its content as a data address.
    """

    name: str
    words: str
    address: str


def download(path: Path, name: str, words: str) -> Download:
    """Put a file into the page as a download.

    Args:
        path: The file.
        name: Name under which it is saved.
        words: What it is.
    """
    return Download(name, words, f"data:{_KINDS[path.suffix]};base64,{base64.b64encode(path.read_bytes()).decode()}")


def render_report(content: dict[str, Any], figures: list[Figure]) -> str:
    """Fill the report's template; everything that comes in is escaped.

    Args:
        content: What the template names.
        figures: Charts, in order.
    """
    return _render("report.html.j2", content, figures)


def render_figures(title: str, figures: list[Figure]) -> str:
    """Put charts on a page of their own.

    Args:
        title: Heading of the page.
        figures: Charts, in order.
    """
    return _render("figures.html.j2", {"title": title}, figures)


def _render(template: str, content: dict[str, Any], figures: list[Figure]) -> str:
    environment = Environment(
        loader=PackageLoader("pipeline.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["coded"] = coded
    return environment.get_template(template).render(
        **content,
        figures={figure.name: figure for figure in figures},
        specs={figure.name: figure.chart.spec() for figure in figures},
        style=environment.get_template("style.css").render(),
        javascript=javascript(),
    )
