import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.common.errors import UserError
from pipeline.common.stage import EXIT_BROKEN_PIPE, EXIT_USER_ERROR, run

ROOT = Path(__file__).parents[2]
TALKS = "from pipeline.common.stage import run, say\nrun('talk', lambda: [say('x' * 999) for _ in range(999)])"


@pytest.mark.parametrize("error", [UserError("row 3 is odd"), OSError("no room"), FileNotFoundError("no file")])
def test_a_mistake_ends_a_stage_with_its_message_and_no_traceback(capsys, error):
    def main() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        run("ingest", main)
    assert ended.value.code == EXIT_USER_ERROR
    told = capsys.readouterr().err
    assert told.startswith("ingest: stopped")
    assert str(error) in told
    assert "Traceback" not in told


def test_a_fault_of_our_own_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        run("ingest", lambda: print(1 / 0))


def test_a_stage_whose_reader_has_left_ends_in_silence():
    with subprocess.Popen(
        [sys.executable, "-c", TALKS], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as talker:
        assert talker.stdout is not None
        assert talker.stderr is not None
        talker.stdout.readline()
        talker.stdout.close()
        said = talker.stderr.read()
    assert (talker.returncode, said) == (EXIT_BROKEN_PIPE, b"")
