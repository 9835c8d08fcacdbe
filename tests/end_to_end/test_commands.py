"""The command line on a finished run."""

from __future__ import annotations

import json
import re
import shlex

import pandas as pd
import pytest

from pipeline.commands.program import NAME
from pipeline.screening import load_campaign

SHEET = "data/raw/lab/examples/mixtures.csv"
PEO = ("--polymer", "PEO", "--salt", "LiTFSI", "--filler", "LLZTO", "--loading", "10", "--architecture", "particles")
SHIPPED = "sulfide_based"
SMALL = """
question: Which conducts best?
temperature_C: 30
polymers: [PEO, PVDF, PPC]
salts: [LiTFSI]
fillers: [LLZTO, LATP, LGPS]
filler_wt_fractions: [0.1, 0.2]
architectures:
  particles: {tags: particles}   # nothing else
limits: {exclude_elements: [Ti]}
"""


def kept(folder):
    """Files of a folder, apart from what Git and DVC keep for themselves."""
    return {path for path in folder.rglob("*") if path.is_file() and not {".git", ".dvc"} & set(path.parts)}


def examples_of(ask, *command):
    """The words of each example that a help prints."""
    lines = ask(*command, "--help").stdout.split("Examples:")[1].replace("\\\n", " ").splitlines()
    return [shlex.split(line) for line in lines if line.strip()]


def test_the_first_help_shows_examples_of_the_commands(ask):
    of_commands = [example for command in ("predict", "rank") for example in examples_of(ask, command)]
    assert all(example in of_commands for example in examples_of(ask))


@pytest.mark.parametrize("command", ["predict", "explain", "nearest", "rank", "add", "audit"])
def test_every_example_of_a_help_runs_as_printed(ask, finished, command):
    examples, before = examples_of(ask, command), kept(finished)
    assert examples
    for words in examples:
        assert words[:3] == NAME.split()
        done = ask(*words[3:])
        assert (done.returncode, done.stderr) == (0, ""), words
        assert done.stdout
        assert "\x1b" not in done.stdout
    new = kept(finished) - before
    assert {path.name for path in new} <= {"predictions.csv"}
    for path in new:
        path.unlink()


