import json
from pathlib import Path

import mlcroissant as mlc
import pandas as pd
import pytest
from frictionless import validate

from pipeline.common import layout
from pipeline.common.files import digest, write_csv, write_json
from pipeline.datapackage import Table, croissant, frictionless
from pipeline.package import main
from pipeline.records import RECORDS, conflicts, write_records
from tests.sealing import seal_made_up

ROOT = Path(__file__).parents[1]

# Reading Croissant back warns of a retired pandas parser and of rdflib's literals, both inside the libraries.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def package(tmp_path_factory, records):
    folder = tmp_path_factory.mktemp("package")
    (folder / "data").mkdir()
    (folder / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    own = records.head(3).assign(origin="lab", source="lab", record_id=["lab-a-2", "lab-a-3", "lab-a-4"])
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        layout.PROCESSED.mkdir(parents=True)
        write_records(layout.RECORDS, pd.concat([records, own]))
        write_csv(layout.CONFLICTS, conflicts(records))
        seal_made_up()
        main()
    return folder / layout.PACKAGE


def test_the_package_is_a_valid_frictionless_package(package):
    report = validate(package / "datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:5]


def test_the_package_reads_back_through_croissant(package, records):
    dataset = mlc.Dataset(package / "croissant.json")
    assert not dataset.metadata.issues.errors
    read = {row["records/record_id"].decode(): row for row in dataset.records("records")}
    assert set(read) == set(records["record_id"])
    assert read["000-T2-02"]["records/conductivity_S_cm"] == pytest.approx(2.1e-4)


def test_own_measurements_are_not_passed_on(package, records):
    written = pd.read_csv(package / "records.csv")
    assert len(written) == len(records)
    assert set(written["origin"]) == {"literature"}


def test_each_file_has_the_hash_that_both_descriptions_give(package):
    described = json.loads((package / "datapackage.json").read_text("utf-8"))
    frictionless_hashes = {each["path"]: each["hash"].removeprefix("sha256:") for each in described["resources"]}
    distribution = json.loads((package / "croissant.json").read_text("utf-8"))["distribution"]
    croissant_hashes = {each["contentUrl"]: each["sha256"] for each in distribution}
    files = {path.name: digest(path) for path in package.glob("*.csv")}
    assert frictionless_hashes == croissant_hashes == files


def test_a_flipped_letter_is_noticed(package, tmp_path):
    for path in package.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    text = (tmp_path / "works.csv").read_text("utf-8")
    (tmp_path / "works.csv").write_text(text.replace("Zhang", "Zhong", 1), "utf-8")
    assert not validate(tmp_path / "datapackage.json").valid


def test_every_column_of_the_records_is_explained_and_no_two_alike():
    said = [column.description for column in RECORDS.columns.values()]
    assert all(said)
    assert len(set(said)) == len(said)


def test_a_table_is_described_by_its_types_and_key(tmp_path):
    frame = pd.DataFrame(
        {"id": ["a", "b"], "n": pd.array([1, None], dtype="Int64"), "x": [0.5, float("nan")], "is": [True, False]}
    )
    write_csv(tmp_path / "t.csv", frame)
    path = tmp_path / "t.csv"
    table = Table("t", frame, dict.fromkeys(frame, "meaning"), "id", "t.csv", path.stat().st_size, digest(path))
    described = frictionless([table])
    assert [field["type"] for field in described["resources"][0]["schema"]["fields"]] == [
        "string",
        "integer",
        "number",
        "boolean",
    ]
    assert described["resources"][0]["schema"]["primaryKey"] == ["id"]
    types = [field["dataType"] for field in croissant([table])["recordSet"][0]["field"]]
    assert types == ["sc:Text", "sc:Integer", "sc:Float", "sc:Boolean"]
    write_json(tmp_path / "datapackage.json", described)
    assert validate(tmp_path / "datapackage.json").valid
