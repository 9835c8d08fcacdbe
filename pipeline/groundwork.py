"""What campaigns are ranked by, as the last run left it: models, components, what was measured, what is being made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.settings import RankSettings, load_settings
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Domain, load_all
from pipeline.records import Vocabulary, is_believed, raw_files, read_records
from pipeline.screening import (
    Campaign,
    Knowledge,
    Made,
    Models,
    Outcome,
    Screened,
    load_facts,
    load_inventory,
    load_pending,
    outcome_of,
)


@dataclass(frozen=True)
class Groundwork:
    """What a ranking is computed from.

    Attributes:
        settings: How much a ranking keeps.
        models: Ensembles and manifests by target.
        knowledge: What the limits judge by.
        made: What was measured and is being made.
    """

    settings: RankSettings
    models: Models
    knowledge: Knowledge
    made: Made

    def outcome(self, campaign: Campaign, screened: Screened) -> Outcome:
        """Say of a campaign's best mixtures what is predicted of them, and choose what to make next."""
        return outcome_of(campaign, screened, self.models, self.knowledge, self.made, self.settings)


def load_stock(vocabulary: Vocabulary) -> frozenset[str] | None:
    """Read what is in stock; None if nobody said.

    Raises:
        UserError: The inventory is damaged, or names what is not known.
    """
    return load_inventory(layout.INVENTORY, vocabulary) if layout.INVENTORY.is_file() else None


def load_groundwork(vocabulary: Vocabulary, stock: frozenset[str] | None) -> Groundwork:
    """Read settings, models, records, and what is being made.

    Raises:
        UserError: A file is missing or damaged.
    """
    models = load_all(layout.MODELS)
    domain = Domain.from_dict(models[CONDUCTIVITY.name][1]["domain"])
    knowledge = Knowledge(vocabulary.library, load_facts(layout.COMPONENTS), domain, stock)
    return Groundwork(load_settings().rank, models, knowledge, _made(vocabulary))


def refuse_unpredicted(where: Path, campaigns: Iterable[tuple[str, Campaign]], models: Models) -> None:
    """Refuse limits on what nothing predicts.

    Args:
        where: The file or folder in which the campaigns stand.
        campaigns: Each with its name.
        models: What predicts.

    Raises:
        UserError: Campaigns limit the stability window, of which there is no model.
    """
    limited = [name for name, campaign in campaigns if campaign.limits.min_stability_window_V is not None]
    if limited and STABILITY_WINDOW.name not in models:
        raise UserError(
            f"{where}: {', '.join(limited)} limits the stability window, which nothing predicts, since "
            "fewer than two works on composites hold a number of it; take min_stability_window_V out, or add records"
        )


def _made(vocabulary: Vocabulary) -> Made:
    """Read what was measured, by works that can be named, and what is being made."""
    records = read_records(layout.RECORDS)
    has_paper = (records["origin"] != "public") & is_believed(records, "conductivity_lower_S_cm")
    measured = records[has_paper].reset_index(drop=True)
    made = load_pending(layout.PENDING, vocabulary, raw_files().lab)
    return Made(measured, CONDUCTIVITY.bounds(measured).middle, made)
