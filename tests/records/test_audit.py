import csv
from pathlib import Path

import pandas as pd
import pytest

from pipeline.records import RawFiles, Work, Works, as_records, gather
from pipeline.records.audit import by_source, components, split_works, totals
from pipeline.records.columns import KNOWN, REQUIRED_OF_MEASUREMENTS
from pipeline.records.obelix import OBELIX

ROOT = Path(__file__).parents[2]
LI = Work("li2019", 2019, "Li et al., J. Mater. Chem. A 7, 27304, 2019", "10.1039/c9ta10000a")
PAN = Work("pan2008", 2008, "Pan et al., 2008", "")
WORKS = Works({("000", "1"): LI, ("000", "2"): PAN}, {work.work_id: work for work in (LI, PAN)}, {})
SOUND = {"source": "000", "table": "Table 1", "reference": "1", "polymer": "PEO", "filler": "LLZTO"}
SIGMA = {"conductivity_unit": "S/cm"}
REVIEW = [
    SOUND | SIGMA | {"row": "1", "temperature_C": "30", "conductivity": "1e-4"},
    SOUND | SIGMA | {"row": "2", "temperature_C": "30", "conductivity": "3e-4", "same_sample_as": "000-T1-01"},
    SOUND | {"row": "3", "reference": "2", "transference_number": "0.4"},
    SOUND | SIGMA | {"row": "4", "conductivity": "much"},
    SOUND | SIGMA | {"row": "5", "reference": "2", "filler": "", "conductivity": "1e-6"},
    SOUND | SIGMA | {"row": "6", "polymer": "", "conductivity": "1e-3"},
]
BATCH = [
    SOUND | SIGMA | {"source": "p01", "table": "abstract", "row": "1", "reference": "pan2008", "conductivity": "1e-5"}
]
OWN = [{"polymer": "PEO", "salt": "LiTFSI", "temperature_C": "60", "conductivity": "3e-4", "conductivity_unit": "S/cm"}]
PUBLIC = [{"ID": f"x{n}", "Reduced Composition": "Li7La3Zr2O12", "DOI": f"10.1/{n}", "Ref": ""} for n in (1, 2)]


def _write(path, header, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def counted(tmp_path_factory, vocabulary):
    folder = tmp_path_factory.mktemp("raw")
    public = [row | {"Ionic conductivity (S cm-1)": cell} for row, cell in zip(PUBLIC, ("1e-4", "<1E-10"), strict=True)]
    files = RawFiles(
        literature=(
            _write(folder / "000_layered_to_3d.csv", KNOWN, REVIEW),
            _write(folder / "p01_inert.csv", KNOWN, BATCH),
        ),
        lab=(_write(folder / "march.csv", REQUIRED_OF_MEASUREMENTS, OWN),),
        public=((_write(folder / "obelix.csv", OBELIX.columns, public), OBELIX),),
    )
    gathered = gather(files, vocabulary, WORKS)
    assert len(gathered.problems) == 1
    records = as_records(gathered.records)
    return by_source(files, gathered, records).set_index("source"), records


@pytest.mark.parametrize(
    ("source", "counts"),
    [
        ("000_layered_to_3d", (6, 5, 1, 2, 4, 2, 2, "2008-2019")),
        ("p01_inert", (1, 1, 0, 0, 1, 0, 1, "2008-2008")),
        ("march", (1, 1, 0, 0, 1, 1, 1, "")),
        ("obelix", (2, 2, 0, 0, 2, 2, 2, "")),
    ],
)
def test_each_file_is_counted(counted, source, counts):
    table, _ = counted
    names = (
        "rows",
        "accepted",
        "rejected",
        "in conflict",
        "with conductivity",
        "with temperature",
        "works",
        "years",
    )
    assert tuple(table.loc[source, list(names)]) == counts


def test_every_row_of_every_file_is_accepted_or_rejected(counted):
    table, records = counted
    assert (table["rows"] == table["accepted"] + table["rejected"]).all()
    assert table["accepted"].sum() == len(records)


def test_the_totals_tell_composites_from_neat_phases_and_from_public_sets(counted):
    _, records = counted
    assert totals(records) == [
        "composites: 4 records from 2 works, 3 with a conductivity",
        "neat references: 3 records (2 polymers from 2 works, 1 ceramics from 1 works)",
        "works split over two ids: 0",
        "public sets: 2 records from 2 works",
    ]


def test_without_a_public_set_the_totals_do_not_name_one(counted):
    _, records = counted
    assert len(totals(records[records["origin"] != "public"])) == 3


def test_one_paper_under_two_ids_is_found_by_its_doi_in_whatever_case(counted):
    _, records = counted
    other = records.assign(work_id="someone2019", doi=records["doi"].str.upper())
    both = pd.concat([records[records["work_id"] == "li2019"], other[records["work_id"] == "li2019"]])
    assert split_works(both) == ["10.1039/c9ta10000a is li2019 and someone2019"]
    assert totals(both)[2] == "works split over two ids: 1: 10.1039/c9ta10000a is li2019 and someone2019"


def test_works_without_a_doi_are_not_taken_for_one(counted):
    _, records = counted
    assert split_works(records.assign(doi="")) == []


def test_no_shipped_work_is_split_over_two_ids(records):
    assert split_works(records) == []


def test_the_shipped_records_are_of_at_least_230_works_on_composites_and_hold_40_neat_references(records):
    has_polymer, has_filler = records["polymer"] != "", records["filler"] != ""
    assert records.loc[has_polymer & has_filler, "work_id"].nunique() >= 230
    assert (has_polymer != has_filler).sum() >= 40


def test_the_components_are_counted_by_what_is_known_of_them(library, monkeypatch):
    monkeypatch.chdir(ROOT)
    table = components(library).set_index(["components", "known"])
    assert table.loc[("salts", "structure")].to_list() == [len(library.salts)] * 2
    with_unit = sum(bool(row["psmiles"]) for row in library.polymers.values())
    assert table.loc[("polymers", "structure")].to_list() == [len(library.polymers), with_unit]
    assert 20 <= table.loc[("polymers", "Tg_C"), "of"] <= len(library.polymers)
    assert (table["of"] > 0).all()
    assert (table["of"] <= table["in all"]).all()


def test_the_data_card_gives_the_totals_of_the_shipped_records(records):
    card = (ROOT / "docs" / "DATA.md").read_text("utf-8")
    assert [line for line in totals(records) if line not in card] == []
