"""The page as Streamlit runs it, on tiny models."""

from __future__ import annotations

import csv
import io
import re
import shutil

import pytest

from pipeline.common import layout
from pipeline.common.files import write_json
from pipeline.exploring.page import PAGE, RANKINGS
from pipeline.watching import as_checks, reading
from tests.sealing import seal_made_up

NUMBER = re.compile(r'class="number">([\d.]+)×10([⁻⁰¹²³⁴-⁹]+)</span>')
ONE = {"polymer": "PEO", "salt": "LiTFSI", "filler": "LLZO", "filler_amount": "10", "filler_unit": "wt%"}
ONE |= {"architecture": "particles", "temperature_C": "30"}


def numbers(page):
    return [f"{digits}×10{power}" for digits, power in NUMBER.findall(page)]


def test_a_mixture_is_predicted_with_drivers_papers_and_changes(opened, said):
    page = opened(**ONE)
    assert not page.exception
    text = said(page)
    assert "PEO / LLZO 10 wt%, LiTFSI, particles, 30 °C" in text
    assert len(numbers(text)) == 1
    assert "80 % interval" in text
    assert 'class="badge inside"' in text
    assert text.count("Somebody, 2020") == 5
    assert re.search(r"<th>filler</th><td>LLZO</td>", text)
    assert "60 °C instead of 30 °C" in text
    assert len(page.get("vega_lite_chart")) == 2


def test_a_target_that_is_a_median_is_called_one(opened, said):
    text = said(opened(**ONE))
    assert re.search(r"Li⁺ transference number</th><td>0\.4</td>", text)
    assert "The median of the record, the same for every mixture" in text


def test_a_change_of_the_filler_changes_the_number_and_the_address(opened, said):
    page = opened(**ONE)
    before = numbers(said(page))
    page.selectbox(key="A_filler").set_value("Al2O3").run()
    assert numbers(said(page)) != before
    assert page.query_params["filler"] == "Al2O3"


def test_two_mixtures_are_compared_choice_by_choice(opened, said):
    page = opened(**ONE)
    page.toggle(key="is_compared").set_value(True).run()
    text = said(page)
    assert len(set(numbers(text))) == 1, "the second one starts as the first one"
    assert "B conducts 1.0 times" in text
    page.slider(key="B_temperature_C").set_value(60.0).run()
    text = said(page)
    assert len(set(numbers(text))) == 2
    assert re.search(r"<th>temperature</th><td>30 °C → 60 °C</td>", text)
    total = re.search(r"in all</th>.*?([+−]?\d\.\d\d)</td></tr>", text)[1]
    parts = re.findall(r'style="width.*?<td class="number">([+−]?\d\.\d\d)</td>', text, re.DOTALL)
    as_number = [float(part.replace("−", "-")) for part in (total, *parts)]
    assert as_number[0] == pytest.approx(sum(as_number[1:]), abs=0.04)
    assert page.query_params["b_temperature_C"] == "60"


def test_an_address_with_two_mixtures_opens_the_comparison(opened, said):
    page = opened(**ONE, b_polymer="PVDF", b_temperature_C="60")
    assert page.toggle(key="is_compared").value
    assert "PVDF, 60 °C" in said(page)


def test_a_blend_has_a_share_that_can_be_changed(opened):
    page = opened(**ONE)
    page.selectbox(key="A_second_polymer").set_value("PVDF").run()
    page.slider(key="A_polymer_percent").set_value(80.0).run()
    assert not page.exception
    assert page.query_params["polymer"] == "PEO:0.800000 + PVDF:0.200000"


def test_a_share_that_was_forgotten_while_it_was_not_asked_is_half(opened):
    page = opened(**ONE)
    del page.session_state["A_polymer_percent"]
    page.selectbox(key="A_second_polymer").set_value("PAN").run()
    assert page.slider(key="A_polymer_percent").value == 50


def test_a_name_that_nobody_knows_is_told_and_not_shown_as_markup(opened, said):
    page = opened(**ONE)
    box = page.selectbox(key="A_polymer")
    box.options.append("<img src=x>")
    box.set_value("<img src=x>").run()
    text = said(page)
    assert not page.exception
    assert "&lt;img src=x&gt;" in text
    assert "is not a known polymer" in text
    assert numbers(text) == []


def test_what_an_address_says_amiss_is_told_until_something_is_changed(opened, said):
    page = opened(**{**ONE, "filler": "<script>alert(1)</script>"})
    assert "&lt;script&gt;" in said(page)
    assert "<script" not in said(page)
    page.slider(key="A_temperature_C").set_value(40.0).run()
    assert "&lt;script&gt;" not in said(page)


