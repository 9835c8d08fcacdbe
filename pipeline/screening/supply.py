"""What a buyer asks of a mixture: what its elements cost, which of them are critical, what is in stock."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from features import Library
from pipeline.learning import Floats
from pipeline.screening.cost import COST, COST_STATEMENT
from pipeline.screening.inventory import not_in_stock
from pipeline.screening.restriction import Knowledge, parts_of
from pipeline.screening.rules.composition import counted_as_critical, filler_elements, salt_elements

UNKNOWN_ELEMENTS = "unknown"
SUPPLY_COLUMNS = {
    COST: {"unit": "USD/kg", "meaning": COST_STATEMENT},
    "critical_elements": {
        "unit": "",
        "meaning": "elements of filler and salt that critical_elements.csv counts as critical raw materials of the "
        "European Union (Regulation (EU) 2024/1252), as the limit exclude_critical_elements reads it: lithium, which "
        "is in every candidate, is not counted, nor is what the list names in another form (Al, Si, Ti, Ni, graphite, "
        f'phosphate rock, fluorspar, baryte). "{UNKNOWN_ELEMENTS}" where a filler\'s composition is not known. Polymer '
        "and additives are not looked at",
    },
    "in_stock": {
        "unit": "",
        "meaning": "whether data/raw/lab/inventory.csv lists polymer, salt, filler and additives: yes, or no and what "
        "is missing; empty where there is no such list",
    },
}
"""What the columns mean, for people."""


def supply(mixtures: pd.DataFrame, cost: Floats, knowledge: Knowledge) -> pd.DataFrame:
    """Say of n mixtures what stands between them and being bought.

    Args:
        mixtures: n rows with the columns of `features.INPUT_COLUMNS`.
        cost: What their elements cost, in USD/kg, shape (n,).
        knowledge: The components, the critical elements, the inventory.

    Returns:
        n rows with the columns of `SUPPLY_COLUMNS`.
    """
    columns = {
        COST: cost,
        "critical_elements": _critical_elements(mixtures, knowledge),
        "in_stock": _in_stock(mixtures, knowledge.inventory),
    }
    return pd.DataFrame(columns, index=mixtures.index)


def _critical_elements(mixtures: pd.DataFrame, knowledge: Knowledge) -> list[str]:
    symbols, library = counted_as_critical(knowledge), knowledge.library
    fillers = {name: _of_filler(str(name), symbols, library) for name in mixtures["filler"].unique()}
    salts = {name: _of_salt(str(name), symbols, library) for name in mixtures["salt"].unique()}
    pairs = zip(mixtures["filler"], mixtures["salt"], strict=True)
    return [";".join(sorted(fillers[filler] | salts[salt])) for filler, salt in pairs]


def _of_filler(mixture: str, symbols: frozenset[str], library: Library) -> frozenset[str]:
    """Return the critical elements of a filler or of all parts of a mixture of fillers."""
    held = [filler_elements(name, library) for name in parts_of(mixture)]
    return frozenset().union(*(elements & symbols if elements else {UNKNOWN_ELEMENTS} for elements in held))


def _of_salt(mixture: str, symbols: frozenset[str], library: Library) -> frozenset[str]:
    return frozenset().union(*(salt_elements(name, library) & symbols for name in parts_of(mixture)))


def _in_stock(mixtures: pd.DataFrame, stock: Collection[str] | None) -> list[str]:
    if stock is None:
        return [""] * len(mixtures)
    return [f"no: {', '.join(absent)}" if absent else "yes" for absent in not_in_stock(mixtures, stock)]
