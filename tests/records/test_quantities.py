import math
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records.quantities import Quantity, as_measured, format_quantity, parse_quantity, scientific

FINITE = st.floats(allow_nan=False, allow_infinity=False)
SIZES = st.floats(min_value=1e-9, max_value=1e9)
ENDS = st.one_of(st.just(0.0), SIZES, SIZES.map(lambda size: -size))
UNITS = st.sampled_from(["", "S/cm", "mS cm-1", "V", "°C", "MPa", "wt%", "mAh/g"])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.207", 0.207),
        ("5", 5),
        (".5", 0.5),
        ("−20", -20),
        ("1.0×10−4", 1e-4),
        ("1.0×10⁻⁴", 1e-4),
        ("1.0x10-4", 1e-4),
        ("1.0 × 10 −4", 1e-4),
        ("1.0 * 10^-4", 1e-4),
        ("1.0·10^{-4}", 1e-4),
        ("$1.0 \\times 10^{-4}$", 1e-4),
        ("1.0e-4", 1e-4),
        ("1E−4", 1e-4),
        ("10⁻⁴", 1e-4),
        ("10^-4", 1e-4),
        ("10^3", 1000),
        ("+5", 5),
        ("12.75", 12.75),
        (".125", 0.125),
        ("1.5E+3", 1500),
        ("2.5e12", 2.5e12),
        ("10^12", 1e12),
        ("10⁺⁴", 1e4),
        ("10⁻¹²", 1e-12),
        ("10^{-12}", 1e-12),
        ("10 ^ { − 4}", 1e-4),
        ("2×10^+12", 2e12),
        ("2×10^{+12}", 2e12),
        ("2·10⁻⁴", 2e-4),
    ],
)
def test_one_number_printed_in_many_ways_is_one_number(text, value):
    quantity = parse_quantity(text)
    assert quantity.lower == quantity.upper == quantity.value == pytest.approx(value, rel=1e-15)
    assert quantity.unit == ""
    assert not quantity.is_ambiguous
    assert not quantity.is_spread
    assert not quantity.is_one_sided


@pytest.mark.parametrize("sign", ["×", "x", "X", "*", "·", "\\times"])
@pytest.mark.parametrize("power", ["10−4", "10-4", "10^-4", "10⁻⁴", "10^{-4}"])
@pytest.mark.parametrize("space", ["", " ", "  "])
def test_a_power_of_ten_may_stand_behind_any_sign_of_multiplication(sign, power, space):
    assert parse_quantity(f"2.5{space}{sign}{space}{power}") == Quantity(2.5e-4, 2.5e-4, 2.5e-4)


@pytest.mark.parametrize(
    ("text", "value"),
    [*((f"10{dash}4", 1e-4) for dash in "−–‐‑-"), ("10−12", 1e-12), ("10-10", 1e-10), ("10-9", 1e-9)],
)
def test_a_bare_minus_makes_a_power(text, value):
    assert parse_quantity(text).value == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "exponent", "unit"),
    [
        ("10^-5.5", -5.5, ""),
        ("10^−5.5", -5.5, ""),
        ("10^{-5.5}", -5.5, ""),
        ("10^ -5.5", -5.5, ""),
        ("$10^{-4.25}$ S/cm", -4.25, "S/cm"),
        ("10^-3.0", -3, ""),
        ("10^2.5 nm", 2.5, "nm"),
        ("10^-0.5", -0.5, ""),
        ("10^+0.5", 0.5, ""),
    ],
)
def test_a_power_of_ten_may_have_a_broken_exponent(text, exponent, unit):
    quantity = parse_quantity(text)
    assert quantity.lower == quantity.upper == quantity.value == pytest.approx(10**exponent, rel=5e-3)
    assert quantity.unit == unit


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("10^-5.5–10^-4.5", -5.5, -4.5),
        ("10^-5.5–10^-4", -5.5, -4),
        ("10^-6 – 10^-4.5", -6, -4.5),
        ("10^-5.5 or 10^-5", -5.5, -5),
        ("> 10^-5.5", -5.5, math.inf),
        ("<10^-5.5", -math.inf, -5.5),
    ],
)
def test_a_broken_exponent_may_stand_at_either_end(text, lower, upper):
    quantity = parse_quantity(text)
    ends = [math.log10(end) if math.isfinite(end) else end for end in (quantity.lower, quantity.upper)]
    assert ends == pytest.approx([lower, upper], abs=2e-3)


