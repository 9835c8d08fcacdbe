"""A run that something is wrong with stops, or says so in red wherever it is shown."""

from __future__ import annotations

import json
import shutil
import sys

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline import check, report
from pipeline.commands.program import program
from pipeline.common import layout
from pipeline.common.stage import run, run_stage
from pipeline.reporting.sheets import ABOUT
from pipeline.tracking.models_run import models_run
from tests.sealing import seal_made_up

FALLING = "falls by 1.000 decades from 75 to 80 °C"


@pytest.fixture
def copy(finished, tmp_path, monkeypatch):
    """What the finished run left, to be changed."""
    shutil.copytree(finished / layout.PROCESSED, tmp_path / layout.PROCESSED)
    for name in ("data/raw", "experiments", "docs"):
        (tmp_path / name).symlink_to(finished / name)
    for path in (layout.PARAMS, layout.BASELINE):
        shutil.copy(finished / path, tmp_path / path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["stage"])
    return tmp_path


def edited(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def ask_also(*command):
    return CliRunner().invoke(program(), list(command))


def ask_last(*more):
    return ask_also("rank", "--last", "--n", "1", *more)


def test_nothing_is_wrong_with_a_run_of_the_shipped_record(finished, ask):
    checks = json.loads((finished / layout.CHECKS).read_text())
    assert checks["tripped"] == []
    assert len(checks["wires"]) == 12
    assert all(wire["n_checked"] for wire in checks["wires"])
    assert "RED" not in ask("rank", "--last").stdout
    for path in (finished / layout.REPORTS).rglob("index.html"):
        assert 'id="tripped"' not in path.read_text()


def test_what_is_red_is_said_wherever_the_run_is_shown(copy, capsys):
    edited(layout.PARAMS, "highest_S_cm: 0.1}", "highest_S_cm: 1.0e-9}")
    baseline = json.loads(layout.BASELINE.read_text())
    layout.BASELINE.write_text(json.dumps(baseline | {"polymers": ["PEO"], "records": {"<b>lost</b>": "0"}}))
    run_stage("check", check.main, [layout.CHECKS])
    run_stage("report", report.main, [layout.REPORTS])
    assert capsys.readouterr().out.count("check: RED: ") == 3
    red = {"new_components", "records_lost", "faster_than_known"}
    assert {wire["wire"] for wire in json.loads(layout.CHECKS.read_text())["tripped"]} == red
    for path in layout.REPORTS.rglob("index.html"):
        page = path.read_text()
        assert page.index("3 trip-wires say that something is wrong") < page.index('class="answer"')
        assert "1 of 1 records is gone, where none may be: &lt;b&gt;lost&lt;/b&gt;." in page
        about = pd.read_excel(path.with_name("ranking.xlsx"), sheet_name=ABOUT)
        assert {f"WRONG: {name}" for name in red} <= set(about["what"])
    said = ask_last().stdout
    assert all(name in said[said.index("RED: do not rely") :] for name in red)
    assert {wire["wire"] for wire in json.loads(ask_last("--json").stdout)["trip_wires"]} == red
    mixture = ("--polymer", "PEO", "--salt", "LiTFSI", "--filler", "LLZTO", "--loading", "10")
    for command in (("predict", *mixture), ("explain", *mixture), ("nearest", *mixture), ("rank", "room_temperature")):
        told = ask_also(*command)
        assert all(name in told.stdout[told.stdout.index("RED: do not rely") :] for name in red)
        assert {wire["wire"] for wire in json.loads(ask_also(*command, "--json").stdout)["trip_wires"]} == red
    shown = models_run()
    assert "Something is wrong with this run" in shown.head
    assert shown.metrics["trip_wires/new_components"] >= 1
    assert shown.metrics["trip_wires/coverage"] == 0


def plant_a_falling_curve():
    path = sorted(layout.ADVICE.glob("*.json"))[0]
    advice = json.loads(path.read_text())
    advice[0]["arrhenius"]["predicted"][-1] = round(advice[0]["arrhenius"]["predicted"][-2] - 1, 4)
    advice[0]["arrhenius"]["lower"][-1] -= 5
    path.write_text(json.dumps(advice))


def plant_a_transference_number():
    path = sorted(layout.RANKINGS.glob("*.csv"))[0]
    ranking = pd.read_csv(path)
    ranking.loc[0, ["transference_number", "transference_number_upper"]] = 1.2
    ranking.to_csv(path, index=False)


def plant_a_leak():
    held_out = pd.read_csv(layout.OUT_OF_FOLD)
    work = held_out["work_id"].value_counts().index[0]
    first = held_out.index[held_out["work_id"] == work][0]
    held_out.loc[first, "fold"] += 1
    held_out.to_csv(layout.OUT_OF_FOLD, index=False)


def test_what_is_certainly_wrong_stops_the_run_before_it_is_shown(copy, capsys):
    reports = {path: path.read_bytes() for path in layout.REPORTS.rglob("*") if path.is_file()}
    for plant in (plant_a_falling_curve, plant_a_transference_number, plant_a_leak):
        plant()
    shutil.rmtree(layout.SEALS)
    seal_made_up()  # as if a stage had written it so
    with pytest.raises(SystemExit) as ended:
        run("check", check.main)
    assert ended.value.code == 2
    first, second, *lines = capsys.readouterr().err.splitlines()
    assert first == "check: stopped; the outputs of the last good run stand."
    assert "params.yaml" in second
    said = dict(line.split(": ", 1) for line in lines)
    assert set(said) == {"falling_with_temperature (fail)", "impossible_predictions (fail)", "leaking_split (fail)"}
    assert FALLING in said["falling_with_temperature (fail)"]
    assert "transference_number is 1.2" in said["impossible_predictions (fail)"]
    assert "stands in 2 folds of " in said["leaking_split (fail)"]
    with pytest.raises(SystemExit) as ended:
        run("report", report.main)
    assert ended.value.code == 2
    assert "not what the trip-wires were laid on" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in layout.REPORTS.rglob("*") if path.is_file()} == reports
    assert ask_last().exit_code == 2


def test_who_accepts_a_record_is_told_what_is_new_and_asked_no_more(copy):
    baseline = json.loads(layout.BASELINE.read_text())
    shipped = layout.BASELINE.read_bytes()
    layout.BASELINE.write_text(json.dumps(baseline | {"salts": ["LiTFSI"]}))
    done = CliRunner().invoke(program(), ["accept"])
    assert "salts are new" in done.stdout
    assert layout.BASELINE.read_bytes() == shipped
    again = json.loads(CliRunner().invoke(program(), ["accept", "--json"]).stdout)
    assert again["changes"] == []
    assert again["n_records"] == len(pd.read_parquet(layout.RECORDS))
