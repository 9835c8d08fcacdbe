"""The table of records says which format it has, also where it is carried elsewhere."""

import hashlib
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.common.errors import UserError
from pipeline.records import RECORDS, read_records, write_records
from pipeline.records.stored import _KEY, FORMAT

PATH = Path("carried.parquet")
COLUMNS = {1: "ae0d111277f01844"}
"""By format, the first digits of a hash of names and types, in order."""


@pytest.fixture
def few(tmp_path, monkeypatch, records):
    monkeypatch.chdir(tmp_path)
    return records.head(3)


def test_records_come_back_as_they_were(few):
    write_records(PATH, few)
    pd.testing.assert_frame_equal(read_records(PATH), few)
    assert few.attrs == read_records(PATH).attrs == {}


def test_the_same_records_give_the_same_bytes(few):
    write_records(PATH, few)
    first = PATH.read_bytes()
    write_records(PATH, few.copy())
    assert PATH.read_bytes() == first


def test_the_format_stands_in_the_file(few):
    write_records(PATH, few)
    assert f'"{_KEY}": {FORMAT}'.encode() in pq.read_metadata(PATH).metadata[b"PANDAS_ATTRS"]


def test_records_that_an_older_version_wrote_are_refused(few):
    few.to_parquet(PATH, index=False)
    with pytest.raises(UserError, match=rf"{PATH}: no format, as of an older version; .* {FORMAT}: run `dvc repro`"):
        read_records(PATH)


def test_records_that_a_newer_version_wrote_are_refused(few):
    few.attrs = {_KEY: FORMAT + 1}
    few.to_parquet(PATH, index=False)
    with pytest.raises(UserError, match=rf"{PATH}: format {FORMAT + 1} of a newer version; .*: `git pull`"):
        read_records(PATH)


def test_other_columns_are_another_format():
    """Who changes the columns raises `FORMAT` and adds a line to `COLUMNS`."""
    told = ";".join(f"{name}:{column.dtype}" for name, column in RECORDS.columns.items())
    assert hashlib.sha256(told.encode()).hexdigest()[:16] == COLUMNS[FORMAT]
