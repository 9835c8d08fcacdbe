from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from pipeline.tracking.top import moves
from pipeline.tracking.words import as_text, bullets, listed, table

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[here](javascript:alert(1))",
    "![x](http://example.org/x.png)",
    "http://example.org",
    "a | b",
    "**bold** _x_ `code` ~~no~~",
    "# head\n## more",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("typed", PAYLOADS)
def test_what_was_typed_shows_letter_by_letter(typed):
    page = MarkdownIt("gfm-like").disable("linkify").render(table(["name"], [[typed]]) + "\n\n" + bullets([typed]))
    assert set(re.findall(r"<(\w+)", page)) <= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
    shown = re.search(r"<li>(.*?)</li>", page, re.DOTALL).group(1)
    for entity, letter in {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}.items():
        shown = shown.replace(entity, letter)
    assert shown == typed


def test_an_address_is_no_link():
    assert "://" not in as_text("http://example.org")


def test_long_lists_say_how_many_more_there_are():
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"


def test_blends_of_the_same_parts_are_one_pair():
    import pandas as pd

    first = pd.DataFrame({"rank": [1, 2], "polymer": ["PEO:0.7 + PVDF:0.3", "PAN"], "filler": ["LLZTO", ""]})
    second = first.assign(polymer=["PEO:0.5 + PVDF:0.5", "PAN"], rank=[2, 1])
    found = moves(first, second)
    assert (found.overlap, found.new, found.gone) == (2, (), ())
    assert [str(pair) for pair in found.risen] == ["PAN with no filler: 2 → 1"]
