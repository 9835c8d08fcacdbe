"""How answers are shown: tables that fit a terminal, text without control characters, JSON for scripts."""

from __future__ import annotations

import json
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.common.errors import printable

if TYPE_CHECKING:
    from pipeline.watching import Tripped

_MINUS = "−"
_HANGING = 6


class Screen(Console):
    """Standard output, where nothing that is shown is read as markup."""

    def __init__(self) -> None:
        super().__init__(markup=False, highlight=False, emoji=False)

    def on_broken_pipe(self) -> None:
        """Leave it to `stage.ending` to end in silence where the reader has left."""
        self.quiet = True
        raise BrokenPipeError

    def say(self, *lines: str) -> None:
        """Print lines; on a terminal they are broken at its width, elsewhere a line stays a line."""
        for line in lines:
            shown = _broken(printable(line), self.width) if self.is_terminal else [printable(line)]
            for part in shown:
                self.print(Text(part), soft_wrap=True)

    def say_red(self, what: str, tripped: Iterable[Tripped]) -> None:
        """Say what is not to be relied on where a trip-wire says so; nothing where none does."""
        lines = [f"  {each.wire}: {each.said}" for each in tripped]
        self.say(*([f"RED: do not rely on {what}; the last run's trip-wires say:", *lines] if lines else []))


def table(numbers: Iterable[str], texts: Iterable[str], rows: Iterable[Sequence[str]]) -> Table:
    """Return a table whose numbers are never cut and whose texts are broken instead.

    Args:
        numbers: Headers of the columns of numbers, which come first.
        texts: Headers of the columns of text.
        rows: Cells in that order.
    """
    made = Table(box=SIMPLE, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for name in numbers:
        made.add_column(Text(name), justify="right", no_wrap=True, overflow="fold")
    for name in texts:
        made.add_column(Text(name), overflow="fold")
    for row in rows:
        made.add_row(*(Text(printable(cell)) for cell in row))
    return made


def show_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document: NaN as null, control characters escaped."""
    written = json.dumps(_as_json(document), indent=2, ensure_ascii=False, allow_nan=False)
    print("".join(x if x.isprintable() or x == "\n" else json.dumps(x)[1:-1] for x in written), flush=True)


def as_found(tripped: Iterable[Tripped]) -> list[dict[str, str]]:
    """Return the trip-wires that tripped as JSON can hold them."""
    return [each.model_dump() for each in tripped]


def signed(number: float, n_digits: int = 1) -> str:
    """Write a number with its sign: "+0.3", "−0.2"."""
    return f"{number:+.{n_digits}f}".replace("-", _MINUS)


def plain(number: float, n_digits: int = 2) -> str:
    """Write a number: "−4.81"; nothing where it is not known."""
    return "" if math.isnan(number) else f"{number:.{n_digits}f}".replace("-", _MINUS)


def _broken(line: str, width: int) -> list[str]:
    """Break a line at a width, what follows indented further than its beginning."""
    indentation = " " * (len(line) - len(line.lstrip()) + _HANGING)
    return textwrap.wrap(line, width, subsequent_indent=indentation, drop_whitespace=True) or [""]


def _as_json(value: Any) -> Any:
    """Return a value as JSON can hold it: Python's own numbers, and None for what is not known."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(inner) for inner in value]
    own = value.item() if hasattr(value, "item") else value
    return None if isinstance(own, float) and not math.isfinite(own) else own
