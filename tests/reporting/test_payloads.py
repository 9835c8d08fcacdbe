"""What a user typed stays text in workbooks and in what charts are drawn from; the browser's part is end to end."""

from __future__ import annotations

import json
import re
import zipfile

import openpyxl
import pandas as pd
import pytest

from pipeline.common.files import read_gapped_csv, write_csv
from pipeline.reporting import campaign_sheets, candidate_figures, parity_chart, render_figures, write_workbook
from pipeline.reporting.wording import blended

TEXTS = ("polymer", "salt", "filler", "architecture", "additives", "domain", "nearest_1")
UNTOLD = re.compile("[\0\ud800-\udfff]")


@pytest.fixture
def typed(payloads):
    """Rows in which a user typed every payload into every text, as `rank` writes them and `report` reads them."""
    texts = {name: pd.Series([*payloads[place:], *payloads[:place]], dtype=object) for place, name in enumerate(TEXTS)}
    numbers = {"filler_wt_fraction_from": 0.1, "filler_wt_fraction_to": 0.2, "log10_conductivity": -3.5}
    ends = {"log10_conductivity_lower": -4.5, "log10_conductivity_upper": -2.5, "conductivity_S_cm": 3.2e-4}
    return pd.DataFrame({"rank": range(1, len(payloads) + 1), **texts, **numbers, **ends})


def read_back(text):
    """What openpyxl returns for a text: it leaves control characters as codes, and UTF-16 halves are replaced."""
    units = UNTOLD.sub("�", text).encode("utf-16-le")
    cut = units.decode("utf-16-le") if len(units) <= 65_534 else units[:65_532].decode("utf-16-le", "ignore") + "…"
    return re.sub("_x([0-9A-F]{4})_", "", re.sub("[\0-\x08\x0b-\x1f\ufffe\uffff�]", "", cut)) or None


def test_the_payloads_are_all_different(payloads):
    assert len(payloads) == len(set(payloads)) >= 500


def test_a_workbook_holds_no_formula_no_link_and_every_text(tmp_path, payloads, typed):
    path, gate = tmp_path / "ranking.xlsx", {"n_left": 9, "alone": 1}
    asked = {
        "question": payloads[0],
        "temperature_C": -20.0,
        "n_candidates": 9,
        "funnel": [{"reason": payload, "source": payload, **gate} for payload in payloads],
    }
    said = {f"sentence {number}": payload for number, payload in enumerate(payloads)}
    sheets = campaign_sheets(typed, pd.DataFrame({"reason": payloads, "note": payloads}, dtype=object), asked, said)
    write_workbook(path, sheets)
    book = openpyxl.load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert [cell for cell in cells if cell.hyperlink] == []
    with zipfile.ZipFile(path) as parts:
        assert [name for name in parts.namelist() if "external" in name.lower() or "worksheets/_rels" in name] == []
    for name in TEXTS:
        column = list(typed.columns).index(name) + 1
        seen = [cell.value for cell in next(book["ranking"].iter_cols(column, column, 2))]
        assert [read_back(text or "") for text in seen] == [read_back(text) for text in typed[name]]
    assert {row[typed.columns.get_loc("log10_conductivity")].value for row in book["ranking"].iter_rows(2)} == {-3.5}


def test_a_ranking_comes_from_its_csv_as_it_was_typed(tmp_path, typed):
    write_csv(tmp_path / "a.csv", typed)
    back = read_gapped_csv(tmp_path / "a.csv", TEXTS)
    for name in TEXTS:
        assert back[name].tolist() == [UNTOLD.sub("�", text) for text in typed[name]]
    pd.testing.assert_frame_equal(back.drop(columns=[*TEXTS]), typed.drop(columns=[*TEXTS]), check_dtype=False)


def test_charts_hold_what_was_typed_as_data_and_nothing_that_links(payloads, typed):
    told = typed.map(lambda cell: UNTOLD.sub("�", cell) if isinstance(cell, str) else cell).astype(
        dict.fromkeys(TEXTS, "str")
    )
    records = pd.DataFrame(
        {
            "origin": "lab",
            "sample_id": range(len(told)),
            "sample_rank": 1,
            "polymer": told["polymer"],
            "filler": told["filler"],
            "conductivity_S_cm": 1e-4,
            "citation": told["nearest_1"],
        }
    )
    figures = candidate_figures(told, records, 30)
    specs = [figure.chart.spec() for figure in figures]
    drawn = {row["polymer"] for spec in specs for rows in spec["datasets"].values() for row in rows if "polymer" in row}
    assert drawn == set(told["polymer"].map(blended))
    assert len(drawn & set(payloads)) > 250
    assert not keys_of(specs) & {"href", "url", "expr", "signal", "labelExpr", "image"}
    page = render_figures(payloads[0], figures)
    assert json.loads(re.findall(r'id="specs">(.*?)</script>', page, flags=re.DOTALL)[-1]) == {
        figure.name: spec for figure, spec in zip(figures, specs, strict=True)
    }


def test_a_title_is_a_text_and_no_expression(payloads):
    held_out = pd.DataFrame({"record_id": ["a", "b"], "work_id": "w", "measured": [-4.0, -3.0], "xgboost": -3.5})
    label = " ".join(payloads)
    spec = parity_chart(held_out, "xgboost", label).spec()
    assert f"measured: {label}" in [layer["encoding"]["x"].get("title") for layer in spec["layer"]]


def keys_of(node):
    """Return every key of a specification outside of its data."""
    if isinstance(node, dict):
        inner = (keys_of(value) for key, value in node.items() if key not in ("datasets", "$schema"))
        return set(node).union(*inner)
    return set().union(*map(keys_of, node)) if isinstance(node, list) else set()