@pytest.mark.parametrize(("text", "exponent"), [("1.2×10^-5", -5), ("1.2 x 10^{-5}", -5), ("1.2·10−5", -5)])
def test_a_factor_before_a_power_of_ten_is_left_to_whole_exponents(text, exponent):
    assert parse_quantity(text).value == pytest.approx(1.2 * 10**exponent, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["2×10^-5.5", "2 x 10^-5.5", "(1–3)×10^-4.5", "10^-4.5555", "10^-5.55555", "10^-5.5.1", "10−5.5", "10^-5,5"]
)
def test_a_broken_exponent_that_reads_in_two_ways_is_refused(text):
    with pytest.raises(ValueError, match=r"point and no separators|smaller number first"):
        parse_quantity(text)


@pytest.mark.parametrize("exponent", ["2", "2.5"])
@pytest.mark.parametrize("before", ["110", "1.10", "2e10", "10^10", "2^10"])
def test_ten_at_the_end_of_another_number_begins_no_power(before, exponent):
    alone = parse_quantity(before)
    assert parse_quantity(f"{before}^{exponent}") == replace(alone, unit=f"{alone.unit}^{exponent}")


@given(st.integers(-150, 150).map(lambda tenths: tenths / 10))
def test_a_power_of_ten_is_ten_to_its_exponent(exponent):
    assert math.log10(parse_quantity(f"10^{exponent}").value) == pytest.approx(exponent, abs=2.5e-3)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("10–44", 10, 44),
        ("10-11", 10, 11),
        ("10–44.5", 10, 44.5),
        ("10 – 44", 10, 44),
        ("10-80", 10, 80),
        ("2.8–4.3", 2.8, 4.3),
        ("0.1 - 0.3", 0.1, 0.3),
        ("5-10", 5, 10),
        ("(1.0–3.0)×10−4", 1e-4, 3e-4),
        ("(1.0–3.0) × 10⁻⁴", 1e-4, 3e-4),
        ("1.0×10−4–3.0×10−4", 1e-4, 3e-4),
        ("10−5–10−4", 1e-5, 1e-4),
        ("-20–-10", -20, -10),
        ("−20 – −10", -20, -10),
        ("+2–+4", 2, 4),
        ("1 - .5e2", 1, 50),
        ("0.10–0.20", 0.1, 0.2),
        ("0.10–5", 0.1, 5),
        ("1e-10–2e-9", 1e-10, 2e-9),
        ("1E−10–2E−9", 1e-10, 2e-9),
        ("1E+10–2E+11", 1e10, 2e11),
        ("1E10–2E10", 1e10, 2e10),
        ("1e10–2e10", 1e10, 2e10),
        ("10^10–10^11", 1e10, 1e11),
        ("1.0×10^{-4}–3×10^{-4}", 1e-4, 3e-4),
        ("( 1–3)", 1, 3),
        ("(+1–3)×10^+12", 1e12, 3e12),
        ("(−3–−1)×10⁻¹²", -3e-12, -1e-12),
        ("(.5–12.25)×10^2", 50, 1225),
        *((f"1{dash}2", 1, 2) for dash in "-−–—‒‐‑﹣－"),
    ],
)
def test_a_dash_between_rising_numbers_makes_a_range(text, lower, upper):
    quantity = parse_quantity(text)
    assert (quantity.lower, quantity.upper) == pytest.approx((lower, upper), rel=1e-15)
    assert lower < quantity.value < upper
    assert (quantity.unit, quantity.is_spread) == ("", False)


