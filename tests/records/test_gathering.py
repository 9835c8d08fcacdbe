import csv
import math
import random
import shutil
from pathlib import Path

import pytest

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.records import RawFiles, gather
from pipeline.records.columns import REQUIRED_OF_LITERATURE, REQUIRED_OF_MEASUREMENTS

ROOT = Path(__file__).parents[2]
LITERATURE = {"source": "000", "table": "Table 2", "reference": "79", "polymer": "PEO", "filler": "LLZTO"}


def _write(path, rows, header=REQUIRED_OF_LITERATURE):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*header, *(name for name in rows[0] if name not in header)], restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def by_id(gathered):
    return {record["record_id"]: record for record in gathered.records}


def test_the_five_reviews_give_236_records_without_a_reject(gathered):
    by_source = {path.rsplit("/", 1)[-1][:3]: n for path, n in gathered.n_rows.items()}
    assert {source: n for source, n in by_source.items() if source.isdecimal()} == {
        "000": 48,
        "001": 52,
        "002": 31,
        "003": 66,
        "004": 39,
    }
    assert gathered.problems == []
    assert set(gathered.n_rejected.values()) == {0}


def test_every_record_has_its_own_id_and_a_work(gathered):
    assert len({record["record_id"] for record in gathered.records}) == len(gathered.records) > 400
    assert all(record["work_id"] for record in gathered.records)


@pytest.mark.parametrize(
    ("record_id", "column", "printed"),
    [
        ("000-T2-02", "conductivity_S_cm", 2.1e-4),
        ("000-T2-02", "temperature_C", 30),
        ("000-T2-02", "transference_number", 0.46),
        ("000-T2-02", "stability_window_V", 4.8),
        ("000-T2-02", "filler_vol_fraction", 0.12),
        ("000-T1-01", "conductivity_S_cm", 1.0e-4),
        ("000-T1-01", "temperature_C", 65),
        ("000-T2-15", "conductivity_lower_S_cm", 1e-4),
        ("000-T2-15", "conductivity_upper_S_cm", 3e-4),
        ("001-T1-01", "conductivity_S_cm", 1.83e-3),
        ("001-T1-03", "conductivity_lower_S_cm", 1e-4 / math.sqrt(10)),
        ("001-T1-03", "conductivity_upper_S_cm", 1e-4 * math.sqrt(10)),
        ("003-T3-02", "temperature_C", 60),
        ("003-T1-05", "conductivity_S_cm", 1.64e-3),
        ("004-T1-15a", "conductivity_S_cm", 2.07e-4),
        ("004-T1-15a", "temperature_C", 30),
        ("004-T1-01", "conductivity_lower_S_cm", 0.173e-3),
        ("004-T1-01", "conductivity_upper_S_cm", 0.273e-3),
    ],
)
def test_a_record_holds_what_its_review_prints(by_id, record_id, column, printed):
    assert by_id[record_id][column] == pytest.approx(printed)


def test_the_voltages_of_table_2_of_review_001_are_cut_offs_and_no_stability_windows(by_id):
    table = [record for record_id, record in by_id.items() if record_id.startswith("001-T2-")]
    assert table
    assert all(math.isnan(record["stability_window_V"]) for record in table)
    assert all(math.isnan(record["stability_window_lower_V"]) for record in table)
    assert any(record["cutoff_voltage_V"] > 0 for record in table)


def test_a_paper_cited_by_two_reviews_is_one_work(by_id):
    assert by_id["004-T1-15a"]["work_id"] == by_id["004-T1-15b"]["work_id"]
    reviews = {}
    for record in by_id.values():
        reviews.setdefault(record["work_id"], set()).add(record["source"])
    assert any(len(sources) > 1 for sources in reviews.values())


def test_a_row_with_a_fault_is_left_out_whole_and_its_neighbours_are_unchanged(tmp_path, vocabulary, works):
    sound = [LITERATURE | {"row": str(n), "conductivity": f"{n}e-5", "conductivity_unit": "S/cm"} for n in range(1, 6)]
    clean = gather(RawFiles((_write(tmp_path / "a.csv", sound),)), vocabulary, works)
    sound[2] |= {"conductivity": "much", "temperature_C": "warm"}
    faulty = gather(RawFiles((_write(tmp_path / "a.csv", sound),)), vocabulary, works)
    assert repr(faulty.records) == repr(clean.records[:2] + clean.records[3:])
    assert [(problem.row, problem.column) for problem in faulty.problems] == [(4, "temperature_C"), (4, "conductivity")]
    assert faulty.n_rejected == {str(tmp_path / "a.csv"): 1}


