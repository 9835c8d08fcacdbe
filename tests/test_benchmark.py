"""The benchmark command on tables of a dozen rows in the sets' own columns."""

import csv
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features import INPUT_COLUMNS, featurize
from pipeline import benchmark
from pipeline.benchmark_groups import donor_classes, joined
from pipeline.benchmark_sets import BENCHMARKS, at_fixed_value, read
from pipeline.common.stage import run
from pipeline.learning import Bounds

ROOT = Path(__file__).parents[1]
NUMBERS = ("salt_ratio", "filler_wt_fraction", "filler_vol_fraction", "particle_size_nm")
SALT = "[Li+].O=S(=O)([N-]S(=O)(=O)C(F)(F)F)C(F)(F)F"
CERAMIC = {
    "Z": "8",
    "Space group": "I a -3 d",
    "Space group #": "230",
    **dict.fromkeys("abc", "12.97"),
    **dict.fromkeys(("alpha", "beta", "gamma"), "90"),
    "Family": "garnet",
    "Ref": "",
    "note": "",
}
DOPANTS = ("Ta", "Nb", "W", "Hf", "Sn", "Ti", "Bi", "Sb", "Ge", "Ce", "Mo", "Te")
POLYMERS = (
    "CCO",
    "CCCO",
    "CC(C)O",
    "CCOC(=O)O",
    "CC(OC)",
    "CCS",
    "CC(C#N)",
    "CC(=O)O",
    "CCCCO",
    "CC(F)",
    "CCN",
    "CCOCO",
)


def _ceramics(first=0, n=12):
    return [
        CERAMIC
        | {
            "ID": f"g{number}",
            "Reduced Composition": f"Li7La3Zr1.9{DOPANTS[number]}0.1O12",
            "True Composition": f"Li56La24Zr15.2{DOPANTS[number]}0.8O96",
            "Ionic conductivity (S cm-1)": "<1E-10" if number % 4 == 3 else f"{10 ** (-3 - number / 6):.3e}",
            "DOI": f"10.1000/paper{number}",
            "Family": ("garnet", "garnets", "oxide")[number % 3],
        }
        for number in range(first, first + n)
    ]


def _films(first=0, n=12):
    return [
        {
            "smiles": f"[Cu]{unit}[Au]",
            "mw": "5000",
            "salt smiles": SALT,
            "molality": "1.1",
            "temperature": str(celsius),
            "conductivity": f"{8 - number / 8 - 4000 / (celsius + 273):.4f}",
        }
        for number, unit in list(enumerate(POLYMERS))[first : first + n]
        for celsius in (30, 60, 90)
    ]


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def start(monkeypatch, capsys):
    """Run the command from the repository; returns the exit code and what was said."""
    monkeypatch.chdir(ROOT)

    def begin(dataset, train, test, *more):
        monkeypatch.setattr(
            sys, "argv", ["benchmark", "--dataset", dataset, "--train", str(train), "--test", str(test), *more]
        )
        code = 0
        try:
            run("benchmark", benchmark.main)
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return code, said.out + said.err

    return begin


@pytest.fixture
def ceramics(tmp_path):
    return _write(tmp_path / "train.csv", _ceramics(0, 9)), _write(tmp_path / "test.csv", _ceramics(9, 3))


@pytest.fixture
def films(tmp_path):
    return _write(tmp_path / "train.csv", _films(0, 9)), _write(tmp_path / "test.csv", _films(9, 3))


def test_ceramics_are_scored_with_bounds_as_published_and_as_bounds_beside_the_published_figures(start, ceramics):
    code, said = start("obelix", *ceramics, "--seeds", "2")
    assert code == 0, said
    for words in (
        "| Gaussian process | test file | at 10⁻¹⁵ | 3 |",
        "| median | test file | as bounds | 3 |",
        "| 1.59 |",
    ):
        assert words in said
    for rung in ("random", "by formulation", "by work", "by work and formulation", "by family"):
        assert f"| {rung} | at 10⁻¹⁵ | 9 |" in said


def test_polymers_climb_their_ladder_beside_the_published_figures(start, films):
    code, said = start("polymer", *films, "--seeds", "1")
    assert code == 0, said
    assert "| XGBoost | test file | none | 9 |" in said
    assert "| 0.98 | | | 0.79 |" in said
    for rung in ("random", "by formulation", "by polymer", "by family"):
        assert f"| median | {rung} | none | 27 |" in said


def test_a_row_that_repeats_another_is_counted_and_not_scored(start, films):
    rows = _films(9, 3)
    code, said = start("polymer", films[0], _write(films[1], [*rows, rows[0]]), "--seeds", "1")
    assert code == 0
    assert "test.csv: 10 rows, 9 learned from or predicted" in said
    assert "not used, 1 rows: they repeat" in said


def test_the_same_files_give_the_same_words(start, ceramics):
    assert start("obelix", *ceramics, "--seeds", "1") == start("obelix", *ceramics, "--seeds", "1")


