from pathlib import Path

import pytest

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.records.files import raw_files
from pipeline.screening.inventory import load_inventory

ROOT = Path(__file__).parents[2]


@pytest.fixture
def load(tmp_path, vocabulary):
    def write_and_load(text):
        path = tmp_path / "inventory.csv"
        path.write_text(text, encoding="utf-8")
        return load_inventory(path, vocabulary)

    return write_and_load


def refusal(load, text):
    with pytest.raises(UserError) as caught:
        load(text)
    return str(caught.value)


def test_any_spelling_names_the_component(load):
    stock = load("name\npoly(ethylene oxide)\nlithium perchlorate\nalumina\npolydopamine\n*C(F)(F)C*\n")
    assert {"PEO", "LiClO4", "Al2O3", "dopamine", "PVDF"} <= stock


def test_a_name_of_two_tables_counts_in_both(load):
    """PEG is a matrix and a plasticiser: one bottle."""
    assert "PEG" in load("name\npoly(ethylene glycol)\n")
    assert {"PE", "PE separator"} <= load("name\nPE\n")


@pytest.mark.parametrize(
    ("amount", "is_there"), [("5 g", True), ("", True), ("0", False), ("0 g", False), ("0.5 g", True)]
)
def test_what_is_used_up_is_not_in_stock(load, amount, is_there):
    assert ("PEO" in load(f"name,amount,note\nPEO,{amount},shelf 2\n")) == is_there


def test_every_name_that_is_not_known_is_listed_with_its_row(load):
    message = refusal(load, "name\nPEO\nunknownium\nPVFD\n\nPEO + PVDF\n")
    assert "row 3, column name: 'unknownium'" in message
    assert "row 4, column name: 'PVFD': 'PVFD' is not a known polymer; did you mean PVDF-HFP, PVDF?" in message
    assert "row 6, column name: 'PEO + PVDF': one component a row" in message


def test_columns_are_checked(load):
    assert "column name: this column is missing" in refusal(load, "material\nPEO\n")
    assert "column material" in refusal(load, "name,material\nPEO,x\n")
    assert "a name was expected" in refusal(load, "name,amount\n,5 g\n")


def test_the_shipped_example_reads(vocabulary):
    stock = load_inventory(ROOT / layout.LAB_EXAMPLES / "inventory.csv", vocabulary)
    assert {"PEO", "PVDF", "PPC", "LiTFSI", "LLZTO", "Al2O3", "dopamine"} <= stock
    assert "SN" not in stock


def test_an_inventory_is_no_file_of_results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    layout.LAB.mkdir(parents=True)
    for name in ("inventory.csv", "march.csv"):
        (layout.LAB / name).touch()
    assert raw_files().lab == (layout.LAB / "march.csv",)
