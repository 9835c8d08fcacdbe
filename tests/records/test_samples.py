import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import columns, conflicts, is_believed
from pipeline.records.samples import CONFLICT_COLUMNS, link

CONDUCTIVITY = columns.CONDUCTIVITY.record
MEASURED = (columns.CONDUCTIVITY, *columns.MEASURED)


def _read(record_id, **cells):
    return {
        "record_id": record_id,
        "same_sample_as": "",
        "work_id": "li2019",
        "origin": "literature",
        "source": "p01",
        "locator": "abstract",
        "confidence": "",
        "temperature_C": math.nan,
        "is_temperature_stated": not math.isnan(cells.get("temperature_C", math.nan)),
        "is_room_temperature": False,
        "salt": "",
        "salt_ratio": math.nan,
        "salt_ratio_unit": "",
        "filler_amount": "",
        "filler_wt_fraction": math.nan,
        "filler_vol_fraction": math.nan,
        "particle_size_nm": math.nan,
    } | cells


def _linked(*records):
    assert link(list(records)) == []
    return {record["record_id"]: record for record in records}


def _pair(one, other):
    return _linked(_read("a", **one), _read("b", same_sample_as="a", **other))


@pytest.mark.parametrize(
    "links", [{"c": "b", "b": "a"}, {"b": "c", "c": "a"}, {"a": "c", "b": "c"}, {"c": "a", "a": "b"}]
)
def test_places_that_name_each_other_in_a_chain_tell_of_one_sample(links):
    linked = _linked(*(_read(name, same_sample_as=links.get(name, "")) for name in "cbad"))
    assert {name: record["sample_id"] for name, record in linked.items()} == {"a": "a", "b": "a", "c": "a", "d": "d"}
    assert sorted(linked[name]["sample_rank"] for name in "abc") == [0, 1, 2]


def test_a_record_that_no_other_names_is_a_sample_of_its_own():
    (record,) = _linked(_read("a", salt="LiTFSI")).values()
    assert (record["sample_id"], record["sample_rank"], record["completed_from"]) == ("a", 0, "")
    assert "same_sample_as" not in record


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"same_sample_as": "000-T2-99"}, "no sound record has this id"),
        ({"same_sample_as": "a", "work_id": "chi2019"}, "of another work"),
        ({"same_sample_as": "a", "temperature_C": 60.0}, "of another temperature"),
    ],
)
def test_a_link_that_cannot_be_is_refused_with_its_reason(cells, reason):
    records = [_read("a", temperature_C=30.0), _read("b", **cells)]
    ((record_id, other, told),) = link(records)
    assert (record_id, other) == ("b", cells["same_sample_as"])
    assert reason in told
    assert [record["sample_id"] for record in records] == ["a", "b"]


def test_two_temperatures_are_not_joined_by_a_record_without_one():
    review = _read("a")
    papers = [_read(name, same_sample_as="a", temperature_C=celsius) for name, celsius in (("b", 30.0), ("c", 60.0))]
    for rows in ([review, *papers], [*papers[::-1], review]):
        ((record_id, other, reason),) = link(records := [dict(row) for row in rows])
        assert (record_id, other) == ("c", "a")
        assert "another temperature" in reason
        assert {record["record_id"]: record["sample_id"] for record in records} == {"a": "a", "b": "a", "c": "c"}


TABLE = {"locator": "Table 2, row 3"}
STATED = {"temperature_C": 30.0}
REVIEW = {"source": "000"}
LAB = {"origin": "lab", "source": "lab"}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (REVIEW | {"confidence": "low"}, {"confidence": "doubtful"} | TABLE | STATED),
        ({"confidence": "low"}, REVIEW | STATED | TABLE | {"confidence": "high"}),
        (LAB, REVIEW | STATED | TABLE),
        (STATED | {"confidence": "low"}, TABLE | {"confidence": "high"}),
        ({"confidence": "high"}, TABLE | {"confidence": "medium"}),
        ({"confidence": "medium"}, TABLE | {"confidence": "low"}),
        ({"confidence": ""}, TABLE | {"confidence": "medium"}),
        (TABLE, {}),
    ],
)
def test_the_better_placed_record_comes_first_whatever_speaks_for_the_other_one_later(better, worse):
    linked = _pair(worse, better)
    assert (linked["b"]["sample_rank"], linked["a"]["sample_rank"]) == (0, 1)