def test_a_range_from_a_number_to_itself_is_the_number():
    assert parse_quantity("5–5") == Quantity(5, 5, pytest.approx(5))


@pytest.mark.parametrize(("superscript", "exponent"), [(digit, place) for place, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")])
def test_each_superscript_is_its_digit(superscript, exponent):
    assert parse_quantity(f"10{superscript} V") == Quantity(10.0**exponent, 10.0**exponent, 10.0**exponent, "V")


def test_a_range_of_decades_has_its_middle_decade_as_value():
    assert parse_quantity("10−6–10−4").value == pytest.approx(1e-5)


def test_a_range_from_zero_has_its_arithmetic_middle_as_value():
    assert parse_quantity("0–4").value == 2


def test_a_range_through_zero_has_its_arithmetic_middle_as_value():
    assert parse_quantity("-10–30").value == 10


@pytest.mark.parametrize(
    "text", ["0.50 ± 0.04", "0.50± .04", "0.50 ±0.04", "0.50+/-0.04", "0.50 +/- 0.04", "~0.50±0.04"]
)
def test_a_spread_reaches_to_both_sides(text):
    quantity = parse_quantity(text)
    assert (quantity.lower, quantity.value, quantity.upper) == pytest.approx((0.46, 0.50, 0.54))
    assert (quantity.unit, quantity.is_spread) == ("", True)


def test_a_spread_of_nothing_is_a_number():
    assert parse_quantity("0.5±0") == Quantity(0.5, 0.5, 0.5)


def test_a_spread_has_no_sign():
    assert parse_quantity("6±−4e2") == Quantity(6, 6, 6, "±-4e2")
    with pytest.raises(ValueError, match="is not a quantity"):
        parse_quantity("(6±-4)×10^2")


@pytest.mark.parametrize("text", ["~10−4", "~10⁻⁴", "≈10^-4", "ca. 10−4", "ca.  10−4", "about 10−4", "∼ 10−4", "~1e-4"])
def test_about_a_power_of_ten_is_half_a_decade_to_each_side(text):
    quantity = parse_quantity(text)
    assert quantity.value == pytest.approx(1e-4)
    assert math.log10(quantity.lower) == pytest.approx(-4.5)
    assert math.log10(quantity.upper) == pytest.approx(-3.5)
    assert quantity.is_spread


@pytest.mark.parametrize(("text", "exponent"), [("~10^+3", 3), ("~10−12", -12), ("~1e12", 12)])
def test_about_any_power_of_ten_is_a_decade_in_all(text, exponent):
    quantity = parse_quantity(text)
    assert (quantity.lower, quantity.upper) == pytest.approx((10 ** (exponent - 0.5), 10 ** (exponent + 0.5)))


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        *(("~5", 4.5, 5.5), ("~12", 11.5, 12.5), ("~1.50", 1.495, 1.505), ("~.5", 0.45, 0.55)),
        *(("~0.46", 0.455, 0.465), ("~1.2×10−4", 1.15e-4, 1.25e-4), ("~1.5E3", 1450, 1550), ("~2e+3", 1500, 2500)),
    ],
)
def test_about_a_number_is_half_a_unit_of_its_last_digit(text, lower, upper):
    quantity = parse_quantity(text)
    assert (quantity.lower, quantity.upper) == pytest.approx((lower, upper))
    assert quantity.value == pytest.approx((lower + upper) / 2)
    assert quantity.is_spread


def test_about_a_range_is_the_range():
    assert parse_quantity("about 2–4") == parse_quantity("2–4")


@pytest.mark.parametrize("sign", [">", "≥", ">=", "<", "≤", "<=", "~", "≈", "∼", "ca.", "about"])
def test_a_blank_behind_a_sign_says_nothing(sign):
    assert parse_quantity(f"{sign} 5 V") == parse_quantity(f"{sign}   5 V") == parse_quantity(f"{sign}5 V")


