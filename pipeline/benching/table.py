"""The figures as JSON and as a Markdown table, with the machine that they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from pipeline.benching.figures import FIGURES, YES_OR_NO, Figure
from pipeline.benching.measuring import Measured

HEADER = "| key | what | median | range | repeats | goal |\n| --- | --- | --- | --- | --- | --- |"
_LIBRARIES = ("dvc", "mlflow", "numba", "numpy", "optuna", "pandas", "scikit-learn", "xgboost")
_GIB = 1024**3
_LARGE = 100


def machine() -> dict[str, Any]:
    """Return what the figures depend on: no name, no path."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_GiB": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / _GIB, 1),
        "load_at_start": round(os.getloadavg()[0], 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


def as_json(figures: Mapping[str, Measured], on: Mapping[str, Any]) -> dict[str, Any]:
    """Return one key a figure, with what it means, and the machine.

    Raises:
        ValueError: A figure is missing, or one is not known.
    """
    if set(figures) != set(FIGURES):
        raise ValueError(f"figures missing or unknown: {', '.join(sorted(set(figures) ^ set(FIGURES)))}")
    return {"machine": dict(on)} | {key: _about(FIGURES[key], figures[key]) for key in FIGURES}


def _about(figure: Figure, measured: Measured) -> dict[str, Any]:
    about = {"meaning": figure.meaning, "unit": figure.unit, **asdict(measured)}
    if figure.goal is not None:
        about |= {"goal": _goal(figure), "is_met": figure.goal.is_met(measured.median)}
    return about


def as_markdown(figures: Mapping[str, Measured], on: Mapping[str, Any]) -> str:
    """Write the machine in one line and a table with a line a figure."""
    facts = ", ".join(f"{name.replace('_', ' ')} {fact}" for name, fact in on.items())
    return "\n".join([f"Measured on: {facts}.", "", HEADER, *(_line(key, figures[key]) for key in FIGURES)])


def _line(key: str, measured: Measured) -> str:
    figure = FIGURES[key]
    said = [_shown(number, figure.unit) for number in (measured.median, measured.smallest, measured.largest)]
    goal = ""
    if figure.goal is not None:
        goal = f"{_goal(figure)}: {'met' if figure.goal.is_met(measured.median) else 'missed'}"
    range_ = "" if measured.n_repeats == 1 else f"{said[1]} to {said[2]}"
    return f"| `{key}` | {figure.meaning} | {said[0]} | {range_} | {measured.n_repeats} | {goal} |"


def _goal(figure: Figure) -> str:
    return f"{figure.goal.words} {figure.goal.number:,g} {figure.unit}" if figure.goal is not None else ""


def _shown(number: float, unit: str) -> str:
    if unit == YES_OR_NO:
        return "yes" if number else "no"
    return f"{number:,.0f} {unit}" if number >= _LARGE else f"{number:.3g} {unit}"
