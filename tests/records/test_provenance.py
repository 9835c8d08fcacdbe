import pytest

from pipeline.records import RowReader, Work, Works
from pipeline.records.provenance import read_lab, read_literature

HUANG = Work("r000-127", 2019, "Huang et al., J. Mater. Chem. A, 16425, 2019", "10.1039/c9ta03395e")
PAN = Work("pan2008", None, "Pan et al., J. Appl. Polym. Sci.", "")
WORKS = Works({("000", "127"): HUANG}, {HUANG.work_id: HUANG, PAN.work_id: PAN}, {})
ROW = {"polymer": "PEO", "filler": "SiO2", "conductivity": "1.1×10−4", "conductivity_unit": "S/cm"}


@pytest.fixture(scope="module")
def literature(vocabulary):
    reader = RowReader("a.csv", vocabulary)
    return lambda **cells: read_literature(reader, 5, ROW | cells, WORKS)


@pytest.fixture(scope="module")
def lab(vocabulary):
    return lambda file, number, **cells: read_lab(RowReader(file, vocabulary), number, ROW | cells)


@pytest.mark.parametrize(
    ("table", "row", "place", "record_id", "locator"),
    [
        ("Table 2", "3", "", "000-T2-03", "Table 2, row 3"),
        ("Table 1", "15a", "", "000-T1-15a", "Table 1, row 15a"),
        ("Table 2", "22", "4.1 0D particles", "000-T2-22", "Table 2, row 22"),
        ("text", "1043b", "4.1 0D particles", "000-L1043b", "text, 4.1 0D particles"),
        ("text", "0069", "", "000-L0069", "text"),
    ],
)
def test_a_row_of_a_review_goes_by_its_table_or_by_its_line(literature, table, row, place, record_id, locator):
    reading = literature(source="000", table=table, row=row, place=place, reference="127")
    assert not reading.problems
    assert (reading.record["record_id"], reading.record["locator"]) == (record_id, locator)


@pytest.mark.parametrize(
    ("table", "row", "place", "record_id", "locator"),
    [
        ("abstract", "3", "", "p01-003", "abstract"),
        ("Table 2", "12", "row 4", "p01-012", "Table 2, row 4"),
        ("Figure 3", "107", "", "p01-107", "Figure 3"),
    ],
)
def test_a_row_of_a_paper_goes_by_its_number(literature, table, row, place, record_id, locator):
    record = literature(source="p01", table=table, row=row, place=place, reference="pan2008").record
    assert (record["record_id"], record["locator"]) == (record_id, locator)


def test_a_row_that_names_no_place_column_is_read(literature):
    assert literature(source="p01", table="abstract", row="3", reference="pan2008").record["locator"] == "abstract"


@pytest.mark.parametrize(
    ("source", "reference", "work"), [("000", "127; 12", HUANG), ("000", "pan2008", PAN), ("p01", "pan2008", PAN)]
)
def test_a_row_is_evidence_of_the_work_that_its_first_reference_names(literature, source, reference, work):
    record = literature(
        source=source, table="abstract", row="1", reference=reference, same_sample_as="000-T2-03"
    ).record
    found = (record["work_id"], record["year"], record["citation"], record["doi"])
    assert found == (work.work_id, work.year, work.citation, work.doi)
    assert (record["origin"], record["source"], record["reference"]) == ("literature", source, reference)
    assert record["same_sample_as"] == "000-T2-03"


def test_a_reference_that_stands_for_no_work_is_a_fault_of_its_cell(literature):
    (problem,) = literature(source="p01", table="abstract", row="1", reference="127").problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("a.csv", 5, "reference", "127")
    assert "works.csv" in problem.reason


def test_the_rows_of_a_file_of_the_lab_are_one_work_and_go_by_their_place(lab):
    first, second = (lab("data/raw/lab/march.csv", number).record for number in (2, 7))
    assert (first["record_id"], second["record_id"]) == ("lab-march-2", "lab-march-7")
    assert first["work_id"] == second["work_id"] == "lab-march"
    assert second["locator"] == "data/raw/lab/march.csv, row 7"
    assert (second["origin"], second["source"]) == ("lab", "lab")
    assert (second["citation"], second["year"], second["doi"]) == ("own measurements, march", None, "")


def test_two_files_of_the_lab_are_two_works(lab):
    assert lab("march.csv", 2).record["work_id"] != lab("april.csv", 2).record["work_id"]


def test_a_row_of_the_lab_may_be_linked_to_another_one(lab):
    assert lab("march.csv", 3, same_sample_as="lab-march-2").record["same_sample_as"] == "lab-march-2"


@pytest.mark.parametrize("column", ["source", "table", "row"])
def test_a_row_of_the_literature_says_where_it_stands(literature, column):
    place = {"source": "000", "table": "Table 2", "row": "3", "reference": "127"} | {column: ""}
    assert column in {problem.column for problem in literature(**place).problems}
