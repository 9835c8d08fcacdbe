from __future__ import annotations

import base64
import json

import pandas as pd
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.support.ui import Select, WebDriverWait

CHARTS = ("intervals", "pairs", "gates", "parity", "errors", "calibration", "distance", "polymer_family", "years")
CURVES = ("loading_curve", "arrhenius_curve")
TRADES = ("trade_transference_number", "trade_stability_window_V", "trade_element_cost_USD_kg")


@pytest.fixture(scope="module")
def page(browser, finished):
    path = finished / "data/processed/reports/room_temperature/index.html"
    browser.set_window_size(1440, 1000)
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(path.as_uri())
    WebDriverWait(browser, 60).until(lambda b: b.execute_script("return document.body.dataset.charts"))
    return browser


def requested(browser) -> set[str]:
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return {
        message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"
    }


def test_the_report_opens_without_a_network(page):
    assert not {url for url in requested(page) if url.startswith(("http", "ws", "ftp"))}
    assert [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_the_ranked_table_names_ten_pairs_with_their_papers(page):
    rows = page.find_elements("css selector", "#top tbody tr")
    assert len(rows) == 10
    for row in rows:
        behind = row.find_element("css selector", ".nearest").text
        assert "; review " in behind or "; its " in behind
        assert "10" in row.find_element("css selector", ".value").text


def test_it_says_how_many_were_covered_and_what_to_make_next(page):
    said = page.find_element("css selector", "#coverage").text
    assert "mixtures of" in said
    assert "exact for the model" in said
    assert len(page.find_elements("css selector", "#experiments tbody tr")) == 8
    gates = page.find_elements("css selector", "#funnel tbody tr")
    assert gates[0].text.startswith("1 every level")
    assert all("docs/" in gate.text or "review" in gate.text or "campaign" in gate.text for gate in gates[1:])


def test_every_chart_is_drawn(page):
    for name in (*CHARTS, *CURVES, *TRADES):
        marks = page.find_elements("css selector", f"#{name} svg path")
        assert len(marks) > 5, name


def test_another_candidate_has_other_curves(page):
    def lines() -> list[str]:
        drawn = [page.find_element("css selector", f"#{name} svg .mark-line path") for name in CURVES]
        return [line.get_attribute("d") for line in drawn]

    first, chooser = lines(), Select(page.find_element("id", "chosen"))
    assert len(chooser.options) == 10
    chooser.select_by_index(9)
    WebDriverWait(page, 10).until(lambda _: lines() != first)
    chooser.select_by_index(0)
    WebDriverWait(page, 10).until(lambda _: lines() == first)


def test_a_point_says_what_it_is_when_it_is_pointed_at(page):
    dot = page.find_element("css selector", "#intervals svg .mark-symbol path")
    ActionChains(page).move_to_element(dot).perform()
    said = WebDriverWait(page, 10).until(lambda b: b.find_element("id", "vg-tooltip-element").text)
    for word in ("rank", "described", "predicted"):
        assert word in said


def test_every_candidate_says_what_drives_it_and_what_would_change_its_place(page):
    rows = page.find_elements("css selector", "#reasons tbody tr")
    assert len(rows) == 10
    for row in rows:
        drivers = [driver.text for driver in row.find_elements("css selector", ".driver")]
        assert drivers
        assert all(driver[-5] in "+−" for driver in drivers)
        assert " of 2" in row.text, "two fits to other papers"
    assert "the model names" in page.find_element("css selector", "#stable + p").text
    assert page.find_element("id", "leakage").text.startswith("No paper stands on both sides")
    assert len(page.find_elements("css selector", "#blind li")) == 4
    assert len(page.find_elements("css selector", "details.card")) == 2


def test_the_tables_are_saved_from_the_page_itself_and_read_back_equal(page, finished, tmp_path):
    page.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    for link in page.find_elements("css selector", "#downloads a"):
        page.execute_script("arguments[0].click()", link)
    names = {f"room_temperature{ending}" for ending in (".csv", ".xlsx", "_worksheet.csv")}
    WebDriverWait(page, 30).until(lambda _: {path.name for path in tmp_path.iterdir()} == names)
    ranked = finished / "data/processed/rankings"
    assert (tmp_path / "room_temperature.csv").read_bytes() == (ranked / "room_temperature.csv").read_bytes()
    worksheet = (tmp_path / "room_temperature_worksheet.csv").read_bytes()
    assert worksheet == (ranked / "batches/room_temperature.csv").read_bytes()
    book = pd.read_excel(tmp_path / "room_temperature.xlsx", sheet_name="ranking")
    listed = pd.read_csv(ranked / "room_temperature.csv")
    assert book["conductivity_S_cm"].tolist() == pytest.approx(listed["conductivity_S_cm"].tolist())
    assert book["polymer"].tolist() == listed["polymer"].tolist()


def test_it_prints(page):
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    pages = base64.b64decode(printed["data"]).count(b"/Type /Page\n")
    assert 8 < pages < 60


def test_a_click_on_a_heading_sorts_the_table(page):
    def ranks() -> list[int]:
        cells = page.find_elements("css selector", "#top tbody tr td:first-child")
        return [int(cell.text) for cell in cells]

    heading = page.find_element("css selector", "#top th")
    page.execute_script("arguments[0].click(); arguments[0].click();", heading)
    assert ranks() == list(range(10, 0, -1))
    page.execute_script("arguments[0].click();", heading)
    assert ranks() == list(range(1, 11))


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_sticks_out_sideways(page, width):
    page.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
    )
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
