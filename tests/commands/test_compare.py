import json
import sys
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from pipeline.commands.program import program
from pipeline.common.errors import UserError


def run_of(number):
    return {"run_id": f"{number}" * 32, "name": f"run [bold]{number}\x1b[31m", "experiment": "ionscreen/models"}


def moved(first, second):
    return {"polymer": "PEO", "filler": "LLZTO", "first_rank": first, "second_rank": second}


def metric(name, first, second, is_proven=None):
    difference = None if None in (first, second) else second - first
    return {"name": name, "first": first, "second": second, "difference": difference, "is_proven": is_proven}


FOUND = {
    "first": run_of(1),
    "second": run_of(2),
    "changes": ["3 records added"],
    "params": [{"name": "train.budget", "first": "quick", "second": None}],
    "metrics": [
        metric("log10_conductivity/error", 0.456, 0.4312, is_proven=True),
        metric("transference_number/error", 0.1, 0.1, is_proven=False),
        metric("n_works", 278.0, 278.0),
        metric("gone", 1.0, None),
    ],
    "judgements": {},
    "records": {"added": [f"lab-{n}" for n in range(12)], "removed": [], "changed": ["000-T1-01"]},
    "campaigns": [
        {
            "campaign": "room_temperature",
            "first": run_of(3),
            "second": run_of(4),
            "params": [],
            "metrics": [],
            "moves": {
                "n_top": 20,
                "overlap": 17,
                "risen": [moved(9, 2)],
                "fallen": [moved(1, 30)],
                "new": [moved(None, 5)],
                "gone": [moved(6, None)],
            },
        }
    ],
}


@pytest.fixture
def compared(monkeypatch):
    """Compare runs of which is known what they differ in; returns how it ended."""

    def compare_runs(first, second):
        if "gone" in (first, second):
            raise UserError("gone: no such run; there are x and y")
        assert (first, second) == ("previous", "latest")
        return SimpleNamespace(as_dict=lambda: FOUND)

    monkeypatch.setitem(sys.modules, "pipeline.tracking", SimpleNamespace(compare_runs=compare_runs))
    return lambda *arguments: CliRunner().invoke(program(), ["compare", *arguments])


def test_it_says_what_changed_by_how_much_and_whether_that_is_proven(compared):
    done = compared("previous", "latest")
    assert done.exit_code == 0
    rows = [line.split() for line in done.stdout.splitlines()]
    assert "first: run [bold]1 [31m (11111111, ionscreen/models)" in done.stdout.splitlines()
    assert ["train.budget", "quick", "–"] in rows
    assert ["0.456", "0.4312", "−0.0248", "proven", "log10_conductivity/error"] in rows
    assert ["0.1", "0.1", "+0", "not", "proven", "transference_number/error"] in rows
    assert ["1", "–", "gone"] in rows
    assert not any("n_works" in row for row in rows)
    assert "the same in both: 1 numbers" in done.stdout
    assert "\x1b" not in done.stdout


def test_it_names_records_and_the_pairs_that_moved(compared):
    lines = compared("previous", "latest").stdout.splitlines()
    first_ten = ", ".join(f"lab-{n}" for n in range(10))
    assert f"records added: 12: {first_ten} and 2 more" in lines
    assert "records removed: 0" in lines
    assert "records changed: 1: 000-T1-01" in lines
    assert lines[-5:] == [
        "of the 20 first pairs of polymer and filler 17 are in both",
        "  rose: PEO / LLZTO, 9 → 2",
        "  fell: PEO / LLZTO, 1 → 30",
        "  new: PEO / LLZTO, not listed → 5",
        "  gone: PEO / LLZTO, 6 → not listed",
    ]


def test_json_holds_all_of_it(compared):
    assert json.loads(compared("previous", "latest", "--json").stdout) == FOUND


def test_a_run_that_is_not_there_ends_with_2(compared):
    done = compared("gone", "latest")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "gone: no such run; there are x and y" in done.stderr
