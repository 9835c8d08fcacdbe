"""`audit`: what evidence there is, by source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from pipeline.commands.asking import AsJson
from pipeline.commands.showing import Screen, show_json, table

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = ("audit", "audit --json")
_COUNTS = {
    "rows": "rows",
    "accepted": "kept",
    "rejected": "re-\njected",
    "in conflict": "in con-\nflict",
    "with conductivity": "conduc-\ntivity",
    "with temperature": "temper-\nature",
    "works": "works",
}
"""What is counted of a file, and how the column is headed."""


def audit(as_json: AsJson = False) -> None:
    """Count the evidence in the raw files, by source.

    Where a row is rejected the exit code is 1; data/processed/rejected.csv says why, once `dvc repro` has run.
    """
    from pipeline.records import audit_evidence

    found = audit_evidence()
    if as_json:
        show_json(
            {
                "sources": _named(found.by_source),
                "totals": found.totals,
                "components": _named(found.components),
            }
        )
    else:
        screen = Screen()
        numbers = [[str(cell) for cell in row] for row in found.by_source[list(_COUNTS)].to_numpy().tolist()]
        words = found.by_source[["years", "source"]].to_numpy().tolist()
        rows = [[*counted, *said] for counted, said in zip(numbers, words, strict=True)]
        screen.print(table(_COUNTS.values(), ("years", "source"), rows))
        screen.say(*found.totals, "")
        known = found.components[["in all", "of", "components", "known"]].to_numpy().tolist()
        screen.print(
            table(("in all", "known of"), ("components", "what"), [[str(cell) for cell in row] for row in known])
        )
    if found.by_source["rejected"].any():
        raise typer.Exit(1)


def _named(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows under names that a script can use."""
    renamed = frame.rename(columns=lambda name: name.replace(" ", "_"))
    return [{str(name): cell for name, cell in row.items()} for row in renamed.to_dict("records")]
