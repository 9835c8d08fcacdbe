from __future__ import annotations

import math

import pytest

from pipeline.records import scientific
from pipeline.reporting.wording import comparison, factor, percent_range, plain, subscripted


@pytest.mark.parametrize(
    ("number", "written"),
    [(4.69e-4, "4.7×10⁻⁴"), (1.0, "1.0×10⁰"), (9.99e-10, "1.0×10⁻⁹"), (math.nan, ""), (math.inf, "")],
)
def test_a_number_is_written_with_its_power_of_ten(number, written):
    assert scientific(number) == written


def test_a_negative_number_has_a_true_minus_sign():
    assert plain(-0.123) == "−0.12"


def test_a_range_of_one_loading_is_one_loading():
    assert (percent_range(0.1, 0.1), percent_range(0.02, 0.125)) == ("10 wt%", "2–12.5 wt%")


def test_three_tenths_of_a_decade_are_a_factor_of_two():
    assert factor(math.log10(2)) == "2.0"


@pytest.mark.parametrize(
    ("gain", "lower", "upper", "words"),
    [
        (0.1, 0.05, 0.2, "better than the median"),
        (0.1, -0.05, 0.2, "not distinguishable from the median"),
        (-0.1, -0.2, 0.1, "no better than the median"),
        (-0.1, -0.2, -0.05, "worse than the median"),
    ],
)
def test_a_gain_counts_only_when_its_interval_leaves_zero_out(gain, lower, upper, words):
    assert comparison(gain, lower, upper, "median") == words


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("BaTiO3 + LLTO", "BaTiO₃ + LLTO"),
        ("LiClO4", "LiClO₄"),
        ("ZIF-8", "ZIF-8"),
        ("PVDF-HFP", "PVDF-HFP"),
        ("Li6.75La3Zr1.75Ta0.25O12", "Li₆.₇₅La₃Zr₁.₇₅Ta₀.₂₅O₁₂"),
    ],
)
def test_only_the_digits_of_formulas_are_lowered(name, written):
    assert subscripted(name) == written
