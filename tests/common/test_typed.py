import re
import subprocess
import sys

import pytest

from pipeline.common import typed
from pipeline.common.errors import UserError


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("a,b\n1,2\n", "utf-8"),
        ("a,b\n1,2\n", "utf-8-sig"),
        ("a,b\r\n1,2\r\n", "utf-8"),
        ("a,b\r1,2\r", "utf-8"),
        ("a,b\n1,2", "utf-8"),
        (' a , "b"\n 1 ,2 \n', "utf-8-sig"),
    ],
)
def test_a_table_reads_the_same_however_the_spreadsheet_saved_it(tmp_path, content, encoding):
    (tmp_path / "a.csv").write_bytes(content.replace('"', "").encode(encoding))
    table = typed.read_table(tmp_path / "a.csv")
    assert table.to_dict("index") == {2: {"a": "1", "b": "2"}}


def test_rows_are_numbered_as_the_spreadsheet_shows_them(tmp_path):
    (tmp_path / "a.csv").write_text('a,b\n1,"two\nlines"\n\n,,\n'.replace(",,", ",") + "3,4\n")
    assert list(typed.read_table(tmp_path / "a.csv").index) == [2, 5]


def test_a_cell_is_the_text_that_stands_there(tmp_path):
    (tmp_path / "a.csv").write_text('a,b,c,d\n007,1e-4,NA,"x, ""y"""\n')
    assert typed.read_table(tmp_path / "a.csv").iloc[0].tolist() == ["007", "1e-4", "NA", 'x, "y"']


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n")
    table = typed.read_table(tmp_path / "a.csv")
    assert list(table.columns) == ["a", "b"]
    assert len(table) == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n  \n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        ("a,b\n1,2\n".encode("utf-16"), "not UTF-8 text"),
        ("a\n5 µm\n".encode("latin-1"), "not UTF-8 text .byte 4."),
        (b"a,b\n1,2,3\n", "row 2: '1,2,3': 3 cells where the header has 2"),
        (b"a,b\n1,2\n1\n", "row 3: '1': 1 cells where the header has 2"),
        (b"a,b,a\n1,2,3\n", "row 1, column a: the column stands twice"),
        (b'a,b\n1,"2\n', "not a readable CSV"),
        (b'a,b\n1,"2"3\n', "not a readable CSV"),
    ],
)
def test_what_is_no_table_is_refused_with_the_files_name(tmp_path, content, reason):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(UserError, match=reason) as refusal:
        typed.read_table(path)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b"", 0),
        (b"a,b\n1,\0\n", 0),
        (b"a\n" + b"x" * 1_000_001, 0),
        ("a\n".encode("utf-16"), 0),
        (b"a\n5 \xb5m\n", 0),
        (b"\na,b\n1,2\n", 1),
        (b"a;b\n", 1),
        (b'a,b\n1,"2"3\n', 2),
    ],
)
def test_a_fault_has_its_row_and_one_of_the_whole_file_has_none(tmp_path, content, row):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UserError) as refused:
        typed.read_table(tmp_path / "a.csv")
    assert [problem.row for problem in refused.value.problems] == [row]


