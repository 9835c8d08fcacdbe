"""The one table of records: its columns, types and limits."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pandera.pandas as pa

from pipeline.records import columns
from pipeline.records.columns import QuantityColumn
from pipeline.records.meaning import meanings

_TEXT = ("record_id", "origin", "source", "locator", "reference", "work_id")
_DESCRIPTION = ("polymer", "salt", "salt_ratio_unit", "filler", "filler_amount")
_LATE_TEXT = ("architecture_tags", "additives", *columns.TEXT, "citation", "doi")
_FLAGS = ("is_temperature_stated", "is_room_temperature", "is_ambiguous")


def _number(lowest: float = -math.inf, highest: float = math.inf) -> pa.Column:
    return pa.Column(float, pa.Check.in_range(lowest, highest), nullable=True)


def _bounded(column: QuantityColumn) -> dict[str, pa.Column]:
    names = (column.record, column.lower, column.upper) if column.has_bounds else (column.record,)
    return {name: _number(column.lowest, column.highest) if name == column.record else _number() for name in names}


def _in_order(column: QuantityColumn) -> pa.Check:
    return pa.Check(
        lambda frame: (frame[column.lower] <= frame[column.upper]) | frame[column.lower].isna(),
        error=f"{column.lower} above {column.upper}",
    )


def _columns() -> dict[str, pa.Column]:
    text = pa.Column(str, nullable=False)
    described: dict[str, pa.Column] = dict.fromkeys(_TEXT, text)
    described["year"] = pa.Column("Int64", pa.Check.in_range(1900, 2100), nullable=True)
    described |= dict.fromkeys(_DESCRIPTION, text)
    described |= {"filler_wt_fraction": _number(0, 1), "filler_vol_fraction": _number(0, 1)}
    described |= {"salt_ratio": _number(0), **_bounded(columns.PARTICLE_SIZE)}
    described |= dict.fromkeys(_LATE_TEXT, text)
    described |= {name: pa.Column(bool) for name in _FLAGS}
    for column in (columns.TEMPERATURE, columns.CONDUCTIVITY, *columns.MEASURED, *columns.CELL):
        described |= _bounded(column)
    described["record_id"] = pa.Column(str, unique=True)
    described["origin"] = pa.Column(str, pa.Check.isin(columns.ORIGINS))
    described |= {"sample_id": text, "sample_rank": pa.Column(int, pa.Check.ge(0)), "completed_from": text}
    said = meanings()
    return {name: _explained(column, said[name]) for name, column in described.items()}


def _explained(column: pa.Column, meaning: str) -> pa.Column:
    return pa.Column(column.dtype, column.checks, nullable=column.nullable, unique=column.unique, description=meaning)


RECORDS = pa.DataFrameSchema(
    _columns(),
    checks=[_in_order(column) for column in (columns.CONDUCTIVITY, *columns.MEASURED)],
    strict=True,
    ordered=True,
)


def as_records(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Put rows into the table of records, sorted by id, and check it against the schema.

    Raises:
        pandera.errors.SchemaErrors: A row breaks the schema, which reading it should have prevented.
    """
    frame = pd.DataFrame(rows, columns=list(RECORDS.columns))
    dtypes = {name: column.dtype.type for name, column in RECORDS.columns.items()}
    frame = frame.astype(dtypes).sort_values("record_id", ignore_index=True)
    validated: pd.DataFrame = RECORDS.validate(frame, lazy=True)
    return validated
