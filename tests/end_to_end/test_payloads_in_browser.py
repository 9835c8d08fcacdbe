"""A report in which every text was typed to break it, in a real browser: nothing runs, nothing is asked for."""

from __future__ import annotations

import json
import re
from itertools import cycle
from typing import Any

import pytest
from markupsafe import Markup

from pipeline import report
from pipeline.common import layout
from pipeline.common.files import write_text
from pipeline.reporting import Download, render_report

WATCH = """
window.ran = [];
for (const name of ["alert", "confirm", "prompt", "open", "print", "fetch"])
  window[name] = (...words) => { window.ran.push((name + " " + words).toWellFormed()); };
window.addEventListener("securitypolicyviolation", (event) => window.ran.push(event.violatedDirective));
"""
COUNT = """
const counts = {};
const count = (key) => { counts[key] = (counts[key] ?? 0) + 1; };
for (const element of document.querySelectorAll("*")) {
  if (element.closest(".chart") && element.localName !== "div") continue;
  if (element.localName === "wbr") continue;
  count(element.localName);
  for (const attribute of element.attributes) count(element.localName + " " + attribute.name);
}
return counts;
"""
IN_CHARTS = """
const odd = "script, img, image, iframe, object, embed, a, use, style, foreignObject, [href], [src]";
const drawn = [...document.querySelectorAll(".chart")];
const elements = drawn.flatMap((chart) => [...chart.querySelectorAll("*")]);
const names = elements.flatMap((element) => element.getAttributeNames());
const handlers = names.filter((name) => name.startsWith("on"));
return [drawn.reduce((n, chart) => n + chart.querySelectorAll(odd).length, 0), handlers.length, drawn.length];
"""
TEXT = """
const page = document.documentElement.cloneNode(true);
page.querySelectorAll("script, style").forEach((element) => element.remove());
return page.textContent.toWellFormed();
"""
HOVER = """
const said = [];
for (const mark of document.querySelectorAll(".chart .role-mark path, .chart .role-mark circle")) {
  const box = mark.getBoundingClientRect();
  const where = { bubbles: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  for (const kind of ["pointermove", "pointerover", "mousemove", "mouseover"])
    mark.dispatchEvent(kind.startsWith("p") ? new PointerEvent(kind, where) : new MouseEvent(kind, where));
  const tooltip = document.getElementById("vg-tooltip-element");
  const odd = tooltip?.querySelectorAll("*:not(table, tbody, tr, td, h2)").length;
  if (tooltip) said.push([tooltip.textContent.toWellFormed(), odd]);
}
return said;
"""


class Retyped:
    """A chart in whose data, titles and orders every text is another."""

    def __init__(self, chart, texts):
        self._chart, self._texts = chart, texts

    def spec(self):
        spec = self._chart.spec()
        rows = [row for rows in spec["datasets"].values() for row in rows]
        found = sorted({cell for row in rows for cell in row.values() if isinstance(cell, str)})
        to = dict(zip(found, cycle(self._texts), strict=False))
        to |= dict(zip(_titles(spec), cycle(self._texts[::-1]), strict=False))
        return {key: _mapped(value, to, key) for key, value in spec.items()}


def _titles(node) -> list[str]:
    if isinstance(node, list):
        return [title for value in node for title in _titles(value)]
    if not isinstance(node, dict):
        return []
    own = [node["title"]] if isinstance(node.get("title"), str) else []
    return own + [title for key, value in node.items() if key != "datasets" for title in _titles(value)]


def _mapped(node: Any, to: dict[str, str], key: str, *, is_text: bool = False) -> Any:
    is_text = is_text or key in ("datasets", "sort", "domain", "values", "title")
    if isinstance(node, dict):
        return {name: _mapped(value, to, name, is_text=is_text) for name, value in node.items()}
    if isinstance(node, list):
        return [_mapped(value, to, "", is_text=is_text) for value in node]
    return to.get(node, node) if is_text and isinstance(node, str) else node


