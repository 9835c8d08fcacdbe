from __future__ import annotations

import os

import pytest

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.tracking.login import ADDRESS, PASSWORD, USER, log_in
from pipeline.tracking.secrets import kept_secret, write_secret


@pytest.fixture
def clean(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (ADDRESS, USER, PASSWORD):
        monkeypatch.setenv(name, "")  # so that what a test sets is taken back
        monkeypatch.delenv(name)
    layout.SERVER.mkdir(parents=True)
    return tmp_path


def test_a_secret_is_made_once_and_only_its_owner_may_read_it(clean):
    path = clean / "secret"
    first = kept_secret(path)
    assert len(first) >= 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert kept_secret(path) == first
    assert kept_secret(clean / "other") != first


def test_a_secret_that_others_may_read_is_refused(clean):
    kept_secret(clean / "secret")
    (clean / "secret").chmod(0o640)
    with pytest.raises(UserError, match="chmod 600"):
        kept_secret(clean / "secret")


@pytest.mark.parametrize("guessed", ["password1234", "password", "short"])
def test_a_password_that_anybody_could_guess_is_refused(clean, guessed):
    write_secret(clean / "secret", guessed)
    with pytest.raises(UserError, match="anybody could guess"):
        kept_secret(clean / "secret")


@pytest.mark.parametrize("server", ["http://127.0.0.1:5000", "http://localhost:5000"])
def test_the_servers_own_password_is_found_for_this_machine(clean, server):
    secret = kept_secret(layout.SERVER_PASSWORD)
    log_in(server)
    assert (os.environ[ADDRESS], os.environ[USER], os.environ[PASSWORD]) == (server, "admin", secret)


def test_the_servers_own_password_goes_to_no_other_machine(clean):
    kept_secret(layout.SERVER_PASSWORD)
    log_in("https://mlflow.example.org")
    assert PASSWORD not in os.environ


def test_a_password_that_is_set_stays(clean, monkeypatch):
    kept_secret(layout.SERVER_PASSWORD)
    monkeypatch.setenv(PASSWORD, "mine")
    log_in("http://127.0.0.1:5000")
    assert os.environ[PASSWORD] == "mine"


@pytest.mark.parametrize("typed", ["127.0.0.1:5000", "ftp://host", "http://"])
def test_what_is_no_address_is_refused(clean, typed):
    with pytest.raises(UserError, match="no address of a server"):
        log_in(typed)


def test_a_password_file_that_is_missing_is_named(clean):
    with pytest.raises(UserError, match="nowhere: no such file"):
        log_in("http://127.0.0.1:5000", clean / "nowhere")
