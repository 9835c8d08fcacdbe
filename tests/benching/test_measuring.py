import json
import subprocess
import sys

import pytest

from pipeline.benching.measuring import Measured, extrapolated, peak_MiB, timed


def test_repeats_are_summed_up_by_median_and_range():
    assert Measured.of([3.0, 1.0, 10.0]) == Measured(3.0, 1.0, 10.0, 3)
    assert Measured.of([4.0, 1.0]) == Measured(2.5, 1.0, 4.0, 2)
    assert Measured.of([7.0]) == Measured(7.0, 7.0, 7.0, 1)


def test_nothing_measured_is_no_measurement():
    with pytest.raises(ValueError, match="one number at least"):
        Measured.of([])


def test_a_whole_takes_as_many_times_as_long_as_it_is_larger_than_its_parts():
    assert extrapolated([2.0, 1.0, 4.0], 100, 1000) == Measured(20.0, 10.0, 40.0, 3)
    assert extrapolated([2.0], 100, 100) == Measured.of([2.0])


def test_a_ratio_ranges_from_the_worst_to_the_best_pairing():
    slow, fast = Measured(100.0, 80.0, 120.0, 5), Measured(2.0, 1.0, 4.0, 3)
    assert slow.over(fast) == Measured(50.0, 20.0, 120.0, 3)


def test_a_rate_is_highest_where_least_time_was_taken():
    assert Measured(2.0, 1.0, 4.0, 3).rate(100) == Measured(50.0, 25.0, 100.0, 3)


def test_a_job_is_given_its_arguments_and_returns_what_it_returns():
    took, quotient = timed(divmod, 7, 2)
    assert quotient == (3, 1)
    assert 0 <= took < 1


HOLDER = """
import json
from pipeline.benching.measuring import peak_MiB
before = peak_MiB()
held = bytearray(200 * 1024**2)
del held
print(json.dumps([before, peak_MiB()]))
"""


def test_the_peak_counts_what_is_no_longer_held_and_not_what_the_parent_holds():
    held = bytearray(300 * 1024**2)
    done = subprocess.run([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, check=True)
    before, after = json.loads(done.stdout)
    assert len(held) / 1024**2 > before
    assert after - before == pytest.approx(200, rel=0.05)
    assert peak_MiB() > 300
