"""Stage 1: printed tables and the lab's own results → records.parquet and rejected.csv."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.common import layout
from pipeline.common.errors import Problem, UserError
from pipeline.common.files import write_csv, write_parquet
from pipeline.common.settings import load_settings
from pipeline.common.stage import run, say
from pipeline.records import Gathered, as_records, gather, load_vocabulary, load_works

_REJECTED_COLUMNS = ["file", "row", "column", "value", "reason"]


def main() -> None:
    """Read all raw files, write what is sound, list what is not."""
    settings = load_settings().ingest
    literature = [path for path in layout.LITERATURE.glob("*.csv") if path != layout.WORKS]
    gathered = gather(literature, _lab_files(), load_vocabulary(layout.COMPONENTS), load_works(layout.WORKS))
    write_csv(layout.REJECTED, _rejected(gathered.problems))
    _say_what_was_read(gathered)
    n_rejected = sum(gathered.n_rejected.values())
    if n_rejected > settings.max_rejected_rows:
        listing = "\n".join(str(problem) for problem in gathered.problems)
        raise UserError(
            f"{listing}\n{n_rejected} rows could not be read, {settings.max_rejected_rows} are allowed. "
            f"Mend them (all faults: {layout.REJECTED}), or raise ingest.max_rejected_rows in "
            f"{layout.PARAMS} to go on without them."
        )
    write_parquet(layout.RECORDS, as_records(gathered.records))


def _lab_files() -> list[Path]:
    """Find the lab's files, and say which files of its folder are not read."""
    files = [path for path in layout.LAB.rglob("*") if path.is_file() and layout.LAB_EXAMPLES not in path.parents]
    read = [path for path in files if path.parent == layout.LAB and path.suffix.lower() == ".csv"]
    for path in sorted(set(files) - set(read)):
        if path.name != "README.md":
            say(f"ingest: not read: {path}; only *.csv directly in {layout.LAB} is")
    return read


def _rejected(problems: list[Problem]) -> pd.DataFrame:
    return pd.DataFrame([problem.as_row() for problem in problems], columns=_REJECTED_COLUMNS)


def _say_what_was_read(gathered: Gathered) -> None:
    for name, n_rows in gathered.n_rows.items():
        n_rejected = gathered.n_rejected[name]
        say(f"ingest: {name}: {n_rows} rows read, {n_rows - n_rejected} accepted, {n_rejected} rejected")
    n_works = len({record["work_id"] for record in gathered.records})
    say(f"ingest: {len(gathered.records)} records from {n_works} works")


if __name__ == "__main__":
    run("ingest", main)
