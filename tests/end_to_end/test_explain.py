from __future__ import annotations

import json
import re

import pytest

EXAMPLES = "data/raw/lab/examples/mixtures.csv"
HEADER = "polymer,salt,filler,filler_amount,filler_unit,architecture,additives,temperature_C\n"
VALUE, LOWER, UPPER = (f"log10_conductivity{end}_S_cm" for end in ("", "_lower", "_upper"))
BLOCKS = {"polymer", "salt", "filler", "architecture", "physics", "temperature"}


@pytest.fixture
def explain(ask):
    return lambda *arguments: ask("explain", *arguments)


@pytest.fixture(scope="module")
def told(ask):
    done = ask("explain", EXAMPLES, "--details")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def found(ask):
    done = ask("explain", EXAMPLES, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["mixtures"]


def test_every_mixture_is_explained_under_its_own_row(told, found, finished):
    n_mixtures = len((finished / EXAMPLES).read_text().splitlines()) - 1
    rows = list(range(2, n_mixtures + 2))
    assert [int(row) for row in re.findall(r"^row (\d+):", told, re.MULTILINE)] == rows
    assert [one["row"] for one in found] == rows
    assert "PEO / LLZTO 10 wt%, LiTFSI, particles, 30 °C" in told.splitlines()[0]


def test_the_text_names_each_block_and_what_in_it_counts_most(told):
    first = told.split("\n\n")[0]
    of_block = dict(re.findall(r"^    ([+−]\d\.\d\d)  (\w+)$", first, re.MULTILINE))
    assert set(of_block.values()) == BLOCKS
    assert re.search(r"^             [+−]\d\.\d\d  30 °C$", first, re.MULTILINE)


def test_what_is_added_sums_to_the_prediction(found):
    for one in found:
        added, lower, value, upper = one["adds_decades"], *(one[name] for name in (LOWER, VALUE, UPPER))
        assert set(added) == {"base_log10_S_cm", *BLOCKS}
        total = added["base_log10_S_cm"] + sum(added[block]["total_decades"] for block in BLOCKS)
        assert total == pytest.approx(value, abs=1e-4)
        assert lower <= value <= upper
        driven = one["drivers"]
        total = driven["base_log10_S_cm"] + sum(part["adds_decades"] for part in driven["parts"])
        assert total == pytest.approx(value, abs=1e-4)


def test_text_and_json_say_the_same_numbers(told, found):
    stated = re.findall(r"conductivity in S/cm: (−\d\.\d\d), 80 % interval (−\d\.\d\d) to (−\d\.\d\d)", told)
    expected = [[f"{one[key]:.2f}" for key in (VALUE, LOWER, UPPER)] for one in found]
    assert [[number.replace("−", "-") for number in numbers] for numbers in stated] == expected


def test_the_nearest_records_carry_their_papers_and_what_they_measured(told, found):
    for one in found:
        similarities = [each["similarity"] for each in one["nearest"]]
        assert len(similarities) == 5
        assert similarities == sorted(similarities, reverse=True)
        for each in one["nearest"]:
            assert re.search(r" S/cm at .+ \[.+; .+\]$", each["measured"])
            assert each["measured"] in told


def test_a_change_is_told_with_what_it_would_do(found):
    changes = found[0]["changes"]
    assert {"temperature", "filler"} <= {change["kind"] for change in changes}
    for change in changes:
        difference = change[VALUE] - found[0][VALUE]
        assert change["difference_decades"] == pytest.approx(difference, abs=1e-6)
    warmer = next(change for change in changes if change["words"] == "80 °C instead of 30 °C")
    assert warmer["difference_decades"] > 0


def test_one_row_can_be_asked_for_and_kept(explain, found, tmp_path):
    output = tmp_path / "found.json"
    done = explain(EXAMPLES, "--row", "3", "--output", str(output))
    assert done.returncode == 0
    assert re.findall(r"^row (\d+):", done.stdout, re.MULTILINE) == ["3"]
    assert json.loads(output.read_text()) == {"mixtures": [found[1]], "trip_wires": []}


def test_a_row_that_cannot_be_read_is_named_with_column_and_value_and_the_others_are_explained(explain, tmp_path):
    source = tmp_path / "mine.csv"
    source.write_text(
        HEADER
        + "PEO,LiTFSI,Unobtainium,10,wt%,particles,,30\n"
        + "PEO,LiTFSI,LLZTO,10,wt%,particles,,-300\n"
        + "PEO,LiTFSI,LLZTO,10,wt%,particles,,30\n"
    )
    done = explain(str(source))
    assert done.returncode == 1
    first, second, third = done.stdout.split("\n\n")
    assert first.startswith("row 2: not explained\n    filler: ")
    assert "Unobtainium" in first
    assert second.startswith("row 3: not explained\n    temperature_C: ")
    assert "-300" in second
    assert "S/cm: " not in first + second
    assert third.startswith("row 4: PEO / LLZTO 10 wt%")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("gone.csv",), "gone.csv: no such file"),
        ((EXAMPLES, "--row", "99"), "mixtures.csv: no mixture in row 99"),
        (("params.yaml",), "params.yaml"),
        ((), "SHEET.csv"),
    ],
)
def test_what_cannot_be_explained_ends_with_exit_code_2_and_the_reason(explain, arguments, words):
    done = explain(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
