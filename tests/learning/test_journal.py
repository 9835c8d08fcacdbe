"""Several runs that note what they do in one place: a folder, or a PostgreSQL server started for the tests."""

import os
import pwd
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import optuna
import pytest
import xgboost

from pipeline.common.errors import UserError
from pipeline.learning import CONDUCTIVITY, as_notes, tuning
from pipeline.learning.journal import Journal, _study
from pipeline.learning.tuning import Effort, Search, tune

pytestmark = pytest.mark.usefixtures("small_models")
SEARCH = Search(CONDUCTIVITY, Effort(n_trials=8, batch_size=4, patience=5), seed=5, n_threads=1)


class Killed(BaseException):
    """As a process that is killed: nothing catches it."""


def _missing(reason):
    """Skip, or fail where a run promised to have a server."""
    if os.environ.get("IONSCREEN_REQUIRE_POSTGRES"):
        pytest.fail(f"IONSCREEN_REQUIRE_POSTGRES is set, but {reason}")
    pytest.skip(f"no PostgreSQL: {reason}")


@pytest.fixture(scope="module")
def postgres():
    """The URL of a server that listens on a socket in its own folder alone, and is gone after the tests."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin")) or [Path(shutil.which("initdb") or "/none").parent]
    if not (programs[-1] / "initdb").exists():
        _missing("initdb is not installed (Debian: postgresql)")
    try:
        import psycopg  # noqa: F401
    except ImportError:
        _missing("the driver is not installed (pip install 'ionscreen[cluster]')")
    as_server = []
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    if os.getuid() == 0:  # PostgreSQL does not run as root
        if "postgres" not in {user.pw_name for user in pwd.getpwall()} or not shutil.which("setpriv"):
            _missing("there is neither a user postgres nor setpriv to become that user")
        as_server = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        shutil.chown(folder, "postgres", "postgres")

    def do(program, *arguments):
        command = [*as_server, str(programs[-1] / program), *arguments]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60)

    data = str(folder / "data")
    do("initdb", "--pgdata", data, "--username", "ionscreen", "--auth", "trust", "--no-sync")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    do("pg_ctl", "--pgdata", data, "--wait", "--log", str(folder / "log"), "--options", options, "start")
    try:
        yield f"postgresql+psycopg://ionscreen@/postgres?host={folder}"
    finally:
        do("pg_ctl", "--pgdata", data, "--mode", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(params=["folder", "sqlite", "postgres"])
def notes(request, tmp_path):
    if request.param == "postgres":
        return as_notes(request.getfixturevalue("postgres"))
    return as_notes(str(tmp_path / "searches") if request.param == "folder" else f"sqlite:///{tmp_path}/searches.db")


@pytest.fixture(scope="module")
def trials(sample, folds, small_models):
    return tune(sample, folds, SEARCH)


def killed_in(monkeypatch, n_curves):
    real, left = tuning._error_curve, [n_curves]

    def curve(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return real(*arguments)

    monkeypatch.setattr(tuning, "_error_curve", curve)


@pytest.mark.parametrize("library", [optuna, xgboost])
def test_what_another_version_of_a_library_noted_is_not_found(sample, folds, tmp_path, monkeypatch, library):
    here = Journal.of(tmp_path, sample, folds, SEARCH).name
    assert Journal.of(tmp_path, sample, folds, SEARCH).name == here
    monkeypatch.setattr(library, "__version__", "0.1")
    assert Journal.of(tmp_path, sample, folds, SEARCH).name != here


def test_a_second_run_goes_on_where_the_first_was_killed(sample, folds, notes, monkeypatch):
    search = replace(SEARCH, notes=notes, seed=6)  # one of its own in the database that the tests share
    whole = tune(sample, folds, replace(search, notes=None))
    with monkeypatch.context() as patch:
        killed_in(patch, 20)
        with pytest.raises(Killed):
            tune(sample, folds, search)
    killed_in(monkeypatch, 4 * len(folds))  # no more than the second batch is left to do
    assert tune(sample, folds, search) == whole


def test_what_one_run_has_finished_another_reads_and_does_not_do_again(sample, folds, trials, notes, monkeypatch):
    assert tune(sample, folds, replace(SEARCH, notes=notes)) == trials
    killed_in(monkeypatch, 0)
    assert tune(sample, folds, replace(SEARCH, notes=notes)) == trials


def test_two_runs_at_a_time_find_the_same_trials(sample, folds, notes):
    search = replace(SEARCH, notes=notes, seed=7)
    with ThreadPoolExecutor(2) as both:
        found = list(both.map(lambda _: tune(sample, folds, search), range(2)))
    assert found == [tune(sample, folds, replace(search, notes=None))] * 2


def test_a_run_takes_over_what_another_noted_meanwhile(sample, folds, trials, tmp_path, monkeypatch):
    """While one run does its first batch another one does all of the search."""
    search, real = replace(SEARCH, notes=tmp_path), tuning._run_batch

    def never(*arguments):
        raise Killed

    def overtaken(*arguments):
        real(*arguments)
        monkeypatch.setattr(tuning, "_run_batch", real)
        assert tune(sample, folds, search) == trials
        monkeypatch.setattr(tuning, "_run_batch", never)

    monkeypatch.setattr(tuning, "_run_batch", overtaken)
    assert tune(sample, folds, search) == trials


def test_of_what_two_runs_noted_twice_the_first_counts(notes):
    """Both had found nothing noted before either wrote."""
    with _study(notes, "twice") as study:
        for place, value in [(0, 1.0), (0, 5.0), (1, 2.0), (2, 3.0), (1, 6.0), (2, 7.0), (3, 4.0)]:
            study.add_trial(optuna.trial.create_trial(value=value, user_attrs={"place": place}))
    assert [trial.value for trial in Journal(notes, "twice").read(2)] == [1.0, 2.0, 3.0, 4.0]


def test_a_batch_of_which_a_part_was_noted_is_done_again(sample, folds, trials, notes):
    search = replace(SEARCH, notes=notes)
    tune(sample, folds, search)
    noted = Journal.of(notes, sample, folds, search).read(4)
    torn = Journal(notes, "torn")
    torn.write(noted[:6])
    assert len(torn.read(4)) == 4
    torn.write(noted)
    assert [trial.values for trial in torn.read(4)] == [trial.values for trial in noted]
    with _study(notes, "torn") as study:
        assert len(study.trials) == len(noted)


def test_a_lock_points_at_its_journal_from_wherever_it_is_looked_at(sample, folds, tmp_path, monkeypatch):
    """Optuna tells by the file behind a lock that its run has died; behind a relative link it would look forever."""
    monkeypatch.chdir(tmp_path)
    real, targets = os.symlink, []

    def noted(target, link):
        targets.append(Path(target))
        real(target, link)

    monkeypatch.setattr(os, "symlink", noted)
    tune(sample, folds, replace(SEARCH, notes=Path("searches"), effort=Effort(1, 1, 1)))
    (journal,) = (tmp_path / "searches").glob("*.log")
    assert set(targets) == {journal}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("postgresql+psycopg://me:secret@127.0.0.1:1/name", "postgresql+psycopg://me:***@127.0.0.1:1"),
        ("nosuchdatabase://me:secret@host/name", "nosuchdatabase://me:***@host/name"),
        ("://secret", "URL"),
    ],
)
def test_a_database_that_cannot_be_used_is_refused_without_its_password(typed, shown):
    with pytest.raises(UserError) as caught:
        as_notes(typed)
    assert f"--study {shown}" in str(caught.value)
    assert "cannot be used" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(UserError, match="taken: cannot be used"):
        as_notes(str(tmp_path / "taken"))
