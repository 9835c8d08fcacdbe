"""The accounts in a server's database: none may have a password that anybody knows when it starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.common.errors import UserError
from pipeline.tracking.secrets import SHIPPED

if TYPE_CHECKING:
    from sqlalchemy import Connection

_TABLE = "users"
"""Of MLflow's basic auth: username, password_hash, is_admin."""


def refuse_known_passwords(database: str, password_file: Path) -> None:
    """Refuse a database in which somebody still has a password that MLflow once shipped.

    Args:
        database: Its address.
        password_file: Holds its password, in PostgreSQL's form; may be missing.

    Raises:
        UserError: Somebody has; or the database cannot be reached.
    """
    from sqlalchemy import inspect, text
    from werkzeug.security import check_password_hash

    with _connected(database, password_file) as connection:
        if not inspect(connection).has_table(_TABLE):
            return  # nobody was ever served from it
        users = connection.execute(text(f"SELECT username, password_hash FROM {_TABLE} ORDER BY username")).all()
    weak = [name for name, kept in users if any(check_password_hash(kept, word) for word in SHIPPED)]
    if weak:
        raise UserError(
            f"anybody knows the password of {', '.join(map(repr, weak))}: MLflow once shipped it; the server is not "
            f"started. Give a new one: `python -m pipeline.server --new-password {weak[0]}`, with the same --folder "
            "and --database as before"
        )


def set_password(database: str, password_file: Path, user: str, password: str) -> None:
    """Give a user another password.

    Args:
        database: The database's address.
        password_file: Holds its password, in PostgreSQL's form; may be missing.
        user: Whose.
        password: The new one.

    Raises:
        UserError: There is no such user, or the database cannot be reached.
    """
    from sqlalchemy import text
    from werkzeug.security import generate_password_hash

    change = text(f"UPDATE {_TABLE} SET password_hash = :kept WHERE username = :user")
    with _connected(database, password_file) as connection:
        done = connection.execute(change, {"kept": generate_password_hash(password), "user": user})
        connection.commit()
    if not done.rowcount:
        raise UserError(f"{user!r}: no such user in the server's database")


@contextmanager
def _connected(database: str, password_file: Path) -> Iterator[Connection]:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import SQLAlchemyError
    from sqlalchemy.pool import NullPool

    address = make_url(database)
    if address.get_backend_name() == "postgresql" and password_file.is_file():
        address = address.update_query_dict({"passfile": str(password_file.resolve())})
    try:
        engine = create_engine(address, poolclass=NullPool)
        with engine.connect() as connection:
            yield connection
    except SQLAlchemyError as error:
        said = str(error).splitlines()[0]
        raise UserError(f"the server's database cannot be used: {said}") from None
