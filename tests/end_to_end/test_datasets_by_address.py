from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONTENT = b"formula,conductivity\nLi7La3Zr2O12,3e-4\n"
EXTERNAL = Path("data/raw/external")


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def server(tmp_path):
    """Serve a folder on a free port of this machine."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served/garnets.csv").write_bytes(CONTENT)
    handler = partial(Quiet, directory=tmp_path / "served")
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield listening
        listening.shutdown()
        thread.join()


@pytest.fixture
def tree(tmp_path, server):
    """A repository whose list names the served file."""
    folder = tmp_path / "tree"
    (folder / EXTERNAL).mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run([sys.executable, "-m", "dvc", "init", "--quiet"], cwd=folder, check=True)
    _list(folder, server.server_port)
    return folder


def _list(folder, port, name="garnets", sha256=None):
    source = {
        "name": "garnets",
        "title": "garnets measured",
        "address": f"http://127.0.0.1:{port}/{name}.csv",
        "n_bytes": len(CONTENT),
        "md5": hashlib.md5(CONTENT).hexdigest(),
        "sha256": sha256 or hashlib.sha256(CONTENT).hexdigest(),
        "licence": "MIT",
        "citation": "Doe et al., 2026",
    }
    (folder / EXTERNAL / "sources.yaml").write_text(yaml.safe_dump([source]))


def _bring(folder):
    proxies = {"http_proxy": "", "HTTP_PROXY": "", "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
    environment = os.environ | proxies | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pipeline.datasets"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert "Traceback" not in done.stdout + done.stderr
    return done


def _held(folder):
    return {path.name: path.read_bytes() for path in (folder / EXTERNAL).iterdir()}


def test_a_data_set_is_brought_by_address_and_dvc_notes_where_it_came_from(tree, server):
    done = _bring(tree)
    assert done.returncode == 0, done.stderr
    assert "MIT, Doe et al., 2026" in done.stdout
    held = _held(tree)
    assert held["garnets.csv"] == CONTENT
    noted = yaml.safe_load(held["garnets.csv.dvc"])
    assert noted["deps"][0]["path"] == f"http://127.0.0.1:{server.server_port}/garnets.csv"
    assert noted["outs"][0]["md5"] == hashlib.md5(CONTENT).hexdigest()
    assert _bring(tree).returncode == 0
    assert _held(tree) == held


def test_a_file_that_is_not_the_recorded_one_is_removed_again(tree, server):
    (tree / EXTERNAL / ".gitignore").write_text("/polymers.csv\n")
    _list(tree, server.server_port, sha256="0" * 64)
    before = _held(tree)
    done = _bring(tree)
    assert done.returncode == 2
    for words in ("not the recorded file", hashlib.sha256(CONTENT).hexdigest(), "0" * 64, "removed again"):
        assert words in done.stderr
    assert _held(tree) == before


@pytest.mark.parametrize("what", ["another file", "no file", "no server"])
def test_a_failed_import_leaves_what_is_there_and_says_what_to_do(tree, server, tmp_path, what):
    assert _bring(tree).returncode == 0
    if what == "another file":
        (tmp_path / "served/garnets.csv").write_bytes(b"<html>Log in</html>")
    elif what == "no file":
        _list(tree, server.server_port, name="gone")
    else:
        server.shutdown()
        server.server_close()
    before = _held(tree)
    done = _bring(tree)
    assert done.returncode == 2
    assert ("make datasets FROM=folder" in done.stderr) == (what != "another file")
    assert _held(tree) == before
