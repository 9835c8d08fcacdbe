"""A server as `make server` starts it, in a folder of its own, and how the tests ask it."""

from __future__ import annotations

import base64
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
OWN = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}
READER = ("reader", "a-password-for-reading")


def missing(reason: str) -> None:
    """Skip, or fail where a run promised to have a server."""
    if os.environ.get("IONSCREEN_REQUIRE_POSTGRES"):
        pytest.fail(f"IONSCREEN_REQUIRE_POSTGRES is set, but {reason}")
    pytest.skip(f"no PostgreSQL: {reason}")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        return json.loads(self.body)


class Server(NamedTuple):
    address: str
    folder: Path
    process: subprocess.Popen[str]
    said: list[str]

    @property
    def password(self) -> str:
        return (self.folder / "admin_password").read_text().strip()

    @property
    def admin(self) -> tuple[str, str]:
        return "admin", self.password

    @property
    def login(self) -> dict[str, str]:
        """The environment of who publishes there."""
        user, password = self.admin
        named = {"MLFLOW_TRACKING_URI": self.address, "MLFLOW_TRACKING_USERNAME": user}
        return named | {"MLFLOW_TRACKING_PASSWORD": password}

    def ask(
        self,
        method: str,
        path: str,
        user: tuple[str, str] | None = None,
        body: bytes | dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Send a request as it is, with no path made tidy first."""
        sent = dict(headers or {})
        if user:
            sent["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
        if isinstance(body, dict):
            body, sent["Content-Type"] = json.dumps(body).encode(), "application/json"
        connection = http.client.HTTPConnection(self.address.removeprefix("http://"), timeout=30)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()


def start(folder: Path, *more: str) -> Server:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = ["--port", str(port), "--folder", str(folder), "--workers", "1", *more]
    command = [sys.executable, "-m", "pipeline.server", *given]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = []
    for line in process.stdout or ():
        said.append(line)
        if "MLFLOW_TRACKING_PASSWORD" in line:
            return Server(f"http://127.0.0.1:{port}", folder, process, said)
    raise AssertionError("".join(said))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A server in a folder of its own, gone after the tests."""
    if not (list(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or shutil.which("initdb")):
        missing("initdb is not installed (Debian: postgresql)")
    if find_spec("psycopg") is None:
        missing("the driver is not installed (pip install 'ionscreen[cluster]')")
    if os.getuid() == 0 and not ("postgres" in {user.pw_name for user in pwd.getpwall()} and shutil.which("setpriv")):
        missing("there is neither a user postgres nor setpriv to become that user")
    folder = Path(tempfile.mkdtemp(prefix="server"))  # not pytest's own, in which another user cannot look
    folder.chmod(0o711)
    started = start(folder)
    try:
        yield started
    finally:
        started.process.send_signal(signal.SIGTERM)
        rest = started.process.communicate(timeout=60)[0]
        left = (folder / "postgres" / "postmaster.pid").exists()
        shutil.rmtree(folder)
        assert started.process.returncode == 0, rest
        assert not left


@pytest.fixture(scope="session")
def reader(server: Server) -> tuple[str, str]:
    """The login of somebody who was given an account and nothing else."""
    made = dict(zip(("username", "password"), READER, strict=True))
    answer = server.ask("POST", "/api/2.0/mlflow/users/create", server.admin, made)
    assert answer.status == 200, answer.text
    return READER


def clear(server: Server) -> None:
    """Have a server hold nothing of ours; since a deleted experiment keeps its name, it gets another one before."""
    api = "/api/2.0/mlflow"

    def done(method: str, path: str, body: dict[str, Any]) -> None:
        answer = server.ask(method, f"{api}/{path}", server.admin, body)
        assert answer.status == 200, answer.text

    found = server.ask("POST", f"{api}/experiments/search", server.admin, {"max_results": 100}).json()
    for experiment in found.get("experiments", ()):
        number = experiment["experiment_id"]
        if number != "0":
            done("POST", "experiments/update", {"experiment_id": number, "new_name": f"gone {number}"})
            done("POST", "experiments/delete", {"experiment_id": number})
    models = server.ask("GET", f"{api}/registered-models/search?max_results=100", server.admin).json()
    for model in models.get("registered_models", ()):
        done("DELETE", "registered-models/delete", {"name": model["name"]})


@pytest.fixture
def empty_server(server: Server) -> Server:
    clear(server)
    return server