@pytest.mark.parametrize("text", ["> 4.9", ">4.9", "≥4.9", ">=  4.9", "> 4.9 V"])
def test_more_than_has_no_upper_bound_and_no_value(text):
    quantity = parse_quantity(text)
    assert (quantity.lower, quantity.upper) == (4.9, math.inf)
    assert math.isnan(quantity.value)
    assert quantity.is_one_sided


@pytest.mark.parametrize("text", ["< 10⁻¹⁰", "<10−10", "≤1e-10", "<= 1×10^-10"])
def test_less_than_has_no_lower_bound_and_no_value(text):
    quantity = parse_quantity(text)
    assert quantity.lower == -math.inf
    assert quantity.upper == pytest.approx(1e-10)
    assert math.isnan(quantity.value)


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("0.231 or 0.237", 0.231, 0.237),
        ("0.237 or 0.231", 0.231, 0.237),
        ("0.12 or 0.13 or 0.22 or 0.23", 0.12, 0.23),
        ("2.5–4.1 or 2.8–4.2", 2.5, 4.2),
        ("4.5 or >5", 4.5, math.inf),
        (">0.1 or >0.2", 0.1, math.inf),
        ("<3 or <4", -math.inf, 4),
        ("<1 or >2", -math.inf, math.inf),
    ],
)
def test_two_readings_are_both_kept_and_ambiguous(text, lower, upper):
    quantity = parse_quantity(text)
    assert (quantity.lower, quantity.upper) == (lower, upper)
    assert quantity.is_ambiguous
    assert math.isnan(quantity.value) == quantity.is_one_sided


def test_two_readings_have_their_middle_as_value():
    assert parse_quantity("0.01 or 1").value == pytest.approx(0.1)
    assert parse_quantity("-1  or  3").value == 1


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("4.9 V", "V"),
        ("1.0×10−4 S cm−1", "S cm-1"),
        ("60°C", "°C"),
        ("10–44 wt%", "wt%"),
        ("0.2 or 0.3 mS/cm", "mS/cm"),
        ("0.2 V or 0.3 mV", "mV"),
        ("10^{-4} S/cm", "S/cm"),
        ("2×10^{-4} S/cm", "S/cm"),
        ("5 (V)", "V"),
        ("5 ( V )", "V"),
        ("5or 6", "or 6"),
    ],
)
def test_the_unit_stands_behind_the_number(text, unit):
    assert parse_quantity(text).unit == unit


@pytest.mark.parametrize("text", ["1,5", "1, 5", "1,5×10−4", "1,000", "1’000", "1'000", "1.000.000", "~0,5", "2,5–4,2"])
def test_a_comma_in_a_number_is_refused_because_it_has_two_meanings(text):
    with pytest.raises(ValueError, match="comma"):
        parse_quantity(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not a quantity"),
        ("n/a", "is not a quantity"),
        ("-", "is not a quantity"),
        ("V 4.9", "is not a quantity"),
        ("nan", "is not a quantity"),
        ("inf", "is not a quantity"),
        ("1e999", "beyond any number"),
        ("1±1e999", "beyond any number"),
        ("~0e999", "beyond any number"),
        ("1–1e999", "from high to low"),
        ("4.3–2.8", "from high to low"),
        ("10–4.5", "from high to low"),
        ("110–9", "from high to low"),
        ("> 1±0.5", "bounds a range"),
        ("< 1±0.5", "bounds a range"),
        ("> 1–2", "bounds a range"),
        ("0.2 or none", "is not a quantity"),
    ],
)
def test_what_is_no_quantity_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_quantity(text)


def test_120_characters_are_read_and_longer_ones_are_not():
    assert parse_quantity("1" + " " * 118 + "V") == Quantity(1, 1, 1, "V")
    with pytest.raises(ValueError, match="121 characters are no quantity; at most 120 are read"):
        parse_quantity("1" + " " * 119 + "V")


