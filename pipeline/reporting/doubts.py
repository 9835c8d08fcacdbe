"""Sentences on what speaks against a ranking: how its order wavers, what could leak, where the model is blind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from pipeline.reporting.wording import blended, listed, plain, subscripted, with_sign

COLD_C = 10
"""Hardly a composite was measured below."""
_KINDS = ("polymer_family", "filler_family")
Fits = Mapping[str, Mapping[str, Any]]
"""What `stability` wrote of a campaign, by kind of fit."""


def stable(fits: Fits, n_top: int, scores: dict[str, Any]) -> str:
    """Say how much of the order stands when the model is fitted again.

    Args:
        fits: What was found of the campaign.
        n_top: How many of the first were compared.
        scores: The metrics of the conductivity.
    """
    drawn, seeded = fits["resampled"], fits["reseeded"]
    n_compared = len(drawn["n_times_in_top"])
    if not n_compared:
        return "There is no order: no combination keeps the limits."
    error = scores["learners"][scores["champion"]]["mean_absolute_error"]
    newcomers = [
        f"{blended(one['polymer'])} / {subscripted(blended(one['filler']))} ({one['n_times']})"
        for one in drawn["newcomers"]
    ]
    instead = f" Named instead most often: {listed(newcomers)}." if newcomers else ""
    return (
        f"Fitted again to as many papers drawn anew ({len(drawn['overlaps'])} times, some papers twice and some not at "
        f"all), the model names {drawn['mean_overlap']:.0%} of the first {min(n_top, n_compared)} again; with another "
        f"seed ({len(seeded['overlaps'])} times) {seeded['mean_overlap']:.0%}. By the reckoning of the fits to other "
        f"papers, those listed here stand {with_sign(-drawn['mean_shortfall'])} decades from their own first on "
        f"average, where the model errs by {plain(error)}.{instead}"
    )


def leakage(scores: dict[str, Any]) -> str:
    """Say what was kept from leaking between what is learned from and what is judged.

    Args:
        scores: The metrics of the conductivity.
    """
    return (
        f"No paper stands on both sides of a split: {scores['n_records']} records of {scores['n_works']} works are "
        "held out work by work; works that print one measurement under two ids are held out together; every split is "
        "checked, and refused if it parts them. Hyperparameters, numbers of trees and intervals are chosen inside the "
        "papers that are left. Public sets and neat phases are learned from only where their work is not held out. "
        "Which features are read and the default hyperparameters were chosen on these same papers: only new papers can "
        "confirm them."
    )


def blind_spots(scores: dict[str, Any], records: pd.DataFrame, confidence: str) -> list[str]:
    """Say where the model is known to fail or to know nothing.

    Args:
        scores: The metrics of the conductivity.
        records: The table of records.
        confidence: Nominal coverage of the intervals that are shown, as "80%".
    """
    composites = records[(records["origin"] != "public") & (records["polymer"] != "") & (records["filler"] != "")]
    families = [entry for kind in _KINDS for entry in scores["families"][kind]]
    return [
        *(_of_families(families, confidence) if families else []),
        *(_of_gaps(composites) if len(composites) else []),
    ]


def n_cold(records: pd.DataFrame) -> int:
    """Count the composites that were measured in the cold, public sets left out."""
    is_composite = (records["origin"] != "public") & (records["polymer"] != "") & (records["filler"] != "")
    return int((is_composite & (records["temperature_C"] < COLD_C)).sum())


def _of_families(families: list[dict[str, Any]], confidence: str) -> list[str]:
    worst = max(families, key=lambda entry: float(entry["mean_absolute_error"]))
    loose = min(families, key=lambda entry: float(entry["coverage"][confidence]))
    return [
        f"The largest error is that of {worst['family'].replace('_', ' ')}: {plain(worst['mean_absolute_error'])} "
        f"decades ({worst['n_records']} records).",
        f"The intervals of {loose['family'].replace('_', ' ')} are too narrow: they hold "
        f"{loose['coverage'][confidence]:.0%} where {confidence} are promised.",
    ]


def _of_gaps(composites: pd.DataFrame) -> list[str]:
    missing = {
        "a loading": composites[["filler_wt_fraction", "filler_vol_fraction"]].isna().all(axis=1),
        "a salt": composites["salt"] == "",
        "a particle size": composites["particle_size_nm"].isna(),
        "a temperature": ~composites["is_temperature_stated"],
    }
    shares = listed([f"{gap.mean():.0%} without {what}" for what, gap in missing.items()])
    return [
        f"Of {len(composites)} measured composites come {shares}: what the model says of these is thin.",
        f"{n_cold(composites)} of them were measured below {COLD_C} °C; there a monotone law is all that speaks.",
    ]
