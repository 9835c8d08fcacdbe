import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.commands.program import program
from pipeline.common import layout
from pipeline.common.typed import read_table
from pipeline.records.columns import REQUIRED_OF_MEASUREMENTS

ROOT = Path(__file__).parents[2]
ROW = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "LLZTO",
    "filler_amount": "10",
    "filler_unit": "wt%",
    "temperature_C": "60",
    "conductivity": "3.1e-4",
    "conductivity_unit": "S/cm",
}
CELLS = tuple(f"{name}={value}" for name, value in ROW.items())
SHEET = f"{','.join(REQUIRED_OF_MEASUREMENTS)},note\nPEO,LiTFSI,LLZTO,10,wt%,particles,,60,3e-4,S/cm,\n"


@pytest.fixture
def lab(tmp_path, monkeypatch):
    """A lab's folder without files, in a tree with the shipped components and works."""
    shutil.copytree(ROOT / layout.COMPONENTS, tmp_path / layout.COMPONENTS)
    (tmp_path / layout.LITERATURE).mkdir()
    shutil.copy(ROOT / layout.WORKS, tmp_path / layout.WORKS)
    (tmp_path / layout.LAB).mkdir()
    monkeypatch.chdir(tmp_path)
    return layout.LAB


@pytest.fixture
def add(lab):
    """Add as from the command line; returns the exit code and all that was said."""

    def start(*arguments):
        done = CliRunner().invoke(program(), ["add", *map(str, arguments)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.stdout + done.stderr

    return start


def _sheet(name, content=SHEET):
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def _held():
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file() and path.parts[0] != ".dvc"}


def test_a_row_begins_a_file_with_the_columns_that_every_file_has(add, lab):
    code, said = add("--to", "march", *CELLS, "note=first try")
    assert code == 0
    assert "march.csv holds 1 rows" in said
    table = read_table(lab / "march.csv")
    assert tuple(table.columns) == (*REQUIRED_OF_MEASUREMENTS, "note")
    assert table.loc[2].to_dict() == dict.fromkeys(REQUIRED_OF_MEASUREMENTS, "") | ROW | {"note": "first try"}
    assert [path.name for path in lab.iterdir()] == ["march.csv"]


def test_without_a_name_a_row_goes_to_results(add, lab):
    assert add(*CELLS)[0] == 0
    assert [path.name for path in lab.iterdir()] == ["results.csv"]


@pytest.mark.parametrize("name", ["march.csv", "march.CSV", "march"])
def test_a_file_is_named_with_or_without_its_ending(add, lab, name):
    assert add("--to", name, *CELLS)[0] == 0
    assert [path.name for path in lab.iterdir()] == ["march.csv"]


@pytest.mark.parametrize(
    ("content", "line_end"),
    [
        (SHEET, b"\n"),
        (SHEET.rstrip("\n"), b"\n"),
        (SHEET.replace("\n", "\r\n"), b"\r\n"),
        (SHEET.replace("\n", "\r\n").rstrip("\r\n"), b"\r\n"),
        (SHEET.replace("\n", "\r"), b"\n"),
        (b"\xef\xbb\xbf" + SHEET.encode(), b"\n"),
        (SHEET + "\n\n", b"\n"),
        (SHEET.replace("\n", ",,\n"), b"\n"),
        (SHEET.replace(",\n", ',"two\nlines, ""quoted"""\n'), b"\n"),
    ],
    ids=[
        "unix",
        "no final newline",
        "windows",
        "windows without",
        "old mac",
        "mark",
        "blank",
        "empty columns",
        "quotes",
    ],
)
def test_what_a_file_holds_stays_byte_by_byte_in_front_of_the_new_row(add, lab, content, line_end):
    path = Path(_sheet(lab / "march.csv", content))
    old, before = path.read_bytes(), read_table(path)
    assert add("--to", "march", *CELLS, "note=later")[0] == 0
    assert path.read_bytes().startswith(old)
    assert path.read_bytes().endswith(b",later" + line_end)
    after = read_table(path)
    assert after.iloc[:-1].equals(before)
    assert after.iloc[-1].to_dict() == dict.fromkeys(before.columns, "") | ROW | {"note": "later"}


@pytest.mark.parametrize(
    "value", ["a, b", 'so "good"', "two\nlines", "a\r\nb", "a\rb", "'", "10 °C − 3 µm", "a;b|c", "😀"]
)
def test_any_text_survives(add, lab, value):
    assert add("--to", "march", *CELLS, f"note={value}")[0] == 0
    assert read_table(lab / "march.csv").loc[2, "note"] == value


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=8)
def test_a_note_is_kept_letter_by_letter_or_refused(add, lab, note):
    (lab / "march.csv").unlink(missing_ok=True)
    code, said = add("--to", "march", *CELLS, f"note={note}")
    if code:
        assert note.strip().startswith(("=", "@"))
        assert "formula" in said
    else:
        assert read_table(lab / "march.csv").loc[2, "note"] == note.strip()


