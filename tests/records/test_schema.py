import pandas as pd
import pytest
from pandera.errors import SchemaErrors

from pipeline.records import as_records


def test_records_are_sorted_by_id_whatever_the_order_of_the_rows(gathered, records):
    assert records["record_id"].is_monotonic_increasing
    pd.testing.assert_frame_equal(as_records(gathered.records[::-1]), records, check_exact=True)


def test_no_rows_make_a_table_without_records(records):
    empty = as_records([])
    assert len(empty) == 0
    assert list(empty.dtypes) == list(records.dtypes)


def test_every_bound_encloses_its_value(records):
    for stem, unit in (("conductivity", "_S_cm"), ("transference_number", ""), ("stability_window", "_V")):
        lower, value, upper = (records[f"{stem}{which}{unit}"] for which in ("_lower", "", "_upper"))
        assert (value.isna() | ((lower <= value) & (value <= upper))).all()


def test_an_unstated_temperature_is_missing_in_the_table(records):
    assert (records["temperature_C"].isna() == ~records["is_temperature_stated"]).all()
    assert (records.loc[records["is_room_temperature"], "temperature_C"] == 25).all()


@pytest.mark.parametrize(
    ("column", "number"),
    [
        ("transference_number", 1.2),
        ("conductivity_S_cm", 12.0),
        ("temperature_C", -300.0),
        ("filler_wt_fraction", 1.4),
        ("year", 19),
        ("conductivity_lower_S_cm", 0.9),
    ],
)
def test_a_number_that_cannot_be_does_not_enter_the_table(gathered, column, number):
    row = next(record for record in gathered.records if record["record_id"] == "000-T2-02")
    with pytest.raises(SchemaErrors):
        as_records([row | {column: number}])


def test_one_id_is_one_record(gathered):
    with pytest.raises(SchemaErrors):
        as_records(gathered.records[:1] * 2)
