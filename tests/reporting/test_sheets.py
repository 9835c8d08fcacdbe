from __future__ import annotations

import math
import re
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest

from pipeline.common.errors import UserError
from pipeline.reporting import campaign_sheets, column_meanings, ranking_column, worksheet_column, write_workbook
from pipeline.screening import TEXT_COLUMNS

ROOT = Path(__file__).parents[2]
ASKED = {
    "question": "What conducts at 30 °C?",
    "temperature_C": 30.0,
    "n_candidates": 3_565_900_800,
    "funnel": [{"name": "a", "reason": "no Ge", "source": "the campaign", "n_left": 900, "alone": 100}],
}


def write(path, **sheets):
    write_workbook(path, sheets)
    return openpyxl.load_workbook(path)


def rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]


def texts(path):
    """Return the texts of a workbook as a spreadsheet decodes them (ECMA-376, 22.9.2.19: _xHHHH_ is a character)."""
    with zipfile.ZipFile(path) as parts:
        root = ElementTree.fromstring(parts.read("xl/sharedStrings.xml"))
    raw = ["".join(node.itertext()) for node in root]
    return [re.sub("_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), text) for text in raw]


def test_numbers_read_back_as_numbers_and_text_as_text(tmp_path):
    table = pd.DataFrame(
        {
            "value": [-3.5, 1.00001e-5, math.nan],
            "count": [-1, 2, 3_565_900_800],
            "is_known": [True, False, True],
            "note": ["-3.5", "", "007"],
        }
    )
    sheet = write(tmp_path / "a.xlsx", data=table)["data"]
    assert rows(sheet) == [[-3.5, -1, True, "-3.5"], [1.00001e-5, 2, False, None], [None, 3_565_900_800, True, "007"]]
    assert [cell.data_type for cell in sheet[2]] == ["n", "n", "b", "s"]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (np.float64(0.25), 0.25),
        (np.int64(7), 7),
        (2**53 + 1, "9007199254740993"),
        (math.inf, "inf"),
        (None, None),
        (pd.NA, None),
        (["PEO", "PAN"], "['PEO', 'PAN']"),
    ],
)
def test_what_a_cell_may_hold(tmp_path, cell, read):
    table = pd.DataFrame({"one": pd.Series([cell, "x"], dtype=object)})
    assert rows(write(tmp_path / "a.xlsx", data=table)["data"])[0] == [read]


@pytest.mark.parametrize(("whole", "kind"), [(2**53, "n"), (-(2**53), "n"), (2**53 + 1, "s"), (-(2**53) - 1, "s")])
def test_whole_numbers_are_numbers_as_long_as_a_spreadsheet_keeps_their_digits(tmp_path, whole, kind):
    sheet = write(tmp_path / "a.xlsx", data=pd.DataFrame({"one": pd.Series([whole], dtype=object)}))["data"]
    assert (sheet["A2"].data_type, int(sheet["A2"].value)) == (kind, whole)


def test_headings_are_bold_and_underlined_and_text_wraps(tmp_path):
    sheet = write(tmp_path / "a.xlsx", data=pd.DataFrame({"note": ["PEO", "=1", 2.5]}))["data"]
    heading, plain, guarded, number = (sheet[f"A{row}"] for row in range(1, 5))
    assert (heading.font.b, heading.border.bottom.style) == (True, "thin")
    assert [cell.alignment.wrap_text for cell in (plain, guarded, number)] == [True, True, None]
    assert {cell.alignment.vertical for cell in (heading, plain, guarded, number)} == {"top"}


@pytest.mark.parametrize(
    ("name", "text", "width"),
    [("rank", "", 9), ("x" * 7, "", 10), ("rank", "x" * 9, 10), ("rank", "x" * 59, 60), ("x" * 80, "x" * 80, 60)],
)
def test_a_column_is_as_wide_as_its_name_with_the_filter_s_button_and_its_text(tmp_path, name, text, width):
    sheet = write(tmp_path / "a.xlsx", data=pd.DataFrame({name: [text, 1e-300]}))["data"]
    assert sheet.column_dimensions["A"].width == pytest.approx(width + 0.71, abs=0.01)


def test_a_workbook_is_of_no_day(tmp_path):
    assert write(tmp_path / "a.xlsx", data=pd.DataFrame()).properties.created == datetime(2000, 1, 1)


