"""What `make bench` writes, and that docs/PERFORMANCE.md keeps a table of that form."""

import re
from pathlib import Path

import pytest

from pipeline.benching.figures import FIGURES, STAGES, YES_OR_NO, Goal
from pipeline.benching.measuring import Measured
from pipeline.benching.table import HEADER, as_json, as_markdown, machine

ROOT = Path(__file__).parents[2]
SOME = {key: Measured(2.5, 1.0, 12345.6, 3) for key in FIGURES}
ON = {"cores": 2, "memory_GiB": 8.0, "python": "3.11.7"}


def cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def rows(text):
    lines = text[text.index(HEADER) :].splitlines()[2:]
    return [cells(line) for line in lines if line.startswith("|")]


def test_the_table_has_a_line_a_figure_in_their_order():
    table = as_markdown(SOME, ON)
    assert table.startswith("Measured on: cores 2, memory GiB 8.0, python 3.11.7.\n\n| key |")
    assert [row[0] for row in rows(table)] == [f"`{key}`" for key in FIGURES]
    assert all(len(row) == len(cells(HEADER.splitlines()[0])) for row in rows(table))


def test_a_line_shows_median_range_repeats_and_whether_the_goal_is_met():
    by_key = {row[0]: row[2:] for row in rows(as_markdown(SOME, ON))}
    assert by_key["`exact_s`"] == ["2.5 s", "1 s to 12,346 s", "3", ""]
    assert by_key["`exact_ratio`"][-1] == "at least 1,000 ×: missed"
    assert by_key["`exact_peak_MiB`"][-1] == "at most 2,048 MiB: met"
    once = SOME | {"is_confirmed": Measured.of([1.0]), "is_same_unpruned": Measured.of([0.0])}
    by_key = {row[0]: row[2:] for row in rows(as_markdown(once, ON))}
    assert by_key["`is_confirmed`"] == ["yes", "", "1", ""]
    assert by_key["`is_same_unpruned`"][0] == "no"


@pytest.mark.parametrize(
    ("goal", "met", "missed"), [(Goal("at least", 10), (10, 11), (9.9,)), (Goal("at most", 10), (10, 9), (10.1,))]
)
def test_a_goal_is_met_from_its_own_number_on(goal, met, missed):
    assert all(map(goal.is_met, met))
    assert not any(map(goal.is_met, missed))


def test_the_file_has_a_key_a_figure():
    content = as_json(SOME, ON)
    assert list(content) == ["machine", *FIGURES]
    assert content["exact_s"].items() >= {"median": 2.5, "smallest": 1.0, "largest": 12345.6, "n_repeats": 3}.items()
    assert content["exact_ratio"]["is_met"] is False


def test_a_missing_or_unknown_figure_is_refused():
    with pytest.raises(ValueError, match="exact_s, unheard"):
        as_json({key: SOME[key] for key in SOME if key != "exact_s"} | {"unheard": SOME["exact_s"]}, ON)


def test_the_machine_is_told_without_its_name_or_a_path():
    import socket

    told = machine()
    assert told["cores"] >= 1
    assert told["memory_GiB"] > 0
    assert told["numba"]
    said = " ".join(map(str, told.values()))
    assert "/" not in said
    assert socket.gethostname() not in said


def test_every_stage_of_the_pipeline_is_imported():
    commands = re.findall(r"cmd: \.venv/bin/python -m pipeline\.(\w+)", (ROOT / "dvc.yaml").read_text())
    assert list(STAGES) == commands


NUMBER = r"(\d{1,3}(,\d{3})*|\d+)(\.\d+)?(e[+-]\d+)?"


def test_the_documents_table_is_one_that_the_program_writes():
    text = (ROOT / "docs" / "PERFORMANCE.md").read_text()
    assert re.search(
        r"^Measured on: cores \d+, memory GiB [\d.]+, .*python 3\.\d+\.\d+, .*xgboost [\d.]+\.$", text, re.M
    )
    written = rows(text)
    assert [row[0] for row in written] == [f"`{key}`" for key in FIGURES]
    for (_, meaning, median, range_, repeats, goal), figure in zip(written, FIGURES.values(), strict=True):
        assert meaning == figure.meaning
        shown = "yes|no" if figure.unit == YES_OR_NO else f"{NUMBER} {figure.unit}"
        assert re.fullmatch(shown, median), median
        assert re.fullmatch("" if repeats == "1" else f"{shown} to {shown}", range_), range_
        said = f"{figure.goal.words} {figure.goal.number:,g} {figure.unit}: (met|missed)" if figure.goal else ""
        assert re.fullmatch(said, goal), goal
