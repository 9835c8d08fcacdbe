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


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_named_as_the_fault(tmp_path, separator):
    path = tmp_path / "table.csv"
    path.write_text(separator.join("ab") + "\n" + separator.join("12") + "\n")
    with pytest.raises(UserError, match="comma separated"):
        typed.read_table(path)


@pytest.mark.parametrize("read", [typed.read_table, typed.read_yaml, typed.read_text])
def test_a_file_that_is_not_there_is_named(tmp_path, read):
    with pytest.raises(UserError, match=r"gone\.x: no such file"):
        read(tmp_path / "gone.x")
