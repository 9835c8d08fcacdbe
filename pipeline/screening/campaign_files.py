"""Campaigns from their files: every component resolved to the library's name, every fault told at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pipeline.common.errors import Problem, UserError
from pipeline.common.formats import CAMPAIGN, require_format
from pipeline.common.names import is_device
from pipeline.common.settings import parse_settings
from pipeline.common.typed import read_yaml
from pipeline.records import Vocabulary
from pipeline.screening.campaign import (
    NO_ADDITIVE,
    Addition,
    AdditiveItem,
    Architecture,
    Asked,
    Campaign,
    Question,
)
from pipeline.screening.limits import resolve
from pipeline.screening.selection import Item, Shelf

T = TypeVar("T")
_FILE_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_FORMAT = "format"
_KINDS = ("polymers", "salts", "fillers")


def load_campaigns(
    folder: Path, vocabulary: Vocabulary, inventory: frozenset[str] | None = None
) -> dict[str, Campaign]:
    """Read every campaign of a folder, by the file's name without its ending.

    Raises:
        UserError: There is none, or one is broken: every fault with file, key, value and what was expected.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".yaml", ".yml"))
    if not paths:
        raise UserError(f"{folder}: no campaign; put a YAML file there, the README shows one")
    if odd := [path.name for path in paths if not _FILE_NAME.fullmatch(path.stem) or is_device(path.stem)]:
        raise UserError(
            f"{folder}: rename {', '.join(odd)}; a campaign's name is made of A-Z, a-z, 0-9, '_', '-' and '.'"
        )
    stems = [path.stem for path in paths]
    if doubled := sorted({stem for stem in stems if stems.count(stem) > 1}):
        raise UserError(f"{folder}: two files for the campaign {', '.join(doubled)}; remove one of each")
    return {path.stem: load_campaign(path, vocabulary, inventory) for path in paths}


def load_campaign(path: Path, vocabulary: Vocabulary, inventory: frozenset[str] | None = None) -> Campaign:
    """Read one campaign and resolve its components.

    Args:
        path: The file.
        vocabulary: Names, tables and constants.
        inventory: Names that are in stock; None if nobody said.

    Raises:
        UserError: The file is not YAML, a key is wrong, or a name is not known.
    """
    return resolve_campaign(path, read_yaml(path), vocabulary, inventory)


def resolve_campaign(
    path: Path, content: Any, vocabulary: Vocabulary, inventory: frozenset[str] | None = None
) -> Campaign:
    """Resolve the components of a campaign that was read.

    Args:
        path: Where it stands, for messages.
        content: What stands there.
        vocabulary: Names, tables and constants.
        inventory: Names that are in stock; None if nobody said.

    Raises:
        UserError: A key is wrong, or a name is not known.
    """
    asked = parse_settings(path, _without_format(path, content), Asked)
    resolver = _Resolver(path, vocabulary, inventory)
    shared = {name: getattr(asked, name) for name in Question.model_fields}
    components = {kind: resolver.components(kind, getattr(asked, kind)) for kind in _KINDS}
    shared["architectures"] = {name: resolver.architecture(built) for name, built in asked.architectures.items()}
    additions = resolver.additions(asked.additives)
    shared["limits"], problems = resolve(asked.limits, vocabulary, str(path))
    if resolver.problems or problems:
        raise UserError([*resolver.problems, *problems])
    return Campaign.model_validate({**shared, **components, "additions": additions})


def _without_format(path: Path, content: Any) -> Any:
    """Return what a campaign says beside the number of its format.

    Raises:
        UserError: It is of a format that this version does not read.
    """
    if not isinstance(content, dict) or _FORMAT not in content:
        return content
    require_format(
        path, content[_FORMAT], CAMPAIGN, f"write it anew after docs/SCREENING.md, under `format: {CAMPAIGN}`"
    )
    return {key: value for key, value in content.items() if key != _FORMAT}


class _Resolver:
    """Resolves what a file names, and collects all that it cannot."""

    def __init__(self, path: Path, vocabulary: Vocabulary, inventory: frozenset[str] | None) -> None:
        self.problems: list[Problem] = []
        self._path = path
        self._vocabulary = vocabulary
        self._inventory = inventory

    def components(self, kind: str, items: tuple[Item, ...]) -> tuple[str, ...]:
        """Return the names that a list means, each once."""
        shelf = Shelf(kind, self._vocabulary, self._inventory)
        nothing: list[str] = []
        chosen = [self._try(kind, _shown(item), partial(_listed, shelf, item), nothing) for item in items]
        return tuple(dict.fromkeys(name for names in chosen for name in names))

    def architecture(self, built: Architecture) -> Architecture:
        """Return a way to build with the library's names."""
        return Architecture(
            tags=self._tags(built.tags),
            additives=self._try("additives", built.additives, partial(self._joined, built.additives), ""),
            only_with=tuple(
                self._try("polymers", name, partial(self._vocabulary.polymer, name), name) for name in built.only_with
            ),
            only_fillers=tuple(Item(name=name) for name in self.components("fillers", built.only_fillers)),
        )

    def additions(self, items: tuple[AdditiveItem, ...]) -> dict[str, Addition]:
        """Return what may go in beside, by the name that is shown."""
        found: dict[str, Addition] = {}
        nothing: list[str] = []
        for item in items:
            tags = self._tags(item.tags)
            for additives in self._try("additives", _shown(item), partial(self._chosen, item), nothing):
                label = additives.replace(";", " + ") or (tags.replace(";", ", ") if tags else NO_ADDITIVE)
                is_taken = label in found and found[label].tags != tags
                found[f"{label} ({tags.replace(';', ', ')})" if is_taken else label] = Addition(
                    tags=tags, additives=additives
                )
        return found

    def _chosen(self, item: AdditiveItem) -> list[str]:
        if item.use is not None:
            return ["" if item.use.casefold() == NO_ADDITIVE else self._joined(item.use)]
        return _listed(Shelf("additives", self._vocabulary, self._inventory), Item(all=item.all))

    def _joined(self, text: str) -> str:
        return ";".join(self._vocabulary.additives(text))

    def _tags(self, text: str) -> str:
        return self._try("tags", text, lambda: ";".join(self._vocabulary.tags(text)), "")

    def _try(self, key: str, text: str, resolve: Callable[[], T], otherwise: T) -> T:
        try:
            return resolve()
        except ValueError as error:
            self.problems.append(Problem(str(self._path), 0, key, text, str(error)))
            return otherwise


def _listed(shelf: Shelf, item: Item) -> list[str]:
    return list(shelf.choose([item]))


def _shown(item: Item | AdditiveItem) -> str:
    """Return what was written, for messages."""
    written = item.model_dump(exclude_defaults=True)
    return str(next(iter(written.values()))) if set(written) <= {"name", "use"} and written else str(written)
