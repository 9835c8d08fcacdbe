"""The table of records on disk, which holds the number of its format wherever it is carried."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from pipeline.common.files import read_parquet, write_parquet
from pipeline.common.formats import require_format

FORMAT = 1
"""Of the columns of `RECORDS`; goes up when one goes, comes, or means something else."""
_KEY = "records_format"


def write_records(path: Path, records: pd.DataFrame) -> None:
    """Write records as Parquet, with their format among the metadata."""
    stamped = records.copy(deep=False)
    stamped.attrs = {_KEY: FORMAT}
    write_parquet(path, stamped)


def read_records(path: Path) -> pd.DataFrame:
    """Read what `write_records` wrote.

    Raises:
        UserError: The file is absent, damaged, or of another format.
    """
    records = read_parquet(path)
    require_format(path, records.attrs.get(_KEY), FORMAT)
    records.attrs = {}
    return records