def test_between_equals_the_smaller_id_comes_first():
    linked = _pair({}, {})
    assert (linked["a"]["sample_rank"], linked["b"]["sample_rank"]) == (0, 1)


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("salt", {"salt": "LiTFSI"}),
        ("salt_ratio", {"salt_ratio": 18.0, "salt_ratio_unit": "EO:Li"}),
        ("filler_amount", {"filler_amount": "15 wt%", "filler_wt_fraction": 0.15, "filler_vol_fraction": math.nan}),
        ("particle_size_nm", {"particle_size_nm": 40.0}),
        ("temperature_C", {"temperature_C": 25.0, "is_temperature_stated": True, "is_room_temperature": True}),
    ],
)
def test_what_one_place_leaves_open_another_place_tells(key, said):
    linked = _pair({}, said)
    assert {name: linked["a"][name] for name in said} == pytest.approx(said, nan_ok=True)
    assert linked["a"]["completed_from"] == f"{key}: b"
    assert linked["b"]["completed_from"] == ""


def test_all_that_is_completed_is_named():
    linked = _pair({"filler_amount": "10 wt%"}, {"salt": "LiTFSI", "temperature_C": 60.0, "filler_amount": "12 wt%"})
    assert linked["a"]["completed_from"] == "salt: b; temperature_C: b"
    assert linked["a"]["filler_amount"] == "10 wt%"


def test_the_best_placed_record_that_says_it_completes_the_others():
    doubtful = _read("a", salt="LiClO4", confidence="doubtful")
    linked = _linked(doubtful, _read("b", same_sample_as="a"), _read("c", same_sample_as="a", salt="LiTFSI"))
    assert linked["b"]["salt"] == "LiTFSI"
    assert linked["b"]["completed_from"] == "salt: c"
    assert linked["a"]["salt"] == "LiClO4"


def test_a_salt_free_polymer_is_not_given_a_salt():
    assert _pair({"salt": "none"}, {"salt": "LiTFSI"})["a"]["salt"] == "none"


def test_a_result_is_never_carried_over():
    results = {CONDUCTIVITY: 1e-4, "transference_number": 0.4, "stability_window_V": 5.0, "cell_cycles": 100.0}
    linked = _pair(dict.fromkeys(results, math.nan), results)
    assert all(math.isnan(linked["a"][name]) for name in results)
    assert linked["a"]["completed_from"] == ""


IDS = [f"r{number}" for number in range(6)]
READINGS = st.tuples(
    *(
        st.builds(
            _read,
            st.just(record_id),
            same_sample_as=st.sampled_from(["", "", *IDS, "no such record"]),
            work_id=st.sampled_from(["li2019", "li2019", "li2019", "chi2019"]),
            source=st.sampled_from(["000", "p01"]),
            locator=st.sampled_from(["Table 1, row 1", "abstract"]),
            confidence=st.sampled_from(["", "low", "doubtful"]),
            temperature_C=st.sampled_from([math.nan, math.nan, 30.0, 60.0]),
            salt=st.sampled_from(["", "LiTFSI", "LiClO4"]),
        )
        for record_id in IDS
    )
)


@given(READINGS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows, dice):
    one = [dict(row) for row in rows]
    other = [dict(row) for row in dice.sample(rows, len(rows))]
    assert sorted(link(one)) == sorted(link(other))
    assert sorted(map(repr, one)) == sorted(map(repr, other))


