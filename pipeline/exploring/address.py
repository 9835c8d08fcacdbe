"""The mixtures that an address carries: data, read as the cells of a sheet are, and told where it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.exploring.choice import FIELDS, Cells, Choice, choice_of
from pipeline.records import RowReader, Vocabulary

PREFIXES = {"A": "", "B": "b_"}
"""What stands before the keys of each mixture."""
PLACE = "the address"
LOWEST_TEMPERATURE_C, HIGHEST_TEMPERATURE_C = -60.0, 160.0
"""Ends of the page's temperatures."""
_LONGEST_VALUE = 1000


@dataclass(frozen=True)
class Asked:
    """What an address asks for.

    Attributes:
        choices: The mixtures by letter; without those of which it says nothing.
        told: What could not be read, in words.
    """

    choices: dict[str, Choice]
    told: tuple[str, ...]


def read_address(query: Mapping[str, str], vocabulary: Vocabulary) -> Asked:
    """Read the mixtures that a query string carries; what cannot be read is told, and replaced by what is usual.

    Args:
        query: Values by key.
        vocabulary: What names mean.
    """
    known = {prefix + field for prefix in PREFIXES.values() for field in FIELDS}
    told = [f"{PLACE}: {key[:80]!r} is no key of a mixture and was passed over" for key in query if key not in known]
    choices = {}
    for letter, prefix in PREFIXES.items():
        cells = {field: query[prefix + field].strip() for field in FIELDS if prefix + field in query}
        if any(cells.values()):
            choices[letter], problems = _read(cells, vocabulary)
            told += problems
    return Asked(choices, tuple(told))


def as_query(cells: Mapping[str, Cells]) -> dict[str, str]:
    """Write the cells of mixtures, by letter, as the values of a query string."""
    return {PREFIXES[letter] + field: text for letter, said in cells.items() for field, text in said.items()}


def _read(cells: Cells, vocabulary: Vocabulary) -> tuple[Choice, list[str]]:
    long = [field for field, text in cells.items() if len(text) > _LONGEST_VALUE]
    told = [f"{PLACE}, {field}: longer than {_LONGEST_VALUE} characters" for field in long]
    reading = RowReader(PLACE, vocabulary).read_mixture(0, {**cells, **dict.fromkeys(long, "")})
    told += [str(problem) for problem in reading.problems]
    choice = choice_of(reading.record)
    if not choice.polymer and not choice.filler:
        choice = replace(choice, polymer=Choice.polymer)
        told.append(f"{PLACE}: no polymer and no filler could be read; {Choice.polymer} is shown")
    if not reading.record["is_temperature_stated"]:
        told.append(f"{PLACE}: no temperature could be read; {choice.temperature_C:g} °C is shown")
    nearest = min(max(choice.temperature_C, LOWEST_TEMPERATURE_C), HIGHEST_TEMPERATURE_C)
    if nearest != choice.temperature_C:
        told.append(f"{PLACE}: {choice.temperature_C:g} °C is beyond what this page shows; {nearest:g} °C is shown")
    return replace(choice, temperature_C=nearest), told
