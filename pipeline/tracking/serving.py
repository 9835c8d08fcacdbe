"""MLflow's server as a process of ours: who may ask it, where it keeps things, and that it refuses who has no login."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.common.errors import UserError
from pipeline.common.files import write_text
from pipeline.tracking import child, gate
from pipeline.tracking.database import PASSWORD_FILE
from pipeline.tracking.login import ADMIN
from pipeline.tracking.secrets import kept_secret

_PATIENCE_S = 180
_PAUSE_S = 0.2
_N_LOG_LINES = 15
_QUESTION = "/api/2.0/mlflow/experiments/get-by-name?experiment_name=Default"
_AUTH = {"default_permission": "READ", "auth_cache_ttl_seconds": 60, "authorization_function": gate.PLACE}
"""Who has a login may read; a login that was checked counts for a minute, since checking takes a third of a second."""
_HERE = Path(__file__).resolve().parents[2]
"""MLflow has to find `gate` from wherever this is started."""
_SETTINGS = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_ENABLE_REMOTE_ASSISTANT": "false",
    "MLFLOW_BASIC_AUTH_FAIL_CLOSED": "true",
}


@dataclass(frozen=True)
class Service:
    """What is served, and to whom.

    Attributes:
        folder: Holds passwords, artifacts and the log.
        host: Where it listens.
        port: At which port.
        allowed_hosts: Names by which it may be called, joined by commas: others are refused (DNS rebinding).
        n_workers: Processes that answer.
        database: Address of the database that holds runs and users.
    """

    folder: Path
    host: str
    port: int
    allowed_hosts: str
    n_workers: int
    database: str

    @property
    def address(self) -> str:
        """Where it is reached."""
        return f"http://{self.host}:{self.port}"

    @property
    def user(self) -> str:
        """Who may do everything."""
        return ADMIN

    @property
    def password_file(self) -> Path:
        """The file that holds that user's password."""
        return self.folder / "admin_password"

    @property
    def log(self) -> Path:
        """What MLflow says."""
        return self.folder / "mlflow.log"


@contextmanager
def serve(service: Service) -> Iterator[subprocess.Popen[bytes]]:
    """Start MLflow's server, wait until it answers, and end it with all of its processes.

    They end also where this process is killed.

    Yields:
        The process.

    Raises:
        UserError: A password could be guessed, or the server does not start or lets in who has no login.
    """
    command, environment = _command(service), _environment(service)
    with service.log.open("wb") as log:
        process = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait(service, process)
        _check_login(service)
        yield process
    finally:
        _end(process)


def _command(service: Service) -> list[str]:
    """Return the command; it holds no secret, since others see commands."""
    where = ["--host", service.host, "--port", str(service.port), "--workers", str(service.n_workers)]
    artifacts = (service.folder / "artifacts").resolve()
    artifacts.mkdir(mode=0o700, exist_ok=True)
    who = ["--app-name", "basic-auth", "--allowed-hosts", service.allowed_hosts]
    kept = ["--serve-artifacts", "--artifacts-destination", artifacts.as_uri()]
    return [sys.executable, "-m", child.__name__, str(os.getpid()), "server", *where, *who, *kept]


def _environment(service: Service) -> dict[str, str]:
    """Return the process's environment, which holds the secrets; it takes over no setting of MLflow."""
    config = service.folder / "basic_auth.ini"
    config.touch(mode=0o600)
    settings = _AUTH | {"database_uri": service.database.replace("%", "%%"), "admin_username": ADMIN}
    write_text(config, "\n".join(["[mlflow]", *(f"{key} = {value}" for key, value in settings.items()), ""]))
    config.chmod(0o600)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("MLFLOW_")}
    passwords = service.folder / PASSWORD_FILE
    return {
        **kept,
        **_SETTINGS,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_HERE), os.environ.get("PYTHONPATH")])),
        **({"PGPASSFILE": str(passwords.resolve())} if passwords.is_file() else {}),
        "MLFLOW_BACKEND_STORE_URI": service.database,
        "MLFLOW_AUTH_CONFIG_PATH": str(config.resolve()),
        "MLFLOW_AUTH_ADMIN_PASSWORD": kept_secret(service.password_file),
        "MLFLOW_FLASK_SERVER_SECRET_KEY": kept_secret(service.folder / "session_key"),
    }


def _wait(service: Service, process: subprocess.Popen[bytes]) -> None:
    for _ in range(int(_PATIENCE_S / _PAUSE_S)):
        if process.poll() is not None:
            break
        if _status(f"{service.address}/health", {}) == 200:
            return
        time.sleep(_PAUSE_S)
    last = "\n".join(service.log.read_text("utf-8", "replace").splitlines()[-_N_LOG_LINES:])
    raise UserError(f"MLflow's server did not start; the end of {service.log}:\n{last}")


def _check_login(service: Service) -> None:
    """Make sure that it asks for a login and takes the one that is kept."""
    question = f"{service.address}{_QUESTION}"
    if (status := _status(question, {})) != 401:
        raise UserError(f"MLflow's server answers without a login ({status}): it is not started")
    word = base64.b64encode(f"{ADMIN}:{kept_secret(service.password_file)}".encode()).decode()
    if _status(question, {"Authorization": f"Basic {word}"}) == 401:
        raise UserError(
            f"{service.password_file}: not the password that the server knows; write back the one that it was first "
            f"started with, or have this one count: `python -m pipeline.server --new-password {ADMIN}`"
        )


def _status(address: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(child.END_S)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
