from pathlib import Path

import pytest

from pipeline.commands.campaigns import chosen, free_place
from pipeline.commands.changing import Changes, changed_yaml
from pipeline.common.errors import UserError
from pipeline.common.typed import parse_yaml

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "experiments").glob("*.yaml"))
NOTHING = {"question": None, "temperature_C": None, "without": (), "without_processing": (), "limits": {}}
SMALL = b"""# why: a note
question: >-
  What conducts
  best at 30 \xc2\xb0C?
temperature_C: 30   # of the room
polymers: [PEO, "*CCO*"]
limits: {exclude_elements: [Ge], require_known_components: true}
"""


def changed(content, **changes):
    return changed_yaml(content, Changes(**(NOTHING | changes)), "made from x")


def read(content):
    return parse_yaml(Path("x.yaml"), content)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_not_changed_stays_as_it_was_with_its_comments(path):
    content = path.read_bytes()
    again = changed(content)
    assert read(again) == read(content)
    comments = [line.strip() for line in content.decode().splitlines() if line.strip().startswith("#")]
    assert [line.strip() for line in again.decode().splitlines() if line.strip().startswith("#")] == [
        "# made from x",
        *comments,
    ]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_changes_touch_what_they_name_and_nothing_else(path):
    before = read(path.read_bytes())
    after = read(changed(path.read_bytes(), temperature_C=60.0, without=("Zr",), limits={"only_inventory": True}))
    excluded = [*before.get("limits", {}).get("exclude_elements", []), "Zr"]
    limits = {**before.get("limits", {}), "only_inventory": True, "exclude_elements": excluded}
    words = "(changed: 60 °C, without Zr, only inventory)"
    assert after == before | {"temperature_C": 60, "limits": limits, "question": f"{before['question']} {words}"}


def test_lines_that_are_not_touched_stay_letter_by_letter():
    lines = changed(SMALL, temperature_C=45.0, question="Why?").decode().splitlines()
    assert lines == [
        "# made from x",
        "# why: a note",
        "question: >-",
        "  Why?",
        "temperature_C: 45   # of the room",
        'polymers: [PEO, "*CCO*"]',
        "limits: {exclude_elements: [Ge], require_known_components: true}",
    ]


def test_an_element_is_excluded_once_beside_those_that_were():
    assert read(changed(SMALL, without=("Ti", "Ge", "Ti")))["limits"]["exclude_elements"] == ["Ge", "Ti"]


def test_a_long_question_is_broken_into_lines():
    question = " ".join(["Which composites conduct best at 60 °C?"] * 9)
    again = changed(SMALL, question=question)
    assert read(again)["question"] == question
    assert max(map(len, again.decode().splitlines())) <= 120


@pytest.mark.parametrize(
    "typed", ["two\n\nlines ", "  a", "No", "on", "1:30", "null", "- a", "a: b", "# a", "'", "1e3"]
)
def test_what_yaml_would_take_for_something_else_stays_text(typed):
    """Nobelium is no truth."""
    held = read(changed(SMALL, without=(typed,), question=typed))
    assert held["limits"]["exclude_elements"] == ["Ge", typed]
    assert held["question"] == typed


def test_a_comment_stays_one_line():
    assert read(changed_yaml(SMALL, Changes(**NOTHING), "made from a\nquestion: b")) == read(SMALL)


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".hidden", "x.yaml", "ä", "a" * 81, "a b", "-x", "a\nb"])
def test_a_campaign_is_kept_under_a_plain_name(name):
    with pytest.raises(UserError, match="is no name for a campaign"):
        free_place(name)


def test_a_campaign_takes_the_place_of_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "experiments").mkdir()
    assert free_place("mine") == Path("experiments/mine.yaml")
    (tmp_path / "experiments/mine.yml").write_text("")
    with pytest.raises(UserError, match=r"mine\.yml is there already"):
        free_place("mine")


def test_a_campaign_is_found_by_its_name_or_its_path(monkeypatch):
    monkeypatch.chdir(ROOT)
    by_name, by_path = (
        chosen(text, Changes(**NOTHING)) for text in (SHIPPED[0].stem, f"experiments/{SHIPPED[0].name}")
    )
    assert by_name == by_path
    assert by_name.content.startswith(f"# Made from experiments/{SHIPPED[0].name}\n".encode())
    with pytest.raises(UserError, match=f"no campaign 'gone'; there are .*{SHIPPED[0].stem}"):
        chosen("gone", Changes(**NOTHING))


@pytest.mark.parametrize(
    ("content", "words"), [("- a", "keys and values"), ("a: [", "not valid YAML"), ("", "keys and")]
)
def test_a_file_that_is_no_campaign_is_refused(tmp_path, content, words):
    (tmp_path / "mine.yaml").write_text(content)
    with pytest.raises(UserError, match=words):
        chosen(str(tmp_path / "mine.yaml"), Changes(**NOTHING))


@pytest.mark.parametrize(
    "content",
    ["limits:\n", "limits: [a]", "limits: {exclude_elements: Ge}", "limits: {exclude_elements: }", "limits: 3"],
)
def test_limits_that_hold_no_lists_are_refused_and_not_added_to(tmp_path, content):
    (tmp_path / "mine.yaml").write_text(content)
    with pytest.raises(UserError, match="keys and values were expected, lists among the limits"):
        chosen(str(tmp_path / "mine.yaml"), Changes(**(NOTHING | {"without": ("Ge",)})))


@pytest.mark.parametrize("content", ["question: b\u0085c: d", "question: b\u2028c: d", "question: 'b\u2028c'"])
def test_a_file_that_would_change_in_more_than_was_asked_is_refused(tmp_path, content):
    """YAML 1.1 ends a line at these letters, YAML 1.2 does not."""
    (tmp_path / "mine.yaml").write_text(content, "utf-8")
    try:
        held = parse_yaml(tmp_path / "mine.yaml", chosen(str(tmp_path / "mine.yaml"), Changes(**NOTHING)).content)
    except UserError as error:
        assert "without changing more of it" in str(error) or "not valid YAML" in str(error)  # noqa: PT017
    else:
        assert held == parse_yaml(tmp_path / "mine.yaml", content.encode())
