from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.exploring.choice import LOADING_UNITS, Choice, choice_of
from pipeline.records import SALT_RATIOS, RowReader

POLYMERS = ["PEO", "PVDF", "PAN", "*CC(C)OC(=O)O*"]
FILLERS = ["LLZTO", "LATP", "Al2O3", "Li6.4La3Zr1.4Ta0.6O12"]
PERCENTS = st.integers(1, 99).map(float)


@st.composite
def choices(draw):
    polymer, second_polymer = draw(st.permutations(POLYMERS))[:2]
    filler, second_filler = draw(st.permutations(FILLERS))[:2]
    unit = draw(st.sampled_from(list(SALT_RATIOS)))
    return Choice(
        polymer=polymer,
        second_polymer=draw(st.sampled_from([None, second_polymer])),
        polymer_percent=draw(PERCENTS),
        salt=draw(st.sampled_from([None, "LiTFSI", "LiClO4", "none"])),
        salt_ratio=draw(st.sampled_from([None, 2.0, 4.5])),
        salt_ratio_unit=unit,
        filler=draw(st.sampled_from([None, filler])),
        second_filler=draw(st.sampled_from([None, second_filler])),
        filler_percent=draw(PERCENTS),
        loading=draw(st.sampled_from([0.5, 10.0, 33.5, 99.5])),
        loading_unit=draw(st.sampled_from(LOADING_UNITS)),
        architecture=draw(st.sampled_from([(), ("particles",), ("particles", "surface_treated")])),
        additives=draw(st.sampled_from([(), ("SN",), ("EC", "SN")])),
        particle_size_nm=draw(st.sampled_from([None, 50.0, 0.1])),
        temperature_C=draw(st.sampled_from([-20.0, 30.0, 62.5])),
    )


@given(choice=choices())
def test_what_is_chosen_is_read_as_a_sheet_would_be_and_chosen_again_says_the_same(vocabulary, choice):
    reading = RowReader("test", vocabulary).read_mixture(0, choice.cells())
    assert reading.problems == []
    again = RowReader("test", vocabulary).read_mixture(0, choice_of(reading.record).cells())
    assert again.problems == []
    for column, value in reading.record.items():
        is_alike = again.record[column] == value or (isinstance(value, float) and math.isnan(value))
        assert is_alike or column in ("filler_amount", "polymer", "filler"), column
    for column in ("polymer", "filler"):
        assert set(again.record[column].split(" + ")) == set(reading.record[column].split(" + "))


def test_a_blend_is_written_with_both_shares():
    cells = Choice(polymer="PEO", second_polymer="PVDF", polymer_percent=70.0).cells()
    assert cells["polymer"] == "PEO:0.700000 + PVDF:0.300000"


@pytest.mark.parametrize(("percent", "left"), [(100.0, "PEO"), (0.0, "PVDF")])
def test_a_blend_of_which_one_has_no_share_is_the_other_alone(percent, left):
    assert Choice(second_polymer="PVDF", polymer_percent=percent).cells()["polymer"] == left


def test_without_a_filler_there_is_no_loading_and_no_particle_size():
    cells = Choice(filler=None, particle_size_nm=50.0).cells()
    assert not {"filler", "filler_amount", "filler_unit", "particle_size_nm"} & set(cells)


def test_without_a_salt_there_is_no_ratio():
    assert not {"salt", "salt_ratio", "salt_ratio_unit"} & set(Choice(salt=None).cells())


def test_a_mixture_of_three_stays_in_one_piece(vocabulary):
    cells = {"polymer": "PEO:0.5 + PVDF:0.3 + PAN:0.2", "temperature_C": "30"}
    record = RowReader("test", vocabulary).read_mixture(0, cells).record
    choice = choice_of(record)
    assert choice.second_polymer is None
    assert RowReader("test", vocabulary).read_mixture(0, choice.cells()).record["polymer"] == record["polymer"]