def test_without_a_filler_no_loading_curve_is_drawn(opened, said):
    page = opened(polymer="PEO", salt="LiTFSI", temperature_C="30")
    assert not page.exception
    assert len(page.get("vega_lite_chart")) == 1
    assert "there is no loading to vary" in said(page)


def test_models_that_a_run_has_written_since_are_loaded(opened, said, screened, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(screened, copy, symlinks=True)
    page = opened(**ONE)
    monkeypatch.chdir(copy)
    page.run()
    assert "transference number" in said(page)
    shutil.rmtree(copy / layout.MODELS / "transference_number")
    assert "transference number" not in said(page.run())


@pytest.mark.parametrize("address", [ONE, {PAGE: RANKINGS}], ids=["explorer", "rankings"])
def test_what_is_red_stands_above_all_else(opened, said, screened, tmp_path, monkeypatch, address):
    copy = tmp_path / "copy"
    shutil.copytree(screened, copy, symlinks=True)
    page = opened(**address)
    assert "trip-wire" not in said(page)
    monkeypatch.chdir(copy)
    lost = reading("records_lost", "no record vanishes", ["<b>1</b> of 3 is gone"], "`git log` says when")
    write_json(layout.CHECKS, as_checks([lost], [lost]).model_dump(mode="json"))
    seal_made_up()
    text = said(page.run())
    assert "A trip-wire says that something is wrong" in text
    assert "<strong>records lost</strong>: &lt;b&gt;1&lt;/b&gt; of 3 is gone." in text
    assert "<code>git log</code> says when" in text
    assert text.index("<section") == text.index('<section id="tripped"')


def test_without_models_the_page_says_what_to_run(opened, said, tmp_path, monkeypatch):
    page = opened(**ONE)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    page.run()
    assert not page.exception
    assert "no trained models; run `make screen`" in said(page)


@pytest.fixture
def ranked(opened):
    page = opened(page=RANKINGS)
    assert not page.exception
    return page


def mixtures(text):
    return re.findall(r'data-label="mixture"><b>(.*?)</b>', text)


def test_a_ranking_is_listed_as_text(ranked, said):
    text = said(ranked)
    assert mixtures(text) == ["PEO / LLZO", "PEO + PVDF 70:30 / Al₂O₃", "=cmd() / LLZO"]
    assert "What &lt;b&gt;conducts&lt;/b&gt;?" in text
    assert "&lt;i&gt;measured&lt;/i&gt;" in text


def test_what_is_downloaded_holds_the_rows_that_are_shown_and_no_formula(ranked, monkeypatch):
    offered = []
    monkeypatch.setattr("streamlit.download_button", lambda *told, **_: offered.append(told))
    ranked.multiselect[1].set_value(["LLZO"]).run()
    _, text, name, _ = offered[0]
    assert name == "small.csv"
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["rank"], row["polymer"]) for row in rows] == [("1", "PEO"), ("3", "'=cmd()")]


def test_a_ranking_is_filtered_and_ordered(ranked, said):
    ranked.multiselect[0].set_value(["PEO"]).run()
    ranked.selectbox[1].set_value("conductivity, highest first").run()
    assert mixtures(said(ranked)) == ["PEO + PVDF 70:30 / Al₂O₃", "PEO / LLZO"]
    ranked.number_input[0].set_value(2.5e-4).run()
    assert mixtures(said(ranked)) == ["PEO + PVDF 70:30 / Al₂O₃"]
    ranked.multiselect[3].set_value(["inside"]).run()
    assert "No row is left" in said(ranked)


def test_a_row_leads_to_its_mixture_in_the_explorer(ranked, opened, said):
    links = re.findall(r'href="/\?(.*?)"', said(ranked))
    query = dict(pair.split("=") for pair in links[0].replace("&amp;", "&").split("&"))
    decoded = {key: value.replace("%3A", ":").replace("%25", "%").replace("%3B", ";") for key, value in query.items()}
    assert decoded["architecture"] == "plasticised;wires"
    page = opened(**decoded)
    assert "PEO / LLZO 10 wt%, LiTFSI, plasticised, wires, SN, 30 °C" in said(page)
    assert 'class="told"' not in said(page)


def at_temperature(page, said):
    return re.search(r"particles, (\d+) °C", said(page))[1]


def test_an_address_that_is_one_change_late_takes_nothing_back(opened, said):
    page = opened(**ONE)
    page.slider(key="A_temperature_C").set_value(40.0).run()
    page.query_params.clear()
    page.query_params.update(ONE)
    page.slider(key="A_temperature_C").set_value(50.0).run()
    assert at_temperature(page, said) == "50"


def test_the_address_before_is_shown_again_where_the_browser_goes_back(opened, said):
    page = opened(**ONE)
    page.slider(key="A_temperature_C").set_value(40.0).run()
    page.query_params.clear()
    page.query_params.update(ONE)
    assert at_temperature(page.run(), said) == "30"