@given(READINGS)
def test_a_sample_is_of_one_work_at_one_temperature_and_ranks_its_records(rows):
    printed = {row["record_id"]: row["temperature_C"] for row in rows}
    link(records := [dict(row) for row in rows])
    for sample_id, sample in pd.DataFrame(records).groupby("sample_id"):
        assert sample_id == min(sample["record_id"])
        assert sample["work_id"].nunique() == 1
        assert sample["record_id"].map(printed).nunique() <= 1
        assert sorted(sample["sample_rank"]) == list(range(len(sample)))


def _place(record_id, value=math.nan, quantity=CONDUCTIVITY, **cells):
    numbers = {}
    for column in MEASURED:
        names = (column.record, column.lower, column.upper)
        numbers |= dict.fromkeys(names, value if column.record == quantity else math.nan)
    return {
        "record_id": record_id,
        "sample_id": "s",
        "sample_rank": 0,
        "origin": "literature",
        "confidence": "",
        "locator": f"place of {record_id}",
        "work_id": "li2019",
        "citation": "Li et al., J. Mater. Chem. A 7, 27304, 2019",
    } | (numbers | cells)


def _believed(*places, quantity=CONDUCTIVITY):
    frame = pd.DataFrame(places)
    return frame.loc[is_believed(frame, quantity), "record_id"].to_list()


def test_of_a_sample_the_record_of_the_lowest_rank_is_believed():
    assert _believed(_place("a", 3.1e-4, sample_rank=1), _place("b", 1.6e-4)) == ["b"]


def test_where_the_best_placed_record_holds_no_number_the_next_one_is_believed():
    places = [_place("a"), _place("b", 3e-4, sample_rank=2), _place("c", 2e-4, sample_rank=1)]
    assert _believed(*places) == ["c"]


def test_of_a_number_of_which_only_a_bound_is_printed_nobody_is_believed():
    assert _believed(_place("a", conductivity_upper_S_cm=1e-10)) == []


@pytest.mark.parametrize(("highest", "believed"), [(9e-5, ["a"]), (1.1e-4, [])])
def test_of_a_public_repeat_more_than_a_decade_apart_none_is_believed(highest, believed):
    public = {"origin": "public"}
    assert _believed(_place("a", 1e-5, **public), _place("b", highest, sample_rank=1, **public)) == believed


def test_a_paper_is_believed_however_far_off_the_review_is_that_quotes_it():
    assert _believed(_place("paper", 1.7e-3), _place("review", 2.2e-2, sample_rank=1)) == ["paper"]


def test_a_hopeless_public_sample_leaves_other_samples_and_quantities():
    public = {"origin": "public", "transference_number": 0.4}
    other = public | {"transference_number": 0.02}
    places = [_place("a", 1e-5, **public), _place("b", 1e-3, sample_rank=1, **other), _place("c", 1e-4, sample_id="t")]
    assert _believed(*places) == ["c"]
    assert _believed(*places, quantity="transference_number") == ["a"]


NUMBERS = st.sampled_from([math.nan, 1e-6, 1e-5, 1.002e-5, 1e-3])
PLACES = st.lists(st.tuples(st.sampled_from("stu"), NUMBERS), min_size=1, max_size=8)


@settings(max_examples=40)
@given(PLACES, st.randoms(use_true_random=False))
def test_each_sample_has_one_believed_record_of_a_quantity_that_it_holds(drawn, dice):
    rows = pd.DataFrame(
        [_place(f"r{number}", value, sample_id=sample_id) for number, (sample_id, value) in enumerate(drawn)]
    )
    rows["sample_rank"] = rows.groupby("sample_id").cumcount()
    shuffled = rows.iloc[dice.sample(range(len(rows)), len(rows))].reset_index(drop=True)
    believed = rows[is_believed(rows, CONDUCTIVITY)]
    assert sorted(believed["sample_id"]) == sorted(rows.loc[rows[CONDUCTIVITY].notna(), "sample_id"].unique())
    assert set(shuffled.loc[is_believed(shuffled, CONDUCTIVITY), "record_id"]) == set(believed["record_id"])
    pd.testing.assert_frame_equal(conflicts(shuffled), conflicts(rows))


