"""What the lab has in stock: one component a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pandas as pd

from features import split_mixture
from pipeline.common.errors import Problem, UserError
from pipeline.common.typed import read_table
from pipeline.records import Vocabulary

_COLUMNS = ("name", "amount", "note")
_NEEDED = ["polymer", "filler", "salt", "additives"]
_NOTHING = re.compile(r"0+([.,]0*)?\s*[a-zA-Zµ]*")


def load_inventory(path: Path, vocabulary: Vocabulary) -> frozenset[str]:
    """Read which components are in stock.

    Args:
        path: A CSV with the column `name` (any spelling that the vocabulary knows, a repeat unit, the SMILES of a
            salt's ions, or a filler's formula) and, where wanted, `amount` and `note`. What has the amount 0 is not in
            stock.
        vocabulary: Resolves the names.

    Returns:
        Library names. A name that several tables know (PEG is a polymer and an additive) counts in each of them.

    Raises:
        UserError: The file or the column is missing, or a name is not known: every such row.
    """
    table = read_table(path)
    problems = [
        Problem(str(path), 1, column, "", f"no such column; {', '.join(_COLUMNS)} were expected")
        for column in table.columns
        if column not in _COLUMNS
    ]
    if "name" not in table.columns:
        problems.append(Problem(str(path), 1, "name", "", "this column is missing"))
    if problems:
        raise UserError(problems)
    stock: set[str] = set()
    for number, row in table.iterrows():
        try:
            names = _resolve(row["name"], vocabulary)
        except ValueError as error:
            problems.append(Problem(str(path), int(str(number)), "name", row["name"], str(error)))
            continue
        if not _NOTHING.fullmatch(row.get("amount", "")):
            stock |= names
    if problems:
        raise UserError(problems)
    return frozenset(stock)


def not_in_stock(mixtures: pd.DataFrame, stock: Collection[str]) -> list[list[str]]:
    """Name for each of n mixtures what it needs and the stock does not hold.

    Args:
        mixtures: n rows with the columns `polymer`, `filler`, `salt` and `additives` of `features.INPUT_COLUMNS`.
        stock: Library names, as `load_inventory` returns them.
    """
    held = {"", "none", *stock}
    needed = (
        [name for text in (polymer, filler, salt) for name, _ in split_mixture(text)] + additives.split(";")
        for polymer, filler, salt, additives in mixtures[_NEEDED].itertuples(index=False)
    )
    return [[name for name in dict.fromkeys(names) if name not in held] for names in needed]


def _resolve(text: str, vocabulary: Vocabulary) -> set[str]:
    """Return what a spelling means in each table that knows it."""
    if not text:
        raise ValueError("a name was expected; delete the row where there is none")
    if ";" in text or len(split_mixture(text)) > 1:
        raise ValueError("one component a row was expected; give each of them a row of its own")
    readers: tuple[Callable[[str], str], ...] = (
        vocabulary.polymer,
        vocabulary.salt,
        lambda name: _filler(name, vocabulary),
        lambda name: ";".join(vocabulary.additives(name)),
    )
    names, refusals = set(), []
    for read in readers:
        try:
            names.add(read(text))
        except ValueError as error:
            refusals.append(str(error))
    if not names:
        near = next((reason for reason in refusals if "did you mean" in reason), "")
        raise ValueError(near or "no known polymer, salt, filler or additive; add it to a table of data/raw/components")
    return names


def _filler(text: str, vocabulary: Vocabulary) -> str:
    """Resolve a filler; a word in capitals is no formula (a slip such as PVFD would be one of P, V, F and D)."""
    name = vocabulary.filler(text)
    if name not in vocabulary.library.fillers and text.isupper() and text.isalpha():
        raise ValueError(f"{text!r} is no name of a filler")
    return name
