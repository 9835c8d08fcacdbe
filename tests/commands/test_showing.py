import json
import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.commands.showing import Screen, plain, show_json, signed, table

NUMBERS = ("3,565,900,800", "5.9×10⁻⁵ to 1.7×10⁻³")


@pytest.mark.parametrize("columns", ["50", "80", "200"])
def test_a_narrow_table_breaks_its_texts_and_no_number(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", columns)
    Screen().print(table(("mixtures", "interval"), ("mixture",), [(*NUMBERS, "PVDF-TrFE and so on " * 9)]))
    said = capsys.readouterr().out
    assert all(number in said for number in NUMBERS)
    assert "".join(said.split()).count("PVDF-TrFE") == 9
    assert max(map(len, said.splitlines())) <= int(columns)


@pytest.mark.parametrize("typed", ["[bold]PEO[/bold]", "[link=http://x]y[/link]", ":smile:", "[/]", "\\[b]"])
def test_what_was_typed_is_no_markup(capsys, typed):
    Screen().print(table((), ("name",), [(typed,)]))
    Screen().say(typed)
    said = capsys.readouterr().out
    assert said.count(typed) == 2
    assert "\x1b" not in said


@given(st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_control_character_reaches_the_terminal_and_json_gives_the_text_back(capsys, typed):
    capsys.readouterr()
    Screen().print(table((), ("name",), [(typed,)]))
    Screen().say(typed)
    said = capsys.readouterr().out
    assert all(letter.isprintable() or letter == "\n" for letter in said)
    show_json({"typed": typed})
    written = capsys.readouterr().out
    assert all(letter.isprintable() or letter == "\n" for letter in written)
    assert json.loads(written) == {"typed": typed}


def test_a_terminal_breaks_lines_with_what_follows_indented_and_a_pipe_keeps_them(monkeypatch, capsys):
    line = "    94 %  PEO / LATP: 1.4×10⁻⁴ S/cm at 60 °C [Li et al.; review 004, Table 1, row 25]"
    Screen().say(line)
    assert capsys.readouterr().out == f"{line}\n"
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "40")
    Screen().say(line)
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith("    94 %  PEO")
    assert second.startswith("          ")
    assert max(map(len, (first, second, third))) <= 40
    assert " ".join(" ".join((first, second, third)).split()) == " ".join(line.split())


def test_json_holds_what_is_not_known_as_null_and_numbers_as_numbers(capsys):
    show_json(
        {"a": math.nan, "b": [np.float64(0.5), np.int64(3), np.bool_(True)], "c": (math.inf, None), "d": "10⁻⁵ °C"}
    )
    written = capsys.readouterr().out
    assert json.loads(written) == {"a": None, "b": [0.5, 3, True], "c": [None, None], "d": "10⁻⁵ °C"}
    assert "10⁻⁵ °C" in written


def test_numbers_are_written_with_a_minus_sign():
    assert [signed(0.31), signed(-0.29), signed(-0.444, 2)] == ["+0.3", "−0.3", "−0.44"]
    assert [plain(-4.811), plain(4.96, 1), plain(math.nan)] == ["−4.81", "5.0", ""]
