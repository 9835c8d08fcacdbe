from __future__ import annotations

import pytest

from pipeline.exploring.showing import render, signed

PAYLOADS = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "![x](http://a.b/c)"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_user_typed_comes_out_as_text(payload):
    row = {"mixture": payload, "citation": payload, "place": payload, "value": payload, "at": payload}
    pages = [
        render("told", lines=[payload]),
        render("papers", letter="A", is_compared=False, rows=[row | {"similarity": 0.5}]),
        render("question", question=payload, n_found=1, n_all=1),
    ]
    for page in pages:
        assert "<script" not in page
        assert "<img" not in page
        assert "49" not in page


@pytest.mark.parametrize(("decades", "written"), [(0.304, "+0.30"), (-0.02, "−0.02"), (-0.004, "0.00"), (0.0, "0.00")])
def test_decades_carry_their_sign_where_they_have_one(decades, written):
    assert signed(decades) == written
