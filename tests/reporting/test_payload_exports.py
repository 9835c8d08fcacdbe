"""What a user typed leaves in every file as it came, acts in none, and numbers stay numbers; browsers: end to end."""

import csv
import html
import io
import json
import re

import numpy as np
import openpyxl
import pandas as pd
import pytest
from markdown_it import MarkdownIt

from pipeline.advising import predict_sheet
from pipeline.commands.showing import Screen, show_json, table
from pipeline.common.errors import Problem, UserError, printable
from pipeline.common.files import read_csv, read_gapped_csv, write_csv
from pipeline.common.formulas import guarded, unguarded
from pipeline.common.typed import read_table
from pipeline.exploring.showing import render
from pipeline.ingest import _rejected
from pipeline.package import _write
from pipeline.records import RawFiles, blank_worksheet, conflicts, gather
from pipeline.records.columns import REQUIRED_OF_MEASUREMENTS
from pipeline.records.worksheet import rows_of
from pipeline.reporting import write_workbook
from pipeline.tracking.words import bullets, one_line
from pipeline.tracking.words import table as markdown_table
from tests.common.test_files import is_run

LOST = re.compile("[\0\ud800-\udfff]")
"""What no file of UTF-8 text holds; � stands in its place."""
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SHORT = 2_000
"""Payloads up to here go through what is shown; the few long ones through files."""


def told(payload):
    return LOST.sub("�", payload)


def survive(tally, payloads, wanted, found):
    """Count a try for each payload; what was found in its place has to be what was wanted."""
    assert len(payloads) == len(found)
    for payload, cell in zip(payloads, found, strict=True):
        with tally.attempt():
            assert cell == wanted(payload)


def test_five_hundred_payloads_are_all_different(payloads):
    assert len(payloads) == len(set(payloads)) >= 500


@pytest.mark.fault("8 outputs: CSV")
def test_a_csv_reads_back_by_every_reader(tmp_path, tally, payloads):
    """By ours, and by Python's csv module and pandas once the guard is taken off."""
    path, numbers = tmp_path / "a.csv", np.linspace(-3.5, 1e-5, len(payloads))
    write_csv(path, pd.DataFrame({"note": pd.Series(payloads, dtype=object), "value": numbers, "sign": "-1"}))
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))[1:]
    assert [cell for row in rows for cell in row if is_run(cell)] == []
    survive(tally, payloads, told, [unguarded(row[0]) for row in rows])
    assert [float(row[1]) for row in rows] == numbers.tolist()
    by_pandas = pd.read_csv(path, keep_default_na=False, dtype={"note": object, "sign": str})
    assert by_pandas["note"].map(unguarded).tolist() == list(map(told, payloads))
    assert by_pandas["value"].tolist() == numbers.tolist()
    assert set(by_pandas["sign"]) == {"-1"}
    assert read_csv(path, ("note",))["note"].tolist() == list(map(told, payloads))


@pytest.mark.fault("8 outputs: XLSX")
def test_a_workbook_reads_back_and_holds_no_formula(tmp_path, tally, payloads):
    numbers = np.linspace(-3.5, 1e-5, len(payloads))
    texts = [payload for payload in payloads if len(payload.encode("utf-16-le", "replace")) <= 65_534]
    table = pd.DataFrame({"note": pd.Series(texts, dtype=object), "value": numbers[: len(texts)]})
    write_workbook(tmp_path / "a.xlsx", {"typed": table})
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2))
    assert {row[0].data_type for row in rows} <= {"s", "n"}
    assert all(row[0].quotePrefix for row in rows if guarded(str(row[0].value or "")) != str(row[0].value or ""))
    assert [row[1].value for row in rows] == pytest.approx(table["value"].tolist(), rel=1e-15)

    def wanted(payload):  # openpyxl leaves control characters as codes
        return re.sub("_x[0-9A-F]{4}_|[\0-\x08\x0b-\x1f\ufffe\uffff�]", "", told(payload))

    survive(tally, texts, wanted, [wanted(row[0].value or "") for row in rows])
    assert not [row for row in rows if row[0].hyperlink]


@pytest.mark.fault("8 outputs: rejected.csv")
def test_what_is_rejected_is_listed_as_it_was_typed(tmp_path, tally, payloads, vocabulary, works):
    typed = [told(payload) for payload in payloads if payload.strip() not in ("", "PEO") and len(payload) < SHORT]
    sheet = pd.DataFrame("", index=range(len(typed)), columns=list(REQUIRED_OF_MEASUREMENTS))
    sheet = sheet.assign(polymer=typed, conductivity="1e-4", conductivity_unit="S/cm")
    write_csv(tmp_path / "own.csv", sheet)
    found = gather(RawFiles(lab=(tmp_path / "own.csv",)), vocabulary, works)
    assert not found.records
    write_csv(tmp_path / "rejected.csv", _rejected(found.problems))
    back = read_gapped_csv(tmp_path / "rejected.csv", ("file", "column", "value", "reason"))
    by_row = back[back["value"] != ""].drop_duplicates("row").set_index("row")["value"]
    survive(tally, typed, str.strip, [by_row[number] for number in row_numbers(tmp_path / "own.csv")])
    assert set(back["row"]) <= set(row_numbers(tmp_path / "own.csv"))


def row_numbers(path):
    return read_table(path).index.tolist()


@pytest.mark.fault("8 outputs: conflicts.csv")
def test_conflicts_name_the_papers_as_they_are_written(tmp_path, tally, payloads, records):
    pairs, typed = conflicts(records), list(map(told, payloads))
    repeated = pairs.loc[np.resize(pairs.index, len(payloads))].assign(citation=typed, locator=typed[::-1])
    write_csv(tmp_path / "conflicts.csv", repeated)
    back = read_csv(tmp_path / "conflicts.csv", ("citation", "locator"))
    survive(tally, payloads, told, back["citation"].tolist())
    assert back["value"].tolist() == repeated["value"].tolist()


