"""`add`: the lab's own results, checked on the spot."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.asking import AsJson
from pipeline.commands.showing import Screen, show_json
from pipeline.common.locks import working

EXAMPLES = (
    "add --check data/raw/lab/examples/results.csv",
    "add --check --to march polymer=PEO salt=LiTFSI filler=LLZTO filler_amount=10 filler_unit=wt% \\\n"
    "      temperature_C=60 conductivity=3.1e-4 conductivity_unit=S/cm",
)
Given = Annotated[
    list[str], typer.Argument(metavar="RESULTS.csv | column=value...", help="a sheet, or the cells of one row")
]
To = Annotated[str | None, typer.Option(metavar="FILE", help="file of data/raw/lab that the row goes to (results)")]
Check = Annotated[bool, typer.Option("--check", help="check only, write nothing")]


def add(given: Given, to: To = None, check: Check = False, as_json: AsJson = False) -> None:
    """Add the lab's own results: a sheet, or one row.

    They go to data/raw/lab; --check writes nothing. The columns are those of data/raw/lab/README.md; a filled-in
    worksheet of data/processed/rankings/batches is a sheet, too. Every problem is listed at once. Nothing that stands
    in data/raw/lab is ever changed: rows are added at the end of a file, files beside the others.
    """
    from pipeline.records import check_results

    if check:
        checked = check_results(given, to)
    else:
        with working("add"):  # from the reading on: of two rows that are added at once, neither may be lost
            checked = check_results(given, to)
            checked.write()
    if as_json:
        show_json(
            {
                "file": str(checked.target),
                "n_rows": checked.n_rows,
                "n_pending": checked.n_pending,
                "is_written": not check,
            }
        )
    elif check:
        Screen().say(f"add: {checked.held} are sound; nothing was written")
    else:
        Screen().say(f"add: {checked.target} holds {checked.held}; `dvc repro` learns from them")
