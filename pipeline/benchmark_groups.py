"""Which rows of a benchmark are alike: the rungs of its ladder."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.learning import Names, groups_of

Labels = list[frozenset[str]]
_DONORS = (
    "ether_O",
    "ester",
    "carbonate",
    "urethane",
    "amide",
    "nitrile",
    "PO",
    "SiO",
    "sulfur",
    "hydroxyl",
    "CF",
    "CCl",
)


def papers(records: pd.DataFrame, rows: pd.DataFrame) -> Labels:
    """Return the papers of each row; the set joins several DOIs by "|"."""
    cited = [
        frozenset(doi.strip().casefold().removeprefix("https://doi.org/") for doi in cell.split("|") if doi.strip())
        for cell in rows["DOI"]
    ]
    return [dois or frozenset([work]) for dois, work in zip(cited, records["work_id"], strict=True)]


def polymers(records: pd.DataFrame, rows: pd.DataFrame) -> Labels:  # noqa: ARG001
    """Return the polymer of each row: the set names no papers."""
    return [frozenset([polymer]) for polymer in records["polymer"]]


def joined(labels: Labels) -> Names:
    """Return the group of each row, shape (n,): rows that share a label, or a row that shares one with both."""
    first: dict[str, int] = {}
    pairs = [(first.setdefault(label, row), row) for row, held in enumerate(labels) for label in sorted(held)]
    return groups_of(np.array([f"{row:06d}" for row in range(len(labels))], dtype=object), pairs)


def group_ceramics(records: pd.DataFrame, rows: pd.DataFrame, features: pd.DataFrame) -> Mapping[str, Names]:  # noqa: ARG001
    """Group ceramics by formula, by paper, by either (as the published split does) and by the set's own families."""
    cited = papers(records, rows)
    both = [held | {f"formula {formula}"} for held, formula in zip(cited, records["filler"], strict=True)]
    return {
        "by formulation": records["filler"].to_numpy(object),
        "by work": joined(cited),
        "by work and formulation": joined(both),
        "by family": rows["Family"].str.casefold().str.removesuffix("s").to_numpy(object),
    }


def group_polymers(records: pd.DataFrame, rows: pd.DataFrame, features: pd.DataFrame) -> Mapping[str, Names]:  # noqa: ARG001
    """Group polymer electrolytes by polymer and salt, by polymer and by the donor of which the polymer has most."""
    return {
        "by formulation": (records["polymer"] + " + " + records["salt"]).to_numpy(object),
        "by polymer": records["polymer"].to_numpy(object),
        "by family": donor_classes(features),
    }


def donor_classes(features: pd.DataFrame) -> Names:
    """Return the class of each of n polymers, shape (n,): "charged", or the donor group of which it has most."""
    counts = features[[f"polymer_{name}_per_backbone_atom" for name in _DONORS]].fillna(0).to_numpy(float)
    commonest = np.array([*_DONORS, "no donor"], dtype=object)[
        np.where(counts.max(axis=1) > 0, counts.argmax(axis=1), -1)
    ]
    is_charged = features["polymer_charged_per_backbone_atom"].to_numpy(float) > 0
    return np.asarray(np.where(is_charged, "charged", commonest), dtype=object)
