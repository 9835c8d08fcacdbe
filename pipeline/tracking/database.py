"""A PostgreSQL of our own: one folder, reached through a socket that only its owner sees, with a password."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.common.errors import UserError
from pipeline.tracking.secrets import write_secret

USER = "ionscreen"
PASSWORD_FILE = "pgpass"
"""In the form that PostgreSQL's own clients read (PGPASSFILE)."""
_DEBIAN = Path("/usr/lib/postgresql")
_SERVER_USER = "postgres"
_N_BYTES = 24
_TIMEOUT_S = 120


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL cluster.

    Attributes:
        data: Its folder.
        programs: Where PostgreSQL's programs are.
        sockets: The folder of its socket.
        as_user: What a command is put behind so that it does not run as root, which PostgreSQL refuses.
    """

    data: Path
    programs: Path
    sockets: Path
    as_user: tuple[str, ...]

    def do(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs.

        Raises:
            UserError: It failed; the message is its own.
        """
        done = self.run(program, *arguments)
        if done.returncode:
            said = (done.stderr or done.stdout).strip() or f"see {self.data / 'log'}"
            hint = f" (run as the user {_SERVER_USER}, who has to reach that folder)" if self.as_user else ""
            raise UserError(f"PostgreSQL's {program} failed{hint}: {said}")

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, whatever it says."""
        command = [*self.as_user, str(self.programs / program), *arguments]
        # Not through pipes: the server keeps them open, and who reads them would wait for it to end.
        with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
            done = subprocess.run(
                command, cwd="/", check=False, text=True, stdout=said, stderr=complained, timeout=_TIMEOUT_S
            )
            for file in (said, complained):
                file.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, said.read(), complained.read())


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Start the cluster in a folder, which is made if need be, and stop it in the end.

    Args:
        folder: Holds the cluster (`postgres/`) and its password.

    Yields:
        The database's address, without its password: PGPASSFILE has to name `folder/pgpass`.

    Raises:
        UserError: PostgreSQL is not installed or does not start.
    """
    data = folder.resolve() / "postgres"
    sockets = Path(tempfile.mkdtemp(prefix="ionscreen-"))
    try:
        cluster = Cluster(data, _programs(data), sockets, _as_user())
        _hand_over(sockets, cluster)
        _make(cluster, folder / PASSWORD_FILE)
        if cluster.run("pg_ctl", "--pgdata", str(data), "status").returncode == 0:
            cluster.do("pg_ctl", "--pgdata", str(data), "--mode", "fast", "stop")  # whoever started it was killed
        options = f"-c listen_addresses='' -c unix_socket_directories='{sockets}'"
        log = str(data / "log")
        cluster.do("pg_ctl", "--pgdata", str(data), "--wait", "--log", log, "--options", options, "start")
        try:
            yield f"postgresql+psycopg://{USER}@/postgres?host={sockets}"
        finally:
            cluster.do("pg_ctl", "--pgdata", str(data), "--mode", "fast", "--wait", "stop")
    finally:
        shutil.rmtree(sockets, ignore_errors=True)


def _programs(data: Path) -> Path:
    """Find PostgreSQL's programs: of the version that made the cluster, else the newest."""
    made_by = data / "PG_VERSION"
    versions = sorted(_DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name))
    if made_by.is_file():
        versions = [path for path in versions if path.parent.name == made_by.read_text().strip()] or versions
    on_path = shutil.which("initdb")
    found = [*([Path(on_path).resolve().parent] if on_path else []), *versions]
    if not found:
        raise UserError(
            "PostgreSQL is not installed (Debian: apt install postgresql); or name a database with --database"
        )
    return found[-1]


def _as_user() -> tuple[str, ...]:
    if os.getuid() != 0:
        return ()
    if _SERVER_USER not in {user.pw_name for user in pwd.getpwall()} or not shutil.which("setpriv"):
        raise UserError(
            f"PostgreSQL does not run as root, and there is no user {_SERVER_USER} to run it; use another account, or "
            "name a database with --database"
        )
    return ("setpriv", f"--reuid={_SERVER_USER}", f"--regid={_SERVER_USER}", "--clear-groups")


def _hand_over(path: Path, cluster: Cluster) -> None:
    if cluster.as_user:
        shutil.chown(path, _SERVER_USER, _SERVER_USER)


def _make(cluster: Cluster, password_file: Path) -> None:
    """Make the cluster where there is none; beside its place first, so that half of one is never taken for it."""
    if cluster.data.exists():
        if not password_file.is_file():
            raise UserError(f"{password_file}: missing; without it nobody gets into the database beside it")
        return
    password = secrets.token_urlsafe(_N_BYTES)
    part, word = cluster.data.with_suffix(".part"), cluster.sockets / "password"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    _hand_over(part, cluster)
    write_secret(word, password)
    _hand_over(word, cluster)
    how = ("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C")
    cluster.do("initdb", "--pgdata", str(part), "--username", USER, "--pwfile", str(word), *how)
    word.unlink()
    password_file.unlink(missing_ok=True)
    write_secret(password_file, f"*:*:*:{USER}:{password}")
    part.rename(cluster.data)
