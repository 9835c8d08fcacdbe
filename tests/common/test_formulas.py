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
    ],
)
def test_where_another_reader_begins_a_cell_no_formula_begins(text, shown):
    assert guarded(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "-20 ",
        "-5\u00a0",
        "x;-5 ",
        "-20",
        "+5",
        "-20 °C",
        "-1.5e-4",
        "-5%",
        "PEO = best",
        "a; b",
        "x; -20 °C",
        "σ; -16 for an insulator",
        "(-)",
        "",
    ],
)
def test_a_number_or_a_plain_text_stays(text):
    assert guarded(text) == unguarded(text) == text


@pytest.mark.parametrize("text", ["'=1+1", "''=1+1", "'-20", "x;'=1", "'\t=1", "'PEO'"])
def test_an_apostrophe_that_a_user_typed_comes_back(text):
    assert unguarded(guarded(text)) == text


@given(st.text(LETTERS, max_size=12))
def test_a_guard_comes_off_as_it_went_on(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text).replace("'", "") == text.replace("'", "")
