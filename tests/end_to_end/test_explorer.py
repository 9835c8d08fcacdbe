"""The explorer as a chemist meets it: a server, a browser, no network but for 127.0.0.1."""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import socket
import statistics
import subprocess
import time
from urllib.parse import urlencode

import pandas as pd
import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

ONE = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "LLZTO",
    "filler_amount": "10",
    "filler_unit": "wt%",
    "architecture": "particles",
    "temperature_C": "30",
}
CHARTS = tuple(f".st-key-chart_{axis} svg" for axis in ("temperature", "loading"))
DRAWN = f"{CHARTS[0]} .mark-symbol path"
LONGEST_WAIT_S = 40
SLOWEST_CHANGE_MS = 2000
"""On a machine whose two cores do other work as well; docs/EXPLORER.md says what a calm one takes."""
N_CHANGES = 7
TIMED = """
const what = () => document.querySelector(".answer .what").textContent;
const before = what();
window.timed = {};
const watch = new MutationObserver(() => {
  if (what() === before) return;
  window.timed.number = performance.now() - window.timed.start;
  watch.disconnect();
});
watch.observe(document.body, { subtree: true, childList: true, characterData: true });
window.addEventListener("keydown", () => { window.timed.start = performance.now(); }, { capture: true, once: true });
"""
STICKING_OUT = """
const parts = [...document.querySelectorAll(".stMain *")].map((part) => [part.getBoundingClientRect(), part.outerHTML]);
return parts.filter(([box]) => box.width > 0 && box.right > innerWidth + 1).map(([_, html]) => html.slice(0, 90));
"""
SETTLED = """
const selector = arguments[0];
const app = document.querySelector("[data-testid=stApp]");
return app !== null && app.dataset.testScriptState === "notRunning" && document.querySelector(selector) !== null;
"""


@pytest.fixture(scope="module")
def address(finished):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [".venv/bin/python", "-m", "pipeline.explore", "--port", str(port), "--no-browser"]
    with (finished / "explorer.log").open("w") as log:
        server = subprocess.Popen(command, cwd=finished, stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": "."})
        try:
            deadline = time.monotonic() + LONGEST_WAIT_S
            while not _answers(port):
                assert server.poll() is None, (finished / "explorer.log").read_text()
                assert time.monotonic() < deadline, (finished / "explorer.log").read_text()
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(LONGEST_WAIT_S)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        time.sleep(0.1)
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def visit(browser, address):
    """Opens a page of the explorer and waits until all of it is there."""
    browser.get("about:blank")
    browser.get_log("browser"), browser.get_log("performance")

    def opened(query=ONE, width=1440, path="", shown=DRAWN):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        browser.get(f"http://{address}/{path}?{urlencode(query)}")
        settle(browser, shown)
        return browser

    yield opened
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def until(page, condition):
    return WebDriverWait(page, LONGEST_WAIT_S, poll_frequency=0.05).until(lambda _: condition())


def settle(page, shown=DRAWN):
    until(page, lambda: page.execute_script(SETTLED, shown))


def find(page, selector):
    return page.find_element("css selector", selector)


def texts(page, selector):
    return page.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((element) => element.textContent.trim())", selector
    )


def number(page, letter="A"):
    return texts(page, f".answer[data-mixture={letter}] .number")[0]


def choose(page, label, name):
    """Pick a name in the box with a label."""
    box = find(page, f"[data-testid=stSidebar] input[aria-label='{label}']")
    box.send_keys(Keys.CONTROL, "a")
    box.send_keys(name)
    until(page, lambda: name in texts(page, "[role=option]"))
    option = next(one for one in page.find_elements("css selector", "[role=option]") if one.text == name)
    option.click()


def test_a_chemist_sees_the_answer_without_scrolling(visit):
    page = visit()
    assert texts(page, ".answer .what") == ["PEO / LLZTO 10 wt%, LiTFSI, particles, 30 °C"]
    assert re.fullmatch(r"\d\.\d×10⁻[⁰¹²³⁴-⁹]", number(page))
    for part in (
        ".answer .badge",
        ".drivers",
        ".papers",
        ".changes",
        *(f".st-key-chart_{x} svg" for x in ("temperature", "loading")),
    ):
        box = find(page, part).rect
        assert 0 <= box["y"] < 900, part
        assert box["x"] + box["width"] <= 1440, part


def test_another_temperature_moves_number_address_and_mark(visit):
    page = visit()
    before, mark = number(page), _place_of_mark(page)
    slider = find(page, "input[type=range][aria-label='Temperature, °C']")
    slider.send_keys(Keys.PAGE_UP)
    slider.send_keys(Keys.END)
    until(page, lambda: "160 °C" in texts(page, ".answer .what")[0])
    settle(page)
    assert number(page) != before
    assert "temperature_C=160" in page.current_url
    assert _place_of_mark(page) != mark


