"""`make server`: MLflow for several people, with a login, on a PostgreSQL of its own or a given one."""

from __future__ import annotations

import argparse
import fcntl
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.stage import run, say
from pipeline.tracking.accounts import refuse_known_passwords, set_password
from pipeline.tracking.database import PASSWORD_FILE, running
from pipeline.tracking.login import ADMIN
from pipeline.tracking.secrets import kept_secret
from pipeline.tracking.serving import Service, serve

_LOOPBACK = "127.0.0.1"
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> None:
    """Serve until somebody ends it."""
    arguments = _arguments()
    folder: Path = arguments.folder
    # Where root starts this, PostgreSQL runs as another user, who has to get to its folder; every secret is a file that
    # only its owner may read.
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    for number in _SIGNALS:
        signal.signal(number, signal.default_int_handler)
    try:
        with _alone(folder), _patient(), _database(arguments) as database:
            if arguments.new_password:
                _renew_password(arguments, database)
                return
            refuse_known_passwords(database, folder / PASSWORD_FILE)
            _refuse_taken(arguments.host, arguments.port)
            service = Service(folder, arguments.host, arguments.port, _allowed(arguments), arguments.workers, database)
            with serve(service) as process:
                _tell(service)
                process.wait()
            raise UserError(f"MLflow ended by itself; see {service.log}")
    except KeyboardInterrupt:
        say("server: stopped")


@contextmanager
def _database(arguments: argparse.Namespace) -> Iterator[str]:
    with nullcontext(arguments.database) if arguments.database else running(arguments.folder) as database:
        yield database


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one server use a folder."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(f"{folder}: another server runs from this folder; end it first") from None
        yield


@contextmanager
def _patient() -> Iterator[None]:
    """Once it ends, let it end in order, however often it is asked to."""
    try:
        yield
    finally:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)


def _renew_password(arguments: argparse.Namespace, database: str) -> None:
    """Give a user a new password; that of the server's own user is the one in its file."""
    folder, user = arguments.folder, arguments.new_password
    path = folder / "admin_password"
    if user != ADMIN:
        path = folder / "new_password"
        path.unlink(missing_ok=True)
    set_password(database, folder / PASSWORD_FILE, user, kept_secret(path))
    say(f"server: {user!r} has another password now, in {path}, which only you may read")


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                f"{host}:{port}: cannot be used ({error.strerror}); choose another --port, or end what listens there "
                "(the MLflow of a server that was just killed ends by itself within half a minute)"
            ) from None


def _allowed(arguments: argparse.Namespace) -> str:
    own = [f"{name}:{arguments.port}" for name in dict.fromkeys((_LOOPBACK, "localhost", arguments.host))]
    return ",".join([*own, *(name.strip() for name in (arguments.allowed_hosts or "").split(",") if name.strip())])


def _tell(service: Service) -> None:
    say(f"server: {service.address} is ready; Ctrl-C ends it")
    if service.host != _LOOPBACK:
        say("server: it can be reached from other machines, and passwords travel unencrypted: put TLS in front of it")
    say(f"server: the user is {service.user}, the password is in {service.password_file}, which only you may read")
    say(f"server: on this machine `make publish SERVER={service.address}` publishes there; elsewhere")
    say(f"  export MLFLOW_TRACKING_URI={service.address} MLFLOW_TRACKING_USERNAME={service.user}")
    say("  export MLFLOW_TRACKING_PASSWORD=<what that file holds>")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.server",
        description="Serve MLflow with a login. Passwords are made on the first start and kept in the folder.",
        epilog="python -m pipeline.server --port 5000",
    )
    parser.add_argument("--host", default=_LOOPBACK, help=f"where to listen ({_LOOPBACK}: this machine alone)")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument(
        "--allowed-hosts",
        metavar="NAMES",
        help="names, with port, by which it may be called, as mlflow.example.org:443",
    )
    parser.add_argument("--folder", type=Path, default=layout.SERVER, help=f"where everything lies ({layout.SERVER})")
    parser.add_argument("--workers", type=int, default=2, help="processes that answer (2)")
    parser.add_argument(
        "--database",
        metavar="ADDRESS",
        help="an existing database, as postgresql+psycopg://user@host/name, its password best in ~/.pgpass; without it "
        "a PostgreSQL is started in the folder",
    )
    parser.add_argument(
        "--new-password", metavar="USER", help="give a user another password, in a file of the folder, and end"
    )
    return parser.parse_args()


if __name__ == "__main__":
    run("server", main)
