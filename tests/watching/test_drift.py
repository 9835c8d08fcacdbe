import json

import pandas as pd
import pytest

from pipeline.common.errors import UserError
from pipeline.common.files import write_json
from pipeline.watching import Baseline, DriftLimits, drift, read_baseline, summarise

LIMITS = DriftLimits(0.1, 0.1, 0, 0)


def tripped(records, baseline, limits=LIMITS):
    return {each.wire: each.trips for each in drift(records, baseline, limits) if each.trips}


def test_the_accepted_record_has_not_moved(record):
    assert tripped(record, summarise(record)) == {}


def test_a_record_more_of_what_is_known_has_not_moved(record):
    more = record.tail(1).assign(record_id="r-99", work_id="new")
    assert tripped(pd.concat([record, more], ignore_index=True), summarise(record)) == {}


def test_shares_of_a_blend_are_no_polymers(record):
    assert summarise(record).polymers == ("PAN", "PEO", "PVDF")
    blended = record.assign(polymer=record["polymer"].replace("PEO:0.7 + PVDF:0.3", "PEO:0.2 + PAN:0.8"))
    assert "new_components" not in tripped(blended, summarise(record))


@pytest.mark.parametrize(
    ("kind", "share"), [("polymer", "1 of 4 polymers"), ("salt", "1 of 2 salts"), ("filler", "1 of 3 fillers")]
)
def test_many_new_components_trip(record, changed, kind, share):
    found = tripped(changed("r-07", **{kind: "unheard of"}), summarise(record))
    assert share in found["new_components"][0]
    assert "unheard of" in found["new_components"][0]
    assert "new_components" not in tripped(
        changed("r-07", **{kind: "unheard of"}), summarise(record), DriftLimits(0.5, 0.1, 0, 0)
    )


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ({"conductivity_lower_S_cm": 0.5, "conductivity_upper_S_cm": 0.5}, "log10_conductivity -0.301"),
        ({"stability_window_lower_V": 9.0, "stability_window_upper_V": 9.0}, "stability_window_V 9"),
        ({"temperature_C": 90.0}, "temperature_C 90, outside of 21.5 to 63.5"),
        ({"filler_wt_fraction": 0.5}, "filler_wt_fraction 0.5"),
    ],
    ids=str,
)
def test_a_value_far_beyond_the_range_trips(record, changed, cells, name):
    (said,) = tripped(changed("r-07", **cells), summarise(record))["values_beyond_range"]
    assert said.startswith(f"r-07 has {name}")


def test_a_value_a_little_beyond_the_range_is_none(record, changed):
    assert "values_beyond_range" not in tripped(changed("r-07", temperature_C=63.0), summarise(record))


def test_a_record_that_vanished_is_named(record):
    found = tripped(record[record["record_id"] != "r-07"], summarise(record))
    assert found == {"records_lost": ("1 of 80 records is gone, where none may be: r-07",)}
    assert tripped(record[record["record_id"] != "r-07"], summarise(record), DriftLimits(0.1, 0.1, 1, 0)) == {}


@pytest.mark.parametrize(
    "cells", [{"conductivity_upper_S_cm": 2e-4}, {"filler": "LATP"}, {"confidence": "doubtful"}], ids=str
)
def test_a_record_that_says_something_else_is_named(record, changed, cells):
    found = tripped(changed("r-07", **cells), summarise(record))
    assert found == {"records_changed": ("1 of 80 records is changed, where none may be: r-07",)}


def test_the_last_digits_of_a_computed_number_say_nothing(record):
    other = record.assign(conductivity_lower_S_cm=record["conductivity_lower_S_cm"] * (1 + 1e-12))
    assert summarise(other) == summarise(record)


def test_what_was_accepted_comes_back(record, tmp_path):
    path = tmp_path / "baseline.json"
    write_json(path, summarise(record).model_dump(mode="json"))
    assert read_baseline(path) == summarise(record)
    assert Baseline.model_validate(json.loads(path.read_text())) == summarise(record)


@pytest.mark.parametrize("text", ["{}", '{"format": 1, "polymers": 1}', "[]"])
def test_a_damaged_baseline_says_how_to_write_it_anew(tmp_path, text):
    path = tmp_path / "baseline.json"
    with pytest.raises(UserError, match="no such file; `python -m pipeline accept`"):
        read_baseline(path)
    path.write_text(text)
    with pytest.raises(UserError, match="`python -m pipeline accept` writes it anew"):
        read_baseline(path)


def test_todays_record_is_the_accepted_one(records):
    assert tripped(records, read_baseline()) == {}
