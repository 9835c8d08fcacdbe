"""Which records tell of one sample, which of them is believed, and where they contradict each other."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from pipeline.records import columns

_LINK = "same_sample_as"
_MEASURED = (columns.CONDUCTIVITY, *columns.MEASURED)
_CONFIDENCE_ORDER = {"high": 0, "": 0, "medium": 1, "low": 2, columns.DOUBTFUL: 3}
_ALTOGETHER_DIFFERENT = 10.0
"""Repeated values of a public set that lie further apart than this factor: nothing says which one is right."""
_COMPLETED = {
    "salt": ("salt",),
    "salt_ratio": ("salt_ratio", "salt_ratio_unit"),
    "filler_amount": ("filler_amount", "filler_wt_fraction", "filler_vol_fraction"),
    columns.PARTICLE_SIZE.record: (columns.PARTICLE_SIZE.record,),
    columns.TEMPERATURE.record: (columns.TEMPERATURE.record, "is_temperature_stated", "is_room_temperature"),
}
"""What records of one sample tell each other: the deciding column, and those that go with it."""
_ROUNDING = 0.01
"""Values nearer than this are one value, printed with more and with fewer digits (8.73 and 8.7)."""
CONFLICT_COLUMNS = (
    "sample_id",
    "quantity",
    "record_id",
    "locator",
    "value",
    "lower",
    "upper",
    "is_learned_from",
    "work_id",
    "citation",
)


def link(records: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Join the records of one sample, at one temperature, and let them complete each other.

    Each record gets `sample_id`, shared by the records of one sample; `sample_rank`, its place among them; and
    `completed_from`, which names what another place of the literature says of the sample and this one leaves open
    ("salt: 002-L0256"). Results are never carried over.

    The record of rank 0 is the one believed. In this order: a row that is not doubtful; the paper itself or the lab
    before a review that quotes it; a temperature stated there before none; the surer reading; a table before
    running text; the smaller id.

    Args:
        records: As read, with `same_sample_as` (the id of another record, or ""); the key is taken out of them.

    Returns:
        Record, linked record and reason of each link that cannot be made: no such record, another work, another
        temperature.
    """
    by_id = {record["record_id"]: record for record in records}
    sample = {record_id: record_id for record_id in by_id}

    def root(record_id: str) -> str:
        while sample[record_id] != record_id:
            record_id = sample[record_id]
        return record_id

    temperature = {record_id: record["temperature_C"] for record_id, record in by_id.items()}
    refused = []
    for record_id, record in sorted(by_id.items()):
        if not (other := record.pop(_LINK, "")):
            continue
        temperatures = {temperature[root(linked)] for linked in (record_id, other) if linked in by_id}
        if reason := _refusal(record, by_id.get(other), temperatures):
            refused.append((record_id, other, f"{reason}; give the id of a record of the same sample"))
            continue
        first, second = sorted((root(record_id), root(other)))
        sample[second] = first
        if math.isnan(temperature[first]):
            temperature[first] = temperature[second]
    groups: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        record |= {"sample_id": root(record["record_id"]), "completed_from": ""}
        groups.setdefault(record["sample_id"], []).append(record)
    for group in groups.values():
        group.sort(key=_precedence)
        for rank, record in enumerate(group):
            record["sample_rank"] = rank
        _complete(group)
    return refused


def _refusal(record: dict[str, Any], other: dict[str, Any] | None, temperatures: set[float]) -> str:
    """Say why two records, and what is linked to each of them already, are not one sample at one temperature."""
    if other is None:
        return "no sound record has this id"
    if other["work_id"] != record["work_id"]:
        return "that record is of another work"
    if len(temperatures) == 2 and not any(map(math.isnan, temperatures)):
        return "that record is of another temperature, so it is another measurement"
    return ""


def _complete(group: list[dict[str, Any]]) -> None:
    """Fill what a record leaves open about its sample from the best-placed record that says it."""
    for key, names in _COMPLETED.items():
        known = [record for record in group if not _is_open(record[key])]
        for record in group if known else ():
            if _is_open(record[key]):
                record |= {name: known[0][name] for name in names}
                said = f"{key}: {known[0]['record_id']}"
                record["completed_from"] = f"{record['completed_from']}; {said}".removeprefix("; ")


def _is_open(cell: object) -> bool:
    return cell == "" or (isinstance(cell, float) and math.isnan(cell))


def _precedence(record: dict[str, Any]) -> tuple[Any, ...]:
    is_doubtful = record.get("confidence", "") == columns.DOUBTFUL
    is_quoted = record["origin"] == "literature" and record["source"].isdecimal()
    confidence = _CONFIDENCE_ORDER.get(record.get("confidence", ""), 0)
    is_running_text = not record["locator"].startswith("Table")
    has_no_temperature = not record["is_temperature_stated"]
    return (is_doubtful, is_quoted, has_no_temperature, confidence, is_running_text, record["record_id"])


def is_believed(records: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Say of each record whether its number in `column` is the one that stands for its sample.

    Of the records of a sample that hold the number, that is the one with the smallest `sample_rank`. Where a public
    set repeats a measurement with values that lie more than a decade apart, none is.
    """
    known = records[records[column].notna()]
    best = known.sort_values("sample_rank").groupby("sample_id").head(1).index
    if column in {columns.CONDUCTIVITY.record, columns.CONDUCTIVITY.lower}:
        public = known[known["origin"] == "public"].groupby("sample_id")[column]
        apart = public.max() / public.min()
        hopeless = set(apart[apart > _ALTOGETHER_DIFFERENT].index)
        best = best[~records.loc[best, "sample_id"].isin(hopeless).to_numpy()]
    return records.index.to_series().isin(best)


def conflicts(records: pd.DataFrame) -> pd.DataFrame:
    """List the records of one sample that print different values of one quantity.

    Returns:
        One row for each record of each such sample and quantity, with the columns of `CONFLICT_COLUMNS`; two values
        differ when their bounds have nothing in common and lie more than a hundredth apart.
    """
    shared = records[records["sample_id"].duplicated(keep=False)]
    rows = [
        row
        for quantity in _MEASURED
        for _, group in shared[shared[quantity.lower].notna()].groupby("sample_id", sort=True)
        if _contradict(zip(group[quantity.lower], group[quantity.upper], strict=True))
        for row in _conflict_rows(group, quantity)
    ]
    return pd.DataFrame(rows, columns=list(CONFLICT_COLUMNS))


def _contradict(bounds: Iterable[tuple[float, float]]) -> bool:
    lowers, uppers = zip(*bounds, strict=True)
    return max(lowers) > min(uppers) and not math.isclose(max(lowers), min(uppers), rel_tol=_ROUNDING)


def _conflict_rows(group: pd.DataFrame, quantity: columns.QuantityColumn) -> list[dict[str, Any]]:
    ranked = group.sort_values("sample_rank")
    learned = is_believed(ranked, quantity.record).to_list()
    return [
        {
            "sample_id": record["sample_id"],
            "quantity": quantity.record,
            "record_id": record["record_id"],
            "locator": record["locator"],
            "value": record[quantity.record],
            "lower": record[quantity.lower],
            "upper": record[quantity.upper],
            "is_learned_from": is_learned and record["confidence"] != columns.DOUBTFUL,
            "work_id": record["work_id"],
            "citation": record["citation"],
        }
        for (_, record), is_learned in zip(ranked.iterrows(), learned, strict=True)
    ]
