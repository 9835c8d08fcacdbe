"""Text that a spreadsheet would run as a formula when it opens a CSV, made harmless in a way that can be undone.

The characters are those that OWASP lists under CSV injection (= + - @, tab, carriage return, line feed, and their
full-width forms), and what spreadsheets pass over before them: blanks, invisible characters, quotes. A cell counts from
its start and again after each line break, tab and semicolon, where another locale or a careless program begins a cell.
"""

from __future__ import annotations

import re

_PASSED_OVER = r"\s\"'\x00-\x1f\x7f-\xa0\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_OPERATORS = r"=+\-@＝＋－＠﹦﹢﹣﹫"
_NUMBER = r" *[+-][\d.]+(?:[eE][+-]?\d+)?(?: ?[°%A-Za-z]+(?: [°%A-Za-z]+)*)?"
_FORMULA = rf"(?=[{_PASSED_OVER}]*[{_OPERATORS}])"
_AT_START = rf"(?:(?!{_NUMBER}\s*\Z){_FORMULA}|(?='*[\t\r\n]))"
_AFTER_A_BREAK = rf"(?!{_NUMBER}(?:[;\t\r\n]|\s*\Z)){_FORMULA}"
_BREAK = r"(?:(?<=[;\t\n])|(?<=\r)(?!\n))"
_TO_GUARD = re.compile(rf"\A{_AT_START}|{_BREAK}{_AFTER_A_BREAK}")
_GUARD = re.compile(rf"\A'{_AT_START}|{_BREAK}'{_AFTER_A_BREAK}")


def guarded(text: str) -> str:
    """Put an apostrophe wherever a spreadsheet would begin a formula; signed numbers such as "-20 °C" stay."""
    return _TO_GUARD.sub("'", text)


def unguarded(text: str) -> str:
    """Take off what `guarded` put in: `unguarded(guarded(text))` is `text`, whatever it holds."""
    return _GUARD.sub("", text)
