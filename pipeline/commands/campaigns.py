"""Campaigns as the command line ranks them: which one is meant, what it comes to, where it is kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.commands.changing import Changes, changed_yaml, is_changeable
from pipeline.common import layout
from pipeline.common.atomic import replacing
from pipeline.common.errors import UserError
from pipeline.common.files import read_gapped_csv, read_json, write_csv
from pipeline.common.locks import working
from pipeline.common.names import is_device
from pipeline.common.typed import parse_yaml, read_yaml

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.watching import Tripped

_ENDINGS = (".yaml", ".yml")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")


@dataclass(frozen=True)
class Chosen:
    """A campaign to be ranked.

    Attributes:
        path: The file that it comes from.
        content: That file, with what was changed.
    """

    path: Path
    content: bytes

    def save(self, place: Path) -> None:
        """Write the campaign, atomically, and not while a run reads campaigns."""
        with working("rank --save"), replacing(place) as temporary:
            temporary.write_bytes(self.content)


@dataclass(frozen=True)
class Ranked:
    """What a campaign came to.

    Attributes:
        name: The campaign's.
        facts: The question, what was covered, limits and goals, as `rankings/<campaign>.json` holds them.
        ranking: A row a mixture, best first, as `rankings/<campaign>.csv` holds them.
        worksheet: The next experiments; None where they are not at hand.
        report: Where the report is, if there is one.
        tripped: The trip-wires that let what it rests on pass in red.
    """

    name: str
    facts: dict[str, Any]
    ranking: pd.DataFrame
    worksheet: pd.DataFrame | None
    report: Path | None
    tripped: tuple[Tripped, ...]

    def as_dict(self, number: int) -> dict[str, Any]:
        """Return the facts and the best mixtures, as JSON can hold them."""
        report = None if self.report is None else str(self.report)
        return {
            "name": self.name,
            **self.facts,
            "ranking": self.ranking.head(number).to_dict("records"),
            "report": report,
        }

    def write(self, folder: Path) -> list[Path]:
        """Write ranking and worksheet; returns the files."""
        written = []
        for name, frame in (("ranking", self.ranking), ("worksheet", self.worksheet)):
            if frame is not None:
                written.append(folder / f"{name}.csv")
                write_csv(written[-1], frame)
        return written


def chosen(campaign: str, changes: Changes) -> Chosen:
    """Find a campaign and change it.

    Args:
        campaign: A name in experiments/, or the path of a YAML file.
        changes: What is to be different.

    Raises:
        UserError: There is no such campaign, it is not YAML of keys and values, or more of it would change than asked.
    """
    path = _path(campaign)
    meant = read_yaml(path)
    if not is_changeable(meant):
        raise UserError(f"{path}: keys and values were expected, lists among the limits, as in the shipped campaigns")
    words = ": ".join(filter(None, (f"Made from {path}", changes.in_words())))
    changed = changed_yaml(path.read_bytes(), changes, words)
    changes.apply(meant)
    if changed is None or parse_yaml(path, changed) != meant:  # YAML 1.2 writes what YAML 1.1 has read
        raise UserError(f"{path}: cannot be changed without changing more of it; write it as the shipped campaigns are")
    return Chosen(path, changed)


def ranked(asked: Chosen) -> Ranked:
    """Find the exact best of a campaign and what to make next.

    Raises:
        UserError: The campaign is wrong, or models or records are missing.
    """
    from pipeline.groundwork import load_groundwork, load_stock, refuse_unpredicted
    from pipeline.records import load_vocabulary
    from pipeline.screening import resolve_campaign, screen
    from pipeline.watching import read_checks

    vocabulary = load_vocabulary(layout.COMPONENTS)
    stock = load_stock(vocabulary)
    campaign = resolve_campaign(asked.path, parse_yaml(asked.path, asked.content), vocabulary, stock)
    ground = load_groundwork(vocabulary, stock)
    tripped = read_checks(layout.MODELS).tripped
    name = asked.path.stem
    refuse_unpredicted(asked.path, [(name, campaign)], ground.models)
    screened = screen(campaign, ground.models, ground.knowledge, ground.settings.n_ranked)
    outcome = ground.outcome(campaign, screened)
    return Ranked(name, outcome.facts, outcome.ranking, outcome.worksheet.assign(campaign=name), None, tripped)


def last_rankings(campaign: str) -> list[Ranked]:
    """Read what the last run ranked: one campaign, or all where none is named.

    Raises:
        UserError: There are no rankings, or not of this campaign, or a trip-wire stopped the run that wrote them.
    """
    from pipeline.screening import TEXT_COLUMNS
    from pipeline.watching import read_checks

    rankings = sorted(layout.RANKINGS.glob("*.csv"))
    if not rankings:
        raise UserError(f"{layout.RANKINGS}: no rankings; run `dvc repro` first")
    meant = [path for path in rankings if campaign in ("", path.stem)]
    if not meant:
        names = ", ".join(path.stem for path in rankings)
        raise UserError(f"{layout.RANKINGS}: no ranking of {campaign!r}; there are {names}")
    tripped = read_checks().tripped
    return [
        Ranked(
            path.stem,
            read_json(path.with_suffix(".json")),
            read_gapped_csv(path, TEXT_COLUMNS),
            None,
            report if (report := layout.REPORTS / path.stem / "index.html").is_file() else None,
            tripped,
        )
        for path in meant
    ]


def listed_campaigns() -> list[dict[str, Any]]:
    """Return every campaign of experiments/ with its question and how large its space is.

    Raises:
        UserError: There is none, or one is broken.
    """
    from pipeline.groundwork import load_stock
    from pipeline.records import load_vocabulary
    from pipeline.screening import Space, load_campaigns

    vocabulary = load_vocabulary(layout.COMPONENTS)
    return [
        {
            "name": name,
            "question": campaign.question,
            "temperature_C": max(campaign.temperature_C),
            "n_mixtures": Space.of(campaign).size,
        }
        for name, campaign in load_campaigns(layout.CAMPAIGNS, vocabulary, load_stock(vocabulary)).items()
    ]


def free_place(name: str) -> Path:
    """Return where a campaign is to be kept.

    Raises:
        UserError: The name is none for a file, or there is a campaign of that name.
    """
    if not _NAME.fullmatch(name) or name.endswith(_ENDINGS) or is_device(name):
        raise UserError(f"{name[:80]!r} is no name for a campaign; up to 80 of A-Z, a-z, 0-9, '_', '-' and '.' are")
    for ending in _ENDINGS:
        if (taken := layout.CAMPAIGNS / f"{name}{ending}").exists():
            raise UserError(f"{taken} is there already and is not overwritten; take another name for --save")
    return layout.CAMPAIGNS / f"{name}{_ENDINGS[0]}"


def _path(campaign: str) -> Path:
    if campaign.endswith(_ENDINGS):
        return Path(campaign)
    for ending in _ENDINGS:
        if (path := layout.CAMPAIGNS / f"{campaign}{ending}").is_file():
            return path
    names = sorted(path.stem for path in layout.CAMPAIGNS.glob("*") if path.suffix in _ENDINGS)
    raise UserError(f"{layout.CAMPAIGNS}: no campaign {campaign!r}; there are {', '.join(names)}")
