import csv
import hashlib
import io
import math
import re

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common import files
from pipeline.common.errors import UserError
from pipeline.common.typed import read_table

WRITERS = [
    (files.write_text, "new"),
    (files.write_json, {"b": 1, "a": [1, 2]}),
    (files.write_csv, pd.DataFrame({"a": [1.5], "b": ["x"]})),
    (files.write_parquet, pd.DataFrame({"a": [1.5], "b": ["x"]})),
]


@pytest.mark.parametrize(("write", "content"), WRITERS)
def test_equal_content_gives_equal_bytes_in_a_folder_made_for_it(tmp_path, write, content):
    for name in ("one", "two"):
        write(tmp_path / "deep" / name, content)
    assert (tmp_path / "deep" / "one").read_bytes() == (tmp_path / "deep" / "two").read_bytes()
    assert sorted(file.name for file in (tmp_path / "deep").iterdir()) == ["one", "two"]


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    path = tmp_path / "a.json"
    files.write_json(path, {"a": 1})
    for refused in ({"a": math.nan}, {"a": object()}):
        with pytest.raises((ValueError, TypeError)):
            files.write_json(path, refused)
    assert files.read_json(path) == {"a": 1}
    assert list(tmp_path.iterdir()) == [path]


def test_json_has_sorted_keys_so_that_order_never_changes_the_bytes(tmp_path):
    files.write_json(tmp_path / "one", {"a": 1, "b": 2})
    files.write_json(tmp_path / "two", {"b": 2, "a": 1})
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_written_file_can_be_read_by_others(tmp_path):
    files.write_text(tmp_path / "a.txt", "x")
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o644


def test_parquet_holds_the_columns_and_no_index(tmp_path):
    frame = pd.DataFrame({"a": [1, 2]}, index=[7, 9])
    files.write_parquet(tmp_path / "t.parquet", frame)
    assert files.read_parquet(tmp_path / "t.parquet").to_dict("list") == {"a": [1, 2]}
    assert pq.read_schema(tmp_path / "t.parquet").names == ["a"]


@pytest.mark.parametrize("read", [files.read_json, files.digest])
def test_a_folder_is_refused_as_one(tmp_path, read):
    with pytest.raises(UserError, match=f"^{tmp_path}: is a folder; a file was expected"):
        read(tmp_path)


@pytest.mark.parametrize("read", [files.read_json, files.read_parquet, files.read_csv, files.digest])
def test_what_is_too_large_is_refused_by_name_and_size(tmp_path, monkeypatch, read):
    monkeypatch.setattr(files, "_READ_LIMIT_BYTES", 10)
    path = tmp_path / "large"
    path.write_bytes(b"[" + b"1" * 10)
    with pytest.raises(UserError, match=f"^{path}: 11 bytes, more than the 10 that are read; split the file"):
        read(path)


def test_what_is_as_large_as_the_limit_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "_READ_LIMIT_BYTES", 10)
    (tmp_path / "full").write_text("1234567890")
    assert files.read_json(tmp_path / "full") == 1234567890


def test_json_is_written_with_two_blanks_a_level(tmp_path):
    files.write_json(tmp_path / "t.json", {"a": [1]})
    assert (tmp_path / "t.json").read_text() == '{\n  "a": [\n    1\n  ]\n}\n'


def test_parquet_keeps_every_bit(tmp_path):
    frame = pd.DataFrame({"x": [0.1, math.nan, math.inf, 5e-324], "name": ["é", "", "−", "=1+1"]})
    files.write_parquet(tmp_path / "a.parquet", frame)
    pd.testing.assert_frame_equal(files.read_parquet(tmp_path / "a.parquet"), frame, check_exact=True)


@pytest.mark.parametrize("read", [files.read_json, files.read_parquet, files.digest])
def test_a_file_that_is_not_there_is_named(tmp_path, read):
    with pytest.raises(UserError, match=r"gone\.x: no such file"):
        read(tmp_path / "gone.x")


@pytest.mark.parametrize("read", [files.read_json, files.read_parquet])
def test_a_damaged_file_is_named_with_what_to_do(tmp_path, read):
    (tmp_path / "bad.x").write_bytes(b"{")
    with pytest.raises(UserError, match=r"bad\.x.*dvc repro"):
        read(tmp_path / "bad.x")


def test_the_digest_is_that_of_sha_256(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")  # FIPS 180-2, appendix B.1
    assert files.digest(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert files.digest(tmp_path / "abc") == hashlib.sha256(b"abc").hexdigest()


CELLS = st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS).filter(lambda row: not {c[0] for c in row} & set("=+-@")), min_size=1))
def test_a_written_table_reads_back_cell_by_cell(tmp_path_factory, rows):
    path = tmp_path_factory.getbasetemp() / "written.csv"
    files.write_csv(path, pd.DataFrame(rows, columns=["a", "b"]))
    assert read_table(path).to_numpy().tolist() == [list(row) for row in rows]


