from __future__ import annotations

import re

import pandas as pd
import pytest

from pipeline.reporting import Figure, parity_chart, render_figures

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</script><script>alert(1)</script>",
    "{{ 7*7 }}",
    "javascript:alert(1)",
    "<svg/onload=alert(1)>",
]


@pytest.fixture
def held_out() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "record_id": ["000-T1-01", "lab-mine-2"],
            "work_id": ["a", "b"],
            "measured": [-4.0, -3.0],
            "xgboost": [-3.5, -3.2],
            "median": [-3.6, -3.6],
        }
    )


@pytest.mark.parametrize(
    ("record_id", "source"), [("003-T1-04", "003"), ("p07-012", "papers"), ("p11-001", "papers"), ("lab-mine-2", "lab")]
)
def test_every_point_has_a_source_with_a_colour(held_out, record_id, source):
    spec = parity_chart(held_out.assign(record_id=record_id), "xgboost", "label").spec()
    (points,) = [layer for layer in spec["layer"] if "color" in layer["encoding"]]
    assert points["encoding"]["color"]["legend"]["values"] == [source]
    assert source in points["encoding"]["color"]["scale"]["domain"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_user_typed_is_text_on_the_page(held_out, payload):
    chart = parity_chart(held_out.assign(work_id=payload), "xgboost", payload)
    page = render_figures(payload, [Figure("parity", payload, payload, chart)])
    outside_of_the_library = re.sub(r'<script type="module">.*?</script>', "", page, flags=re.DOTALL)
    assert payload not in outside_of_the_library or "<" not in payload
    assert "49" not in re.findall(r"<h2>(.*?)</h2>", page)


def test_the_same_content_gives_the_same_page(held_out):
    pages = {
        render_figures("x", [Figure("parity", "t", "c", parity_chart(held_out, "xgboost", "l"))]) for _ in range(2)
    }
    assert len(pages) == 1


def test_a_page_names_nothing_outside_of_itself(held_out):
    page = render_figures("x", [Figure("parity", "t", "c", parity_chart(held_out, "xgboost", "l"))])
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href)="(?!data:|#)', markup)