@pytest.mark.fault("8 outputs: worksheet.csv")
def test_a_worksheet_comes_back_as_it_was_written(tmp_path, tally, payloads, mixture):
    typed = list(map(told, payloads))
    mixtures = pd.DataFrame([mixture | {"temperature_C": -20.0}] * len(payloads)).assign(
        polymer=typed, salt=typed[1:] + typed[:1], additives=typed[2:] + typed[:2]
    )
    write_csv(tmp_path / "worksheet.csv", blank_worksheet(mixtures))
    rows = [row for _, row in rows_of(read_table(tmp_path / "worksheet.csv"))]
    survive(tally, payloads, lambda payload: told(payload).strip(), [row["polymer"] for row in rows])
    assert {(row["temperature_C"], row["filler_amount"]) for row in rows} == {("-20.0", "10.0")}


@pytest.mark.fault("8 outputs: predict --output")
def test_predictions_stand_beside_what_was_typed(tmp_path, tally, payloads, advisor):
    cells = {"polymer": "PEO", "salt": "LiTFSI", "filler": "LLZO", "filler_amount": "10", "filler_unit": "wt%"}
    table = pd.DataFrame(
        {"note": list(map(told, payloads)), "temperature_C": "-20", **cells, "architecture": "", "additives": ""}
    )
    found = predict_sheet(table, "typed", advisor)
    write_csv(tmp_path / "predictions.csv", found)
    back = read_gapped_csv(tmp_path / "predictions.csv", ("note", "architecture", "additives", "flags", "problems"))
    survive(tally, payloads, told, back["note"].tolist())
    assert back["log10_conductivity"].tolist() == found["log10_conductivity"].tolist()
    assert set(back["temperature_C"]) == {-20}


@pytest.mark.fault("8 outputs: data package")
def test_a_data_package_holds_what_was_typed(tmp_path, tally, payloads):
    frame = pd.DataFrame({"name": pd.Series(payloads, dtype=object), "value": 1.5})
    written = _write(tmp_path, "polymers", frame, {"name": "", "value": ""})
    back = pd.read_csv(tmp_path / written.file_name, keep_default_na=False, dtype={"name": object})
    survive(tally, payloads, told, [unguarded(name) for name in back["name"]])
    assert not [name for name in back["name"] if is_run(name)]
    assert set(back["value"]) == {1.5}


@pytest.mark.fault("8 outputs: MLflow's pages and names")
def test_markdown_shows_what_was_typed_and_names_are_one_line(tally, payloads):
    for payload in payloads:
        if not payload.strip() or len(payload) > SHORT:
            continue
        with tally.attempt():
            page = (
                MarkdownIt("gfm-like")
                .disable("linkify")
                .render(markdown_table(["x"], [[payload]]) + "\n\n" + bullets([payload]))
            )
            assert set(re.findall(r"<(\w+)", page)) <= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
            shown = html.unescape(re.search(r"<li>(.*?)</li>", page, re.DOTALL).group(1))
            assert (
                shown.split() == re.sub("[\0\ud800-\udfff]", "�", payload).split() or shown.strip() == payload.strip()
            )
            assert printable(one_line(payload)) == one_line(payload)
            assert len(one_line(payload)) <= 160


@pytest.mark.fault("8 outputs: the explorer's parts")
def test_the_explorer_shows_text_as_text(tally, payloads):
    for payload in payloads:
        if len(payload) > SHORT:
            continue
        with tally.attempt():
            row = {"mixture": payload, "citation": payload, "place": payload, "value": payload, "at": payload}
            for part in (
                render("told", lines=[payload]),
                render("papers", letter="A", is_compared=False, rows=[row | {"similarity": 0.5}]),
                render("question", question=payload, n_found=1, n_all=1),
            ):
                assert set(re.findall(r"<(\w+)", part)) <= {
                    "ul",
                    "li",
                    "p",
                    "div",
                    "section",
                    "h3",
                    "table",
                    "tr",
                    "th",
                    "td",
                    "b",
                    "span",
                }
                assert payload in html.unescape(part) or "&" in payload


@pytest.mark.fault("8 outputs: terminal")
def test_nothing_that_was_typed_steers_a_terminal(tally, payloads, capsys):
    for payload in payloads:
        if len(payload) > SHORT:
            continue
        with tally.attempt():
            screen = Screen()
            screen.say(payload)
            screen.print(table(("n",), ("note",), [("1", payload)]))
            print(printable(str(UserError([Problem("a.csv", 2, "note", payload, payload)]))))
            assert not STEERING.search(capsys.readouterr().out)
            show_json({"note": payload})
            said = capsys.readouterr().out
            assert not STEERING.search(said)
            assert json.loads(said) == {"note": payload}


def test_numbers_in_a_text_column_stay_what_they_were(tmp_path):
    """As a table of a user's own names may hold: 00123 is no 123, and 1E5 no 100000."""
    names = ["00123", "1E5", "2026-01-02", "1/2", "TRUE", "-1", "+1", "NaN", "1e400", "1.10"]
    write_csv(tmp_path / "a.csv", pd.DataFrame({"name": names}))
    assert read_csv(tmp_path / "a.csv", ("name",))["name"].tolist() == names
    write_workbook(tmp_path / "a.xlsx", {"names": pd.DataFrame({"name": names})})
    cells = list(openpyxl.load_workbook(tmp_path / "a.xlsx").active.iter_rows(min_row=2))
    assert [(row[0].value, row[0].data_type) for row in cells] == [(name, "s") for name in names]
    assert io.StringIO((tmp_path / "a.csv").read_text()).readline() == "name\n"
