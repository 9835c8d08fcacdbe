"""What has to be measured in processes of their own: memory, compiling, imports, the whole pipeline.

python -m pipeline.benching.processes NAME does one of `JOBS` and prints what it measured as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from pipeline.benching.figures import STAGES
from pipeline.benching.measuring import Measured, peak_MiB, timed
from pipeline.benching.searching import HEADLINE, find, fresh_library, seconds, subject, warm_up
from pipeline.benching.spaces import SIZES
from pipeline.common import layout
from pipeline.learning import CONDUCTIVITY, load_all
from pipeline.screening.search import Aim, search

_N_REPEATS = 3
_ROOT = Path(__file__).parents[2]
_IMPORT_XGBOOST = "import xgboost"


def memory_figures() -> dict[str, Measured]:
    """Measure the peak memory of either order, and how time and memory grow, each in a fresh process."""
    return {
        "exact_peak_MiB": Measured.of(_asked("exact")),
        "bound_peak_MiB": Measured.of(_asked("bound")),
        "compile_s": Measured.of([_compiling()]),
        **_growth(),
    }


def _growth() -> dict[str, Measured]:
    told = _asked("growth")
    figures = dict[str, Measured]()
    for place, size in enumerate(SIZES):
        *took, peak = told[place * (_N_REPEATS + 1) : (place + 1) * (_N_REPEATS + 1)]
        key = f"grow_1e{len(str(size)) - 1}"
        figures |= {f"{key}_s": Measured.of(took), f"{key}_MiB": Measured.of([peak])}
    return figures


def _compiling() -> float:
    """Return how much longer the first search takes where nothing is compiled yet."""
    with tempfile.TemporaryDirectory() as folder:
        cold, warm = (_asked("first", {"NUMBA_CACHE_DIR": folder})[0] for _ in range(2))
    return cold - warm


def _asked(name: str, variables: Mapping[str, str] | None = None) -> list[float]:
    command = [sys.executable, "-m", "pipeline.benching.processes", name]
    environment = {**os.environ, **(variables or {})}
    done = subprocess.run(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    numbers: list[float] = json.loads(done.stdout)
    return numbers


def import_figures() -> dict[str, Measured]:
    """Time fresh interpreters that import one module each."""
    codes = {f"import_{name}_s": f"import pipeline.{name}" for name in STAGES} | {"import_xgboost_s": _IMPORT_XGBOOST}
    return {key: _run_times([sys.executable, "-c", code], _ROOT, _N_REPEATS) for key, code in codes.items()}


def pipeline_figures(import_xgboost: Measured) -> dict[str, Measured]:
    """Time the whole pipeline in a fresh clone of this repository with a cache of its own, and once more."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(_ROOT), str(clone)], check=True)
        (clone / ".venv").symlink_to((_ROOT / ".venv").resolve())
        repro = [str(clone / ".venv/bin/dvc"), "repro", "--quiet"]
        first, again = _run_times(repro, clone, 1), _run_times(repro, clone, _N_REPEATS)
    return {"repro_s": first, "repro_again_s": again, "repro_again_ratio": again.over(import_xgboost)}


def _run_times(command: Sequence[str], folder: Path, n_repeats: int) -> Measured:
    once = partial(subprocess.run, command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return Measured.of([timed(once)[0] for _ in range(n_repeats)])


def _shipped() -> Aim:
    return Aim(load_all(layout.MODELS)[CONDUCTIVITY.name][0])


def _exact() -> list[float]:
    find(HEADLINE, _shipped(), fresh_library(), search)
    return [peak_MiB()]


def _bound() -> list[float]:
    find(HEADLINE, subject().lower, fresh_library(), search)
    return [peak_MiB()]


def _first() -> list[float]:
    aim = _shipped()
    return [timed(warm_up, aim)[0]]


def _growing() -> list[float]:
    """Return for each size, rising, its seconds and then the peak so far, which is that of the largest until then."""
    aim, numbers = _shipped(), list[float]()
    warm_up(aim)
    for size in SIZES:
        numbers += [seconds(size, aim, search, 1).median for _ in range(_N_REPEATS)] + [peak_MiB()]
    return numbers


JOBS: dict[str, Callable[[], list[float]]] = {
    "exact": _exact,
    "bound": _bound,
    "first": _first,
    "growth": _growing,
}


if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]]()))
