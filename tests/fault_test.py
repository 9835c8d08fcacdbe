"""`make fault-test`: every fault tried as often as was promised, and a table of what was survived."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.end_to_end.trees import SHARED
from tests.tallying import Counts, as_text

HARMED = ["tests/end_to_end/test_killed.py", "tests/end_to_end/test_disk_full.py"]
SHARES = {"harmed": HARMED, "rest": ["tests", *(f"--deselect={path}" for path in HARMED)]}
"""Tests that run side by side; the first take as long as all others."""


def main() -> int:
    """Run both shares and print one table; the exit status is that of the tests."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        places = {name: Path(folder) / f"{name}.json" for name in SHARES}
        command = [sys.executable, "-m", "pytest", "-m", "fault", "--faults", "full", "--quiet", "--no-header"]
        environment = os.environ | {SHARED: folder}
        started = [
            subprocess.Popen([*command, "--tally", str(places[name]), *share], env=environment)
            for name, share in SHARES.items()
        ]
        codes = [process.wait() for process in started]
        told = [json.loads(place.read_text()) for place in places.values() if place.is_file()]
    faults = {name: Counts(**counts) for table in told for name, counts in table.items()}
    minutes = (time.monotonic() - began) / 60
    print(f"\n{as_text(faults)}\n{minutes:.1f} minutes; the tests {'failed' if any(codes) else 'passed'}")
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