def _place_of_mark(page):
    return page.find_elements("css selector", f"{CHARTS[0]} .mark-symbol path")[-1].get_attribute("transform")


def test_another_filler_and_none_change_what_is_said(visit):
    page = visit()
    choose(page, "Filler", "LATP")
    until(page, lambda: texts(page, ".answer .what") == ["PEO / LATP 10 wt%, LiTFSI, particles, 30 °C"])
    find(page, "[data-testid=stSidebar] .st-key-A_filler button[aria-label*='lear']").click()
    until(page, lambda: texts(page, ".answer .what") == ["PEO, LiTFSI, particles, 30 °C"])
    settle(page, ".told")
    assert "there is no loading to vary" in texts(page, ".told")[0]


def test_a_repeat_unit_can_be_typed_and_nonsense_is_told(visit):
    page = visit()
    box = find(page, "[data-testid=stSidebar] input[aria-label='Polymer']")
    for typed, said in (("*CCO*", ".answer"), ("<img src=x onerror=alert(1)>", ".told")):
        box.send_keys(Keys.CONTROL, "a")
        box.send_keys(typed, Keys.ENTER)
        settle(page, said)
    until(page, lambda: texts(page, ".told"))
    assert "<img src=x onerror=alert(1)>" in texts(page, ".told")[0]
    assert page.find_elements("css selector", ".told img") == []


def test_a_point_of_a_curve_says_what_it_is(visit):
    page = visit()
    for chart, said in zip(CHARTS, ("°C", "weight fraction"), strict=True):
        until(page, lambda chart=chart: len(page.find_elements("css selector", f"{chart} .mark-symbol path")) > 10)
        ActionChains(page).move_to_element(find(page, f"{chart} .mark-symbol path:nth-child(5)")).perform()
        until(page, lambda: "S/cm" in "".join(texts(page, "#vg-tooltip-element.visible")))
        told = texts(page, "#vg-tooltip-element")[0]
        assert said in told
        assert "lower end" in told


def test_two_mixtures_stand_side_by_side(visit):
    page = visit({**ONE, **{f"b_{key}": text for key, text in ONE.items()}, "b_temperature_C": "60"})
    assert number(page, "A") != number(page, "B")
    boxes = [find(page, f".answer[data-mixture={letter}]").rect for letter in "AB"]
    assert boxes[0]["y"] == boxes[1]["y"]
    assert "30 °C → 60 °C" in " ".join(texts(page, ".differences td"))
    lines = page.find_elements("css selector", f"{CHARTS[0]} .mark-line path")
    assert len({line.get_attribute("stroke") for line in lines}) == 2


@pytest.mark.parametrize(("path", "shown"), [("", ".changes"), ("rankings", ".ranking")])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_sticks_out_sideways(visit, width, path, shown):
    page = visit(width=width, path=path, shown=shown)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    assert page.execute_script(STICKING_OUT) == []


def test_what_an_address_carries_is_text(visit):
    payload = "<script>window.ran = 1</script><img src=x onerror='window.ran = 1'>"
    page = visit({**ONE, "filler": payload, "nonsense": payload})
    assert page.execute_script("return window.ran === undefined")
    told = texts(page, ".told p")
    assert payload[:20] in told[1]
    assert "'nonsense' is no key of a mixture" in told[0]
    assert texts(page, ".answer .what") == ["PEO, LiTFSI, particles, 30 °C"]


def test_a_ranking_is_filtered_ordered_downloaded_and_opened(visit, finished, tmp_path):
    page = visit({}, path="rankings", shown=".ranking")
    name = sorted((finished / "data/processed/rankings").glob("*.csv"))[0].stem
    ranking = pd.read_csv(finished / f"data/processed/rankings/{name}.csv")
    polymer = ranking["polymer"].iloc[-1].split(" + ")[0].split(":")[0]
    choose(page, "Polymer", polymer)
    expected = ranking[ranking["polymer"].str.contains(rf"(?:^|\+ ){re.escape(polymer)}(?::| \+|$)")]
    until(page, lambda: texts(page, ".question .soft") == [f"{len(expected)} of {len(ranking)} rows"])
    choose(page, "Order by", "conductivity, highest first")
    best = expected.sort_values("conductivity_S_cm", ascending=False, kind="stable")
    ranks = [str(rank) for rank in best["rank"].head(25)]
    until(page, lambda: texts(page, ".ranking td:first-child") == ranks)
    settle(page, ".ranking")
    page.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    find(page, "[data-testid=stDownloadButton] button").click()
    saved = tmp_path / f"{name}.csv"
    until(page, saved.is_file)
    read = pd.read_csv(io.StringIO(saved.read_text(encoding="utf-8")))
    assert read["rank"].tolist() == best["rank"].tolist()
    assert read["conductivity_S_cm"].tolist() == best["conductivity_S_cm"].tolist()
    value = texts(page, ".ranking .value")[0]
    find(page, ".ranking tbody a").click()
    settle(page)
    assert number(page) == value
    assert page.find_elements("css selector", ".told") == []


