"""Passwords and keys: made once, each in a file that only its owner may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pipeline.common.errors import UserError
from pipeline.tracking.login import read_password

_N_BYTES = 24
SHIPPED = ("password1234", "password")
"""Passwords that MLflow shipped (until 3.16) or shows in its manual; anybody knows them."""
_SHORTEST = 12


def kept_secret(path: Path) -> str:
    """Return the secret in a file, which is made if it is not there.

    Raises:
        UserError: Others may read it, or it is one that anybody could guess.
    """
    if not path.exists():
        write_secret(path, secrets.token_urlsafe(_N_BYTES))
    secret = read_password(path)
    if secret in SHIPPED or len(secret) < _SHORTEST:
        raise UserError(
            f"{path}: anybody could guess this password; write one of at least {_SHORTEST} letters there, or delete "
            "the file before the first start and one is made"
        )
    return secret


def write_secret(path: Path, secret: str) -> None:
    """Write a secret that only the owner of the file may read; a file that is there already is left alone."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")
