"""The arrows between rooms run one way, and what is forbidden anywhere stays out."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*ROOT.glob("features/*.py"), *ROOT.glob("pipeline/**/*.py")])
ROOMS = (
    "features",
    "pipeline.common",
    "pipeline.records",
    "pipeline.learning",
    "pipeline.screening",
    "pipeline.advising",
    "pipeline.watching",
    "pipeline.reporting",
)


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def room_of(path: Path) -> str:
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return next((room for room in ROOMS if dotted.startswith(f"{room}.")), "")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_rooms_to_its_left(path):
    room = room_of(path)
    if room:
        allowed = ROOMS[: ROOMS.index(room) + 1] if room != "features" else ("features",)
        ours = {name for name in imported(path) if name.split(".")[0] in ("features", "pipeline")}
        strangers = {name for name in ours if not any(f"{name}.".startswith(f"{room}.") for room in allowed)}
        assert strangers <= {"pipeline"}, strangers


def test_mlflow_is_imported_in_one_room_and_dvc_in_none():
    users = {
        library: {path.parent for path in MODULES if any(name.split(".")[0] == library for name in imported(path))}
        for library in ("mlflow", "dvc")
    }
    assert users == {"mlflow": {ROOT / "pipeline" / "tracking"}, "dvc": set()}


def test_no_room_imports_how_runs_are_tracked():
    users = {path for path in MODULES if any(f"{name}.".startswith("pipeline.tracking.") for name in imported(path))}
    assert not [path for path in users if room_of(path)]


@pytest.mark.parametrize("library", ["distributed", "dask"])
def test_only_one_module_knows_of_other_machines(library):
    users = {path.name for path in MODULES if any(name.split(".")[0] == library for name in imported(path))}
    assert users == {"workers.py"}


BACKEND = ("joblib._dask", "joblib._dask.DaskDistributedBackend")


def test_joblib_shares_work_among_processes_and_stores_nothing():
    of_joblib = {name for path in MODULES for name in imported(path) if name.split(".")[0] == "joblib"}
    assert of_joblib <= {"joblib", "joblib.Parallel", "joblib.delayed", "joblib.parallel_config", *BACKEND}
    whole = [path for path in MODULES for node in ast.walk(ast.parse(path.read_text())) if _imports(node, "joblib")]
    assert whole == [], "`import joblib` would reach its dump and load"


def _imports(node: ast.AST, library: str) -> bool:
    return isinstance(node, ast.Import) and any(alias.name.split(".")[0] == library for alias in node.names)


def test_no_file_names_a_package_index():
    for name in ("requirements.lock", "pyproject.toml", "Makefile", ".ci/run"):
        text = (ROOT / name).read_text()
        assert "index-url" not in text
        assert "find-links" not in text


def test_nothing_but_the_bench_imports_what_it_measures_with():
    users = {path for path in MODULES if any(f"{name}.".startswith("pipeline.benching.") for name in imported(path))}
    within = {ROOT / "pipeline" / "bench.py", *(ROOT / "pipeline" / "benching").glob("*.py")}
    assert users <= within


def test_only_the_explorer_knows_of_streamlit():
    users = {path for path in MODULES if any(name.split(".")[0] == "streamlit" for name in imported(path))}
    within = {ROOT / "pipeline" / "explore.py", *(ROOT / "pipeline" / "exploring").glob("*.py")}
    assert users
    assert users <= within


def test_no_room_imports_the_explorer():
    users = {path for path in MODULES if any(f"{name}.".startswith("pipeline.exploring.") for name in imported(path))}
    assert users <= {ROOT / "pipeline" / "explore.py", *(ROOT / "pipeline" / "exploring").glob("*.py")}


@pytest.mark.parametrize("path", sorted(ROOT.glob("features/*.py")), ids=lambda path: path.name)
def test_features_are_added_up_in_a_way_that_every_python_and_processor_shares(path):
    """`sum` rounds otherwise from Python 3.12 on, `@` as the processor does; `math.fsum` is exact, in any order."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    assert [node.lineno for node in nodes if isinstance(node, ast.Name) and node.id == "sum"] == []
    assert [node.lineno for node in nodes if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)] == []


def test_reading_and_describing_records_waits_for_no_library_of_statistics():
    """Each of these takes a second or more to import, which `add` and the first stages would make people wait for."""
    asked = "import sys, pipeline.featurize, pipeline.ingest, pipeline.package; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    imported_at_once = set(done.stdout.split())
    assert "pandas" in imported_at_once
    assert not imported_at_once & {"sklearn", "scipy.stats", "xgboost", "numba", "matplotlib"}
