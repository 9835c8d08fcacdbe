"""MLflow loads no pickle: not in our processes, not in the server's, not in those of `make ui`."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.tracking import serving, store

ROOT = Path(__file__).resolve().parents[2]
SWITCH = "MLFLOW_ALLOW_PICKLE_DESERIALIZATION"
PICKLED = b"cposix\nmkdir\n(S'%s'\ntR."
"""A pickle that makes a folder when it is loaded."""
MODEL = """
artifact_path: model
flavors:
  sklearn: {{pickled_model: model.pkl, serialization_format: cloudpickle, sklearn_version: {version}, code: null}}
  python_function: {{loader_module: mlflow.sklearn, model_path: model.pkl, predict_fn: predict, python_version: 3.11.0}}
mlflow_version: 3.17.2
model_uuid: 0123456789abcdef0123456789abcdef
"""
LOADED = """
import importlib, sys
import sklearn
from pathlib import Path
folder, witness = map(Path, sys.argv[1:])
(folder / "MLmodel").write_text((folder / "MLmodel").read_text().replace("VERSION", sklearn.__version__))
import mlflow
from pipeline.tracking.store import be_quiet

def load(library):
    try:
        importlib.import_module(library).load_model(str(folder))
        said = "loaded"
    except Exception as error:
        said = type(error).__name__ + ": " + str(error)[:90]
    print(library, "ran" if witness.is_dir() else "did not run", said.splitlines()[0])
    if witness.is_dir():
        witness.rmdir()

load("mlflow.sklearn")
be_quiet()
load("mlflow.sklearn")
load("mlflow.pyfunc")
"""


def test_the_installed_mlflow_refuses_a_pickled_model_under_our_settings(tmp_path):
    """Also where somebody switched it on; before ours are in force, the same model runs what it holds."""
    witness = tmp_path / "was_run"
    (tmp_path / "model.pkl").write_bytes(PICKLED % str(witness).encode())
    (tmp_path / "MLmodel").write_text(MODEL.format(version="VERSION"))
    environment = os.environ | {SWITCH: "true", "MLFLOW_DISABLE_TELEMETRY": "true", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LOADED, str(tmp_path), str(witness)],
        capture_output=True, text=True, env=environment, cwd=tmp_path, check=False,
    )  # fmt: skip
    lines = [line for line in done.stdout.splitlines() if line.startswith("mlflow.")]
    assert len(lines) == 3, done.stdout + done.stderr
    assert lines[0].startswith("mlflow.sklearn ran")
    for line, library in zip(lines[1:], ("mlflow.sklearn", "mlflow.pyfunc"), strict=True):
        assert line.startswith(f"{library} did not run MlflowException: Deserializing this model is disallowed")


def test_our_processes_switch_it_off_whatever_the_environment_says(monkeypatch):
    monkeypatch.setenv(SWITCH, "true")
    store.be_quiet()
    assert os.environ[SWITCH] == "false"


def test_nothing_imports_mlflow_before_it_is_switched_off():
    """Outside of functions it is imported for the types alone; functions have a store, and `connect` made it."""
    for path in (ROOT / "pipeline/tracking").glob("*.py"):
        tree = ast.parse(path.read_text())
        later = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        typed = [node for node in tree.body if isinstance(node, ast.If)]
        apart = {id(part) for node in (*later, *typed) for part in ast.walk(node)}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)) and id(node) not in apart:
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module]
                assert not [name for name in names if name.split(".")[0] == "mlflow"], path
    connecting = next(node for node in ast.parse(Path(store.__file__).read_text()).body if _is(node, "connect"))
    lines = [ast.unparse(node) for node in connecting.body[1:]]
    assert lines.index("be_quiet()") < lines.index("import mlflow")


def _is(node, name):
    return isinstance(node, ast.FunctionDef) and node.name == name


def test_the_server_takes_over_no_setting_that_switches_it_on(tmp_path, monkeypatch):
    monkeypatch.setenv(SWITCH, "true")
    service = serving.Service(tmp_path, "127.0.0.1", 5000, "localhost", 1, "sqlite:///x.db")
    assert serving._environment(service)[SWITCH] == "false"


def test_make_ui_switches_it_off(tmp_path):
    for name, script in (("python", "exit 0"), ("mlflow", f'echo "$1 {SWITCH}=${SWITCH}"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "ready").touch()
    said = subprocess.run(
        ["make", "--silent", "ui", f"BIN={tmp_path}", f"READY={tmp_path / 'ready'}"],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {SWITCH: "true"}, check=True,
    )  # fmt: skip
    assert said.stdout == f"ui {SWITCH}=false\n"


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch):
    """`be_quiet` writes into the environment of this process."""
    monkeypatch.setattr(os, "environ", os.environ.copy())
