"""A server does not start from a database in which somebody still has a password that MLflow once shipped."""

from __future__ import annotations

import sqlite3
import sys

import pytest
from werkzeug.security import check_password_hash, generate_password_hash

from pipeline import server
from pipeline.common.errors import UserError
from pipeline.tracking.accounts import refuse_known_passwords, set_password


@pytest.fixture
def old(tmp_path):
    """The accounts of a server that an older MLflow set up, with hashes as it made them."""
    with sqlite3.connect(tmp_path / "auth.db") as database:
        database.execute("CREATE TABLE users (username TEXT, password_hash TEXT, is_admin BOOLEAN)")
        kept = generate_password_hash("password1234", method="pbkdf2:sha256:1000")
        database.execute("INSERT INTO users VALUES ('admin', ?, 1)", (kept,))
        other = generate_password_hash("another-password", method="pbkdf2:sha256:1000")
        database.execute("INSERT INTO users VALUES ('mara', ?, 0)", (other,))
    database.close()
    return f"sqlite:///{tmp_path}/auth.db"


def test_a_shipped_password_in_an_old_database_is_refused_with_the_remedy(old, tmp_path):
    with pytest.raises(UserError, match=r"'admin': MLflow once shipped it; .*--new-password admin") as refused:
        refuse_known_passwords(old, tmp_path / "none")
    assert "mara" not in str(refused.value)


@pytest.mark.parametrize("user", ["admin", "mara"])
def test_the_remedy_works(old, tmp_path, monkeypatch, capsys, user):
    monkeypatch.setattr(sys, "argv", ["server", "--folder", str(tmp_path), "--database", old, "--new-password", user])
    server.main()
    said = capsys.readouterr().out
    path = tmp_path / ("admin_password" if user == "admin" else "new_password")
    password = path.read_text().strip()
    assert str(path) in said
    assert password not in said
    assert path.stat().st_mode & 0o077 == 0
    with sqlite3.connect(tmp_path / "auth.db") as database:
        found = dict(database.execute("SELECT username, password_hash FROM users"))
    database.close()
    assert check_password_hash(found[user], password)
    if user == "admin":
        refuse_known_passwords(old, tmp_path / "none")


def test_the_server_does_not_start_from_it(old, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["server", "--folder", str(tmp_path), "--database", old])
    with pytest.raises(UserError, match="the server is not started"):
        server.main()


def test_a_new_database_has_nobody_yet(tmp_path):
    refuse_known_passwords(f"sqlite:///{tmp_path}/new.db", tmp_path / "none")


def test_a_user_who_is_not_there_gets_no_password(old, tmp_path):
    with pytest.raises(UserError, match="'nobody': no such user"):
        set_password(old, tmp_path / "none", "nobody", "a-long-password")


def test_a_database_that_is_none_is_refused_in_words(tmp_path):
    (tmp_path / "text.db").write_text("no database " * 100)
    with pytest.raises(UserError, match="cannot be used"):
        refuse_known_passwords(f"sqlite:///{tmp_path}/text.db", tmp_path / "none")
