"""A campaign: the question, the candidates, the limits. One YAML file in experiments/."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from pipeline.common.errors import Problem, UserError
from pipeline.common.files import read_yaml
from pipeline.common.settings import Frozen, parse_settings
from pipeline.records import PARTICLE_SIZE, SALT_RATIOS, TEMPERATURE, Vocabulary

Text = Annotated[str, Field(max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=1000)]
MAX_CANDIDATES = 20_000_000
"""More are refused: each is scored by itself, some hundred thousand a second."""
_FILE_NAME = re.compile(r"[A-Za-z0-9_.-]+")


class Architecture(Frozen):
    """One way to build the composite."""

    tags: Text = ""
    """Architecture tags joined by ";"."""
    additives: Text = ""
    """Additives and treatments joined by ";"."""
    only_with: tuple[Name, ...] = ()
    """Polymers that can be built so; all of the campaign's when left out."""


class SaltRatio(Frozen):
    """How much salt every candidate holds."""

    value: float
    """The number."""
    unit: Literal["EO:Li", "wt%", "mol%", "mol/kg", "polymer:salt"] = "EO:Li"
    """In which terms: coordinating units for each lithium, weight per cent of polymer and salt, mol for each hundred
    repeat units, mol for each kilogram of polymer, or polymer for each mass of salt."""

    @model_validator(mode="after")
    def _is_sensible(self) -> SaltRatio:
        smallest, largest = SALT_RATIOS[self.unit]
        if not smallest <= self.value <= largest:
            raise ValueError(f"{smallest:g} to {largest:g} {self.unit} was expected, got {self.value:g}")
        return self


class Limits(Frozen):
    """What a candidate must keep to; a limit that is left out does not apply."""

    exclude_elements: tuple[Name, ...] = ()
    """Element symbols that no filler may hold."""
    min_stability_window_V: float | None = Field(default=None, ge=0, le=10)  # noqa: N815
    """Least predicted stability window against Li/Li⁺."""
    require_known_components: bool = False
    """Keep only polymers and fillers that the model has seen, each with any partner."""


class Campaign(Frozen):
    """All of one file."""

    question: str = Field(min_length=1, max_length=1000)
    """The question in words, printed above the answer."""
    temperature_C: float = Field(ge=TEMPERATURE.lowest, le=TEMPERATURE.highest)  # noqa: N815
    """The temperature at which candidates are compared."""
    polymers: Names
    salts: Names
    fillers: Names
    filler_wt_fractions: Annotated[tuple[Annotated[float, Field(gt=0, lt=1)], ...], Field(min_length=1)]
    """The loading grid: filler mass for each mass of composite."""
    architectures: Annotated[dict[Name, Architecture], Field(min_length=1)]
    """Named ways to build the composite."""
    salt_ratio: SaltRatio | None = None
    """How much salt there is; not known where left out."""
    particle_size_nm: float | None = Field(default=None, ge=PARTICLE_SIZE.lowest, le=PARTICLE_SIZE.highest)
    """The smallest width of the filler's units; not known where left out."""
    limits: Limits = Limits()


def load_campaigns(folder: Path, vocabulary: Vocabulary) -> dict[str, Campaign]:
    """Read every campaign of a folder, by the file's name without its ending.

    Raises:
        UserError: There is none, or one is broken: every fault with file, key, value and what was expected.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".yaml", ".yml"))
    if not paths:
        raise UserError(f"{folder}: no campaign; put a YAML file there, the README shows one")
    if odd := [path.name for path in paths if not _FILE_NAME.fullmatch(path.stem)]:
        raise UserError(
            f"{folder}: rename {', '.join(odd)}; a campaign's name is made of A-Z, a-z, 0-9, '_', '-' and '.'"
        )
    stems = [path.stem for path in paths]
    if doubled := sorted({stem for stem in stems if stems.count(stem) > 1}):
        raise UserError(f"{folder}: two files for the campaign {', '.join(doubled)}; remove one of each")
    return {path.stem: load_campaign(path, vocabulary) for path in paths}


def load_campaign(path: Path, vocabulary: Vocabulary) -> Campaign:
    """Read one campaign and resolve its names.

    Raises:
        UserError: The file is not YAML, a key is wrong, or a name is not known.
    """
    campaign = parse_settings(path, read_yaml(path), Campaign)
    problems: list[Problem] = []

    def resolve(key: str, text: str) -> str:
        readers: dict[str, Callable[[str], str]] = {
            "polymers": vocabulary.polymer,
            "salts": vocabulary.salt,
            "fillers": vocabulary.filler,
            "tags": lambda t: ";".join(vocabulary.tags(t)),
            "additives": lambda t: ";".join(vocabulary.additives(t)),
        }
        try:
            return readers[key](text)
        except ValueError as error:
            problems.append(Problem(str(path), 0, key, text, str(error)))
            return text

    resolved = campaign.model_copy(
        update={
            **{
                key: tuple(dict.fromkeys(resolve(key, name) for name in getattr(campaign, key)))
                for key in ("polymers", "salts", "fillers")
            },
            "filler_wt_fractions": tuple(dict.fromkeys(campaign.filler_wt_fractions)),
            "architectures": {
                name: Architecture(
                    tags=resolve("tags", built.tags),
                    additives=resolve("additives", built.additives),
                    only_with=tuple(resolve("polymers", p) for p in built.only_with),
                )
                for name, built in campaign.architectures.items()
            },
        }
    )
    problems += [
        Problem(str(path), 0, "limits.exclude_elements", symbol, "an element symbol such as Ge was expected")
        for symbol in campaign.limits.exclude_elements
        if not _is_element(symbol)
    ]
    problems += _size_problems(path, resolved)
    if problems:
        raise UserError(problems)
    return resolved


def _size_problems(path: Path, campaign: Campaign) -> list[Problem]:
    axes = {
        "polymers": campaign.polymers,
        "salts": campaign.salts,
        "fillers": campaign.fillers,
        "architectures": campaign.architectures,
        "filler_wt_fractions": campaign.filler_wt_fractions,
    }
    size = prod(len(axis) for axis in axes.values())
    if size <= MAX_CANDIDATES:
        return []
    lengths = " × ".join(f"{len(axis)} {name}" for name, axis in axes.items())
    reason = f"{lengths} are {size:,} candidates, {MAX_CANDIDATES:,} are scored at most; shorten the longest lists"
    return [Problem(str(path), 0, "", "", reason)]


def _is_element(symbol: str) -> bool:
    from pymatgen.core import Element

    return symbol in {str(element.value) for element in Element.__members__.values()}