def _refused(add, arguments, *words):
    """What is refused changes nothing on disk and ends with code 2 and a message of these words."""
    before = _held()
    code, said = add(*arguments)
    assert code == 2
    for word in words:
        assert word in said
    assert _held() == before


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["colour=red"], ["column colour: 'red'", "is no column"]),
        (["polymer=PAN"], ["column polymer: 'PAN'", "given twice"]),
        (["polymer"], ["column polymer", "given twice"]),
        (["note"], ["column note", "column=value"]),
        (["=red"], ["'red'", "is no column"]),
        (["march.csv"], ["one sheet and nothing else"]),
        (["note=\udcff"], ["note=", "not UTF-8"]),
        (["note==cmd|' /C calc'!A0"], ["column note", "formula"]),
        (["sample=@SUM(A1)"], ["column sample", "formula"]),
        (["cathode= \t=1+1"], ["column cathode", "formula"]),
    ],
)
def test_a_cell_that_is_none_is_refused_by_its_column(add, cells, words):
    _refused(add, ["--to", "march", *CELLS, *cells], *words)


@pytest.mark.parametrize("cells", [["polymer="], ["polymer= ", "note=  "]])
def test_a_row_of_nothing_is_refused(add, lab, cells):
    _refused(add, cells, "no cell holds anything")
    _sheet(lab / "results.csv")
    _refused(add, cells, "no cell holds anything")


def test_all_that_is_wrong_with_a_row_is_said_at_once(add):
    _refused(add, ["colour=red", "polymer=PEO", "polymer=PAN", "dirt"], "colour", "'PAN'", "dirt")
    bad = {"polymer": "PEEO", "temperature_C": "warm", "conductivity": "12", "filler_unit": "phr"}
    arguments = ["--to", "march", *(f"{name}={value}" for name, value in (ROW | bad).items())]
    _refused(
        add, arguments, *(f"march.csv, row 2, column {name}" for name in bad), *bad.values(), "Nothing was written"
    )


@pytest.mark.parametrize("name", ["salt", "filler", "conductivity", "temperature_C", "salt_ratio", "cell_cycles"])
def test_a_formula_is_no_value(add, name):
    _refused(add, [f"{column}={value}" for column, value in (ROW | {name: "=1+1"}).items()], f"column {name}", "=1+1")


def test_a_column_that_a_file_lacks_is_not_added_to_it(add, lab):
    _sheet(lab / "march.csv")
    _refused(add, ["--to", "march", *CELLS, "sample=a"], "march.csv has no column sample", "another file")


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/tmp/x",
        "a/b",
        "..",
        ".",
        "",
        " ",
        ".csv",
        ".hidden",
        "a" * 81,
        "x ",
        "x.",
        "a\nb",
        "a\\b",
        "ä",
        "C:x",
        "-",
    ],
)
def test_a_name_that_leaves_the_folder_or_hides_is_refused(add, tmp_path, name):
    _refused(add, [f"--to={name}", *CELLS], "is no name for a file of data/raw/lab")
    assert not (tmp_path.parent / "x.csv").exists()


def test_checking_writes_nothing(add):
    before = _held()
    assert add("--check", "--to", "march", *CELLS) == (0, "add: 1 rows are sound; nothing was written\n")
    assert add("--check", _sheet("own.csv"))[0] == 0
    Path("own.csv").unlink()
    assert _held() == before
    _refused(add, ["--check", "--to", "march", *CELLS, "colour=red"], "colour")


def test_a_worksheet_is_counted_by_results_and_what_is_pending(add, lab):
    header, row = SHEET.splitlines()
    waiting = row.replace("3e-4", "").replace("PEO", "PVDF")
    content = f"status,{header},reason,predicted_conductivity_S_cm\nDONE,{row},why,1\nPENDING,{waiting},why,2\n"
    sheet = _sheet("from/own.csv", content)
    assert add("--check", sheet) == (0, "add: 2 rows (1 results, 1 pending) are sound; nothing was written\n")
    assert add(sheet)[0] == 0
    assert "2 rows (1 results, 1 pending) are sound" in add("--check", lab / "own.csv")[1], "as it stands in the folder"
    code, said = add("--to", "own", "status=DONE", *CELLS)
    assert (code, "3 rows (2 results, 1 pending)" in said) == (0, True)
    _refused(add, ["--to", "own", *CELLS], "own.csv, row 5, column status", "the cell is empty")
    _refused(add, [_sheet("from/other.csv", content.replace("DONE", "PENDING"))], "row 2, column status", "write DONE")


