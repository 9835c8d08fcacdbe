"""Stage: the literature's records → a data package that stands on its own (Frictionless and Croissant)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.common import layout
from pipeline.common.atomic import replacing_folder
from pipeline.common.files import digest, read_csv, write_csv, write_json
from pipeline.common.stage import run_stage, say
from pipeline.common.typed import read_table
from pipeline.datapackage import Table, croissant, frictionless
from pipeline.records import RECORDS, describe_raw_columns, read_records

_KEYS = {"records": "record_id", "works": "work_id"}


def main() -> None:
    """Write the records of the literature, the works and the components, and describe each column and file."""
    with replacing_folder(layout.PACKAGE) as folder:
        tables = [_write(folder, name, frame, meanings) for name, (frame, meanings) in _tables().items()]
        write_json(folder / "datapackage.json", frictionless(tables))
        write_json(folder / "croissant.json", croissant(tables))
    say(f"package: {layout.PACKAGE}: {', '.join(f'{len(table.frame)} {table.name}' for table in tables)}")


def _tables() -> dict[str, tuple[pd.DataFrame, dict[str, str]]]:
    """Return each table with the meaning of its columns; the lab's own and public data are not ours to pass on."""
    records = read_records(layout.RECORDS)
    records = records[records["origin"] == "literature"].reset_index(drop=True)
    conflicts = read_csv(layout.CONFLICTS)
    conflicts = conflicts[conflicts["record_id"].isin(records["record_id"])].reset_index(drop=True)
    said = {name: str(column.description) for name, column in RECORDS.columns.items()}
    tables = {"records": (records, said), "conflicts": (conflicts, describe_raw_columns("conflicts") | said)}
    tables["works"] = (read_table(layout.WORKS), describe_raw_columns("works"))
    for path in sorted(layout.COMPONENTS.glob("*.csv")):
        tables[path.stem] = (read_table(path), describe_raw_columns(path.stem))
    return tables


def _write(folder: Path, name: str, frame: pd.DataFrame, meanings: dict[str, str]) -> Table:
    path = folder / f"{name}.csv"
    write_csv(path, frame)
    described = {str(column): meanings[str(column)] for column in frame.columns}
    return Table(name, frame, described, _KEYS.get(name, ""), path.name, path.stat().st_size, digest(path))


if __name__ == "__main__":
    run_stage("package", main, [layout.PACKAGE])