def test_rows_that_share_a_paper_with_the_test_file_are_not_learned_from(start, tmp_path):
    train = _write(tmp_path / "train.csv", _ceramics(0, 10))
    test = _write(tmp_path / "test.csv", _ceramics(9, 3))
    code, said = start("obelix", train, test, "--seeds", "1")
    assert code == 0
    assert "with a row to predict: 1 rows to learn from" in said


def test_a_test_file_that_is_the_training_file_is_refused(start, ceramics):
    code, said = start("obelix", ceramics[0], ceramics[0])
    assert code == 2
    assert "nothing is held out" in said
    assert "Traceback" not in said


def test_curves_that_fall_are_quarantined_and_counted(start, tmp_path, films):
    rows = _films(0, 9)
    for row, logarithm in zip(rows[3:6], ("-4", "-5", "-6"), strict=True):
        row["conductivity"] = logarithm
    code, said = start("polymer", _write(tmp_path / "falls.csv", rows), films[1], "--seeds", "1")
    assert code == 0
    assert "quarantined, 3 rows: temperature: the conductivity falls by 2.0 decades" in said


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"Ionic conductivity (S cm-1)": "high"}, ["row 2", "Ionic conductivity (S cm-1)", "'high'", "number"]),
        ({"a": "wide"}, ["row 2", "column a", "'wide'"]),
        ({"Space group #": "231"}, ["row 2", "True Composition", "1 to 230"]),
        ({"gamma": "0"}, ["row 2", "close no unit cell"]),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(start, ceramics, change, words):
    rows = _ceramics(0, 9)
    rows[0] |= change
    code, said = start("obelix", _write(ceramics[0], rows), ceramics[1])
    assert code == 2
    for word in words:
        assert word in said
    assert "Traceback" not in said


@pytest.mark.parametrize("column", ["DOI", "True Composition", "Space group #", "gamma"])
def test_a_column_that_is_missing_is_named(start, ceramics, column):
    rows = [{name: cell for name, cell in row.items() if name != column} for row in _ceramics(0, 9)]
    code, said = start("obelix", _write(ceramics[0], rows), ceramics[1])
    assert code == 2
    assert f"column {column}: this column is missing" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "no such file"),
        (b"", "the file is empty"),
        (b"smiles;mw\n", "not separated by commas"),
        (b"\xff", "UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(start, films, content, words):
    films[0].unlink() if content is None else films[0].write_bytes(content)
    code, said = start("polymer", *films)
    assert code == 2
    assert words in said
    assert str(films[0]) in said
    assert "Traceback" not in said


def test_a_header_without_rows_is_refused(start, films):
    films[0].write_text(films[0].read_text().splitlines()[0] + "\n")
    code, said = start("polymer", *films)
    assert code == 2
    assert "a header without rows" in said


def test_one_polymer_alone_has_no_ladder(start, tmp_path, films):
    code, said = start("polymer", _write(tmp_path / "one.csv", _films(0, 1)), films[1], "--seeds", "1")
    assert code == 2
    assert "1 groups cannot be split by formulation" in said


@pytest.mark.parametrize("number", ["0", "51"])
def test_a_senseless_number_of_seeds_is_refused(start, films, number):
    code, said = start("polymer", *films, "--seeds", number)
    assert code == 2
    assert f"--seeds {number}" in said


def test_no_feature_holds_a_measured_conductivity(films, ceramics, vocabulary, monkeypatch):
    monkeypatch.chdir(ROOT)
    for name, rows in (("obelix", _ceramics()), ("polymer", _films())):
        sheet = read(_write(films[0], rows), BENCHMARKS[name], vocabulary).sheet
        assert not [column for column in sheet.features if re.search("conductivity|activation", column)]
        assert sheet.features.notna().any(axis=None)


def test_papers_cited_together_are_one_group():
    groups = joined([frozenset("ab"), frozenset("b"), frozenset("c"), frozenset("cd"), frozenset("e")])
    assert [list(groups).index(name) for name in groups] == [0, 0, 2, 2, 4]


def test_a_bound_counts_as_the_published_number_and_a_number_as_itself():
    bounds = at_fixed_value(Bounds(np.array([-np.inf, -4.0]), np.array([-10.0, -4.0])), -15)
    assert bounds.lower.tolist() == bounds.upper.tolist() == [-15, -4]


def test_the_class_of_a_polymer_is_its_commonest_donor(library):
    ionic = "*CC(*)c1ccc(S(=O)(=O)[N-]S(=O)(=O)C(F)(F)F)cc1"
    units = ["*CCO*", "*CCOC(=O)O*", "*CC*", ionic]
    records = pd.DataFrame({name: [""] * len(units) for name in INPUT_COLUMNS})
    records = records.assign(polymer=units, temperature_C=25.0, **dict.fromkeys(NUMBERS, np.nan))
    assert donor_classes(featurize(records, library)).tolist() == ["ether_O", "carbonate", "no donor", "charged"]
