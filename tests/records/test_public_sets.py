import csv
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common.errors import UserError
from pipeline.common.layout import EXTERNAL
from pipeline.records import RawFiles, Work, Works, as_records, gather, is_believed, raw_files
from pipeline.records.obelix import OBELIX
from pipeline.records.polymer_set import POLYMER_SET

MURUGAN = Work("murugan2007", 2007, "Murugan et al., Angew. Chem. Int. Ed. 46, 7778, 2007", "10.1002/anie.200701144")
WORKS = Works({}, {MURUGAN.work_id: MURUGAN}, {MURUGAN.doi.casefold(): MURUGAN})
CERAMIC = {
    "ID": "a1",
    "Reduced Composition": "Li7 La3 Zr2 O12",
    "Ionic conductivity (S cm-1)": "5.11E-04",
    "Family": "garnet",
    "DOI": "https://doi.org/10.1039/c2jm31413d",
    "Ref": "[31]",
}
SALT = "[Li+].O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F"
FILM = {
    "smiles": "[Cu]CCO[Au]",
    "mw": "4000000",
    "salt smiles": SALT,
    "molality": "1.1",
    "temperature": "60",
    "conductivity": "-3.5",
}


def _write(path, public_set, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, public_set.columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def read(tmp_path, vocabulary):
    def gather_rows(public_set, *rows):
        path = _write(tmp_path / f"{public_set.name}.csv", public_set, rows)
        return gather(RawFiles(public=((path, public_set),)), vocabulary, WORKS)

    return gather_rows


@pytest.fixture
def ceramics(read):
    return lambda *changes: read(OBELIX, *(CERAMIC | {"ID": f"a{n}"} | row for n, row in enumerate(changes, start=1)))


@pytest.fixture
def films(read):
    return lambda *changes: read(POLYMER_SET, *(FILM | row for row in changes))


def test_a_ceramic_is_a_record_at_room_temperature_without_polymer_and_salt(ceramics):
    (record,) = ceramics({}).records
    assert (record["record_id"], record["origin"], record["source"]) == ("obelix-a1", "public", "obelix")
    assert (record["polymer"], record["salt"], record["filler"]) == ("", "", "LLZO")
    assert record["temperature_C"] == 25
    assert record["is_room_temperature"]
    assert record["conductivity_S_cm"] == pytest.approx(5.11e-4)
    assert record["locator"] == "row 2"
    assert record["sample"] == "Li7 La3 Zr2 O12 (garnet)"


@pytest.mark.parametrize("formula", ["Li7 La3 Zr2 O12", "Li7La3Zr2O12", "O12 Zr2 La3 Li7"])
def test_blanks_and_order_in_a_formula_do_not_matter(ceramics, formula):
    assert ceramics({"Reduced Composition": formula}).records[0]["filler"] == "LLZO"


def test_a_censored_conductivity_is_an_upper_bound_and_is_not_learned_from(ceramics):
    records = as_records(ceramics({"Ionic conductivity (S cm-1)": "<1E-10"}).records)
    assert records["conductivity_upper_S_cm"].to_list() == [1e-10]
    assert records["conductivity_lower_S_cm"].to_list() == [-math.inf]
    assert records["conductivity_S_cm"].isna().all()
    assert not is_believed(records, "conductivity_S_cm").any()


@pytest.mark.parametrize(
    "doi",
    [
        "https://doi.org/10.1002/anie.200701144",
        "10.1002/ANIE.200701144",
        "https://doi.org/10.1002/anie.200701144 | https://doi.org/10.1039/c2jm31413d",
    ],
)
def test_a_paper_that_works_csv_holds_keeps_its_id(ceramics, doi):
    (record,) = ceramics({"DOI": doi}).records
    assert (record["work_id"], record["year"], record["citation"]) == ("murugan2007", 2007, MURUGAN.citation)


def test_a_paper_that_works_csv_lacks_goes_by_its_doi_in_whatever_case(ceramics):
    dois = ("https://doi.org/10.1016/J.SSI.2012.03.045", "10.1016/j.ssi.2012.03.045")
    one, other = ceramics(*({"DOI": doi} for doi in dois)).records
    assert one["work_id"] == other["work_id"] == "10.1016/j.ssi.2012.03.045"
    assert one["doi"] == "10.1016/J.SSI.2012.03.045"
    assert "Therrien" in one["citation"]


def test_without_a_doi_a_reference_is_the_work_and_without_both_the_row(ceramics):
    rows = [{"DOI": "", "Ref": "[12]"}, {"DOI": "", "Ref": "[12]"}, {"DOI": "", "Ref": ""}, {"DOI": "", "Ref": ""}]
    ids = [record["work_id"] for record in ceramics(*rows).records]
    assert ids == ["obelix: [12]", "obelix: [12]", "obelix: a3", "obelix: a4"]


def test_two_ceramics_are_two_samples_even_if_equal(ceramics):
    assert [record["sample_id"] for record in ceramics({}, {}).records] == ["obelix-a1", "obelix-a2"]


@pytest.mark.parametrize(
    ("faulty", "column"),
    [
        ({"Reduced Composition": "Li7 Qq3 O12"}, "filler"),
        ({"Ionic conductivity (S cm-1)": "high"}, "conductivity"),
        ({"Ionic conductivity (S cm-1)": "12"}, "conductivity"),
        ({"ID": "a1"}, "row"),
    ],
)
def test_a_ceramic_with_a_fault_is_quarantined_and_its_neighbours_stay(ceramics, tmp_path, faulty, column):
    gathered = ceramics({}, faulty, {})
    path = str(tmp_path / "obelix.csv")
    assert [record["record_id"] for record in gathered.records] == ["obelix-a1", "obelix-a3"]
    assert [(problem.file, problem.row, problem.column) for problem in gathered.problems] == [(path, 3, column)]
    assert gathered.n_rows == {path: 3}
    assert gathered.n_rejected == gathered.quarantined == {path: 1}


def test_a_polymer_electrolyte_is_a_record_without_a_filler(films):
    (record,) = films({}).records
    assert (record["record_id"], record["origin"]) == ("polymer_arrhenius-2", "public")
    assert (record["polymer"], record["salt"], record["filler"]) == ("PEO", "LiTFSI", "")
    assert (record["salt_ratio"], record["salt_ratio_unit"]) == (1.1, "mol/kg")
    assert (record["temperature_C"], record["is_room_temperature"]) == (60, False)
    assert record["conductivity_S_cm"] == pytest.approx(10**-3.5, rel=1e-6)
    assert record["sample"] == "*CCO*, 4000000 g/mol"


@pytest.mark.parametrize("smiles", ["[Cu]CCO[Au]", "[Au]CCO[Cu]", "[Cu]OCC[Au]", "[Cu]CCO[Cu]"])
def test_copper_and_gold_are_the_ends_of_the_chain(films, smiles):
    assert films({"smiles": smiles}).records[0]["polymer"] == "PEO"


def test_a_third_mark_in_a_structure_is_quarantined_and_told(films, tmp_path):
    gathered = films({}, {"smiles": "[Cu]CC([Ca])O[Au]"})
    path = str(tmp_path / "polymer_arrhenius.csv")
    (problem,) = gathered.problems
    assert (problem.file, problem.row, problem.column, problem.value) == (path, 3, "smiles", "[Cu]CC([Ca])O[Au]")
    assert "the structure is not certain" in problem.reason
    assert len(gathered.records) == 1
    assert gathered.n_rejected == gathered.quarantined == {path: 1}


@pytest.mark.parametrize(
    "ions", ["[Li+].[O-]Cl(=O)(=O)=O", "[Li+].[O-][Cl+3]([O-])([O-])[O-]", "O=Cl(=O)(=O)[O-].[Li+]"]
)
def test_perchlorate_is_one_salt_however_its_charges_are_written(films, ions):
    assert films({"salt smiles": ions}).records[0]["salt"] == "LiClO4"


@pytest.mark.parametrize(
    ("faulty", "column"),
    [
        ({"smiles": "[Cu]CCO"}, "polymer"),
        ({"salt smiles": "[Na+].[Cl-]"}, "salt"),
        ({"temperature": "900"}, "temperature_C"),
        ({"conductivity": "high"}, "conductivity"),
        ({"conductivity": "nan"}, "conductivity"),
        ({"conductivity": "999"}, "conductivity"),
        ({"conductivity": "2"}, "conductivity"),
        ({"molality": "-1"}, "salt_ratio"),
    ],
)
def test_a_film_with_a_fault_is_quarantined_by_its_column(films, faulty, column):
    gathered = films(faulty, {})
    assert [(problem.row, problem.column) for problem in gathered.problems] == [(2, column)]
    assert len(gathered.records) == sum(gathered.quarantined.values()) == 1


@given(st.floats(-19.9, -0.1))
def test_a_conductivity_is_ten_to_the_power_of_its_logarithm(exponent):
    cells = POLYMER_SET.read(2, FILM | {"conductivity": repr(exponent)}).cells
    assert cells["conductivity_unit"] == "S/cm"
    assert math.log10(float(cells["conductivity"])) == pytest.approx(exponent, abs=1e-6)


def test_a_polymer_without_a_stated_salt_has_none_in_its_cell(films):
    (record,) = films({"salt smiles": "", "molality": ""}).records
    assert (record["salt"], record["salt_ratio_unit"]) == ("", "")
    assert math.isnan(record["salt_ratio"])


def test_a_measurement_that_stands_twice_is_one_sample(films):
    records = films({}, {"conductivity": "-3.6"}, {"temperature": "70"}, {"mw": "5000"}, {"molality": "2"}).records
    ids = [f"polymer_arrhenius-{row}" for row in (2, 2, 4, 5, 6)]
    assert [record["sample_id"] for record in records] == ids
    assert is_believed(as_records(records), "conductivity_S_cm").to_list() == [True, False, True, True, True]


def test_a_quarantined_row_is_not_what_its_repeat_is_linked_to(films):
    gathered = films({"conductivity": "high"}, {}, {})
    assert [record["sample_id"] for record in gathered.records] == ["polymer_arrhenius-3"] * 2
    assert len(gathered.problems) == 1


@pytest.mark.parametrize(("repeat", "believed"), [("-4.4", [True, False]), ("-4.6", [False, False])])
def test_repeats_more_than_a_decade_apart_are_not_believed(films, repeat, believed):
    records = as_records(films({}, {"conductivity": repeat}).records)
    assert is_believed(records, "conductivity_S_cm").to_list() == believed


def test_all_rows_of_one_polymer_are_one_work(films):
    spelled_anew = {"smiles": "[Cu]OCC[Au]", "temperature": "90"}
    rows = [
        {},
        {"temperature": "80"},
        {"salt smiles": "[Li+].[I-]", "mw": ""},
        spelled_anew,
        {"smiles": "[Cu]CCCO[Au]"},
    ]
    *same, other = [record["work_id"] for record in films(*rows).records]
    assert set(same) == {"polymer_arrhenius: PEO"}
    assert other not in same


def test_a_public_file_without_a_column_is_refused(tmp_path, vocabulary):
    path = tmp_path / "obelix.csv"
    path.write_text(",".join(OBELIX.columns[1:]) + "\n")
    with pytest.raises(UserError, match="column ID: this column is missing"):
        gather(RawFiles(public=((path, OBELIX),)), vocabulary, WORKS)


def test_a_public_set_is_read_where_its_file_is_there_and_is_no_fault_where_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert raw_files() == RawFiles()
    EXTERNAL.mkdir(parents=True)
    _write(EXTERNAL / "obelix.csv", OBELIX, [CERAMIC])
    assert raw_files().public == ((EXTERNAL / "obelix.csv", OBELIX),)


def test_a_public_set_leaves_the_records_of_the_lab_as_they_are(tmp_path, vocabulary):
    lab = tmp_path / "mine.csv"
    lab.write_text(
        "polymer,salt,filler,filler_amount,filler_unit,architecture,additives,temperature_C,conductivity,"
        "conductivity_unit\nPEO,LiTFSI,LLZO,10,wt%,,,60,3e-4,S/cm\n"
    )
    public = _write(tmp_path / "obelix.csv", OBELIX, [CERAMIC])
    without = gather(RawFiles(lab=(lab,)), vocabulary, WORKS)
    beside = gather(RawFiles(lab=(lab,), public=((public, OBELIX),)), vocabulary, WORKS)
    assert without.quarantined == {}
    assert list(map(repr, beside.records[:1])) == list(map(repr, without.records))
    assert [record["origin"] for record in beside.records] == ["lab", "public"]


def test_the_star_before_the_water_of_a_hydrate_is_no_part_of_the_formula(ceramics):
    (record,) = ceramics({"Reduced Composition": "Li2SO4*(H2O)1"}).records
    assert record["filler"] == "Li2H2SO5"


def test_a_curve_that_falls_with_temperature_is_quarantined_whole(films):
    gathered = films(*({"temperature": t, "conductivity": y} for t, y in (("30", "-4"), ("60", "-5"), ("90", "-6"))))
    assert gathered.records == []
    assert [(problem.row, problem.column) for problem in gathered.problems] == [(n, "temperature") for n in (2, 3, 4)]


def test_a_row_with_1000_over_t_among_degrees_is_quarantined_alone(films):
    rows = (("30", "-6.0"), ("60", "-4.8"), ("90", "-3.8"), ("110", "-3.3"), ("2.9", "-4.3"))
    gathered = films(*({"temperature": t, "conductivity": y} for t, y in rows))
    assert [(problem.row, problem.value) for problem in gathered.problems] == [(6, "2.9")]
    assert len(gathered.records) == 4
