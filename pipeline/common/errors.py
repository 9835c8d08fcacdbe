"""What is wrong with something a user typed, said once and in one form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

_LONGEST_REASON = 600


@dataclass(frozen=True)
class Problem:
    """One fault in one cell of one file.

    Attributes:
        file: Path of the file as the user knows it.
        row: Row as a spreadsheet numbers it (the header is row 1); 0 when the whole file is meant.
        column: Column name; empty when the whole row or file is meant.
        value: The cell as typed.
        reason: What was expected and what to do.
    """

    file: str
    row: int
    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        shown = f": {_shorten(self.value)!r}" if self.value else ""
        return f"{', '.join(place)}{shown}: {_shorten(printable(self.reason), _LONGEST_REASON)}"

    def as_row(self) -> dict[str, str | int]:
        """Return the fault as one row of `rejected.csv`."""
        return asdict(self)


class UserError(Exception):
    """A mistake in the user's data or settings: shown as text, never as a traceback."""

    def __init__(self, problems: Iterable[Problem] | str) -> None:
        self.problems = [] if isinstance(problems, str) else list(problems)
        message = problems if isinstance(problems, str) else "\n".join(map(str, self.problems))
        super().__init__(message)


def printable(text: str) -> str:
    """Return a text with a space for each character that would steer a terminal or break a line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _shorten(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
