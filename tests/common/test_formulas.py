from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common.formulas import guarded, unguarded

LETTERS = st.sampled_from("'\"=+-@;, \t\r\n\0a1.e°＝－\u200b\ufeff\u00a0")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-2+3", "@A1", "-LLZTO", "+PEO", "＝1+1", "\tx", "\rx", "\nx"])
def test_what_owasp_lists_is_guarded_at_the_start(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("before", [" ", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u202e", '"', "\0", "' "])
def test_what_a_spreadsheet_passes_over_hides_no_formula(before):
    assert guarded(f"{before}=1+1") == f"'{before}=1+1"


INVISIBLE = [0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]


def test_neither_controls_nor_blanks_nor_invisible_letters_nor_quotes_hide_a_formula():
    blanks = [chr(code) for code in range(0x10000) if chr(code).isspace()]
    controls = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA1), *INVISIBLE)]
    for before in (*blanks, *controls, '"', "'", "".join(controls)):
        assert guarded(f"{before}=1+1").startswith(f"'{before[0]}")


@pytest.mark.parametrize("sign", "=+-@＝＋－＠﹦﹢﹣﹫")
def test_each_sign_that_begins_a_formula_is_guarded_and_comes_back(sign):
    for before, after in (("", "A1"), ("", "1+1"), ("x;", "A1")):
        text = f"{before}{sign}{after}"
        assert guarded(text) == f"{before}'{sign}{after}"
        assert unguarded(guarded(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("PEO;=1+1", "PEO;'=1+1"),
        ("PEO; @A1", "PEO;' @A1"),
        ('PEO;"=1+1"', 'PEO;\'"=1+1"'),
        ("PEO\n=1+1", "PEO\n'=1+1"),
        ("PEO\r\n=1+1", "PEO\r\n'=1+1"),
        ("PEO\r=1+1", "PEO\r'=1+1"),
        ("PEO\t=1+1", "PEO\t'=1+1"),
        ("x;-5;=1", "x;-5;'=1"),
        ("x;-5+1", "x;'-5+1"),
        ("x;-5 °C-1;y", "x;'-5 °C-1;y"),
        ("''\t1", "'''\t1"),
    ],
)
def test_where_another_reader_begins_a_cell_no_formula_begins(text, shown):
    assert guarded(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        *("-20 ", "-5\u00a0", "x;-5 "),
        *(
            "-20",
            "+5",
            "  -20",
            "-.5",
            "-20 °C",
            "-20°C",
            "-1.5e-4",
            "-1.5E+10 S",
            "+1e12",
            "-5%",
            "-5 % of % AZ Bz °C",
        ),
        *(f"x;-5.5e-12 °C per % AZ Bz{end}" for end in ("", ";y", "\ty", "\ry", "\ny")),
        *("PEO = best", "a; b", "x; -20 °C", "σ; -16 for an insulator", "(-)", "", "a=1+1", "©=1+1", "Ḁ=1+1", "中=1+1"),
    ],
)
def test_a_number_or_a_plain_text_stays(text):
    assert guarded(text) == unguarded(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("-A1", "-5 A1", "-5 a  b", "-5  °C", "-1e5e5+", "-", "+-5"),
        *("-5 mS A1", "-5 mS +A1", "-5 mS =1+1", "-5 mS @SUM", "-5 mS (A1)", "+5 a b,c", "-5 a b'c", "-5 a b*2"),
    ],
)
def test_what_only_begins_as_a_number_is_guarded(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["'=1+1", "''=1+1", "'-20", "x;'=1", "'\t=1", "'PEO'"])
def test_an_apostrophe_that_a_user_typed_comes_back(text):
    assert unguarded(guarded(text)) == text


@given(st.text(LETTERS, max_size=12))
def test_a_guard_comes_off_as_it_went_on(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text).replace("'", "") == text.replace("'", "")
