import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.files import read_json, write_json
from pipeline.common.locks import working
from pipeline.common.stage import EXIT_BROKEN_PIPE, EXIT_BUSY, EXIT_INTERRUPTED, EXIT_USER_ERROR, run, run_stage

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


def test_who_interrupts_a_stage_sees_no_traceback(capsys):
    def main() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as ended:
        run("train", main)
    assert ended.value.code == EXIT_INTERRUPTED
    assert capsys.readouterr().err == "train: interrupted\n"


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


def test_who_comes_second_is_told_in_one_line_and_ends_with_an_exit_code_of_its_own(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with working("dvc repro"), pytest.raises(SystemExit) as ended:
        run_stage("rank", lambda: pytest.fail("it ran"))
    assert ended.value.code == EXIT_BUSY
    told = capsys.readouterr().err
    assert told.startswith("rank: another one is at work here: `dvc repro` (process")
    assert told.count("\n") == 1


def test_a_stage_seals_what_it_wrote_and_clears_away_what_a_killed_one_left(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    layout.PROCESSED.mkdir(parents=True)
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (layout.PROCESSED / f".metrics.json.{ended.pid}.abc.part").write_text("hal")
    run_stage("evaluate", lambda: write_json(layout.METRICS, {"a": 1}), [layout.METRICS])
    assert read_json(layout.METRICS) == {"a": 1}
    assert sorted(path.name for path in layout.PROCESSED.iterdir()) == ["metrics.json", "seals"]


def test_a_stage_that_stops_seals_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def main() -> None:
        write_json(layout.METRICS, {"a": 1})
        raise UserError("half way")

    with pytest.raises(SystemExit):
        run_stage("evaluate", main, [layout.METRICS])
    with pytest.raises(UserError, match="no stage of the last run wrote it"):
        read_json(layout.METRICS)


def _words_alone() -> None:
    raise RuntimeError("(sqlite3.OperationalError) database or disk is full")


def _behind_another() -> None:
    try:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "data/processed/.models.part")
    except OSError as error:
        raise ValueError("cannot write") from error


@pytest.mark.parametrize("main", [_words_alone, _behind_another])
def test_a_full_disk_is_said_to_be_full_by_whatever_error_it_shows(main, capsys):
    with pytest.raises(SystemExit) as ended:
        run("publish", main)
    assert ended.value.code == EXIT_USER_ERROR
    told = capsys.readouterr().err
    assert "publish: stopped: no room on the disk" in told
    assert "Traceback" not in told