@pytest.mark.parametrize(
    "content",
    [
        SHEET,
        SHEET.rstrip(),
        SHEET.replace("\n", "\r\n"),
        b"\xef\xbb\xbf" + SHEET.encode(),
        SHEET.replace(",\n", ",=1+1\n"),
    ],
)
def test_a_sheet_is_taken_over_byte_by_byte(add, lab, content):
    path = Path(_sheet("from/april.csv", content))
    assert add(path)[0] == 0
    assert (lab / "april.csv").read_bytes() == path.read_bytes()
    assert path.exists()


def test_a_sheet_never_takes_the_place_of_another(add, lab):
    _sheet(lab / "own.csv")
    _refused(add, [_sheet("own.csv", SHEET.replace(",60,", ",70,"))], "own.csv is there already", "not overwritten")


def test_a_sheet_that_lies_there_already_can_be_checked_and_is_not_added(add, lab):
    sheet = _sheet(lab / "own.csv")
    assert add("--check", sheet) == (0, "add: 1 rows are sound; nothing was written\n")
    _refused(add, [sheet], "own.csv is there already", "not overwritten")


def test_the_faults_of_a_sheet_are_named_in_the_sheet_that_was_given(add):
    content = SHEET + SHEET.splitlines()[1].replace("PEO", "PEEO").replace("3e-4", "12")
    places = ["from/own.csv, row 3, column polymer", "from/own.csv, row 3, column conductivity"]
    _refused(add, [_sheet("from/own.csv", content)], *places, "Nothing was written")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SHEET.encode("utf-16"), ["not UTF-8", "CSV UTF-8"]),
        (SHEET.replace("PEO", "PEÖ").encode("latin-1"), ["not UTF-8"]),
        (b"PK\x03\x04\x14\x00\xff\xfe", ["not UTF-8"]),
        (b"PK\x03\x04\x14\x00\x06\x00", ["zero bytes"]),
        (SHEET.replace(",", ";"), ["comma separated"]),
        (SHEET.replace(",", "\t"), ["comma separated"]),
        ("", ["the file is empty"]),
        (SHEET.splitlines()[0], ["without rows"]),
        (SHEET.replace("PEO,", "PEO,,"), ["12 cells where the header has 11"]),
        (SHEET.replace("note", "notes"), ["column notes", "did you mean note"]),
        (SHEET.replace("salt,", "").replace("LiTFSI,", ""), ["column salt", "missing"]),
        (SHEET.replace("PEO", '"PEO'), ["check the quotes"]),
    ],
)
def test_what_is_no_sheet_is_refused_under_its_own_name(add, content, words):
    _refused(add, [_sheet("from/own.csv", content)], "from/own.csv", *words)


def test_a_sheet_that_is_not_there_or_is_a_folder_is_refused(add, lab):
    _refused(add, ["gone.csv"], "gone.csv: no such file")
    _refused(add, [lab], "data/raw/lab: is a folder")
    _refused(add, [f"{'a' * 300}/own.csv"], "File name too long")


def test_a_measurement_that_another_file_holds_is_refused(add, lab):
    _sheet(lab / "march.csv")
    _refused(add, [_sheet("april.csv")], "the same measurement stands in", "march.csv", "april.csv, row 2")
    cells = dict(zip(SHEET.splitlines()[0].split(","), SHEET.splitlines()[1].split(","), strict=True))
    cells = [f"{name}={value}" for name, value in cells.items() if name != "note"]
    _refused(add, ["--to", "april", *cells], "the same measurement stands in", "march.csv", "april.csv, row 2")
    assert add("--to", "april", *cells, "note=measured again")[0] == 0


def test_two_files_whose_rows_would_have_one_id_are_refused(add, lab):
    _sheet(lab / "march.CSV")
    _refused(add, ["--to", "march", *CELLS], "already read", "march.csv", "march.CSV")


def test_faults_that_stand_in_another_file_already_do_not_hinder(add, lab):
    _sheet(lab / "old.csv", SHEET.replace("PEO", "PEEO"))
    assert add("--to", "march", *CELLS)[0] == 0
    _sheet(lab / "torn.csv", "")
    _refused(add, ["--to", "april", *CELLS, "note=x"], "torn.csv", "the file is empty")


def test_what_cannot_be_written_is_said(add, lab, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", str(lab))

    monkeypatch.setattr("pipeline.common.atomic.tempfile.mkstemp", refuse)
    _refused(add, ["--to", "march", *CELLS], "Permission denied", "data/raw/lab")


def test_a_write_that_breaks_off_leaves_the_old_file(add, lab, monkeypatch):
    _sheet(lab / "march.csv")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    _refused(add, ["--to", "march", *CELLS], "No space left")


def test_the_shipped_example_can_be_added(add, lab):
    assert add(ROOT / layout.LAB_EXAMPLES / "results.csv")[0] == 0
    assert (lab / "results.csv").read_bytes() == (ROOT / layout.LAB_EXAMPLES / "results.csv").read_bytes()


def test_it_is_a_command(lab):
    command = [sys.executable, "-m", "pipeline", "add", *CELLS]
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert (lab / "results.csv").exists()