def test_both_rows_of_a_contradiction_stand_with_the_one_learned_from_first():
    text = _place("000-L1048", 3.1e-4, sample_rank=1)
    table = _place("000-T2-04", 1.6e-4)
    listed = conflicts(pd.DataFrame([text, table]))
    assert tuple(listed.columns) == CONFLICT_COLUMNS
    assert listed["record_id"].to_list() == ["000-T2-04", "000-L1048"]
    assert listed["value"].to_list() == listed["lower"].to_list() == listed["upper"].to_list() == [1.6e-4, 3.1e-4]
    assert listed["is_learned_from"].to_list() == [True, False]
    assert listed["locator"].to_list() == ["place of 000-T2-04", "place of 000-L1048"]
    assert set(listed["sample_id"]) == {"s"}
    assert set(listed["quantity"]) == {CONDUCTIVITY}
    assert set(listed["citation"]) == {"Li et al., J. Mater. Chem. A 7, 27304, 2019"}


@pytest.mark.parametrize("quantity", [column.record for column in MEASURED])
def test_any_measured_quantity_can_be_in_contradiction(quantity):
    places = [_place("a", 0.2, quantity), _place("b", 0.4, quantity, sample_rank=1)]
    assert conflicts(pd.DataFrame(places))["quantity"].to_list() == [quantity] * 2


@pytest.mark.parametrize(("other", "n_rows"), [(8.73e-5, 0), (8.79e-5, 2), (8.7e-5, 0), (8.6e-5, 2)])
def test_values_within_a_hundredth_are_one_value_rounded(other, n_rows):
    assert len(conflicts(pd.DataFrame([_place("a", 8.7e-5), _place("b", other, sample_rank=1)]))) == n_rows


@pytest.mark.parametrize(
    ("lower", "upper", "n_rows"),
    [
        (1e-4, 3e-4, 0),
        (2e-4, 5e-4, 0),
        (3e-4, 5e-4, 2),
        (-math.inf, 1e-3, 0),
        (-math.inf, 1e-4, 2),
        (1e-4, math.inf, 0),
    ],
)
def test_bounds_that_have_something_in_common_are_no_contradiction(lower, upper, n_rows):
    names = ("conductivity_lower_S_cm", "conductivity_upper_S_cm")
    one, other = (dict(zip(names, bounds, strict=True)) for bounds in ((1.5e-4, 2.5e-4), (lower, upper)))
    assert len(conflicts(pd.DataFrame([_place("a", **one), _place("b", sample_rank=1, **other)]))) == n_rows


def test_values_of_two_samples_do_not_contradict_each_other():
    assert conflicts(pd.DataFrame([_place("a", 1e-4), _place("b", 1e-3, sample_id="t")])).empty


def test_a_doubtful_record_is_not_learned_from_even_where_it_comes_first():
    places = [_place("a", 1e-4, confidence="doubtful"), _place("b", 1e-3, confidence="doubtful", sample_rank=1)]
    assert conflicts(pd.DataFrame(places))["is_learned_from"].to_list() == [False, False]


def test_the_shipped_records_have_one_believed_conductivity_a_sample_whatever_their_order(records):
    shuffled = records.sample(frac=1, random_state=1)
    believed = shuffled[is_believed(shuffled, CONDUCTIVITY)]
    assert believed["sample_id"].is_unique
    assert set(believed["sample_id"]) == set(records.loc[records[CONDUCTIVITY].notna(), "sample_id"])
    assert (believed["record_id"].sort_values().to_list()) == (
        records.loc[is_believed(records, CONDUCTIVITY), "record_id"].sort_values().to_list()
    )
