import csv
import io
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))


CHECKED = rows_of(ROOT / "docs" / "checked_rows.csv")


def raw_rows() -> dict[str, dict[str, str]]:
    rows = {}
    for path in (ROOT / "data/raw/literature").glob("00*.csv"):
        for row in rows_of(path):
            place = (
                f"L{row['row']}"
                if row["table"] == "text"
                else f"{row['table'].replace('Table ', 'T')}-{row['row']:0>2}"
            )
            rows[f"{row['source']}-{place}"] = row
    return rows


RAW = raw_rows()


def test_forty_rows_of_the_five_reviews_were_compared_with_the_text():
    assert len({row["record_id"] for row in CHECKED}) == 40
    assert {row["record_id"][:3] for row in CHECKED} == {"000", "001", "002", "003", "004"}
    assert {row["verdict"] for row in CHECKED} <= {"agrees", "corrected"}


@pytest.mark.parametrize("row", CHECKED, ids=lambda row: row["record_id"])
def test_a_row_still_says_what_was_compared(row):
    columns = set(row) - {"record_id", "line", "verdict", "remark"}
    assert {name: RAW[row["record_id"]][name] for name in columns} == {name: row[name] for name in columns}