def test_all_ragged_rows_are_named_at_once(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1\n1,2\n1,2,3\n")
    with pytest.raises(UserError) as refusal:
        typed.read_table(tmp_path / "a.csv")
    assert [problem.row for problem in refusal.value.problems] == [2, 4]


def test_a_file_too_large_to_be_a_table_is_not_read(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    with pytest.raises(UserError, match="200000001 bytes"):
        typed.read_table(path)


def test_empty_columns_that_a_spreadsheet_adds_at_the_end_are_left_off(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("a,b,,\n1,2,,\n3,4,,\n")
    assert typed.read_table(path).to_dict("list") == {"a": ["1", "3"], "b": ["2", "4"]}
    path.write_text("a,,\n1,,\n")
    assert typed.read_table(path).to_dict("list") == {"a": ["1"]}
    path.write_text("a,b,,\n1,2,3,\n")
    assert list(typed.read_table(path).columns) == ["a", "b", ""]  # a cell stands below it


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_named_as_the_fault(tmp_path, separator):
    path = tmp_path / "table.csv"
    path.write_text(separator.join("ab") + "\n" + separator.join("12") + "\n")
    with pytest.raises(UserError, match="comma separated") as refused:
        typed.read_table(path)
    assert [(problem.row, problem.value) for problem in refused.value.problems] == [(1, f"a{separator}b")]


@pytest.mark.parametrize("read", [typed.read_table, typed.read_yaml, typed.read_text])
def test_a_file_that_is_not_there_is_named(tmp_path, read):
    with pytest.raises(UserError, match=r"gone\.x: no such file"):
        read(tmp_path / "gone.x")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("电导率,温度\n1e-4,25\n".encode("gbk"), "not UTF-8 text .byte 0, line 1."),
        ("a,b\n1,25 °C\n".encode("cp1252"), "not UTF-8 text .byte 9, line 2."),
        ("a\tb\n1\t2\n".encode("utf-16"), "UTF-16, which Excel calls 'Unicode text'"),
        ("a,b\n1,2\n".encode("utf-16-be"), "holds zero bytes, as UTF-16 does"),
        ("a,b\n1,2\n".encode("utf-16-le"), "holds zero bytes, as UTF-16 does"),
        (b"\xfe\xff" + "a,b\n".encode("utf-16-be"), "not UTF-8 text but UTF-16"),
        ("Leitfähigkeit;Temperatur\n1,2e-4;60\n".encode(), "not separated by commas.*CSV UTF-8.*decimal points"),
        ("Leitfähigkeit, S/cm;Temperatur\n1,2e-4;60\n".encode(), "not separated by commas"),
        (b"sep=;\na;b\n", "not separated by commas"),
        (b"a,b\n1,\0\n", "line 2 holds zero bytes"),
    ],
)
def test_what_another_program_saved_is_refused_with_how_to_save_it(tmp_path, content, told):
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(UserError, match=told) as refused:
        typed.read_table(tmp_path / "a.csv")
    assert str(tmp_path / "a.csv") in str(refused.value)
    assert "save" in str(refused.value) or "CSV UTF-8" in str(refused.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\n\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_mark_at_the_start_change_nothing(tmp_path, end, mark):
    (tmp_path / "a.csv").write_bytes((mark + end.join(["Leitfähigkeit,温度", '1e-4,"25"', "2e-4,60"]) + end).encode())
    assert typed.read_table(tmp_path / "a.csv").to_numpy().tolist() == [["1e-4", "25"], ["2e-4", "60"]]


ENDLESS = {
    "1 GB of nothing": lambda file: file.truncate(10**9),
    "a line of 150 MB": lambda file: file.write(b"x" * 150_000_000),
    "10^7 commas": lambda file: file.write(b"," * 10**7),
    "10^7 rows": lambda file: file.write(b"a\n" + b"12345\n" * 10**7),
    "a quote that does not end": lambda file: file.write(b'a\n"' + b"x\n" * 50_000_000),
    "10^8 blank lines": lambda file: file.write(b"a\n" + b"\n" * 10**8),
    "1,000 columns of 4,000 rows": lambda file: file.writelines([b"1," * 999 + b"1\n"] * 4000),
    "10^6 ragged rows": lambda file: file.write(b"a,b\n" + b"1\n" * 10**6),
    "10^6 letters of four bytes": lambda file: file.write("\U0001f50b".encode() * 10**6),
}
READ = """
import resource, sys, time
from pathlib import Path
from pipeline.common.errors import UserError
from pipeline.common.typed import read_table

resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
at_first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in sys.argv[1:]:
    began = time.process_time()
    try:
        read_table(Path(name))
    except UserError as error:
        told = str(error)[-150:].replace(chr(10), " ")
    n_megabytes = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - at_first) // 1024
    print(n_megabytes, time.process_time() - began, told, sep="|", flush=True)
    Path(name).unlink()
"""


@pytest.mark.fault("7 input: tables without end")
def test_a_table_without_end_is_refused_in_bounded_memory(tmp_path, tally):
    """In a process of its own, that alone dies where memory is not bounded."""
    kinds = list(ENDLESS)[: tally.n(5, len(ENDLESS))]
    paths = [tmp_path / f"{kind}.csv" for kind in kinds]
    for kind, path in zip(kinds, paths, strict=True):
        with path.open("wb") as file:
            ENDLESS[kind](file)
    done = subprocess.run([sys.executable, "-c", READ, *map(str, paths)], capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    assert len(lines) == len(kinds), done.stderr
    for line in lines:
        with tally.attempt():
            n_megabytes, seconds, told = line.split("|")
            assert re.search("split the file|check the line ends|check the quotes|other numbers of cells", told)
            assert int(n_megabytes) < 700
            assert float(seconds) < 10


def test_as_many_cells_as_are_read_at_most_are_read(tmp_path):
    header = ",".join(f"c{number}" for number in range(typed.MAX_COLUMNS))
    (tmp_path / "a.csv").write_text(f"{header}\n" + ",".join(["1.0e-4"] * typed.MAX_COLUMNS) + "\n")
    assert typed.read_table(tmp_path / "a.csv").shape == (1, typed.MAX_COLUMNS)
    (tmp_path / "a.csv").write_text(f"{header},x\n")
    with pytest.raises(UserError, match="more than 1,000 columns"):
        typed.read_table(tmp_path / "a.csv")


def test_thousands_of_ragged_rows_are_counted_and_the_first_ones_listed(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n" + "1\n" * 5000)
    with pytest.raises(UserError, match="4,000 more rows have other numbers of cells") as refused:
        typed.read_table(tmp_path / "a.csv")
    assert [problem.row for problem in refused.value.problems] == [*range(2, 1002), 0]
    (tmp_path / "a.csv").write_text("a,b\n" + "1\n" * 1000)
    with pytest.raises(UserError) as refused:
        typed.read_table(tmp_path / "a.csv")
    assert [problem.row for problem in refused.value.problems] == list(range(2, 1002))


def test_the_limits_are_told_as_they_are(tmp_path):
    (tmp_path / "a.csv").write_text("," * 1000 + "\n")
    with pytest.raises(UserError, match=r"row 1: more than 1,000 columns, 300,000 rows or 3,000,000 cells; split"):
        typed.read_table(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text("a\n" + "x" * 1_000_000)
    with pytest.raises(UserError, match="line 2 is longer than 1,000,000 characters"):
        typed.read_table(tmp_path / "a.csv")
    with pytest.raises(UserError, match=r"a\.yaml: 1,000,001 bytes; 1,000,000 of YAML are read at most"):
        typed.parse_yaml(tmp_path / "a.yaml", b" " * 1_000_001)
    assert typed.parse_yaml(tmp_path / "a.yaml", b"a" * 1_000_000) == "a" * 1_000_000


@pytest.mark.parametrize(
    ("limit", "fits", "exceeds"),
    [
        ("MAX_ROWS", "a,b\n1,2\n3,4\n", "a,b\n1,2\n\n3,4\n"),
        ("MAX_COLUMNS", "a,b,c\n", "a,b,c,d\n"),
        ("MAX_CELLS", "a\n1\n2\n", "a,b\n1,2\n"),
        ("MAX_LINE_LENGTH", "a\n1\n", "ab\n1\n"),
    ],
)
def test_what_reaches_a_limit_is_read_and_what_exceeds_it_is_refused(tmp_path, monkeypatch, limit, fits, exceeds):
    monkeypatch.setattr(typed, limit, 3)
    (tmp_path / "a.csv").write_text(fits)
    typed.read_table(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text(exceeds)
    with pytest.raises(UserError, match=r"split the file|check the line ends"):
        typed.read_table(tmp_path / "a.csv")


def test_a_shipped_text_that_is_not_utf_8_is_named_with_what_brings_it_back(tmp_path):
    (tmp_path / "card.md").write_bytes(b"5 \xb5m")
    with pytest.raises(UserError, match=r"card\.md: not UTF-8 text .*position 2.*`git restore .*card\.md`"):
        typed.read_text(tmp_path / "card.md")
    (tmp_path / "card.md").write_text("5 µm")
    assert typed.read_text(tmp_path / "card.md") == "5 µm"


def test_a_fault_in_yaml_is_told_with_its_line_and_column(tmp_path):
    with pytest.raises(UserError, match=r"a\.yaml, line 2, column 3: not valid YAML \(mapping values are not allowed"):
        typed.parse_yaml(tmp_path / "a.yaml", b"a: 1\n b: c: 2\n")
    with pytest.raises(UserError, match=r"a\.yaml: not valid YAML \(.*codec can't decode byte 0xb5"):
        typed.parse_yaml(tmp_path / "a.yaml", b"a: \xb5m\n")


def test_a_last_row_without_the_empty_columns_of_the_header_is_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b,,\n1,2,,\n3,4\n")
    assert typed.read_table(path).to_dict("list") == {"a": ["1", "3"], "b": ["2", "4"]}
