"""A real MLflow server with a login on a real PostgreSQL: publishing there gives what publishing into a file gives."""

from __future__ import annotations

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.end_to_end.servers import OWN, ROOT, clear, start


@pytest.fixture(scope="module")
def published(finished, server):
    """Publish the finished run to the server, twice."""
    clear(server)
    command = [".venv/bin/python", "-m", "pipeline.publish", "--server", server.address]
    command += ["--password-file", str(server.folder / "admin_password")]
    done = [
        subprocess.run(command, cwd=finished, env=OWN, capture_output=True, text=True, check=False) for _ in range(2)
    ]
    assert [each.returncode for each in done] == [0, 0], done[0].stderr + done[1].stderr
    return [each.stdout for each in done]


def contents(environment):
    """All that a store holds, but for ids and times."""
    command = [sys.executable, str(ROOT / "tests/end_to_end/store_contents.py")]
    done = subprocess.run(
        command, cwd=ROOT, env=OWN | {"PYTHONPATH": str(ROOT)} | environment, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def status(address, password=None, headers=None):
    login = "Basic " + base64.b64encode(f"admin:{password}".encode()).decode()
    request = urllib.request.Request(address, headers={"Authorization": login} if password else headers or {})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_publishing_to_the_server_twice_gives_the_runs_of_a_file_and_no_doubles(finished, server, published, tmp_path):
    assert published[1].count("holds this run already") == len(published[1].splitlines()) - 1
    login = {"MLFLOW_TRACKING_USERNAME": "admin", "MLFLOW_TRACKING_PASSWORD": server.password}
    there = contents({"MLFLOW_TRACKING_URI": server.address} | login)
    n_trials = len((finished / "data/processed/trials.csv").read_text().splitlines()) - 1
    n_campaigns = len(list((finished / "data/processed/rankings").glob("*.csv")))
    assert len(there["runs"]) == 1 + n_trials + n_campaigns
    assert there["aliases"]["ionscreen.log10_conductivity"] == {"champion": "1"}
    file = {"MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/mlflow.db"}
    subprocess.run([".venv/bin/python", "-m", "pipeline.publish"], cwd=finished, env=OWN | file, check=True)
    assert contents(file) == there


@pytest.mark.parametrize(
    "place",
    [
        "/api/2.0/mlflow/experiments/get-by-name?experiment_name=Default",
        "/ajax-api/2.0/mlflow/experiments/get-by-name?experiment_name=Default",
        "/api/2.0/mlflow-artifacts/artifacts?path=",
    ],
)
def test_without_a_login_nothing_is_told(server, place):
    assert status(server.address + place) == 401
    assert status(server.address + place, "password1234") == 401
    assert status(server.address + place, server.password) == 200


def test_a_name_that_is_not_its_own_is_refused(server):
    question = f"{server.address}/api/2.0/mlflow/experiments/get-by-name?experiment_name=Default"
    assert status(question, headers={"Host": "evil.example.org"}) == 403


def test_secrets_stand_in_no_log_no_command_and_no_file_that_others_read(server):
    secrets = [
        server.password,
        (server.folder / "session_key").read_text().strip(),
        (server.folder / "pgpass").read_text().strip().split(":")[-1],
    ]
    assert len(set(secrets)) == 3
    told = "".join(server.said) + (server.folder / "mlflow.log").read_text()
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if os.access(path, os.R_OK)]
    for secret in secrets:
        assert secret not in told
        assert not any(secret.encode() in command for command in commands)
    assert str(server.folder / "admin_password") in told
    for name in ("admin_password", "session_key", "pgpass", "basic_auth.ini"):
        assert (server.folder / name).stat().st_mode & 0o077 == 0


def test_a_wrong_password_is_said_in_words(finished, server, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password")
    wrong.chmod(0o600)
    command = [".venv/bin/python", "-m", "pipeline.publish", "--server", server.address, "--password-file", str(wrong)]
    done = subprocess.run(command, cwd=finished, env=OWN, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "the login was refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_second_server_in_the_folder_is_refused(server):
    command = [sys.executable, "-m", "pipeline.server", "--folder", str(server.folder), "--port", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "another server runs from this folder" in done.stderr


def of_folder(folder):
    """The processes whose settings lie in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            found += [path.parent.name] * (str(folder).encode() in path.read_bytes())
    return found


def test_mlflow_ends_with_its_server_also_where_that_is_killed(tmp_path):
    killed = start(tmp_path, "--database", f"sqlite:///{tmp_path}/mlflow.db")
    assert len(of_folder(tmp_path)) > 1
    killed.process.kill()
    killed.process.communicate()
    until = time.monotonic() + 60
    while of_folder(tmp_path) and time.monotonic() < until:
        time.sleep(0.2)
    assert not of_folder(tmp_path)


def test_a_password_that_mlflow_once_shipped_is_refused(tmp_path):
    (tmp_path / "admin_password").write_text("password1234\n")
    (tmp_path / "admin_password").chmod(0o600)
    database = f"sqlite:///{tmp_path}/mlflow.db"
    command = [sys.executable, "-m", "pipeline.server", "--folder", str(tmp_path), "--database", database]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    done = subprocess.run([*command, "--port", str(port)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "anybody could guess this password" in done.stderr
