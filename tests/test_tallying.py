"""How tries are counted, also of what took too long."""

import time

import pytest

from tests.hostile import again_if_slow, refused_at_most
from tests.tallying import Counts, Tally, TooSlowError


def tried_with(seconds_of_tries):
    """Count the tries of something that takes so many seconds of processor, one try after the other."""
    counts, seconds = Counts(), iter(seconds_of_tries)

    @again_if_slow
    def test():
        with Tally(is_full=False, counts=counts).attempt(), refused_at_most(within=0.05):
            end = time.thread_time() + next(seconds)
            while time.thread_time() < end:
                pass

    return test, counts


@pytest.mark.parametrize("seconds", [(0.0,), (0.1, 0.0)])
def test_what_was_held_up_once_is_tried_again_and_counts_once(seconds):
    test, counts = tried_with(seconds)
    test()
    assert counts == Counts(n_tries=1, n_survived=1)


def test_what_is_slow_twice_fails():
    test, _ = tried_with((0.1, 0.1))
    with pytest.raises(TooSlowError, match=r"0\.1 s of 0\.05"):
        test()


def test_what_fails_is_a_try_that_was_not_survived():
    counts = Counts()
    with pytest.raises(AssertionError), Tally(is_full=False, counts=counts).attempt():
        raise AssertionError
    assert counts == Counts(n_tries=1, n_survived=0)
