import pytest

from pipeline.common.errors import UserError
from pipeline.records import load_works

HEADER = "work_id,first_author,year,journal,volume,page,doi,ref_000,ref_001\n"


def _load(tmp_path, *lines):
    path = tmp_path / "works.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), "utf-8")
    return load_works(path)


def test_two_reviews_that_cite_one_paper_describe_one_work(tmp_path):
    works = _load(tmp_path, "chi2019,Chi,2019,Energy Storage Mater.,17,309,,92,63")
    assert works.find("000", "92") == works.find("001", "63")
    assert works.find("000", "92").citation == "Chi et al., Energy Storage Mater. 17, 309, 2019"


def test_a_review_may_cite_one_work_under_several_numbers(tmp_path):
    works = _load(tmp_path, "a,Bae,2018,J,1,2,10.1/x,136;156,")
    assert works.find("000", "156") == works.find("000", "136")
    assert works.find("000", "136").doi == "10.1/x"


def test_the_first_number_of_a_row_is_its_work(tmp_path):
    works = _load(tmp_path, "a,,,,,,,1,", "b,,,,,,,2,")
    assert works.find("000", "2; 1").work_id == "b"


def test_a_year_that_no_source_states_is_none(tmp_path):
    assert _load(tmp_path, "a,,,,,,,1,").find("000", "1").year is None


def test_the_same_number_in_two_reviews_is_two_works(tmp_path):
    works = _load(tmp_path, "a,,,,,,,1,", "b,,,,,,,,1")
    assert works.find("000", "1").work_id == "a"
    assert works.find("001", "1").work_id == "b"


def test_a_reference_without_a_work_is_refused(tmp_path):
    works = _load(tmp_path, "a,,,,,,,1,")
    with pytest.raises(ValueError, match=r"review 001 has no work for reference '1'; .*works\.csv"):
        works.find("001", "1")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["a,,,,,,,1,", "a,,,,,,,2,"], "row 3, column work_id: 'a': a new, unique id"),
        ([",,,,,,,1,"], "row 2, column work_id: a new, unique id"),
        (["a,,,,,,,1,", "b,,,,,,,1,"], "row 3, column ref_000: '1': reference 1 of review 000 already stands"),
        (["a,,2o19,,,,,1,"], "row 2, column year: '2o19': a year such as 2021"),
        (["a,,19,,,,,1,"], "row 2, column year: '19'"),
    ],
)
def test_a_fault_is_named_with_row_and_column(tmp_path, lines, reason):
    with pytest.raises(UserError, match=reason):
        _load(tmp_path, *lines)


def test_a_missing_column_is_named(tmp_path):
    (tmp_path / "works.csv").write_text("work_id,year\na,2020\n")
    with pytest.raises(UserError, match="column doi: this column is missing"):
        load_works(tmp_path / "works.csv")


def test_the_shipped_works_have_years_of_this_field(works):
    years = {work.year for work in works.by_reference.values()} - {None}
    assert min(years) >= 1973  # Fenton, Parker, Wright: ion-polymer complexes, Polymer 14, 589
    assert len({work.work_id for work in works.by_reference.values()}) > 100