def test_a_broken_power_keeps_three_digits():
    assert parse_quantity("10^-5.5").value == 3.16e-6


def _reads_back(quantity):
    again = parse_quantity(format_quantity(quantity))
    assert (again.lower, again.upper) == (quantity.lower, quantity.upper)
    assert again.is_ambiguous == quantity.is_ambiguous
    return again.unit


@given(FINITE, st.sampled_from(["", "S/cm", "V", "°C"]))
def test_a_written_point_reads_back(number, unit):
    assert _reads_back(Quantity(number, number, number, unit)) == unit


@given(ENDS, ENDS, st.sampled_from(["", "S/cm", "V", "°C"]), st.booleans())
def test_a_written_range_or_pair_reads_back(one, other, unit, is_ambiguous):
    quantity = Quantity(min(one, other), max(one, other), math.nan, unit, is_ambiguous)
    assert _reads_back(quantity) == unit


@given(FINITE, st.sampled_from(["", "S/cm", "V", "°C"]))
def test_a_written_bound_reads_back(number, unit):
    assert _reads_back(Quantity(number, math.inf, math.nan, unit)) == unit
    assert _reads_back(Quantity(-math.inf, number, math.nan, unit)) == unit


@given(FINITE, st.sampled_from(["", "S/cm", "V", "°C"]))
def test_a_written_bound_of_two_readings_reads_back(number, unit):
    for lower, upper in ((number, math.inf), (-math.inf, number), (-math.inf, math.inf)):
        assert _reads_back(Quantity(lower, upper, math.nan, unit, is_ambiguous=True)) == unit


@given(st.one_of(st.text(max_size=40), st.text(alphabet="0123456789.-−–×·<>±() ^⁻orV", max_size=25)))
def test_any_text_is_a_quantity_in_order_or_refused(text):
    try:
        quantity = parse_quantity(text)
    except ValueError:
        return
    assert quantity.lower <= quantity.upper


@given(st.floats(1e-12, 1e12), st.sampled_from(["~", "> ", "< ", ""]), UNITS)
def test_the_printed_number_lies_within_its_bounds(number, sign, unit):
    quantity = parse_quantity(f"{sign}{number:.3e} {unit}")
    assert quantity.lower <= float(f"{number:.3e}") <= quantity.upper


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (Quantity(4.5, 4.5, 4.5, "V"), "4.5 V"),
        (Quantity(1.0, 3.0, 2.0), "1.0–3.0"),
        (Quantity(4.9, math.inf, math.nan, "V"), ">4.9 V"),
        (Quantity(-math.inf, 1e-10, math.nan), "<1e-10"),
        (Quantity(1.0, 3.0, 2.0, "V", is_ambiguous=True), "1.0 or 3.0 V"),
        (Quantity(4.9, math.inf, math.nan, is_ambiguous=True), ">4.9 or >4.9"),
    ],
)
def test_a_quantity_is_written_with_its_bounds(quantity, text):
    assert format_quantity(quantity) == text


@pytest.mark.parametrize(
    ("number", "text"), [(4.7e-4, "4.7×10⁻⁴"), (1.0, "1.0×10⁰"), (9.96e-5, "1.0×10⁻⁴"), (1.2e12, "1.2×10¹²")]
)
def test_a_number_is_written_with_two_digits_and_a_power_of_ten(number, text):
    assert scientific(number) == text


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_what_is_not_known_is_written_as_nothing(number):
    assert scientific(number) == ""


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (8.2e-4, "8.2×10⁻⁴"),
        (1e-4, "1.0×10⁻⁴"),
        (2.07e-4, "2.07×10⁻⁴"),
        (1.455e-3, "1.455×10⁻³"),
        (1.4554e-3, "1.455×10⁻³"),
    ],
)
def test_a_measured_number_keeps_its_digits(number, text):
    assert as_measured(number) == text


@given(st.floats(1e-16, 1.0))
def test_a_number_written_for_a_reader_reads_back_to_its_digits(number):
    assert parse_quantity(scientific(number)).value == pytest.approx(number, rel=0.05)