def test_the_order_of_the_rows_does_not_change_a_record(tmp_path, vocabulary, works):
    rows = [LITERATURE | {"row": str(n), "temperature_C": str(20 + n)} for n in range(1, 9)]
    one = gather(RawFiles((_write(tmp_path / "a.csv", rows),)), vocabulary, works)
    other = gather(RawFiles((_write(tmp_path / "b.csv", random.Random(1).sample(rows, len(rows))),)), vocabulary, works)
    assert sorted(map(repr, one.records)) == sorted(map(repr, other.records))


def test_a_reference_without_a_work_rejects_its_row(tmp_path, vocabulary, works):
    path = _write(tmp_path / "a.csv", [LITERATURE | {"row": "1", "reference": "9999"}])
    gathered = gather(RawFiles((path,)), vocabulary, works)
    (problem,) = gathered.problems
    assert (problem.row, problem.column, problem.value) == (2, "reference", "9999")
    assert gathered.records == []


def test_a_file_of_the_lab_is_a_work_of_its_own(tmp_path, vocabulary, works):
    rows = [{"polymer": "PEO", "salt": "LiTFSI", "conductivity": "0.3", "conductivity_unit": "mS/cm"}]
    path = _write(tmp_path / "march.csv", rows, REQUIRED_OF_LITERATURE[4:])
    (record,) = gather(RawFiles(lab=(path,)), vocabulary, works).records
    assert record["work_id"] == "lab-march"
    assert record["record_id"] == "lab-march-2"
    assert record["conductivity_S_cm"] == pytest.approx(3e-4)


def test_all_files_that_are_no_tables_are_named_at_once(tmp_path, vocabulary, works):
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "header.csv").write_text(",".join(REQUIRED_OF_LITERATURE) + "\n")
    _write(tmp_path / "more.csv", [LITERATURE | {"row": "1", "colour": "red"}])
    _write(tmp_path / "less.csv", [{"row": "1"}], REQUIRED_OF_LITERATURE[:-1])
    with pytest.raises(UserError) as refusal:
        gather(RawFiles(tuple(tmp_path.glob("*.csv"))), vocabulary, works)
    told = str(refusal.value)
    assert "empty.csv: the file is empty" in told
    assert "header.csv: a header without rows" in told
    assert "more.csv, row 1, column colour: no such column" in told
    assert "less.csv, row 1, column conductivity_unit: this column is missing" in told


LAB_ROW = "PEO,LiTFSI,LLZTO,10,wt%,particles,,60,3e-4,S/cm\n"
LAB_HEADER = ",".join(REQUIRED_OF_MEASUREMENTS) + "\n"


def test_a_copied_file_of_the_lab_is_no_second_work(tmp_path, vocabulary, works):
    for name in ("mine.csv", "mine (1).csv"):
        (tmp_path / name).write_text(LAB_HEADER + LAB_ROW)
    gathered = gather(RawFiles(lab=tuple(tmp_path.glob("*.csv"))), vocabulary, works)
    assert len(gathered.records) == 1
    assert "the same measurement stands in" in gathered.problems[0].reason


def test_a_row_without_a_result_teaches_nothing_and_is_named(tmp_path, vocabulary, works):
    path = tmp_path / "mine.csv"
    path.write_text(LAB_HEADER + LAB_ROW.replace("3e-4", ""))
    assert "no result" in gather(RawFiles(lab=(path,)), vocabulary, works).problems[0].reason


def test_a_misspelled_column_is_met_with_the_right_name(tmp_path, vocabulary, works):
    path = tmp_path / "mine.csv"
    path.write_text(LAB_HEADER.replace("temperature_C", "Temperature_C") + LAB_ROW)
    with pytest.raises(UserError, match="this looks like temperature_C"):
        gather(RawFiles(lab=(path,)), vocabulary, works)


def test_a_measurement_of_the_lab_becomes_a_record_of_a_work_of_its_own(vocabulary, works, tmp_path):
    shutil.copy(ROOT / layout.LAB_EXAMPLES / "results.csv", tmp_path / "mine.csv")
    found = {r["record_id"]: r for r in gather(RawFiles(lab=(tmp_path / "mine.csv",)), vocabulary, works).records}
    assert found["lab-mine-3"]["conductivity_S_cm"] == pytest.approx(3e-4)
    assert found["lab-mine-3"]["work_id"] == "lab-mine"
    assert found["lab-mine-4"]["polymer"] == "PPC"