@pytest.fixture(scope="module")
def predicted(ask):
    done = ask("predict", SHEET, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_json_of_predictions_has_units_in_its_names_and_every_row(predicted, finished):
    sheet = pd.read_csv(finished / SHEET, dtype=str, keep_default_na=False)
    assert set(predicted) == {"mixtures", "n_predicted", "interval_coverage", "notes", "trip_wires"}
    assert predicted["trip_wires"] == []
    assert [one["given"] for one in predicted["mixtures"]] == sheet.to_dict("records")
    for one in predicted["mixtures"]:
        lower, value, upper = (one[f"conductivity{end}_S_cm"] for end in ("_lower", "", "_upper"))
        assert 0 < lower <= value <= upper
        assert value == pytest.approx(10 ** one["log10_conductivity_S_cm"], rel=1e-3)
        assert {"row", "transference_number", "stability_window_V", "tensile_strength_MPa", "flags"} < set(one)


def test_a_mixture_by_options_is_predicted_as_in_a_sheet(ask, predicted):
    done = ask("predict", *PEO, "--temperature", "30", "--json")
    one, same = json.loads(done.stdout)["mixtures"][0], predicted["mixtures"][0]
    assert {key: one[key] for key in one if key not in ("row", "given")} == {
        key: same[key] for key in same if key not in ("row", "given")
    }
    cold = json.loads(ask("predict", *PEO, "--temperature", "-20", "--json").stdout)["mixtures"][0]
    assert cold["given"]["temperature_C"] == "-20"
    assert cold["conductivity_lower_S_cm"] <= one["conductivity_lower_S_cm"]


def test_what_a_sheet_holds_is_shown_as_text_and_a_row_at_fault_is_named(ask, tmp_path):
    header = "polymer,salt,filler,filler_amount,filler_unit,architecture,additives,temperature_C\n"
    rows = "[bold]PEO[/bold]\x1b[31m,LiTFSI,LLZTO,10,wt%,particles,,30\nPEO,LiTFSI,LLZTO,10,wt%,particles,,30\n"
    sheet = tmp_path / "mine.csv"
    sheet.write_text(header + rows)
    for command in ("predict", "nearest"):
        done = ask(command, str(sheet))
        assert done.returncode == 1
        assert "[bold]PEO[/bold]" in done.stdout
        assert "\x1b" not in done.stdout + done.stderr
    done = ask("nearest", str(sheet), "--json")
    assert (done.returncode, done.stderr) == (1, "")
    assert [bool(one["problems"]) for one in json.loads(done.stdout)["mixtures"]] == [True, False]


def test_nearest_names_records_with_value_temperature_and_paper(ask, finished):
    found = json.loads(ask("nearest", *PEO, "--temperature", "60", "--n", "3", "--json").stdout)["mixtures"][0]
    assert len(found["nearest"]) == 3
    records = pd.read_parquet(finished / "data/processed/records.parquet").set_index("record_id")
    for one in found["nearest"]:
        record = records.loc[one["record_id"]]
        assert one["conductivity_lower_S_cm"] == record["conductivity_lower_S_cm"]
        assert one["citation"] == record["citation"]
        assert (one["temperature_C"] is None) == pd.isna(record["temperature_C"])
    table = ask("nearest", *PEO, "--temperature", "60", "--n", "3").stdout
    assert all(one["measured"].removesuffix(" S/cm") in table for one in found["nearest"])


def test_an_explanation_begins_with_what_drives_the_prediction(ask):
    lines = ask("explain", *PEO, "--temperature", "60").stdout.splitlines()
    assert lines[0] == "PEO / LLZTO 10 wt%, LiTFSI, particles, 60 °C"
    assert lines[1].startswith("  what drives it, against the mean of ")
    assert any(re.fullmatch(r"    .+ [+−]\d\.\d decades", line) for line in lines[2:9])
    order = [next(place for place, line in enumerate(lines) if words in line) for words in (
        "decades", "% interval", "measured records that", "with one thing changed")]  # fmt: skip
    assert order == sorted(order)
    assert not any(line.startswith("  what adds to the mean") for line in lines)


@pytest.fixture
def small(tmp_path):
    """A campaign of 18 mixtures in a file of its own."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    return str(path)


def test_a_campaign_is_ranked_as_the_pipeline_ranks_it(ask, finished, tmp_path):
    done = ask("rank", SHIPPED, "--output", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    rankings = finished / "data/processed/rankings"
    assert (tmp_path / "ranking.csv").read_bytes() == (rankings / f"{SHIPPED}.csv").read_bytes()
    assert (tmp_path / "worksheet.csv").read_bytes() == (rankings / f"batches/{SHIPPED}.csv").read_bytes()
    best = pd.read_csv(tmp_path / "ranking.csv").head(10)
    last = ask("rank", SHIPPED, "--last").stdout
    for said in (done.stdout, last):
        assert re.findall(r"^ {1,4}(\d+) ", said, re.MULTILINE) == [str(rank) for rank in best["rank"]]
    assert f"data/processed/reports/{SHIPPED}/index.html" in last


def test_a_changed_campaign_is_ranked_and_kept(ask, finished, small, vocabulary):
    place = finished / "experiments/warmer.yaml"
    try:
        done = ask("rank", small, "--temperature", "80", "--without", "Ge", "--save", "warmer", "--json")
        assert (done.returncode, done.stderr) == (0, "")
        document = json.loads(done.stdout)
        kept_as = place.read_text()
        taken_up = load_campaign(place, vocabulary)
    finally:
        place.unlink(missing_ok=True)
    ranked = document["campaigns"][0]
    assert document["written"] == ["experiments/warmer.yaml"]
    assert ranked["temperature_C"] == 80
    assert ranked["question"] == "Which conducts best? (changed: 80 °C, without Ge)"
    assert {row["filler"] for row in ranked["ranking"]} == {"LLZTO"}
    assert len(ranked["ranking"]) == 3
    assert "# nothing else" in kept_as
    assert (taken_up.temperature_C, taken_up.limits.exclude_elements) == ((80,), ("Ti", "Ge"))


def test_a_campaign_that_nothing_meets_ends_with_1_and_says_which_limit_closed_it(ask, small):
    done = ask("rank", small, "--without", "Zr", "--without", "Ge")
    assert (done.returncode, done.stderr) == (1, "")
    assert "none of 18 mixtures keeps the limits" in done.stdout
    assert "exclude_elements" in done.stdout


def test_only_what_is_in_stock_needs_a_list_of_it(ask, small):
    done = ask("rank", small, "--only-stock")
    assert (done.returncode, done.stdout) == (2, "")
    assert "inventory.csv" in done.stderr


def test_a_pipe_gets_80_columns_without_colours(run, finished):
    done = run(".venv/bin/python", "-m", "pipeline", "rank", "--last")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout
    in_tables = [line for line in done.stdout.splitlines() if re.match(r" +\d+ +\d", line)]
    assert len(in_tables) >= 10
    assert max(map(len, in_tables)) <= 80