BLANKS = "".join(map(chr, range(0x21))) + '"\u00a0\u200b\u200c\u200d\u202d\u202e\u2066\u3000\ufeff'
NUMBER = re.compile(r" *[+-][\d.]+([eE][+-]?\d+)?( ?[°%A-Za-z]+)?\s*")
CELLS_OF_READERS = {
    "commas": lambda text: [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row],
    "semicolons, and quotes that are letters": lambda text: re.split("[;\r\n]", text),
    "tabs": lambda text: re.split("[\t\r\n]", text),
    "lines": lambda text: re.split("[\r\n]", text),
}


def is_run(cell):
    """Whether a spreadsheet that passes over blanks and quotes begins a formula here."""
    return cell.lstrip(BLANKS)[:1] in tuple("=+-@＝＋－＠﹦") and not NUMBER.fullmatch(cell)


@pytest.mark.parametrize("reader", CELLS_OF_READERS)
def test_no_cell_that_was_written_is_run_by_a_spreadsheet(tmp_path, payloads, reader):
    table = pd.DataFrame({"source": "lab", "note": payloads, "name": payloads}, dtype=object)
    files.write_csv(tmp_path / "a.csv", table)
    text = (tmp_path / "a.csv").read_bytes().decode()
    assert sum(map(is_run, payloads)) > 40
    assert [cell for cell in CELLS_OF_READERS[reader](text) if is_run(cell)] == []


@pytest.mark.parametrize("read", [files.read_csv, files.read_gapped_csv])
def test_what_a_user_typed_comes_back_to_the_next_stage(tmp_path, payloads, read):
    table = pd.DataFrame({"note": pd.Series(payloads, dtype=object), "value": np.linspace(-3.5, 1e-5, len(payloads))})
    files.write_csv(tmp_path / "a.csv", table)
    back = read(tmp_path / "a.csv", ("note",))
    assert back["note"].tolist() == [re.sub("[\0\ud800-\udfff]", "�", payload) for payload in payloads]
    assert back["value"].tolist() == table["value"].tolist()


def test_a_carriage_return_in_a_cell_ends_no_row(tmp_path):
    files.write_csv(tmp_path / "a.csv", pd.DataFrame({"note": ["PEO\r=1+1"], "value": [-3.5]}))
    assert (tmp_path / "a.csv").read_bytes() == b'"note","value"\n"PEO\r\'=1+1",-3.5\n'
    assert read_table(tmp_path / "a.csv").shape == (1, 2)


@pytest.mark.parametrize("write", [files.write_text, lambda path, text: files.write_json(path, {"question": text})])
def test_half_a_surrogate_pair_is_replaced_since_no_file_holds_it(tmp_path, write):
    write(tmp_path / "a.txt", "half \ud800 of one")
    assert "half � of one" in (tmp_path / "a.txt").read_text()


@pytest.mark.parametrize("cell", ["-20", "+5", "-20 °C", "-1.5e-4", "PEO = best"])
def test_a_number_or_a_plain_text_is_written_as_it_is(tmp_path, cell):
    files.write_csv(tmp_path / "a.csv", pd.DataFrame({"note": [cell]}))
    assert read_table(tmp_path / "a.csv").loc[2, "note"] == cell


def test_a_column_of_empty_texts_stays_text(tmp_path):
    path = tmp_path / "ranking.csv"
    files.write_csv(path, pd.DataFrame({"polymer": ["PEO", "PAN"], "additives": ["", ""], "rank": [1, 2]}))
    read = files.read_csv(path)
    assert read["additives"].tolist() == ["", ""]
    assert read["rank"].tolist() == [1, 2]


def test_a_text_column_of_numbers_stays_text_when_asked(tmp_path):
    path = tmp_path / "ranking.csv"
    files.write_csv(path, pd.DataFrame({"architecture": ["1", "NA"]}))
    assert files.read_csv(path, ("architecture",))["architecture"].tolist() == ["1", "NA"]


def test_a_gap_among_numbers_is_not_a_number_and_in_a_text_it_is_empty(tmp_path):
    path = tmp_path / "held_out.csv"
    table = pd.DataFrame({"record_id": ["007", "NA"], "family": ["", "garnet"], "measured": [math.nan, -4.5]})
    files.write_csv(path, table)
    read = files.read_gapped_csv(path, ("record_id", "family"))
    pd.testing.assert_frame_equal(read, table, check_dtype=False)
    assert read["measured"].dtype == float


def test_a_column_of_numbers_that_are_all_missing_stays_numbers(tmp_path):
    path = tmp_path / "held_out.csv"
    files.write_csv(path, pd.DataFrame({"record_id": ["a"], "measured": [math.nan]}))
    assert files.read_gapped_csv(path, ("record_id",))["measured"].isna().all()
    assert files.read_gapped_csv(path, ("record_id", "measured"))["measured"].tolist() == [""]


@pytest.mark.parametrize("read", [files.read_csv, lambda path: files.read_gapped_csv(path, ("a",))])
def test_a_table_of_a_stage_that_is_absent_or_empty_is_named_with_what_to_do(tmp_path, read):
    path = tmp_path / "trials.csv"
    with pytest.raises(UserError, match=r"trials\.csv: no such file; run `dvc repro`"):
        read(path)
    path.write_text("")
    with pytest.raises(UserError, match=r"trials\.csv: cannot be read .*run `dvc repro`"):
        read(path)
