"""What people and programs put into files by mistake or by malice, as strategies for hypothesis."""

from __future__ import annotations

import gc
import signal
import time
from contextlib import contextmanager
from functools import wraps

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from pipeline.common.errors import UserError
from tests.tallying import TooSlowError

LONGEST_SECONDS = 1.0
STUCK_SECONDS = 20
"""After which a case counts as one that never ends."""
DIGITS = ("٣", "３", "²", "⁻⁴", "½", "Ⅳ", "五", "१", "₂")
MINUSES = ("-", "−", "–", "—", "‐", "﹣", "－", "⁻")
BLANKS = (" ", "\u00a0", "\u2009", "\u202f", "\u3000", "\u200b", "\ufeff", "\t", "\u2007")
CONTROLS = (
    "\x00",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\u202e",
    "\ud800",
    "\r",
    "\n",
    "\r\n",
    "\x0b",
    "\ufffe",
)
SEPARATORS = (",", ";", "|", ":", '"', "'", " + ", "+", "/", "=", "*", ".", "(", ")", "[", "]", "{", "}", "&", "#", "%")
NUMBERS = (
    *("nan", "NaN", "inf", "-inf", "∞", "1e400", "1e-400", "-1", "0", "-0", "1e999", "1e5", "00123", "0x1F", "1_000"),
    *("1,5", "3,1e-4", "1.234,5", "1 000", "1’000", "1.2.3", "1e", "e4", ".5", "5.", "+5", "--5", "10^-4", "10⁻⁴"),
    *("×10−4", "1×10^-4", "~1", ">1", "<1", "1±", "1±2", "1-2", "2-1", "1 or 2", "9" * 30, "1" + "0" * 310, "1/2"),
)
WORDS = (
    "None",
    "null",
    "n/a",
    "TRUE",
    "#REF!",
    "=1+1",
    "2026-01-02",
    "<b>",
    "{{x}}",
    "%s",
    "ü",
    "电导率",
    "🔋",
    "x" * 300,
)
PIECES = (*DIGITS, *MINUSES, *BLANKS, *CONTROLS, *SEPARATORS, *NUMBERS, *WORDS)

EVERY = settings.get_profile("faults")
SOME = settings(EVERY, max_examples=max(EVERY.max_examples // 5, 100))
"""For what is not among the inputs that the table of faults counts in tens of thousands."""

pieces = st.sampled_from(PIECES)
any_text = st.text(max_size=12)
fragments = st.one_of(pieces, any_text)


@st.composite
def mutated(draw, sound):
    """A sound text with a few pieces put in, taken out or in the place of others."""
    text = draw(st.sampled_from(sound)) if isinstance(sound, list | tuple) else draw(sound)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        stop = draw(st.integers(start, min(start + 3, len(text))))
        text = text[:start] + draw(st.one_of(fragments, st.just(""))) + text[stop:]
    return text


class Stuck(BaseException):
    """A case did not end."""


@contextmanager
def refused_at_most(*places, within=LONGEST_SECONDS):
    """Let a block end in time, with a UserError or without; what was refused has a place and a reason.

    Args:
        places: Texts of which the message has to name one.
        within: Seconds of this thread, the collection of garbage of other tests left aside.

    Raises:
        TooSlowError: It took longer.
    """

    def stop(*_):
        raise Stuck(f"more than {STUCK_SECONDS} s")

    old = signal.signal(signal.SIGALRM, stop)
    signal.alarm(STUCK_SECONDS)
    gc.disable()
    began = time.thread_time()
    try:
        yield
    except UserError as error:
        said = str(error)
        assert any(place in said for place in places) or not places, said
        assert len(said) > 15, said
    finally:
        gc.enable()
        signal.alarm(0)
        signal.signal(signal.SIGALRM, old)
    if (seconds := time.thread_time() - began) >= within:
        raise TooSlowError(f"{seconds:.1f} s of {within:g}")


def again_if_slow(test):
    """Try an example once more that took too long: of tens of thousands, one is held up by the machine now and then."""

    @wraps(test)
    def tried(*arguments, **named):
        try:
            test(*arguments, **named)
        except TooSlowError:
            test(*arguments, **named)

    return tried


def refusal(read, *given):
    """Return the message with which something is refused within a second."""
    with refused_at_most(within=LONGEST_SECONDS), pytest.raises(UserError) as refused:
        read(*given)
    return str(refused.value)


def read_or_told(read, *given):
    """Return what is read and "", or None and why it is refused."""
    try:
        return read(*given), ""
    except ValueError as error:
        return None, str(error)
