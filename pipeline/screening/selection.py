"""Which components a campaign means: by name, by what is known of them, or as blends of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb
from operator import ge, gt, le, lt
from typing import Annotated, Any

from pydantic import Field, model_validator

from features import join_mixture, split_mixture
from pipeline.common.settings import Frozen
from pipeline.records import Vocabulary

Name = Annotated[str, Field(min_length=1, max_length=300)]
Wanted = str | bool | float | tuple[str, ...]
"""What a condition asks of a property: a word, yes or no, a number, one of several words, or ">= 4.5"."""
IN_STOCK = "in_stock"
MAX_BLENDS = 20_000
_N_SHOWN = 30
_COMPARISON = re.compile(r"\A(?P<sign>>=|<=|>|<)\s*(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\Z")
_RANGE = re.compile(r"\A(?P<low>-?\d+(?:\.\d+)?)\s+to\s+(?P<high>-?\d+(?:\.\d+)?)\Z")
_SIGNS: Mapping[str, Callable[[float, float], bool]] = {">=": ge, "<=": le, ">": gt, "<": lt}
_HIDDEN = {"aliases", "source", "note"}


class Blends(Frozen):
    """All blends of some components on a grid of shares."""

    of: tuple[Item, ...] = Field(min_length=2, max_length=1000)
    """What is blended."""
    n_parts: int = Field(default=2, ge=2, le=4)
    """How many of them make one blend."""
    step: float = Field(ge=1e-4, le=0.5)
    """Distance between shares; every part has at least that much, and the shares sum to 1."""

    @model_validator(mode="after")
    def _divides_the_whole(self) -> Blends:
        if abs(1 / self.step - round(1 / self.step)) > 1e-6:
            raise ValueError(f"a step that divides 1 was expected, such as 0.1, 0.2 or 0.25, got {self.step:g}")
        if round(1 / self.step) < self.n_parts:
            raise ValueError(f"{self.n_parts} parts in steps of {self.step:g} do not fit into 1; make the step smaller")
        return self


class Item(Frozen):
    """One entry of a campaign's list of components: a name, all that meet some conditions, or blends."""

    name: Name | None = None
    """A component or a mixture, in any spelling that the vocabulary knows."""
    all: dict[Name, Wanted] | None = None
    """Conditions on the columns of the component table, on its constants, or `in_stock`; none: every component."""
    blends: Blends | None = None

    @model_validator(mode="before")
    @classmethod
    def _may_be_a_name(cls, item: Any) -> Any:
        return {"name": item} if isinstance(item, str) else item

    @model_validator(mode="after")
    def _is_one_of_three(self) -> Item:
        if sum(part is not None for part in (self.name, self.all, self.blends)) != 1:
            raise ValueError("a name, `all: {...}` or `blends: {...}` was expected")
        return self


