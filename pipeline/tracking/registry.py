"""Registered models: one for each target, a version for each distinct model, and which of them is champion."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.tracking import names
from pipeline.tracking.grouped import judge, read_held_out
from pipeline.tracking.store import Store
from pipeline.tracking.turns import Turn
from pipeline.tracking.writing import artifact

if TYPE_CHECKING:
    from mlflow.entities.model_registry import ModelVersion

_FILLS = "is the first model of this target"


@dataclass(frozen=True)
class Candidate:
    """A model of the last run.

    Attributes:
        target: What it predicts.
        label: How people read that.
        manifest_sha256: Its identity.
        learner: What it is: the name of a learner.
        reason: Why that learner was chosen.
        error: Its mean absolute error on held-out works; None where too few works were there to measure it.
    """

    target: str
    label: str
    manifest_sha256: str
    learner: str
    reason: str
    error: float | None

    @property
    def description(self) -> str:
        """Say what the model is."""
        off = f"mean absolute error on held-out works {self.error:.3f}" if self.error is not None else "not judged"
        return f"{self.learner}: {off}. Why {self.learner}: {self.reason}."


def register(
    turn: Turn, run_id: str, candidates: Mapping[str, Candidate], held_out: pd.DataFrame, seed: int
) -> list[str]:
    """Register the models of a run that no version holds yet, and let the comparison decide who is champion.

    Args:
        turn: The right to write, and where.
        run_id: The finished run that holds the models.
        candidates: Its models by target.
        held_out: Its predictions of held-out records.
        seed: Seed of bootstrap and permutations.

    Returns:
        A line for each model that is new.
    """
    store, said = turn.store, []
    for candidate in candidates.values():
        turn.keep()
        version = _version_of(store, candidate) or _new_version(store, run_id, candidate)
        if names.IS_DECIDED not in version.tags:
            said.append(_decide(store, version, candidate, held_out, seed))
    return said


def alias_holder(store: Store, model: str, alias: str) -> ModelVersion | None:
    """Return the version that an alias names; None where it names none."""
    held = store.client.get_registered_model(model).aliases
    return store.client.get_model_version(model, held[alias]) if alias in held else None


def _version_of(store: Store, candidate: Candidate) -> ModelVersion | None:
    model = names.registered_model_of(candidate.target)
    if not store.client.search_registered_models(f"name = '{model}'"):
        store.client.create_registered_model(
            model,
            description=f"{candidate.label}. `{names.CHAMPION}`: the model to believe; `{names.CHALLENGER}`: the "
            f"newest other one. The tag {names.DECISION} of a version says why, by the works that both held out.",
        )
    versions = store.client.search_model_versions(f"name = '{model}'")
    return next((found for found in versions if found.tags.get(names.MANIFEST) == candidate.manifest_sha256), None)


def _new_version(store: Store, run_id: str, candidate: Candidate) -> ModelVersion:
    client = store.client
    experiment_id = client.get_run(run_id).info.experiment_id
    logged = client.search_logged_models([experiment_id], f"source_run_id = '{run_id}'")
    model = next(found for found in logged if found.name == candidate.target)
    return client.create_model_version(
        names.registered_model_of(candidate.target),
        source=f"models:/{model.model_id}",
        run_id=run_id,
        model_id=model.model_id,
        await_creation_for=0,
        description=candidate.description,
        tags={names.MANIFEST: candidate.manifest_sha256, names.LEARNER: candidate.learner},
    )


def _decide(store: Store, version: ModelVersion, candidate: Candidate, held_out: pd.DataFrame, seed: int) -> str:
    """Give a new version its alias; each step may be done again after a run was killed between two of them."""
    client, model, number = store.client, version.name, version.version
    if names.VERDICT not in version.tags:
        champion = alias_holder(store, model, names.CHAMPION)
        client.set_registered_model_alias(model, names.CHALLENGER, number)
        verdict, reason = _verdict(store, champion, candidate, held_out, seed)
        client.set_model_version_tag(model, number, names.DECISION, reason)
        client.set_model_version_tag(model, number, names.VERDICT, verdict)
    else:
        verdict, reason = version.tags[names.VERDICT], version.tags[names.DECISION]
    if verdict == names.CHAMPION:
        client.set_registered_model_alias(model, names.CHAMPION, number)
        client.delete_registered_model_alias(model, names.CHALLENGER)
    client.set_model_version_tag(model, number, names.IS_DECIDED, "true")
    return f"{candidate.target}: version {number} is {verdict}: {reason}"


def _verdict(
    store: Store, champion: ModelVersion | None, candidate: Candidate, held_out: pd.DataFrame, seed: int
) -> tuple[str, str]:
    if champion is None:
        return names.CHAMPION, _FILLS
    with tempfile.TemporaryDirectory() as folder:
        before = read_held_out(artifact(store, champion.run_id, names.OUT_OF_FOLD, Path(folder)))
    learners = champion.tags[names.LEARNER], candidate.learner
    judgement = judge(before, held_out, learners, candidate.target, seed)
    if judgement is None:
        return names.CHALLENGER, f"no work was held out by both it and version {champion.version}, the champion"
    verdict = names.CHAMPION if judgement.is_proven else names.CHALLENGER
    return verdict, f"{candidate.learner} against version {champion.version} ({learners[0]}), {judgement}"
