"""The component tables of data/raw/components, read and checked."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from features.chemistry import canonical_formula, canonical_repeat_unit
from features.library import Library, Table
from features.mixture import split_mixture
from features.salt import SALT_FREE, anion_of
from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_table

_COLUMNS = {
    "polymers": ("name", "aliases", "psmiles", "unit_fractions", "class", "source"),
    "salts": ("name", "aliases", "smiles", "formula", "anion", "source"),
    "fillers": ("name", "aliases", "formula", "further_elements", "family", "is_active", "source"),
    "additives": ("name", "aliases", "kind", "source"),
    "tags": ("name", "group", "implies", "definition"),
}
KINDS = tuple(_COLUMNS)
_NEVER_EMPTY = {
    "polymers": (),
    "salts": ("smiles",),
    "fillers": ("family", "is_active"),
    "additives": ("kind",),
    "tags": ("definition",),
}


def load_library(folder: Path) -> Library:
    """Read the component tables.

    Raises:
        UserError: A file or column is missing, a name is doubled, or a cell is not what its column holds.
    """
    tables = {kind: _read(folder / f"{kind}.csv", columns) for kind, columns in _COLUMNS.items()}
    tags = set(tables["tags"]["name"])
    checks: dict[tuple[str, str], Callable[[str], object]] = {
        ("polymers", "psmiles"): canonical_repeat_unit,
        ("salts", "smiles"): anion_of,
        ("salts", "formula"): canonical_formula,
        ("fillers", "formula"): canonical_formula,
        ("fillers", "further_elements"): lambda text: [canonical_formula(symbol) for symbol in listed(text)],
        ("fillers", "is_active"): lambda text: _one_of(text, {"true", "false"}),
        ("tags", "implies"): lambda text: [_one_of(tag, tags) for tag in listed(text)],
    }
    problems = [problem for kind, table in tables.items() for problem in _name_problems(folder / f"{kind}.csv", table)]
    for kind, table in tables.items():
        problems += _empty_problems(folder / f"{kind}.csv", table, kind)
    problems += _fraction_problems(folder / "polymers.csv", tables["polymers"])
    for (kind, column), check in checks.items():
        problems += _cell_problems(folder / f"{kind}.csv", tables[kind], column, check)
    if problems:
        raise UserError(problems)
    by_name = {kind: _by_name(table) for kind, table in tables.items()}
    return Library(**by_name, constants={})


def key_of(spelling: str) -> str:
    """Return what two spellings of one name have in common: no case, no spaces, no dashes."""
    return re.sub(r"[\s\-−–—‐‑_]+", "", spelling).casefold()


def listed(text: str) -> list[str]:
    """Split names joined by ";"."""
    return [part.strip() for part in text.split(";") if part.strip()]


def _read(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    table = read_table(path)
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise UserError([Problem(str(path), 1, column, "", "this column is missing") for column in missing])
    return table if "aliases" in table else table.assign(aliases="")


def _name_problems(path: Path, table: pd.DataFrame) -> list[Problem]:
    owner: dict[str, str] = {}
    seen: set[str] = set()
    problems = []
    for number, name, aliases in zip(table.index, table["name"], table["aliases"], strict=True):
        if not name or name in seen or not _is_plain(name):
            reason = "a new, unique name was expected, without ' + ', ';' or ':' and a number, and not 'none'"
            problems.append(Problem(str(path), int(number), "name", name, reason))
        seen.add(name)
        for spelling in [name, *listed(aliases)]:
            if (other := owner.setdefault(key_of(spelling), name)) != name:
                reason = f"this spelling already means {other!r}"
                problems.append(Problem(str(path), int(number), "aliases", spelling, reason))
    return problems


def _is_plain(name: str) -> bool:
    """Say whether a name cannot be taken for a mixture, a list or the word for nothing."""
    try:
        return ";" not in name and name.casefold() != SALT_FREE and split_mixture(name) == [(name, 1.0)]
    except ValueError:
        return False


def _empty_problems(path: Path, table: pd.DataFrame, kind: str) -> list[Problem]:
    return [
        Problem(str(path), int(str(number)), column, "", "this cell may not be empty")
        for column in _NEVER_EMPTY[kind]
        for number, text in table[column].items()
        if not text
    ]


def _cell_problems(path: Path, table: pd.DataFrame, column: str, check: Callable[[str], object]) -> list[Problem]:
    problems = []
    for number, text in table[column].items():
        try:
            check(text) if text else None
        except ValueError as error:
            problems.append(Problem(str(path), int(str(number)), column, text, str(error)))
    return problems


def _fraction_problems(path: Path, table: pd.DataFrame) -> list[Problem]:
    """Check the fractions of a copolymer's units: as many as its repeat units, adding up to 1."""
    problems = []
    for number, text, psmiles in zip(table.index, table["unit_fractions"], table["psmiles"], strict=True):
        try:
            shares = [float(share) for share in listed(text)]
        except ValueError:
            shares = [math.nan]
        if text and (len(shares) != len(psmiles.split(".")) or not math.isclose(sum(shares), 1, abs_tol=1e-6)):
            reason = "one number for each repeat unit was expected, joined by ';' and adding up to 1, as in 0.9;0.1"
            problems.append(Problem(str(path), int(str(number)), "unit_fractions", text, reason))
    return problems


def _one_of(text: str, known: set[str]) -> str:
    if text not in known:
        raise ValueError(f"one of {', '.join(sorted(known))} was expected")
    return text


def _by_name(table: pd.DataFrame) -> Table:
    return {row["name"]: {str(key): cell for key, cell in row.items()} for row in table.to_dict("records")}
