"""All of the last run into a store: the training, its models, each campaign."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.common import layout
from pipeline.common.files import digest, read_csv, read_json
from pipeline.common.settings import load_settings
from pipeline.learning import OWN_HASH, TARGETS, load_all
from pipeline.records import read_records
from pipeline.tracking import names
from pipeline.tracking.campaign_run import campaign_names, campaign_run
from pipeline.tracking.grouped import read_held_out
from pipeline.tracking.login import ADDRESS
from pipeline.tracking.models_run import models_run
from pipeline.tracking.registry import Candidate, register
from pipeline.tracking.shown import Shown
from pipeline.tracking.store import Store, connect, refusals
from pipeline.tracking.top import moves, read_ranking
from pipeline.tracking.trials import log_trials
from pipeline.tracking.turns import PATIENCE_S, Turn, turn
from pipeline.tracking.versions import STORE_VERSION, version_of
from pipeline.tracking.views import address
from pipeline.tracking.words import bullets
from pipeline.tracking.writing import Written, artifact, remove_remains, write
from pipeline.watching import read_checks

if TYPE_CHECKING:
    from mlflow.entities import Run

_OWN_PAGES = "http://127.0.0.1:5000"
"""Where `make ui` shows the store of this machine, unless PORT says otherwise."""


def publish(say: Callable[[str], None], patience_s: float = PATIENCE_S) -> dict[str, Any]:
    """Publish the last run to the store that the environment names; what it holds already stays as it is.

    Args:
        say: Told what was done, line by line.
        patience_s: For how long a publisher of another machine may be silent before it counts as dead, in seconds.

    Returns:
        What was published, the same for every store: the identity of each run.

    Raises:
        UserError: A file is missing or damaged, or the store cannot be used.
    """
    models = models_run()
    campaigns = {name: campaign_run(name, models) for name in campaign_names()}
    store = connect()
    with refusals(), turn(store, say, patience_s) as held:
        _bring_up_to_date(held)
        written = _publish_models(held, models, say)
        for name, shown in campaigns.items():
            _publish_campaign(held, name, shown, written.run_id, say)
        place = address(store.experiment(names.MODELS_EXPERIMENT, names.MODELS_NOTE))
    server = os.environ.get(ADDRESS, "")
    is_served = server.startswith("http")
    say(f"publish: shown at {server}{place}" if is_served else f"publish: `make ui` shows it at {_OWN_PAGES}{place}")
    return {
        "models": models.content,
        "campaigns": {name: shown.content for name, shown in campaigns.items()},
        "n_trials": len(read_csv(layout.TRIALS)),
    }


def _bring_up_to_date(held: Turn) -> None:
    """Have experiments that a former version wrote be as this one writes them."""
    for experiment in held.store.experiments():
        if version_of(experiment) < STORE_VERSION:
            remove_remains(held.store, experiment.experiment_id)
            held.store.client.set_experiment_tag(experiment.experiment_id, names.STORE_VERSION, str(STORE_VERSION))


def _publish_models(held: Turn, shown: Shown, say: Callable[[str], None]) -> Written:
    store = held.store
    experiment_id = store.experiment(names.MODELS_EXPERIMENT, names.MODELS_NOTE)
    ensembles = load_all(layout.MODELS)

    def more(run_id: str) -> None:
        log_trials(store.client, experiment_id, run_id, read_csv(layout.TRIALS))
        _log_data_and_models(held, run_id, ensembles)

    written = write(held, experiment_id, shown, more, _nothing_since)
    _mark(store, written)
    _tell(names.MODELS_EXPERIMENT, written, say)
    held_out, seed = read_held_out(layout.OUT_OF_FOLD), load_settings().train.seed
    for line in register(held, written.run_id, _candidates(ensembles), held_out, seed):
        say(f"publish: {line}")
    return written


def _nothing_since(_: Run) -> tuple[dict[str, float], str]:
    return {}, ""


def _publish_campaign(held: Turn, name: str, shown: Shown, models_run_id: str, say: Callable[[str], None]) -> None:
    store = held.store
    experiment_id = store.experiment(names.experiment_of(name), names.CAMPAIGN_NOTE)
    models_experiment = store.experiment(names.MODELS_EXPERIMENT, names.MODELS_NOTE)
    link = f"[the models' run](#/experiments/{models_experiment}/runs/{models_run_id})"

    def since(before: Run) -> tuple[dict[str, float], str]:
        return _moved(store, before, layout.RANKINGS / f"{name}.csv")

    def more(run_id: str) -> None:
        note = store.client.get_run(run_id).data.tags[names.NOTE]
        places = f"Artifacts: `report/index.html` (the ranked report), `{names.RANKING}`, `next_batch.csv`; {link}."
        store.client.set_tag(run_id, names.NOTE, f"{note}\n\n{places}")
        store.client.set_tag(run_id, names.MODELS_RUN, models_run_id)

    written = write(held, experiment_id, shown, more, since)
    _mark(store, written)
    _tell(names.experiment_of(name), written, say)


def _mark(store: Store, written: Written) -> None:
    """Tag a run with the trip-wires that tripped; also one that is there already, since what is expected may move."""
    tripped = ", ".join(each.wire for each in read_checks().tripped)
    store.client.set_tag(written.run_id, names.TRIP_WIRES, tripped or names.ALL_HOLD)


def _moved(store: Store, before: Run, ranking: Path) -> tuple[dict[str, float], str]:
    """Say how the order moved since the run before."""
    with tempfile.TemporaryDirectory() as folder:
        first = read_ranking(artifact(store, before.info.run_id, names.RANKING, Path(folder)))
    found = moves(first, read_ranking(ranking))
    lines = [
        f"{word}: {'; '.join(map(str, pairs))}"
        for word, pairs in (("risen", found.risen), ("new", found.new), ("fallen", found.fallen), ("gone", found.gone))
        if pairs
    ]
    words = f"{found.overlap} of the first {found.n_top} pairs were among the first {found.n_top} of the run before."
    return {"top_20/shared_with_previous_run": float(found.overlap)}, f"{words}\n\n{bullets(lines)}".strip()


def _candidates(ensembles: dict[str, tuple[Any, dict[str, Any]]]) -> dict[str, Candidate]:
    metrics = read_json(layout.METRICS)
    found = {}
    for target in TARGETS:
        if target.name in ensembles:
            manifest, learners = ensembles[target.name][1], metrics[target.name].get("learners", {})
            training = manifest["training"]
            error = learners[training["learner"]]["mean_absolute_error"] if learners else None
            identity = manifest[OWN_HASH]
            found[target.name] = Candidate(
                target.name, target.label, identity, training["learner"], training["reason"], error
            )
    return found


def _tell(experiment: str, written: Written, say: Callable[[str], None]) -> None:
    done = f"run {written.name!r}" if written.is_new else f"holds this run already: {written.name!r}"
    say(f"publish: {experiment}: {done} ({written.run_id[:8]})")


def _log_data_and_models(held: Turn, run_id: str, ensembles: dict[str, tuple[Any, dict[str, Any]]]) -> None:
    import mlflow
    from mlflow.data.code_dataset_source import CodeDatasetSource
    from mlflow.entities import DatasetInput, InputTag
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    records = read_records(layout.RECORDS)
    numbers = dict.fromkeys(records.select_dtypes("number").columns, "float64")
    made_by = CodeDatasetSource(tags={"mlflow.source.name": "pipeline.ingest"})
    dataset = mlflow.data.from_pandas(
        records.astype(numbers), source=made_by, name="records", digest=digest(layout.RECORDS)[:32]
    )
    tagged = DatasetInput(dataset._to_mlflow_entity(), tags=[InputTag("mlflow.data.context", "training")])
    held.store.client.log_inputs(run_id, datasets=[tagged])
    with mlflow.start_run(run_id=run_id):
        for name, (ensemble, _) in ensembles.items():
            held.keep()
            columns = [ColSpec("double", column) for column in ensemble.feature_names]
            mlflow.xgboost.log_model(
                ensemble.model,
                name=name,
                signature=ModelSignature(inputs=Schema(columns), outputs=Schema([ColSpec("double", name)])),
                model_format="ubj",
                pip_requirements=_pinned("xgboost", "numpy", "pandas"),
            )


def _pinned(*packages: str) -> list[str]:
    from importlib.metadata import version

    return [f"{package}=={version(package)}" for package in packages]
