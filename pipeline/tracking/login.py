"""How a tracking server is reached: its address, and who asks, with the password of `make server` where it is ours."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.common import layout
from pipeline.common.errors import UserError

ADDRESS = "MLFLOW_TRACKING_URI"
USER = "MLFLOW_TRACKING_USERNAME"
PASSWORD = "MLFLOW_TRACKING_PASSWORD"
ADMIN = "admin"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def log_in(server: str | None = None, password_file: Path | None = None) -> None:
    """Point this process at a tracking server.

    The password of `make server` goes to a server on this machine alone, and only where none is set.

    Args:
        server: The server's address; None takes what the environment says.
        password_file: The file that holds the password; None takes that of `make server`.

    Raises:
        UserError: The address is none, or the password file is missing or empty.
    """
    if server:
        if urlsplit(server).scheme not in ("http", "https") or not urlsplit(server).hostname:
            raise UserError(f"{server}: no address of a server; http://127.0.0.1:5000 was expected")
        os.environ[ADDRESS] = server
    address = urlsplit(os.environ.get(ADDRESS, ""))
    if password_file is None and address.hostname in _LOOPBACK and layout.SERVER_PASSWORD.is_file():
        password_file = layout.SERVER_PASSWORD
    if password_file is not None and not os.environ.get(PASSWORD):
        os.environ[PASSWORD] = read_password(password_file)
        os.environ.setdefault(USER, ADMIN)


def read_password(path: Path) -> str:
    """Read a password file.

    Raises:
        UserError: It is missing, empty, or others than its owner may read it.
    """
    if not path.is_file():
        raise UserError(f"{path}: no such file; `make server` writes one, or --password-file names another")
    if path.stat().st_mode & 0o077:
        raise UserError(f"{path}: others than its owner may read this password; run `chmod 600 {path}`")
    password = path.read_text("utf-8").strip()
    if not password:
        raise UserError(f"{path}: empty; the password was expected")
    return password