def test_headings_stay_in_sight_and_filter(tmp_path):
    table = pd.DataFrame({"rank": [1, 2], "conductivity_S_cm": [1e-3, 1e-4]})
    sheet = write(tmp_path / "a.xlsx", ranking=table)["ranking"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:B3")
    assert (sheet["A2"].number_format, sheet["B2"].number_format) == ("General", "0.00E+00")
    assert 9 <= sheet.column_dimensions["A"].width <= sheet.column_dimensions["B"].width <= 61


@pytest.mark.parametrize("table", [pd.DataFrame(), pd.DataFrame({"rank": []}), pd.DataFrame({"rank": [math.nan]})])
def test_an_empty_table_is_an_empty_sheet(tmp_path, table):
    assert not [row for row in rows(write(tmp_path / "a.xlsx", ranking=table)["ranking"]) if any(row)]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * 32_767, "x" * 32_767),
        ("x" * 32_768, "x" * 32_766 + "…"),
        ("🔋" * 16_384, "🔋" * 16_383 + "…"),
        ("half \ud800 of one", "half � of one"),
        ("a\0b\x1b\r\n\tc\ufffe", "a\0b\x1b\r\n\tc\ufffe"),
        ("_x0041_", "_x0041_"),
        ("  blanks  ", "  blanks  "),
        ("<r><t>x</t></r>", "<r><t>x</t></r>"),
        ("<r>not closed & \0</r>", "<r>not closed & �</r>"),
    ],
)
def test_text_is_kept_as_far_as_a_cell_holds_it(tmp_path, text, kept):
    write(tmp_path / "a.xlsx", data=pd.DataFrame({"note": pd.Series([text], dtype=object)}))
    assert texts(tmp_path / "a.xlsx")[-1] == kept


def test_what_xml_does_not_hold_is_replaced_in_text_that_looks_like_its_markup(tmp_path):
    controls = [chr(code) for code in (*range(9), *range(11, 32), 0xFFFE, 0xFFFF)]
    held = [chr(code) for code in (9, 10, 32, 0xFFFD)]
    cells = pd.DataFrame({"note": [f"<r>{letter}</r>" for letter in (*controls, *held)]})
    write_workbook(tmp_path / "a.xlsx", {"data": cells})
    assert texts(tmp_path / "a.xlsx")[1:] == ["<r>�</r>", *(f"<r>{letter}</r>" for letter in held[:3])]


@pytest.mark.parametrize("text", ["<r \0</r>", "<r>\0/r>", "r>\0</r>", "<r>\0</r> "])
def test_text_that_is_no_such_markup_is_kept(tmp_path, text):
    write_workbook(tmp_path / "a.xlsx", {"data": pd.DataFrame({"note": [text]})})
    assert texts(tmp_path / "a.xlsx")[-1] == text


def test_a_cell_that_looks_like_a_formula_stays_text_when_someone_edits_it(tmp_path):
    sheet = write(tmp_path / "a.xlsx", data=pd.DataFrame({"note": ["=1+1", "PEO"]}))["data"]
    assert [sheet["A2"].quotePrefix, sheet["A3"].quotePrefix] == [True, False]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("next experiments", "next experiments"),
        ("a/b:c", "a b c"),
        ("'quoted'", "quoted"),
        ("", "sheet"),
        ("\0\ud800", "sheet"),
        ("x" * 31, "x" * 31),
        ("x" * 40, "x" * 30 + "…"),
        ("[a]*b?c\\d", "a  b c d"),
        ("History", "History (2)"),
    ],
)
def test_a_sheet_gets_a_name_that_it_may_have(tmp_path, name, title):
    assert write(tmp_path / "a.xlsx", **{name: pd.DataFrame({"a": [1]})}).sheetnames == [title]


def test_no_two_sheets_are_called_alike(tmp_path):
    names = ["PEO", "peo", "pEO", "peo (2)", "x" * 40, "x" * 41]
    book = write(tmp_path / "a.xlsx", **{name: pd.DataFrame({"a": [number]}) for number, name in enumerate(names)})
    assert book.sheetnames == ["PEO", "peo (2)", "pEO (3)", "peo (2) (2)", "x" * 30 + "…", "x" * 22 + "… (2)"]
    assert [sheet["A2"].value for sheet in book] == list(range(len(names)))


