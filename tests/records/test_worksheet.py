import csv
import io
import math

import numpy as np
import openpyxl
import pandas as pd
import pytest

from features import INPUT_COLUMNS
from pipeline.common.files import write_csv
from pipeline.common.typed import read_table
from pipeline.records import RawFiles, blank_worksheet, gather, listed_rows, pending_rows
from pipeline.records.columns import REQUIRED_OF_MEASUREMENTS

MIXTURES = pd.DataFrame(
    [
        ("PEO:0.7 + PVDF:0.3", "LiTFSI", 16.0, "EO:Li", "LLZTO", 0.1, 50.0, "aligned;wires", "SN;LiNO3", 30.0),
        ("PVDF", "LiFSI", math.nan, "", "Al2O3", 0.22, math.nan, "particles", "", 30.0),
        ("*CCO*", "LiClO4", 20.0, "wt%", "LATP", 0.05, 200.0, "particles;surface_treated", "dopamine", -20.0),
    ],
    columns=[
        "polymer",
        "salt",
        "salt_ratio",
        "salt_ratio_unit",
        "filler",
        "filler_wt_fraction",
        "particle_size_nm",
        "architecture_tags",
        "additives",
        "temperature_C",
    ],
).assign(filler_vol_fraction=math.nan)
MEASURED = {"conductivity": "2.5E-04", "transference_number": "0.41"}


@pytest.fixture
def sheet(tmp_path):
    """A worksheet as the ranking writes it: guarded against spreadsheets, with what was predicted behind it."""
    said = blank_worksheet(MIXTURES).assign(
        predicted_conductivity_S_cm=[1e-4, 2e-4, 3e-4],
        reason="=1+1",
        way_to_build=["@home", "-pressed", "wires"],
        campaign="march",
    )
    write_csv(tmp_path / "march.csv", said)
    return tmp_path / "march.csv"


@pytest.fixture
def read(vocabulary, works):
    return lambda *files: gather(RawFiles(lab=files), vocabulary, works)


def fill_in(path, number, **cells):
    """Fill in cells of one row, as a person would, and leave the others as they are."""
    table = read_table(path)
    table.loc[number, list(cells)] = list(cells.values())
    path.write_text(table.to_csv(index=False), "utf-8")
    return path


def test_a_worksheet_as_written_is_being_made_and_no_record(sheet, read, vocabulary):
    gathered = read(sheet)
    assert (gathered.records, gathered.problems) == ([], [])
    assert (gathered.n_rows[str(sheet)], gathered.n_pending[str(sheet)], gathered.n_rejected[str(sheet)]) == (3, 3, 0)
    table = read_table(sheet)
    assert set(REQUIRED_OF_MEASUREMENTS) <= set(table)
    assert set(table["status"]) == {"PENDING"}
    assert set(table["conductivity_unit"]) == {"S/cm"}
    assert (
        table[["conductivity", "transference_number", "stability_window_V", "tensile_strength_MPa", "note"]] == ""
    ).all(axis=None)
    read_back = pd.DataFrame([reading.record for reading in pending_rows(sheet, vocabulary)])[list(INPUT_COLUMNS)]
    expected = MIXTURES.assign(polymer=["PEO:0.7 + PVDF:0.3", "PVDF", "PEO"])[list(INPUT_COLUMNS)]
    pd.testing.assert_frame_equal(sorted_lists(read_back), sorted_lists(expected))


def sorted_lists(mixtures):
    return mixtures.assign(
        **{
            name: mixtures[name].map(lambda text: sorted(text.split(";")))
            for name in ("architecture_tags", "additives")
        }
    )


def test_what_is_done_is_a_result_and_the_rest_stays_pending(sheet, read, vocabulary):
    fill_in(sheet, 2, status="DONE", **MEASURED)
    gathered = read(sheet)
    (record,) = gathered.records
    assert gathered.problems == []
    assert record["record_id"] == "lab-march-2"
    assert (record["conductivity_S_cm"], record["transference_number"]) == (2.5e-4, 0.41)
    assert (record["salt_ratio"], record["filler_wt_fraction"], record["temperature_C"]) == (16, 0.1, 30)
    assert gathered.n_pending[str(sheet)] == 2
    assert [reading.record["polymer"] for reading in pending_rows(sheet, vocabulary)] == ["PVDF", "PEO"]


@pytest.mark.parametrize("status", ["done", "Done", " DONE "])
def test_letters_of_any_size_mean_the_same(sheet, read, status):
    assert len(read(fill_in(sheet, 3, status=status, **MEASURED)).records) == 1
    assert read(fill_in(sheet, 2, status="pending")).n_pending[str(sheet)] == 2


def test_a_film_without_filler_has_no_amount_to_fill_in(tmp_path, read):
    write_csv(tmp_path / "neat.csv", blank_worksheet(MIXTURES.assign(filler="")))
    assert read(tmp_path / "neat.csv").problems == []


