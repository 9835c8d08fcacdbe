from pathlib import Path

import pytest

from pipeline.common.errors import UserError
from pipeline.common.typed import parse_yaml
from tests.hostile import refusal

PATH = Path("typed.yaml")
LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 14)
)
ENDLESS = {
    "billion laughs": (LAUGHS, "counted as often as an alias repeats them"),
    "a list within itself": ("&a [*a]", "stands within what it repeats"),
    "a mapping within itself": ("a: &a {b: [*a]}", "stands within what it repeats"),
    "10,000 lists in one another": ("[" * 10_000, "lists and mappings in one another"),
    "1,000 mappings in one another": ("{a: " * 1000, "lists and mappings in one another"),
    "1,000 indentations": ("".join(" " * n + "a:\n" for n in range(1000)), "lists and mappings in one another"),
    "20,000 keys": ("".join(f"k{n}: 1\n" for n in range(20_000)), "more than 12000 keys and values"),
    "10^6 letters too many": ("a: " + "x" * 10**6, "1,000,000 of YAML are read at most"),
    "a number of 5,000 digits": ("a: " + "9" * 5000, "not valid YAML"),
    "a quote that does not end": ('a: "' + "x\n" * 50_000, "unexpected end of stream"),
}


@pytest.mark.fault("7 input: YAML without end")
@pytest.mark.parametrize("kind", ENDLESS)
def test_yaml_without_end_is_refused_within_a_second(tally, kind):
    content, told = ENDLESS[kind]
    with tally.attempt():
        said = refusal(parse_yaml, PATH, content.encode())
        assert told in said
        assert str(PATH) in said
        assert len(said) < 2000


@pytest.mark.parametrize("number", ["060", "-010", "00", "0_7", "1:30", "190:20:30", "1:30.5"])
def test_a_number_of_which_yaml_makes_another_is_refused(number):
    """A temperature of 060 would be 48."""
    with pytest.raises(UserError, match=r"typed\.yaml, line 1, column 16: .*is another number in YAML"):
        parse_yaml(PATH, f"temperature_C: {number}".encode())


@pytest.mark.parametrize(
    ("text", "number"), [("0", 0), ("60", 60), ("0.5", 0.5), ("1.0e-3", 1e-3), ("-20", -20), ("0x1F", 31)]
)
def test_other_numbers_are_read(text, number):
    assert parse_yaml(PATH, f"a: {text}".encode()) == {"a": number}


@pytest.mark.parametrize(
    "content",
    [
        "a: !!python/object/apply:os.system [ls]",
        "a: !!timestamp x",
        "a: !!bool 1",
        "!x a: 1",
        "a: !!set {x}",
        'a: "\\UFFFFFFFF"',
    ],
)
def test_tags_and_letters_that_are_none_are_refused(content):
    with pytest.raises(UserError, match="not valid YAML"):
        parse_yaml(PATH, content.encode())


@pytest.mark.parametrize("content", ['a: "\\ud800"', 'a: "\\udfff"', '"\\udcff": 1', 'a: ["\\ud83d\\ude00"]'])
def test_half_of_a_character_is_refused_since_no_file_and_no_page_holds_it(content):
    with pytest.raises(UserError, match=r"typed\.yaml, line 1, column \d+: .*half of a character"):
        parse_yaml(PATH, content.encode())


ONES = ", ".join(["1"] * 5997)


@pytest.mark.parametrize(
    ("fits", "exceeds"),
    [
        ("[" * 30 + "]" * 30, "[" * 31 + "]" * 31),
        (f"[{'1, ' * 11_998}1]", f"[{'1, ' * 11_999}1]"),
        (f"a: &x [{ONES}]\nb: [*x]", f"a: &x [{ONES}]\nb: [*x, 1]"),  # a mapping, two keys, a list, and twice 1 + 5,997
    ],
)
def test_as_much_as_the_limit_is_read_and_one_more_is_not(fits, exceeds):
    assert parse_yaml(PATH, fits.encode())
    with pytest.raises(UserError, match="more than"):
        parse_yaml(PATH, exceeds.encode())


def test_what_stands_beside_one_another_is_not_within_one_another():
    assert len(parse_yaml(PATH, b"- [1]\n" * 100)) == 100


def test_an_alias_repeats_what_it_names():
    assert parse_yaml(PATH, b"a: &few [Ge, Ti]\nb: *few\nc: {d: *few}") == {
        "a": ["Ge", "Ti"],
        "b": ["Ge", "Ti"],
        "c": {"d": ["Ge", "Ti"]},
    }


@pytest.mark.parametrize("content", ["a: 1\na: 2", 'a: 1\n"a": 2', "yes: 1\ntrue: 2", "1: a\n1.0: b"])
def test_a_key_that_stands_twice_is_refused(content):
    with pytest.raises(UserError, match="stands twice"):
        parse_yaml(PATH, content.encode())
