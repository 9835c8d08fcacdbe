"""Text for MLflow's pages: what a user typed shows as typed, and a list stays short."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"[<>&|*_`\[\]()#!~\\@$]|://|[wW]{3}\.|[\r\n]|\A(?:[ \t]+|[-+=:]|\d+[.)])")
"""What Markdown reads as markup: anywhere, or (a list, a line under a title, code) at the start alone."""
_ROOM = "&nbsp;&nbsp;"
_LONGEST_NAME = 160
_N_LISTED = 3


def as_text(typed: object) -> str:
    """Write what a user typed so that Markdown and HTML show it letter by letter."""
    return _MARKUP.sub(lambda found: "".join(f"&#{ord(letter)};" for letter in found.group()), str(typed))


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table in Markdown, every cell as text, with the room between cells that MLflow's pages do not leave."""
    lines = [header, *rows]
    shown = [f"| {' | '.join(f'{as_text(cell)}{_ROOM}' for cell in line)} |" for line in lines]
    return "\n".join([shown[0], f"|{'---|' * len(header)}", *shown[1:]])


def bullets(lines: Iterable[str]) -> str:
    """Write a list in Markdown, every line as text."""
    return "\n".join(f"- {as_text(line)}" for line in lines)


def listed(names: Sequence[str], n_most: int = _N_LISTED) -> str:
    """Join names by commas; of many, the first ones and how many more there are."""
    shown = ", ".join(names[:n_most])
    return shown if len(names) <= n_most else f"{shown} and {len(names) - n_most} more"


def one_line(text: str, limit: int = _LONGEST_NAME) -> str:
    """Cut a text to one line of printable letters."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def counted(number: int, word: str) -> str:
    """Write a number and a noun: "1 record", "2 records"."""
    return f"{number} {word}{'' if number == 1 else 's'}"
