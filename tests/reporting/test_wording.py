from __future__ import annotations

import math

import pytest

from pipeline.records import scientific
from pipeline.reporting.wording import coded, factor, percent_range, plain, subscripted, with_minus


@pytest.mark.parametrize(
    ("number", "written"),
    [(4.69e-4, "4.7×10⁻⁴"), (1.0, "1.0×10⁰"), (9.99e-10, "1.0×10⁻⁹"), (math.nan, ""), (math.inf, "")],
)
def test_a_number_is_written_with_its_power_of_ten(number, written):
    assert scientific(number) == written


def test_what_stands_between_backticks_is_code_and_all_else_stays_text():
    assert coded("`make <b>` writes it & `more") == "<code>make &lt;b&gt;</code> writes it &amp; `more"


def test_a_negative_number_has_a_true_minus_sign():
    assert plain(-0.123) == "−0.12"


def test_a_range_of_one_loading_is_one_loading():
    assert (percent_range(0.1, 0.1), percent_range(0.02, 0.125)) == ("10 wt%", "2–12.5 wt%")


def test_three_tenths_of_a_decade_are_a_factor_of_two():
    assert factor(math.log10(2)) == "2.0"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("-0.026, -0.047 to -0.005", "−0.026, −0.047 to −0.005"),
        ("(-3)", "(−3)"),
        ("PVDF-HFP, ZIF-8 and 10-20", "PVDF-HFP, ZIF-8 and 10-20"),
        ("1e-05", "1e-05"),
    ],
)
def test_only_a_hyphen_before_a_number_is_a_minus(text, written):
    assert with_minus(text) == written


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