@pytest.mark.parametrize("printed", ["(2.85±1.31)×10−10", "2.85 ± 1.31 × 10−10", "(2.85 ± 1.31) × 10^-10"])
def test_a_power_behind_a_spread_holds_for_both_numbers(printed):
    quantity = parse_quantity(printed)
    assert quantity.value == pytest.approx(2.85e-10)
    assert (quantity.lower, quantity.upper) == pytest.approx((1.54e-10, 4.16e-10))
    assert quantity.is_spread


@pytest.mark.parametrize(
    ("printed", "value", "spread"),
    [
        ("(−3±1)×10^12", -3e12, 1e12),
        ("(+3±1)×10^+12", 3e12, 1e12),
        ("−.5±.25×10^2", -50, 25),
        ("12.75±10×10^2", 1275, 1000),
    ],
)
def test_a_power_behind_a_spread_may_be_any_and_its_number_have_a_sign(printed, value, spread):
    quantity = parse_quantity(printed)
    assert (quantity.value, quantity.unit) == (pytest.approx(value), "")
    assert (quantity.lower, quantity.upper) == pytest.approx((value - spread, value + spread))


def test_a_spread_with_powers_of_its_own_is_read_as_it_stands():
    quantity = parse_quantity("1e-4±2e-5")
    assert (quantity.lower, quantity.upper) == pytest.approx((8e-5, 1.2e-4))


def test_a_spread_beyond_any_number_is_refused():
    with pytest.raises(ValueError, match="beyond any number"):
        parse_quantity("3.84±0.83×10^400")


@pytest.mark.parametrize("text", ["5-5", "7–7", "0.3–0.3", "3 or 3"])
def test_the_middle_of_a_range_of_one_number_is_that_number(text):
    read = parse_quantity(text)
    assert read.lower == read.value == read.upper


@pytest.mark.parametrize("blanks", list(product(["", " "], repeat=4)))
@pytest.mark.parametrize(("sign", "value"), [("-", 1e-5), ("+", 1e5)])
def test_blanks_within_a_power_say_nothing(blanks, sign, value):
    a, b, c, d = blanks
    for text in (f"10{a}^{b}{{{c}{sign}{d}5}}", f"10{a}^{b}{sign}{d}5"):
        assert parse_quantity(text).value == value, text


@pytest.mark.parametrize("text", ["0.1-0.3", "0.1- 0.3", "0.1 -0.3", "0.1 - 0.3"])
def test_blanks_within_a_range_say_nothing(text):
    assert (parse_quantity(text).lower, parse_quantity(text).upper) == (0.1, 0.3)


@pytest.mark.parametrize(
    "text", ["1.2x10^-4", "1.2x 10^-4", "1.2 x10^-4", "1.2 x 10^-4", "1.2 *10^-4", "1.2× 10^-4", "1.2 ×10^-4"]
)
def test_blanks_around_a_times_say_nothing(text):
    assert parse_quantity(text).value == 1.2e-4


@pytest.mark.parametrize("times", ["x", " x", "x ", " x ", "×", " × ", " *", "· "])
@pytest.mark.parametrize("range_", ["(1-3)", "(1–3)", "(2 ± 1)", "(1 - 3)"])
def test_a_power_behind_a_bracket_is_that_of_both_ends(range_, times):
    read = parse_quantity(f"{range_}{times}10^-4 S/cm")
    assert (read.lower, read.upper, read.unit) == (pytest.approx(1e-4), pytest.approx(3e-4), "S/cm")


@pytest.mark.parametrize("text", ["- 1", "− 1", "- 10^-4 S/cm", "10^1.0.3", "10^{1.0.3", "10^-4.5.3 S/cm"])
def test_a_minus_apart_and_a_power_with_two_points_are_no_quantity(text):
    with pytest.raises(ValueError, match=r"is not a quantity|is beyond|write"):
        parse_quantity(text)
