from dataclasses import fields
from pathlib import Path

import pytest

from pipeline.commands.asking import Cells, wanted
from pipeline.common.errors import UserError
from pipeline.records import COMPOSITION

SHEET = Path(__file__).parents[2] / "data/raw/lab/examples/mixtures.csv"


def cells(**given):
    return Cells(**(dict.fromkeys((field.name for field in fields(Cells)), "") | given))


def test_one_mixture_is_a_row_with_the_units_that_are_usual():
    asked = wanted(None, cells(polymer=" PEO ", filler="LLZTO", loading="10", salt_ratio="16", temperature="-20"))
    row = asked.table.iloc[0]
    assert set(COMPOSITION) < set(asked.table.columns)
    assert row[row != ""].to_dict() == {
        "polymer": "PEO",
        "filler": "LLZTO",
        "filler_amount": "10",
        "filler_unit": "wt%",
        "temperature_C": "-20",
        "salt_ratio": "16",
        "salt_ratio_unit": "EO:Li",
    }
    assert wanted(None, cells(filler="LLZTO", loading="5", loading_unit="vol%")).table.loc[1, "filler_unit"] == "vol%"
    assert wanted(None, cells(polymer="PEO")).table.loc[1, "filler_unit"] == ""


def test_a_mixture_by_options_means_what_the_same_row_of_a_sheet_means(vocabulary):
    from pipeline.advising import read_mixtures

    typed = wanted(None, cells(polymer="PEO", salt="LiTFSI", filler="LLZTO", loading="10", architecture="particles",
                               temperature="30"))  # fmt: skip
    sheet = wanted(SHEET, cells())
    records = [next(read_mixtures(asked.table, asked.name, vocabulary))[1].record for asked in (typed, sheet)]
    assert str(records[0]) == str(records[1])


def test_a_sheet_or_a_mixture_is_asked_for_and_not_both():
    with pytest.raises(UserError, match=r"SHEET\.csv, or one mixture"):
        wanted(None, cells())
    with pytest.raises(UserError, match="ask for one of the two"):
        wanted(SHEET, cells(polymer="PEO"))


def test_every_option_at_fault_is_named_by_the_option(vocabulary):
    asked = wanted(None, cells(polymer="Unobtainium", salt_ratio="-3", temperature="-300", loading="5"))
    with pytest.raises(UserError) as refused:
        asked.refuse_faults(vocabulary)
    lines = str(refused.value).splitlines()
    faults = {"--polymer": "'Unobtainium'", "--loading": "'5'", "--salt-ratio": "'-3'", "--temperature": "'-300'"}
    assert len(lines) == len(faults)
    for line, (option, value) in zip(lines, faults.items(), strict=True):
        assert line.startswith(f"command line, {option}: {value}: ")


def test_a_row_of_a_sheet_is_not_refused_with_the_sheet(vocabulary, tmp_path):
    sheet = tmp_path / "mine.csv"
    sheet.write_text(f"{','.join(COMPOSITION)}\nUnobtainium,,,,,,,30\n")
    asked = wanted(sheet, cells())
    asked.refuse_faults(vocabulary)
    assert len(asked.table) == 1
