from pathlib import Path

import pandas as pd
import pytest

from pipeline.common.errors import UserError
from pipeline.records import RawFiles, gather, listed_rows, refuse_lookalikes, require_columns
from pipeline.records.columns import COMPOSITION, FURTHER_COMPOSITION, KNOWN_OF_LAB, REQUIRED_OF_MEASUREMENTS
from pipeline.records.headers import SPELLINGS, hint, meant

GERMAN = (
    "Polymer",
    "Leitsalz",
    "Füllstoff",
    "Füllstoffgehalt",
    "Füllstoffeinheit",
    "Aufbau",
    "Zusätze",
    "Temperatur_C",
)
CHINESE = ("聚合物", "锂盐", "填料", "填料含量", "填料单位", "结构", "添加剂", "温度")
ENDS = {"german": ("Leitfähigkeit", "Einheit"), "chinese": ("电导率", "单位")}


def test_every_spelling_is_of_a_column_that_is_read_and_of_one_alone():
    assert set(SPELLINGS) <= set(KNOWN_OF_LAB)
    spellings = [spelling for column in SPELLINGS for spelling in (column, *SPELLINGS[column])]
    owners = {spelling: [column for column in KNOWN_OF_LAB if meant(spelling, [column])] for spelling in spellings}
    assert {spelling: columns for spelling, columns in owners.items() if len(columns) > 1} == {}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Leitfähigkeit", "conductivity"),
        ("Leitfaehigkeit in S/cm", "conductivity"),
        ("ionische Leitfähigkeit [mS/cm]", "conductivity"),
        ("电导率（S/cm）", "conductivity"),
        ("離子電導率", "conductivity"),
        ("Ionic conductivity (S cm−1)", "conductivity"),
        ("Temperatur_C", "temperature_C"),
        ("TEMPERATURE / °C", "temperature_C"),
        ("测试温度", "temperature_C"),
        ("Füllstoff (Gew.-%)", "filler"),
        ("粒径 nm", "particle_size_nm"),
        ("Salt Ratio", "salt_ratio"),
        ("Korngroesse", "particle_size_nm"),
    ],
)
def test_a_header_of_another_laboratory_is_known(header, column):
    assert meant(header, KNOWN_OF_LAB) == column
    assert f"this looks like {column}; name the column {column}" in hint(header, KNOWN_OF_LAB)


def test_a_slip_is_told_by_the_nearest_name_and_a_strange_one_by_none():
    assert hint("conductivty", KNOWN_OF_LAB) == "did you mean conductivity? "
    assert hint("Betreuer", KNOWN_OF_LAB) == ""


def test_a_column_that_is_renamed_says_in_which_unit_it_is_read():
    """A temperature in kelvin must not become one in °C by its new name."""
    assert "read in °C unless a cell says another" in hint("Temperatur (K)", KNOWN_OF_LAB)
    assert "conductivity_unit" in hint("Leitfähigkeit (mS/cm)", KNOWN_OF_LAB)


@pytest.mark.parametrize(("words", "language"), [(GERMAN, "german"), (CHINESE, "chinese")])
def test_a_sheet_with_foreign_headers_is_refused_with_the_name_of_each_column(
    tmp_path, vocabulary, works, words, language
):
    path = tmp_path / "own.csv"
    path.write_text(",".join((*words, *ENDS[language])) + "\nPEO,LiTFSI,LLZTO,10,wt%,,,60,1e-4,S/cm\n", "utf-8")
    with pytest.raises(UserError) as refused:
        gather(RawFiles(lab=(path,)), vocabulary, works)
    said = str(refused.value)
    for header, column in zip((*words, *ENDS[language]), REQUIRED_OF_MEASUREMENTS, strict=True):
        assert f"row 1, column {header}: no such column; this looks like {column}" in said
        assert f"row 1, column {column}: this column is missing; name '{header}' so" in said


@pytest.mark.parametrize("header", ["Salzverhältnis", "Salt Ratio", "盐含量", "particle size (nm)"])
def test_a_column_that_may_be_left_out_is_not_passed_over_for_its_name(tmp_path, vocabulary, header):
    """In a sheet to predict, and in the list of what is made, further columns are no fault: this one would be one."""
    table = pd.DataFrame("", index=[2], columns=[*COMPOSITION, header, "remark"])
    require_columns(Path("a.csv"), table, COMPOSITION)
    with pytest.raises(UserError, match="which is read by that name alone"):
        refuse_lookalikes(Path("a.csv"), table, (*COMPOSITION, *FURTHER_COMPOSITION))
    (tmp_path / "pending.csv").write_text(f"polymer,{header}\nPEO,16\n", "utf-8")
    with pytest.raises(UserError, match="which is read by that name alone"):
        listed_rows(tmp_path / "pending.csv", vocabulary)


@pytest.mark.parametrize("cell", ['"1,2e-4"', '"3,1e-4"', '"1.234,5"', "1’000"])
def test_a_decimal_comma_is_refused_with_how_to_write_it(tmp_path, vocabulary, works, cell):
    path = tmp_path / "own.csv"
    path.write_text(",".join(REQUIRED_OF_MEASUREMENTS) + f"\nPEO,LiTFSI,,,,,,60,{cell},S/cm\n", "utf-8")
    found = gather(RawFiles(lab=(path,)), vocabulary, works)
    assert [problem.column for problem in found.problems] == ["conductivity"]
    assert "write 1234.5 with a point" in found.problems[0].reason
