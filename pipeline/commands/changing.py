"""What a chemist changes of a campaign without editing its file, and the file with it changed."""

from __future__ import annotations

import io
import textwrap
from collections.abc import MutableMapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from pipeline.common.errors import printable

_LIMITS, _QUESTION = "limits", "question"
_LISTS = ("exclude_elements", "exclude_processing")
_WIDTH = 120


@dataclass(frozen=True)
class Changes:
    """What is to be different; what is None, empty or False stays as the file says.

    Attributes:
        question: The question in words.
        temperature_C: The temperature at which candidates are compared.
        without: Symbols of elements to exclude, beside those that the file excludes.
        without_processing: Architecture tags to exclude, beside those that the file excludes.
        limits: Limits to set, by their key in the file.
    """

    question: str | None
    temperature_C: float | None  # noqa: N815
    without: tuple[str, ...]
    without_processing: tuple[str, ...]
    limits: dict[str, Any]

    def in_words(self) -> str:
        """Say what is different: "60 °C, without Ge and Ti"; nothing where nothing is."""
        said = [] if self.temperature_C is None else [f"{self.temperature_C:g} °C"]
        said += [f"without {' and '.join(names)}" for names in (self.without, self.without_processing) if names]
        said += [_limit_in_words(key, value) for key, value in self.limits.items()]
        return printable(", ".join(said))

    def apply(self, content: MutableMapping[str, Any]) -> None:
        """Change what a campaign's file holds, in place."""
        if self.temperature_C is not None:
            content["temperature_C"] = _number(self.temperature_C)
        if self.question is not None:
            content[_QUESTION] = _folded(self.question)
        elif words := self.in_words():
            content[_QUESTION] = _folded(f"{content.get(_QUESTION, '')} (changed: {words})")
        lists = dict(zip(_LISTS, (self.without, self.without_processing), strict=True))
        added = {key: names for key, names in lists.items() if names}
        if not (added or self.limits):
            return
        limits = content.setdefault(_LIMITS, {})
        limits.update(self.limits)
        for key, names in added.items():
            standing = limits.setdefault(key, [])
            standing.extend(_text(name) for name in dict.fromkeys(names) if name not in standing)


def is_changeable(content: Any) -> bool:
    """Say whether a campaign's file holds keys and values, and lists where names are added."""
    limits = content.get(_LIMITS, {}) if isinstance(content, dict) else None
    return isinstance(limits, dict) and all(isinstance(limits.get(key, []), list) for key in _LISTS)


def changed_yaml(content: bytes, changes: Changes, comment: str) -> bytes | None:
    """Return a campaign's file with its changes: all else, comments too, stays, under a comment that says what it is.

    Args:
        content: The file, which is known to be YAML of keys and values.
        changes: What is to be different.
        comment: One line.

    Returns:
        The changed file; None where YAML 1.2, by which it is changed, reads it as something else.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    writer = YAML()
    writer.preserve_quotes = True
    writer.width = _WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    try:
        held = writer.load(content.decode("utf-8-sig"))
    except (YAMLError, ValueError):
        return None
    if not is_changeable(held):
        return None
    changes.apply(held)
    written = io.StringIO()
    writer.dump(held, written)
    lines = [line.rstrip() for line in written.getvalue().splitlines()]
    return "\n".join([f"# {printable(comment)}", *lines, ""]).encode()


def _text(text: str) -> str:
    """Return a text that is read as one: quoted where YAML 1.1 sees something else, such as a truth in "No"."""
    import yaml

    try:
        is_text = yaml.safe_load(text) == text
    except yaml.YAMLError:
        is_text = False
    return text if is_text else _quoted(text)


def _quoted(text: str) -> str:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    quoted: str = DoubleQuotedScalarString(text)
    return quoted


def _folded(text: str) -> str:
    """Return a text that is written as a block, its lines broken as a person would."""
    from ruamel.yaml.scalarstring import FoldedScalarString

    if text != " ".join(text.split()):
        return _quoted(text)
    block = FoldedScalarString(text)
    lines = textwrap.wrap(text, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    block.fold_pos = [end + place for place, end in enumerate(accumulate(map(len, lines[:-1])))]
    folded: str = block
    return folded


def _number(number: float) -> float:
    return int(number) if number.is_integer() else number


def _limit_in_words(key: str, value: Any) -> str:
    words = key.replace("_", " ")
    return words if value is True else f"{words} {value:g}"