@dataclass(frozen=True)
class Shelf:
    """The components of one kind that can be chosen from.

    Attributes:
        kind: "polymers", "salts", "fillers" or "additives".
        vocabulary: Names, tables and constants.
        inventory: Names that are in stock; None if nobody said.
    """

    kind: str
    vocabulary: Vocabulary
    inventory: frozenset[str] | None = None

    def choose(self, items: Sequence[Item]) -> Iterator[str]:
        """Resolve entries to names, in their order; one name may come more than once.

        Raises:
            ValueError: A name, a property or a value that is not known, or conditions that nothing meets.
        """
        for item in items:
            if item.name is not None:
                yield self._named(item.name)
            elif item.all is not None:
                yield from self._meeting(item.all)
            elif item.blends is not None:
                yield from self._blended(item.blends)

    def _named(self, text: str) -> str:
        resolve: dict[str, Callable[[str], str]] = {
            "polymers": self.vocabulary.polymer,
            "salts": self.vocabulary.salt,
            "fillers": self.vocabulary.filler,
            "additives": lambda names: ";".join(self.vocabulary.additives(names)),
        }
        return resolve[self.kind](text)

    def _meeting(self, conditions: Mapping[str, Wanted]) -> list[str]:
        table = getattr(self.vocabulary.library, self.kind)
        properties = self._properties()
        for name, wanted in conditions.items():
            if name not in properties:
                raise ValueError(f"{name!r} is nothing that is known of {self.kind}; known are {', '.join(properties)}")
            if name == IN_STOCK and self.inventory is None:
                raise ValueError("nothing says what is in stock; list it in data/raw/lab/inventory.csv")
            _refuse_senseless(name, wanted, properties[name])
            if not properties[name] and name != IN_STOCK:
                _refuse_strange(name, wanted, {row[name] for row in table.values()})
        chosen = [name for name in table if all(self._meets(name, *condition) for condition in conditions.items())]
        if not chosen:
            raise ValueError(f"none of the {self.kind} meets {_shown(conditions)}")
        return chosen

    def _properties(self) -> dict[str, bool]:
        """Return what can be asked of a component, and whether it is a number."""
        library = self.vocabulary.library
        columns = next(iter(getattr(library, self.kind).values()))
        words = [column for column in columns if column not in _HIDDEN | {"name"}]
        numbers = sorted({prop for kind, _, prop in library.constants if kind == self.kind})
        return dict.fromkeys([*words, IN_STOCK], False) | dict.fromkeys(numbers, True)

    def _meets(self, name: str, prop: str, wanted: Wanted) -> bool:
        library = self.vocabulary.library
        if prop == IN_STOCK:
            return (name in (self.inventory or ())) == wanted
        row = getattr(library, self.kind)[name]
        if prop in row:
            words = (str(wanted).lower(),) if isinstance(wanted, bool) else wanted
            return row[prop] in ((words,) if isinstance(words, str) else words)  # type: ignore[operator]
        return _compares(library.constant(self.kind, name, prop), wanted)

    def _blended(self, blends: Blends) -> list[str]:
        parts = list(dict.fromkeys(self.choose(blends.of)))
        if mixed := [name for name in parts if len(split_mixture(name)) > 1]:
            raise ValueError(f"{mixed[0]!r} is a blend already; blend its parts")
        n_groups, n_shares = comb(len(parts), blends.n_parts), comb(round(1 / blends.step) - 1, blends.n_parts - 1)
        if n_groups * n_shares > MAX_BLENDS:
            raise ValueError(
                f"{n_groups:,} groups × {n_shares:,} shares are more than {MAX_BLENDS:,} blends; "
                "name fewer parts or make the step larger"
            )
        shares = list(_shares(blends.n_parts, round(1 / blends.step)))
        groups = combinations(parts, blends.n_parts)
        return [join_mixture(list(zip(group, share, strict=True))) for group in groups for share in shares]


def _shares(n_parts: int, n_steps: int) -> Iterator[tuple[float, ...]]:
    """Return every way to deal a number of equal steps to parts, each at least one: shares that sum to 1."""
    for cuts in combinations(range(1, n_steps), n_parts - 1):
        ends = (0, *cuts, n_steps)
        yield tuple((stop - start) / n_steps for start, stop in pairwise(ends))


def _refuse_senseless(prop: str, wanted: Wanted, is_number: bool) -> None:
    is_words = isinstance(wanted, tuple) or (
        isinstance(wanted, str) and not _COMPARISON.match(wanted) and not _RANGE.match(wanted)
    )
    if is_number and is_words:
        raise ValueError(f'{prop} is a number: 4.5, ">= 4.5" or "4 to 5" was expected, got {wanted!r}')
    if prop == IN_STOCK and not isinstance(wanted, bool):
        raise ValueError(f"in_stock is true or false, got {wanted!r}")


def _refuse_strange(prop: str, wanted: Wanted, known: set[str]) -> None:
    """Refuse a word that no component has: it is misspelt."""
    words = (str(wanted).lower(),) if isinstance(wanted, bool) else wanted
    strange = [word for word in ((words,) if not isinstance(words, tuple) else words) if str(word) not in known]
    if strange:
        shown = ", ".join(sorted(filter(None, known))[:_N_SHOWN])
        raise ValueError(f"no component has {prop} {strange[0]!r}; there are {shown}")


def _compares(number: float, wanted: Wanted) -> bool:
    """Say whether a number meets a condition; one that is not known meets none."""
    if isinstance(wanted, str):
        if match := _COMPARISON.match(wanted):
            return _SIGNS[match["sign"]](number, float(match["number"]))
        if match := _RANGE.match(wanted):
            return float(match["low"]) <= number <= float(match["high"])
    return not isinstance(wanted, tuple) and number == wanted


def _shown(conditions: Mapping[str, Wanted]) -> str:
    return " and ".join(f"{name}: {wanted}" for name, wanted in conditions.items())


Blends.model_rebuild()
