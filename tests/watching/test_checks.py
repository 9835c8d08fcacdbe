import pytest

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import write_json, write_text
from pipeline.common.settings import TripWires, load_settings
from pipeline.watching import as_checks, judge, read_checks, reading
from tests.sealing import seal_made_up

HOLDS = reading("coverage", "intervals hold", [None, None], "Look")
RED = reading("coverage", "intervals hold what they promise", [None, "60% of 90 papers"], "Look at the families")
FAIL = reading(
    "impossible_records", "no record holds nonsense", ["r-1 has t+ 1.2", None, "r-2 has t+ 3"], "Mend the row"
)


@pytest.fixture
def wires():
    return load_settings().trip_wires


@pytest.fixture
def run(tmp_path, monkeypatch):
    """What the wires are laid on, written by a made-up run."""
    monkeypatch.chdir(tmp_path)
    for path in (layout.METRICS, layout.OUT_OF_FOLD, layout.MODELS / "x/model.ubj", layout.RANKINGS / "a.csv"):
        write_text(path, "1")
    write_text(layout.ADVICE / "a.json", "1")
    seal_made_up()
    write_json(layout.CHECKS, as_checks([RED], [RED]).model_dump(mode="json"))
    seal_made_up()


def test_where_all_hold_nothing_trips(wires):
    assert judge([HOLDS], wires) == ()
    assert (HOLDS.n_checked, HOLDS.trips) == (2, ())


def test_red_lets_the_run_go_on(wires):
    assert judge([HOLDS, RED], wires) == (RED,)


def test_fail_stops_it_with_a_line_for_each_wire(wires):
    with pytest.raises(UserError) as stopped:
        judge([RED, FAIL], wires)
    first, *lines = str(stopped.value).splitlines()
    assert "params.yaml" in first
    assert lines == [
        "coverage (red): 60% of 90 papers. It should be that intervals hold what they promise. Look at the families.",
        "impossible_records (fail): r-1 has t+ 1.2; r-2 has t+ 3. It should be that no record holds nonsense. "
        "Mend the row.",
    ]


def test_params_decide_what_becomes_of_a_wire(wires):
    other = wires.model_dump()
    other["coverage"]["on_trip"], other["impossible_records"]["on_trip"] = "fail", "red"
    with pytest.raises(UserError, match=r"coverage \(fail\)"):
        judge([RED], TripWires.model_validate(other))
    assert judge([FAIL], TripWires.model_validate(other)) == (FAIL,)


def test_a_leak_is_never_only_red(wires):
    other = wires.model_dump()
    other["leaking_split"]["on_trip"] = "red"
    with pytest.raises(ValueError, match=r"leaking_split\.on_trip"):
        TripWires.model_validate(other)


def test_of_many_trips_some_are_shown_and_all_are_counted():
    many = reading("coverage", "it holds", [f"trip {number}" for number in range(30)], "Look")
    assert many.in_words == "trip 0; trip 1; trip 2; trip 3; and 26 more. It should be that it holds. Look."


def test_what_was_written_comes_back(run):
    checks = read_checks()
    assert [each.wire for each in checks.tripped] == ["coverage"]
    assert checks.wires[0]["trips"] == ["60% of 90 papers"]


@pytest.mark.parametrize("place", [layout.METRICS, layout.MODELS / "x/model.ubj", layout.RANKINGS / "a.csv"], ids=str)
def test_what_the_wires_have_not_seen_is_not_shown(run, place):
    write_text(place, "2")
    seal_made_up()
    with pytest.raises(UserError, match="not what the trip-wires were laid on; `dvc repro`"):
        read_checks()


def test_a_file_that_came_or_went_is_noticed(run):
    write_text(layout.RANKINGS / "b.csv", "1")
    seal_made_up()
    with pytest.raises(UserError, match="rankings: not what the trip-wires were laid on"):
        read_checks()
    assert read_checks(layout.MODELS)


@pytest.mark.parametrize("text", ["{}", "[]", '{"watched": {}}'])
def test_damaged_checks_are_refused(run, text):
    write_text(layout.CHECKS, text)
    seal_made_up()
    with pytest.raises(UserError, match=r"checks\.json: damaged"):
        read_checks()
    layout.CHECKS.unlink()
    with pytest.raises(UserError, match=r"checks\.json: no such file; `dvc repro`"):
        read_checks()