def retyped(node: Any, texts: Any, kept: set[str]) -> Any:
    """Put another text in the place of every text but markup of our own, addresses and the names of figures."""
    if isinstance(node, dict):
        return {key: retyped(value, texts, kept) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [retyped(value, texts, kept) for value in node]
    if isinstance(node, Download):
        return Download(next(texts), next(texts), node.address)
    return next(texts) if isinstance(node, str) and node not in kept and not isinstance(node, Markup) else node


@pytest.fixture(scope="module")
def told(to_be_harmed, tmp_path_factory):
    """What the report of one finished campaign is rendered from: its content and its figures."""
    captured = []
    folder = tmp_path_factory.mktemp("one")
    ranking = sorted((to_be_harmed / layout.RANKINGS).glob("*.csv"))[0]
    (folder / "batches").mkdir()
    for path in (ranking, ranking.with_suffix(".json"), ranking.parent / "batches" / ranking.name):
        (folder / path.relative_to(to_be_harmed / layout.RANKINGS)).write_bytes(path.read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(to_be_harmed)
        patch.setattr(layout, "RANKINGS", folder)
        patch.setattr(layout, "REPORTS", folder / "reports")
        patch.setattr(report, "render_report", lambda *told: captured.append(told) or "")
        report.main()
    return captured[0]


@pytest.fixture(scope="module")
def opened(browser, told, payloads, tmp_path_factory):
    """Open the report with other texts in it; returns what the page holds."""
    from selenium.webdriver.support.ui import WebDriverWait

    content, figures = told
    watch = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    browser.set_window_size(1440, 1000)

    def opened(texts):
        path = tmp_path_factory.mktemp("typed") / "index.html"
        long = sorted(texts, key=len)[-5:]
        feed = iter([*long, *(text for _ in range(200) for text in texts if text not in long)])
        typed = retyped(content, feed, {figure.name for figure in figures})
        charts = [type(figure)(figure.name, *list(texts)[:2], Retyped(figure.chart, texts)) for figure in figures]
        write_text(path, render_report(typed, charts))
        browser.get("about:blank")  # what another test's page still asks for is not this page's doing
        browser.get_log("browser"), browser.get_log("performance")
        browser.get(path.as_uri())
        WebDriverWait(browser, 60).until(lambda b: b.execute_script("return document.body.dataset.charts"))
        return {
            "counts": browser.execute_script(COUNT),
            "text": browser.execute_script(TEXT),
            "in_charts": browser.execute_script(IN_CHARTS),
            "tooltips": browser.execute_script(HOVER),
            "ran": browser.execute_script("return window.ran"),
            "errors": [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"],
            "requested": [
                message["params"]["request"]["url"]
                for entry in browser.get_log("performance")
                if (message := json.loads(entry["message"])["message"])["method"] == "Network.requestWillBeSent"
            ],
            "address": path.as_uri(),
        }

    yield opened
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", watch)


@pytest.fixture(scope="module")
def typed(opened, payloads):
    return opened(payloads)


def test_nothing_that_was_typed_runs_or_asks_for_anything(typed):
    assert typed["ran"] == []
    assert typed["errors"] == []
    assert {url for url in typed["requested"] if not url.startswith("data:")} == {typed["address"]}


def test_nothing_that_was_typed_becomes_an_element_or_an_attribute(typed, opened, payloads):
    harmless = opened([f"PEO {number}" for number in range(len(payloads))])
    assert typed["counts"] == harmless["counts"]
    assert typed["in_charts"][:2] == harmless["in_charts"][:2] == [0, 0]
    assert typed["in_charts"][2] > 5


@pytest.mark.fault("8 outputs: HTML in a browser")
def test_what_was_typed_stands_there_as_text_and_does_nothing(typed, tally, payloads):
    done = " ".join(map(str, [*typed["ran"], *typed["errors"], *typed["requested"]]))
    assert len(payloads) >= 200
    for payload in payloads:
        with tally.attempt():
            shown = re.sub("\r\n?", "\n", re.sub("[\ud800-\udfff]", "�", payload)).replace("\0", "")
            assert shown in typed["text"]
            assert "evil.invalid" not in done


def test_a_tooltip_says_what_was_typed_as_text(typed, payloads):
    said = [text for text, _ in typed["tooltips"]]
    assert {n_elements for _, n_elements in typed["tooltips"]} == {0}
    assert sum(any(payload in text for text in said) for payload in payloads if "<" in payload) > 20