def test_a_table_too_large_for_a_sheet_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"a\.xlsx, sheet data: 1048576 rows"):
        write_workbook(tmp_path / "a.xlsx", {"data": pd.DataFrame(index=range(1_048_576))})
    assert list(tmp_path.iterdir()) == []


def test_rows_for_all_but_the_headings_and_all_columns_are_written_and_columns_beyond_the_last_refused(tmp_path):
    write_workbook(tmp_path / "a.xlsx", {"tall": pd.DataFrame(index=range(1_048_575))})
    write_workbook(tmp_path / "c.xlsx", {"as wide": pd.DataFrame(columns=range(16_384))})
    with pytest.raises(UserError, match="0 rows and 16385 columns are more than a sheet holds; read the CSV"):
        write_workbook(tmp_path / "b.xlsx", {"wide": pd.DataFrame(columns=range(16_385))})


def test_the_same_tables_give_the_same_bytes_in_another_process_at_another_time(tmp_path):
    code = """
import sys, datetime, pandas as pd
from pathlib import Path
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None): return super().now(tz) + datetime.timedelta(days=400)
datetime.datetime = Later
from pipeline.reporting import write_workbook
tables = {"a": pd.DataFrame({"x": [1.5, 2], "y": ["=1", "<r>x</r>"]}), "b": pd.DataFrame()}
write_workbook(Path(sys.argv[1]), tables)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "later")], cwd=ROOT, check=True)
    write_workbook(tmp_path / "now", {"a": pd.DataFrame({"x": [1.5, 2], "y": ["=1", "<r>x</r>"]}), "b": pd.DataFrame()})
    assert (tmp_path / "now").read_bytes() == (tmp_path / "later").read_bytes()


def test_a_campaigns_workbook_holds_its_tables_the_answer_and_what_columns_mean(tmp_path, ranking):
    worksheet = pd.DataFrame({"status": ["PENDING"], "polymer": ["PEO"], "reason": ["Number 1."]})
    said = {"answer": "PEO with LLZTO comes first.", "goals": ""}
    write_workbook(tmp_path / "a.xlsx", campaign_sheets(ranking.assign(n_top_20=3), worksheet, ASKED, said))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["ranking", "next experiments", "funnel", "about", "columns"]
    assert [cell.value for cell in book["ranking"][1]] == [*ranking.columns, "n_top_20"]
    assert rows(book["funnel"]) == [["no Ge", 900, 100, "the campaign"]]
    about = dict(rows(book["about"]))
    assert about["question"] == ASKED["question"]
    assert (about["temperature in °C"], about["mixtures covered"]) == (30, 3_565_900_800)
    assert about["answer"] == said["answer"]
    assert list(about) == ["question", "temperature in °C", "mixtures covered", "answer", "how to read it"]
    described = {(sheet, column): (unit, meaning) for sheet, column, unit, meaning in rows(book["columns"])}
    assert described["ranking", "conductivity_S_cm"][0] == "S/cm"
    assert described["ranking", "n_top_20"] == (None, None)
    assert "to be filled in" not in described["ranking", "transference_number"][1]


def test_a_number_to_be_filled_in_is_not_called_a_prediction():
    (meaning,) = column_meanings(["transference_number"], worksheet_column)["meaning"]
    assert meaning.startswith("to be filled in")
    assert ranking_column("transference_number").meaning.startswith("predicted")


@pytest.mark.parametrize(
    ("name", "unit", "words"),
    [
        ("nearest_2", "", "number 2"),
        ("nearest_11_record_id", "", "record of number 11"),
        ("stability_window_V_lower", "V", "lower end of the prediction interval of stability_window_V"),
        ("probability_conductivity_S_cm", "", "limit on conductivity_S_cm"),
        ("element_cost_USD_kg", "USD/kg", "It is no price"),
        ("n_top_20_of_refits", "", ""),
    ],
)
def test_what_a_column_of_a_ranking_says(name, unit, words):
    column = ranking_column(name)
    assert (column.name, column.unit) == (name, unit)
    assert words in column.meaning


def test_every_column_of_text_says_what_it_holds():
    assert [name for name in TEXT_COLUMNS if not ranking_column(name).meaning] == []