def test_a_change_is_answered_soon(visit, record_property):
    page = visit()
    slider = find(page, "input[type=range][aria-label='Temperature, °C']")
    times = []
    for _ in range(N_CHANGES):
        settle(page)
        page.execute_script(TIMED)
        slider.send_keys(Keys.ARROW_RIGHT)
        times.append(until(page, lambda: page.execute_script("return window.timed.number")))
    record_property("median_ms", statistics.median(times))
    assert statistics.median(times) < SLOWEST_CHANGE_MS, times


def test_nobody_else_is_asked_and_nothing_goes_wrong(visit, address):
    page = visit()
    messages = [json.loads(entry["message"])["message"]["params"] for entry in page.get_log("performance")]
    asked = {(message.get("request") or message).get("url", "") for message in messages}
    elsewhere = [url for url in asked if re.match("(http|ws|ftp)", url) and url.split("/")[2] != address]
    assert any(url.startswith("ws://") for url in asked)
    assert elsewhere == []
    assert [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize(("header", "value"), [("Host", "rebound.example"), ("Origin", "http://elsewhere.example")])
def test_a_page_of_another_host_gets_no_session_and_nobody_is_asked_about_it(address, finished, header, value):
    headers = {
        "Host": address,
        "Origin": f"http://{address}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    statuses = []
    for sent in (headers, {**headers, header: value}):
        connection = http.client.HTTPConnection(address, timeout=LONGEST_WAIT_S)
        connection.request("GET", "/_stcore/stream", headers=sent)
        statuses.append(connection.getresponse().status)
        connection.close()
    assert statuses == [101, 403]
    assert "external IP" not in (finished / "explorer.log").read_text()


HOSTILE = (
    "polymer=PEO&polymer=%3Cimg%20src%3Dx%20onerror%3D%22window.ran%3D1%22%3E",
    "polymer=%ff%fe%c3%28&%c0%ae=%00",
    "polymer=PEO&temperature_C=NaN&filler=LLZTO&filler_amount=inf&filler_unit=wt%25",
    "polymer=..%2F..%2F..%2Fetc%2Fpasswd&page=..%2Frankings%2F..%2F..%2Fsecrets",
    "&".join(f"key{number}=%3Cscript%3Ewindow.ran%3D1%3C%2Fscript%3E" for number in range(200)),
)


def test_hostile_addresses_are_shown_as_text_and_nothing_of_them_is_run(visit, address):
    page = visit()
    for query in HOSTILE:
        page.get(f"http://{address}/?{query}")
        settle(page, ".answer .number")
        assert page.execute_script("return window.ran === undefined"), query
        assert page.find_elements("css selector", ".stMain img, .stMain script, .told b") == [], query
        assert texts(page, ".told p"), query


def asked(address, method, path, headers=None, body=None):
    connection = http.client.HTTPConnection(address, timeout=LONGEST_WAIT_S)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Access-Control-Allow-Origin"), answer.read()
    finally:
        connection.close()


CLIMBS = (
    "../../pipeline/explore.py",
    "..%2f..%2fpipeline%2fexplore.py",
    "%2e%2e/%2e%2e/pipeline/explore.py",
    "..%252f..%252fpipeline%252fexplore.py",
    "..%5c..%5cpipeline%5cexplore.py",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "x/../../../../../../etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "explore.py%00.png",
)


@pytest.mark.parametrize(
    "place",
    ["", "static/", "media/", "app/static/", "component/streamlit/", "_stcore/bidi-components/x/", "rankings/"],
)
def test_no_path_of_the_explorer_leads_to_a_file_of_this_machine(address, place):
    for path in CLIMBS:
        _, _, told = asked(address, "GET", f"/{place}{path}")
        assert b"root:" not in told, path
        assert b"def main" not in told, path


def test_the_explorer_is_driven_by_browsers_alone_and_takes_no_files(address):
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp"):
        status, allowed, told = asked(address, "POST", path, {"Content-Type": "application/json"}, b"{}")
        assert (status >= 400, allowed) == (True, None), told
    upload = "/_stcore/upload_file/session/file"
    assert asked(address, "PUT", upload, {"Content-Type": "text/plain"}, b"x")[0] >= 400


def test_pages_of_other_servers_may_not_read_what_the_explorer_answers(address):
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics"):
        for origin in ("http://elsewhere.example", "null", "http://127.0.0.1:1"):
            assert asked(address, "GET", path, {"Origin": origin})[1] in (None, f"http://{address}"), path
