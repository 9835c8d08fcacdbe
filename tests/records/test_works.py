import pytest

from pipeline.common.errors import UserError
from pipeline.records import load_works

HEADER = "work_id,first_author,year,journal,volume,page,doi,address,ref_000,ref_001\n"


def _load(tmp_path, *lines):
    path = tmp_path / "works.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), "utf-8")
    return load_works(path)


def test_two_reviews_that_cite_one_paper_describe_one_work(tmp_path):
    works = _load(tmp_path, "chi2019,Chi,2019,Energy Storage Mater.,17,309,,,92,63")
    assert works.find("000", "92") == works.find("001", "63")
    assert works.find("000", "92").citation == "Chi et al., Energy Storage Mater. 17, 309, 2019"


def test_a_review_may_cite_one_work_under_several_numbers(tmp_path):
    works = _load(tmp_path, "a,Bae,2018,J,1,2,10.1/x,,136;156,")
    assert works.find("000", "156") == works.find("000", "136")
    assert works.find("000", "136").doi == "10.1/x"


def test_the_first_number_of_a_row_is_its_work(tmp_path):
    works = _load(tmp_path, "a,,,,,,,,1,", "b,,,,,,,,2,")
    assert works.find("000", "2; 1").work_id == "b"


def test_a_year_that_no_source_states_is_none(tmp_path):
    assert _load(tmp_path, "a,,,,,,,,1,").find("000", "1").year is None


def test_the_same_number_in_two_reviews_is_two_works(tmp_path):
    works = _load(tmp_path, "a,,,,,,,,1,", "b,,,,,,,,,1")
    assert works.find("000", "1").work_id == "a"
    assert works.find("001", "1").work_id == "b"


def test_a_reference_without_a_work_is_refused(tmp_path):
    works = _load(tmp_path, "a,,,,,,,,1,")
    with pytest.raises(ValueError, match=r"source 001 has no work for reference '1'; .*works\.csv"):
        works.find("001", "1")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["a,,,,,,,,1,", "a,,,,,,,,2,"], "row 3, column work_id: 'a': a new, unique id"),
        ([",,,,,,,,1,"], "row 2, column work_id: a new, unique id"),
        (["a,,,,,,,,1,", "b,,,,,,,,1,"], "row 3, column ref_000: '1': reference 1 of review 000 already stands"),
        (["a,,2o19,,,,,,1,"], "row 2, column year: '2o19': a year such as 2021"),
        (["a,,19,,,,,,1,"], "row 2, column year: '19'"),
        (["a,,,,,,10.1/x,,1,", "b,,,,,,10.1/x,,2,"], "row 3, column doi: '10.1/x': the same paper stands at 'a'"),
        (["a,,,,,,10.1/X,,1,", "b,,,,,,10.1/x,,2,"], "row 3, column doi: '10.1/x': the same paper stands at 'a'"),
        (["a,Chi,2019,J,17,309,,,1,", "b,Chi,2019,K,17,309,,,2,"], "row 3, column page: '309': the same paper"),
        (["a,Muñoz,2019,J,17,309,,,1,", "b,Munoz,2019,J,17,309,,,2,"], "row 3, column page: '309': the same paper"),
        (["a,CHI,2019,J,17,e3,,,1,", "b,Chi,2019,J,17,E3,,,2,"], "row 3, column page: 'E3': the same paper"),
    ],
)
def test_a_fault_is_named_with_row_and_column(tmp_path, lines, reason):
    with pytest.raises(UserError, match=reason):
        _load(tmp_path, *lines)


@pytest.mark.parametrize(
    "other",
    [
        "b,Chi,2019,J,17,310,,,2,",
        "b,Chi,2019,J,18,309,,,2,",
        "b,Chi,2020,J,17,309,,,2,",
        "b,Li,2019,J,17,309,,,2,",
        "b,Chi,2019,J,17,,,,2,",
        "b,,2019,J,17,309,,,2,",
    ],
)
def test_papers_that_differ_or_are_not_known_in_full_are_two_works(tmp_path, other):
    works = _load(tmp_path, "a,Chi,2019,J,17,309,,,1,", other)
    assert works.find("000", "1") != works.find("000", "2")


@pytest.mark.parametrize("place", ["Chi,2019,J,17,", ",2019,J,17,309", ",,,,"])
def test_two_works_of_which_too_little_is_known_are_not_one(tmp_path, place):
    works = _load(tmp_path, f"a,{place},,,1,", f"b,{place},,,2,")
    assert set(works.by_id) == {"a", "b"}


def test_a_work_is_found_by_its_doi_in_lower_case(tmp_path):
    works = _load(tmp_path, "a,,,,,,,,1,", "c,,,,,,10.1/X,,,")
    assert {doi: work.work_id for doi, work in works.by_doi.items()} == {"10.1/x": "c"}


def test_a_work_is_found_by_its_id_from_any_source(tmp_path):
    works = _load(tmp_path, "pan2008,Pan,2008,J,1,2,,,,", "7,,,,,,,,,", "b,,,,,,,,7,")
    assert works.find("p01", "pan2008").work_id == works.find("000", "pan2008; 1").work_id == "pan2008"
    assert works.find("p01", "7").work_id == "7"
    assert works.find("000", "7").work_id == "b"


@pytest.mark.parametrize(
    ("line", "citation"),
    [
        ("a,Pan,2008,J. Power Sources,196,6445,10.1/x,https://x.org,,", "Pan et al., J. Power Sources 196, 6445, 2008"),
        ("a,,2018,ACS Appl. Mater. Interfaces,10,35108,,,,", "ACS Appl. Mater. Interfaces 10, 35108, 2018"),
        ("a,Pan,2008,J,,,,,,", "Pan et al., J, 2008"),
        ("a,Pan,2008,,,,10.1/x,https://x.org,,", "Pan et al., 2008, doi 10.1/x"),
        ("a,,2008,,,,,https://x.org,,", "2008, https://x.org"),
        ("a,Lund,2001,,,8629,,https://x.org,,", "Lund et al., 2001, https://x.org"),
        ("a,,,,,,,,,", ""),
    ],
)
def test_a_work_is_cited_by_its_journal_or_else_by_its_doi_or_address(tmp_path, line, citation):
    assert _load(tmp_path, line).by_id["a"].citation == citation


def test_a_missing_column_is_named(tmp_path):
    (tmp_path / "works.csv").write_text("work_id,year\na,2020\n")
    with pytest.raises(UserError, match="column doi: this column is missing"):
        load_works(tmp_path / "works.csv")


def test_the_shipped_works_have_years_of_this_field(works):
    years = {work.year for work in works.by_reference.values()} - {None}
    assert min(years) >= 1973  # Fenton, Parker, Wright: ion-polymer complexes, Polymer 14, 589
    assert len({work.work_id for work in works.by_reference.values()}) > 100


def test_a_shipped_work_that_no_review_cites_can_be_looked_up(works):
    cited = {work.work_id for work in works.by_reference.values()}
    others = [work for work in works.by_id.values() if work.work_id not in cited]
    assert len(others) > 50
    assert all(len(work.citation) > len("2008, ") for work in others)


def test_no_shipped_citation_has_a_gap(works):
    for work in works.by_id.values():
        assert work.citation.strip(", ") == work.citation
        assert ", ," not in work.citation