@pytest.mark.parametrize(
    "result", ["conductivity", "transference_number", "stability_window_V", "tensile_strength_MPa"]
)
def test_any_one_result_is_enough(sheet, read, result):
    gathered = read(fill_in(sheet, 4, status="DONE", **{result: "0.5"}))
    assert gathered.problems == []
    assert len(gathered.records) == 1


@pytest.mark.parametrize(
    ("cells", "value", "words"),
    [
        ({"status": "DONE"}, "DONE", ["no result stands in this row", "write PENDING"]),
        ({"conductivity": "1e-4"}, "PENDING", ["a result stands in conductivity", "write DONE"]),
        ({"tensile_strength_MPa": "3"}, "PENDING", ["tensile_strength_MPa", "write DONE"]),
        ({"status": "finished"} | MEASURED, "finished", ["PENDING", "DONE"]),
        ({"status": ""} | MEASURED, "", ["PENDING", "DONE", "empty"]),
    ],
)
def test_a_status_that_does_not_fit_is_refused_with_what_to_write(sheet, read, cells, value, words):
    gathered = read(fill_in(sheet, 3, **cells))
    (problem,) = gathered.problems
    assert (problem.file, problem.row, problem.column, problem.value) == (str(sheet), 3, "status", value)
    assert all(word in problem.reason for word in words)
    assert gathered.records == []
    assert (gathered.n_pending[str(sheet)], gathered.n_rejected[str(sheet)]) == (2, 1)


def test_a_mixture_that_cannot_be_read_is_told_while_it_is_being_made(sheet, read):
    (problem,) = read(fill_in(sheet, 3, polymer="PVDFF")).problems
    assert (problem.row, problem.column, problem.value) == (3, "polymer", "PVDFF")


def test_predictions_are_never_measurements(sheet, read):
    fill_in(sheet, 2, status="DONE", tensile_strength_MPa="2", predicted_conductivity_S_cm="9e-1", predicted_more="7")
    (record,) = read(sheet).records
    assert math.isnan(record["conductivity_S_cm"])
    assert record["tensile_strength_MPa"] == 2


def test_only_the_lab_has_worksheets(tmp_path, vocabulary, works, read):
    path = tmp_path / "x.csv"
    path.write_text(f"{','.join(REQUIRED_OF_MEASUREMENTS)},guess\nPEO,LiTFSI,,,,,,30,1e-4,S/cm,1\n")
    with pytest.raises(Exception, match="column guess: no such column"):
        read(path)
    literature = f"source,table,row,reference,{','.join(REQUIRED_OF_MEASUREMENTS)},status,predicted_x\n"
    path.write_text(literature + "p99,abstract,1,w,PEO,LiTFSI,,,,,,30,1e-4,S/cm,DONE,1\n")
    with pytest.raises(Exception, match=r"(?s)column status: no such column.*column predicted_x: no such column"):
        gather(RawFiles(literature=(path,)), vocabulary, works)


def through_openpyxl(path, tmp_path):
    """Open a sheet as a spreadsheet does, numbers as numbers, and save it as CSV again."""
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(path.read_text("utf-8"), newline="")):
        book.active.append([as_number(cell) for cell in row])
    book.save(tmp_path / "book.xlsx")
    rows = openpyxl.load_workbook(tmp_path / "book.xlsx").active.iter_rows(values_only=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([["" if cell is None else cell for cell in row] for row in rows])


def as_number(cell):
    try:
        return float(cell)
    except ValueError:
        return cell or None


def test_a_worksheet_survives_a_spreadsheet(sheet, read, vocabulary, tmp_path):
    fill_in(sheet, 2, status="DONE", conductivity="0.00025", note="pressed at 5 MPa; looks dry")
    before = read(sheet), [reading.record for reading in pending_rows(sheet, vocabulary)]
    through_openpyxl(sheet, tmp_path)
    after = read(sheet), [reading.record for reading in pending_rows(sheet, vocabulary)]
    assert after[0].problems == []
    assert len(after[0].records) == 1
    for old, new in zip((*before[0].records, *before[1]), (*after[0].records, *after[1]), strict=True):
        np.testing.assert_equal({**new, "filler_amount": ""}, {**old, "filler_amount": ""})


def test_the_guard_against_formulas_is_no_part_of_a_name(tmp_path, vocabulary):
    """The repeat unit of polyacetylene written from its double bond, as a spreadsheet would run it."""
    mixture = MIXTURES.iloc[[1]].assign(polymer="=C(*)C*")
    write_csv(tmp_path / "guarded.csv", blank_worksheet(mixture))
    assert "'=C(*)C*" in (tmp_path / "guarded.csv").read_text()
    (reading,) = pending_rows(tmp_path / "guarded.csv", vocabulary)
    assert [problem.value for problem in reading.problems] == ["=C(*)C*"], "no SMILES, and named as it was typed"


def test_a_list_of_what_is_being_made_holds_no_results(sheet, vocabulary):
    assert len(listed_rows(sheet, vocabulary)) == 3
    with pytest.raises(Exception, match="row 4, column status: 'DONE': results are not read from here"):
        listed_rows(fill_in(sheet, 4, status="DONE", **MEASURED), vocabulary)
