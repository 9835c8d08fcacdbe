"""What each kind of feature is worth: `make ablation`."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from features import featurize
from pipeline.common import layout
from pipeline.common.files import read_csv, write_csv
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.corpus import load_corpus
from pipeline.learning import CONDUCTIVITY, NOVELTIES, compare_sets, feature_sets, gather_evidence

_HEADINGS = {"new_work": "a new paper", "new_polymer": "a new polymer", "new_filler_family": "a new filler family"}


def main() -> None:
    """Judge the conductivity model without each block and group of features; write and print the table."""
    settings = load_settings()
    corpus = load_corpus().without_public()
    evidence = gather_evidence(CONDUCTIVITY, corpus)
    known = corpus.records.set_index("record_id", drop=False).loc[evidence.keys["record_id"]].reset_index(drop=True)
    described = featurize(known, corpus.library)
    held = {
        name: [parts(text, corpus.library) for text in known[column]] for name, (column, parts) in NOVELTIES.items()
    }
    table = compare_sets(
        evidence,
        feature_sets(described, known, read_csv(layout.FEATURE_DICTIONARY)),
        held,
        CONDUCTIVITY,
        settings.train,
        settings.ablation,
        lambda line: say(f"ablation: {line}"),
    )
    write_csv(layout.ABLATION, table.round(5))
    print(as_markdown(table))


def as_markdown(table: pd.DataFrame) -> str:
    """Write the table for `docs/MODELS.md`: a line a set of features, error and change for each way to hold out."""
    lines = [
        f"| features | number | {' | '.join(f'{_HEADINGS[split]} | change' for split in _HEADINGS)} |",
        f"| --- | --- |{' --- | --- |' * len(_HEADINGS)}",
    ]
    for name, rows in table.groupby("features", sort=False):
        by_split = rows.set_index("held_out").to_dict("index")
        cells = [_cells(by_split[split]) for split in _HEADINGS]
        lines.append(f"| {name} | {rows['n_features'].iloc[0] or ''} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cells(row: dict[Hashable, Any]) -> str:
    is_first = row["change"] == row["lower"] == row["upper"] == 0
    change = "" if is_first else f"{row['change']:+.3f} ({row['lower']:+.3f} to {row['upper']:+.3f})"
    return f"{row['mean_absolute_error']:.3f} | {change}"


if __name__ == "__main__":
    run("ablation", main)
