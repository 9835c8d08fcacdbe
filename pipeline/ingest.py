"""Stage 1: literature, public sets and the lab's own results → records.parquet, rejected.csv and conflicts.csv."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.common import layout, seals
from pipeline.common.errors import Problem, UserError
from pipeline.common.files import write_csv
from pipeline.common.settings import load_settings
from pipeline.common.stage import run_stage, say
from pipeline.records import (
    Gathered,
    as_records,
    conflicts,
    gather,
    load_vocabulary,
    load_works,
    raw_files,
    write_records,
)

_REJECTED_COLUMNS = ["file", "row", "column", "value", "reason"]


def main() -> None:
    """Read all raw files, write what is sound, list what is not."""
    settings = load_settings().ingest
    files = raw_files()
    _say_what_is_not_read(files.lab)
    vocabulary = load_vocabulary(layout.COMPONENTS)
    gathered = gather(files, vocabulary, load_works(layout.WORKS))
    write_csv(layout.REJECTED, _rejected(gathered.problems))
    _say_what_was_read(gathered)
    n_rejected = sum(gathered.n_rejected.values()) - sum(gathered.quarantined.values())
    if n_rejected > settings.max_rejected_rows:
        seals.renew("ingest", [layout.REJECTED])
        listing = "\n".join(str(problem) for problem in gathered.problems)
        raise UserError(
            f"{listing}\n{n_rejected} rows could not be read, {settings.max_rejected_rows} are allowed. "
            f"Mend them (all faults: {layout.REJECTED}), or raise ingest.max_rejected_rows in "
            f"{layout.PARAMS} to go on without them."
        )
    records = as_records(gathered.records)
    contradictions = conflicts(records)
    write_csv(layout.CONFLICTS, contradictions)
    write_records(layout.RECORDS, records)
    say(f"ingest: {len(records)} records from {records['work_id'].nunique()} works")
    n_samples = contradictions["sample_id"].nunique()
    say(f"ingest: {n_samples} samples of which two places print different values: {layout.CONFLICTS}")


def _say_what_is_not_read(lab: tuple[Path, ...]) -> None:
    files = [path for path in layout.LAB.rglob("*") if path.is_file() and layout.LAB_EXAMPLES not in path.parents]
    for path in sorted(set(files) - {*lab, layout.INVENTORY, layout.PENDING}):
        if path.name != "README.md":
            say(f"ingest: not read: {path}; only *.csv directly in {layout.LAB} is")


def _rejected(problems: list[Problem]) -> pd.DataFrame:
    return pd.DataFrame([problem.as_row() for problem in problems], columns=_REJECTED_COLUMNS)


def _say_what_was_read(gathered: Gathered) -> None:
    for name, n_rows in gathered.n_rows.items():
        n_rejected = gathered.n_rejected[name]
        word = "quarantined" if name in gathered.quarantined else "rejected"
        n_pending = gathered.n_pending.get(name, 0)
        made = f"{n_pending} being made, " if n_pending else ""
        n_accepted = n_rows - n_rejected - n_pending
        say(f"ingest: {name}: {n_rows} rows read, {n_accepted} accepted, {made}{n_rejected} {word}")


if __name__ == "__main__":
    run_stage("ingest", main, [layout.RECORDS, layout.REJECTED, layout.CONFLICTS])
