"""A run written into a store, once: what is there already stays, what a killed writer left is removed."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.common.files import read_json, write_json
from pipeline.tracking import names
from pipeline.tracking.changes import FIRST, changes, name_of
from pipeline.tracking.inputs import Inputs
from pipeline.tracking.shown import Shown
from pipeline.tracking.store import Store, is_complete
from pipeline.tracking.turns import Turn
from pipeline.tracking.words import bullets

if TYPE_CHECKING:
    from mlflow.entities import Run

_TABLES = "mlflow.loggedArtifacts"
"""The tag by which MLflow's pages know which files are tables; its `log_table` writes the same, a call a table."""
_MOST_METRICS = 900
_DIGITS = 4
_MOST_PARAMS = 100
_LONGEST_PARAM = 5000

More = Callable[[str], None]
"""Writes what belongs to a run beside what is shown; given its id, while the run is not finished."""


@dataclass(frozen=True)
class Written:
    """A run in the store.

    Attributes:
        run_id: Its id.
        name: What it is called.
        is_new: Whether it was written just now.
    """

    run_id: str
    name: str
    is_new: bool


def write(
    turn: Turn, experiment_id: str, shown: Shown, more: More, since: Callable[[Run], tuple[dict[str, float], str]]
) -> Written:
    """Write a run, unless its experiment holds it already.

    Args:
        turn: The right to write, and where.
        experiment_id: The experiment.
        shown: What the run shows.
        more: Writes what else belongs to it.
        since: Says, given the run before, metrics and a paragraph about what became of it.

    Raises:
        UserError: The turn was lost; the run is not finished then.
    """
    store = turn.store
    turn.keep()
    remove_remains(store, experiment_id)
    runs = store.runs(experiment_id)
    found = next((run for run in runs if run.data.tags[names.CONTENT] == shown.content), None)
    if found is not None:
        if found is not runs[0]:
            store.client.set_tag(found.info.run_id, names.NUMBER, str(_number(runs[0]) + 1))
        return Written(str(found.info.run_id), str(found.info.run_name), is_new=False)
    before = runs[0] if runs else None
    metrics, words = since(before) if before else ({}, "")
    name, listed = _changes(store, before, shown.inputs)
    tags = shown.tags | {
        names.CONTENT: shown.content,
        names.NUMBER: str(_number(before) + 1 if before else 1),
        names.NOTE: "\n\n".join(filter(None, [listed, words, shown.head])),
        _TABLES: json.dumps([{"path": place, "type": "table"} for place in shown.tables]),
        "mlflow.source.name": "pipeline.publish",
        "mlflow.source.git.commit": shown.inputs.commit,
    }
    run = store.client.create_run(experiment_id, run_name=name, tags=tags)
    run_id = str(run.info.run_id)
    more(run_id)  # first, since a model that is logged after numbers asks for each of their histories
    turn.keep()
    _log_numbers(store, run_id, shown, metrics)
    _log_files(store, run_id, shown)
    store.client.set_terminated(run_id, names.FINISHED)
    turn.keep()
    store.client.set_tag(run_id, names.IS_COMPLETE, "true")
    return Written(run_id, name, is_new=True)


def remove_remains(store: Store, experiment_id: str) -> None:
    """Remove what no finished publication is: runs that a killed writer left, and doubles, with what hangs on them.

    Doubles were left by two who published at once before there were turns, or by one who lost its turn in the very
    moment in which it finished; the one that was there first stays.
    """
    seen: set[str] = set()
    for run in reversed(store.all_runs(experiment_id)):
        content = run.data.tags[names.CONTENT]
        if not is_complete(run) or content in seen:
            _remove(store, experiment_id, run.info.run_id)
        else:
            seen.add(content)


def _remove(store: Store, experiment_id: str, run_id: str) -> None:
    client = store.client
    for child in client.search_runs([experiment_id], f"tags.`{names.PARENT}` = '{run_id}'"):
        client.delete_run(child.info.run_id)
    kept = {version.source for version in client.search_model_versions(f"run_id='{run_id}'")}
    for model in client.search_logged_models([experiment_id], f"source_run_id = '{run_id}'"):
        if f"models:/{model.model_id}" not in kept:
            client.delete_logged_model(model.model_id)
    client.delete_run(run_id)


def artifact(store: Store, run_id: str, place: str, folder: Path) -> Path:
    """Bring a file of a run into a folder of this machine."""
    return Path(store.client.download_artifacts(run_id, place, str(folder)))


def inputs_of(store: Store, run_id: str) -> Inputs:
    """Read what a run was made from."""
    with tempfile.TemporaryDirectory() as folder:
        return Inputs.from_dict(read_json(artifact(store, run_id, names.INPUTS, Path(folder))))


def _number(run: Run) -> int:
    return int(run.data.tags[names.NUMBER])


def _changes(store: Store, before: Run | None, inputs: Inputs) -> tuple[str, str]:
    """Return the run's name, and all that changed as a paragraph."""
    if before is None:
        return FIRST, ""
    said = changes(inputs_of(store, before.info.run_id), inputs)
    since = f"Changed since the run before ({before.info.run_id[:8]}):"
    return name_of(said), f"{since}\n\n{bullets(said or [name_of(said)])}"


def _log_numbers(store: Store, run_id: str, shown: Shown, more: dict[str, float]) -> None:
    from mlflow.entities import Metric, Param

    numbers = {**shown.metrics, **more}
    metrics = [Metric(key, _rounded(value), 0, 0) for key, value in numbers.items()]
    metrics += [
        Metric(key, _rounded(value), 0, step)
        for key, of in shown.series.items()
        for step, value in enumerate(of, start=1)
    ]
    params = [Param(key, value[:_LONGEST_PARAM]) for key, value in shown.params.items()]
    for start in range(0, len(metrics), _MOST_METRICS):
        store.client.log_batch(run_id, metrics=metrics[start : start + _MOST_METRICS])
    for start in range(0, len(params), _MOST_PARAMS):
        store.client.log_batch(run_id, params=params[start : start + _MOST_PARAMS])


def _rounded(value: float) -> float:
    """Return a number with the digits that a page has room for; whole numbers stay whole."""
    return value if value.is_integer() else float(f"{value:.{_DIGITS}g}")


def _log_files(store: Store, run_id: str, shown: Shown) -> None:
    documents: dict[str, Any] = shown.documents | {names.INPUTS: shown.inputs.as_dict()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for place, path in shown.files.items():
            shutil.copyfile(path, folder / place)
        for place, path in shown.folders.items():
            shutil.copytree(path, folder / place)
        for place, content in documents.items():
            write_json(folder / place, content)
        for place, table in shown.tables.items():
            write_json(folder / place, table.to_dict("split", index=False))
        for place, picture in shown.pictures().items():
            (folder / place).write_bytes(picture)
        store.client.log_artifacts(run_id, str(folder))
