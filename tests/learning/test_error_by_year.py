import pandas as pd
import pytest

from pipeline.learning import error_by_year


def row(last_known_year, year, work_id, measured, xgboost, family_median):
    return {
        "last_known_year": last_known_year,
        "year": year,
        "work_id": work_id,
        "measured": measured,
        "xgboost": xgboost,
        "family_median": family_median,
    }


def test_each_year_is_judged_by_what_was_known_the_year_before_and_every_work_counts_as_one():
    table = pd.DataFrame(
        [
            row(2016, 2017, "a", -4.0, -4.1, -5.0),
            row(2016, 2017, "b", -4.0, -4.5, -4.0),
            row(2016, 2017, "b", -4.0, -4.5, -4.0),
            row(2016, 2018, "c", -4.0, -9.0, -9.0),
            row(2017, 2018, "c", -4.0, -4.2, -4.3),
        ]
    )
    found = error_by_year(table).set_index("year")
    assert found["xgboost"].to_dict() == pytest.approx({2017: 0.3, 2018: 0.2})
    assert found["family_median"].to_dict() == pytest.approx({2017: 0.5, 2018: 0.3})
    assert found["n_works"].tolist() == [2, 1]
    assert found["n_records"].tolist() == [3, 1]


def test_no_records_no_years():
    table = pd.DataFrame(columns=["last_known_year", "year", "work_id", "measured", "xgboost", "family_median"])
    assert error_by_year(table).empty
