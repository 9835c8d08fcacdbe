"""Two runs of one commit held against each other."""

import shutil
import sys

import pandas as pd
import pytest

from pipeline import sameness
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import write_csv, write_parquet
from pipeline.sameness import BOUND, N_TOP, compare_rankings, parted

N_LISTED = 30


@pytest.fixture
def ranking():
    best = [-3.0 - 0.01 * place for place in range(N_LISTED)]
    columns = dict.fromkeys(sameness._JUDGED, best)
    return pd.DataFrame({"mixture": range(100, 100 + N_LISTED), "polymer": "PEO", **columns})


def shifted(ranking, by):
    return ranking.assign(log10_conductivity_lower=ranking["log10_conductivity_lower"] + by)


def with_swapped(ranking, first, second):
    order = list(range(len(ranking)))
    order[first], order[second] = order[second], order[first]
    return ranking.iloc[order].reset_index(drop=True)


def test_a_ranking_is_the_same_as_itself(ranking):
    compared = compare_rankings(ranking, ranking)
    assert (compared.largest_difference, compared.n_shared, compared.has_same_order) == (0, N_LISTED, True)
    assert compared.is_same


@pytest.mark.parametrize(("by", "is_same"), [(0.9 * BOUND, True), (-0.9 * BOUND, True), (1.1 * BOUND, False)])
def test_a_thousandth_of_a_decade_is_the_most_that_two_runs_may_differ_by(ranking, by, is_same):
    compared = compare_rankings(ranking, shifted(ranking, by))
    assert compared.largest_difference == pytest.approx(abs(by))
    assert compared.is_same == is_same


def test_two_of_the_first_twenty_may_change_places_but_none_may_leave(ranking):
    within = compare_rankings(ranking, with_swapped(ranking, 3, N_TOP - 1))
    assert within.is_same
    assert not within.has_same_order
    assert not compare_rankings(ranking, with_swapped(ranking, 3, N_TOP)).is_same


def test_mixtures_that_one_of_them_lists_alone_are_counted(ranking):
    compared = compare_rankings(ranking, ranking.iloc[:25])
    assert (compared.n_shared, compared.n_listed, compared.has_same_order, compared.is_same) == (25, 30, False, True)


@pytest.fixture
def two_runs(ranking, tmp_path):
    """Two folders as data/processed, which hold the same but for what a test changes in the second."""
    first, second = tmp_path / "first", tmp_path / "second"
    write_parquet(first / layout.RECORDS.name, pd.DataFrame({"record_id": ["a"], "temperature_C": [25.0]}))
    write_csv(first / layout.FEATURE_DICTIONARY.name, pd.DataFrame({"name": ["x"], "largest": [1.5]}))
    write_csv(first / layout.RANKINGS.name / "asked.csv", ranking)
    shutil.copytree(first, second)
    return first, second


@pytest.fixture
def compare(two_runs, monkeypatch, capsys):
    def told():
        monkeypatch.setattr(sys, "argv", ["sameness", str(two_runs[1]), "--of", str(two_runs[0])])
        try:
            sameness.main()
            code = 0
        except SystemExit as end:
            code = end.code
        return code, capsys.readouterr().out

    return told


def test_two_runs_of_the_same_bytes_are_the_same(compare):
    code, said = compare()
    assert code == 0
    assert "all files are the same bytes" in said
    assert "asked: the same first 20, the same order, largest |Δ log10 σ| 0\n" in said


def test_what_differs_is_named_from_the_first_stage_on_with_its_columns(two_runs, compare, ranking):
    write_csv(two_runs[1] / layout.RANKINGS.name / "asked.csv", shifted(ranking, 2e-4))
    write_csv(two_runs[1] / layout.FEATURE_DICTIONARY.name, pd.DataFrame({"name": ["y"], "largest": [1.75]}))
    (two_runs[1] / layout.TRIALS.name).write_text("number\n1\n")
    names = [layout.FEATURE_DICTIONARY.name, layout.TRIALS.name, "rankings/asked.csv"]
    assert parted(*two_runs) == names
    code, said = compare()
    assert code == 0
    assert "feature_dictionary.csv: differs in name, largest (by 0.2 at most)" in said
    assert f"trials.csv: only in {two_runs[1]}" in said
    assert "rankings/asked.csv: differs in log10_conductivity_lower (by 0.0002 at most)" in said
    assert "3 files differ" in said


def test_a_ranking_by_which_one_would_choose_otherwise_ends_with_one(two_runs, compare, ranking):
    write_csv(two_runs[1] / layout.RANKINGS.name / "asked.csv", with_swapped(shifted(ranking, 0.5), 0, 25))
    code, said = compare()
    assert code == 1
    assert "asked: DIFFERENT first 20, 30 of 30 mixtures shared, largest |Δ log10 σ| 0.5, MORE than 0.001" in said


def test_a_folder_without_rankings_is_refused(two_runs, compare):
    shutil.rmtree(two_runs[0] / layout.RANKINGS.name)
    with pytest.raises(UserError, match="rankings: no rankings; run `dvc repro` there first"):
        compare()
