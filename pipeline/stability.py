"""Stage 7: records, models and rankings → how much of each ranking's top stands when the model is fitted again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from joblib import Parallel, delayed

from pipeline.common import layout
from pipeline.common.files import read_gapped_csv, write_json
from pipeline.common.settings import StabilitySettings, load_settings
from pipeline.common.stage import run_stage, say
from pipeline.common.workers import workers
from pipeline.corpus import load_corpus
from pipeline.learning import (
    CONDUCTIVITY,
    Domain,
    Ensemble,
    Evidence,
    Task,
    fit_resampled,
    fit_reseeded,
    gather_evidence,
    load_all,
    task_of,
)
from pipeline.records import load_vocabulary
from pipeline.screening import (
    TEXT_COLUMNS,
    Campaign,
    Knowledge,
    Models,
    Top,
    load_campaigns,
    load_facts,
    load_inventory,
    stability,
    top_of,
)

_RESAMPLED, _RESEEDED = "resampled", "reseeded"
_FITTED_AGAIN = {_RESAMPLED: fit_resampled, _RESEEDED: fit_reseeded}


@dataclass(frozen=True)
class _Work:
    """What every job needs.

    Attributes:
        learner: The learner that was kept.
        evidence: What it learns from.
        n_folds: Folds that calibrate the intervals.
        task: With its hyperparameters.
        models: As they were kept; that of the conductivity is replaced.
        knowledge: What the limits judge by.
        campaigns: By name.
        published: The best mixtures of each campaign, by name.
    """

    learner: str
    evidence: Evidence
    n_folds: int
    task: Task
    models: Models
    knowledge: Knowledge
    campaigns: Mapping[str, Campaign]
    published: Mapping[str, Any]


def main() -> None:
    """Fit the kept model again many times, search every campaign by each, compare."""
    settings = load_settings()
    work = _gather(settings.train.spent.n_outer_folds, settings.stability.n_top)
    jobs = _jobs(settings.stability)
    with workers(None, settings.train.n_workers) as n_workers:
        tops = Parallel(n_workers)(delayed(_tops)(kind, number, work) for kind, number in jobs)
    found = {}
    for name, campaign in work.campaigns.items():
        by_kind = {
            kind: [top[name] for (of, _), top in zip(jobs, tops, strict=True) if of == kind] for kind in _FITTED_AGAIN
        }
        found[name] = {kind: stability(campaign, work.published[name], of) for kind, of in by_kind.items()}
        shares = ", ".join(f"{kind} {of['mean_overlap']:.0%}" for kind, of in found[name].items())
        say(f"stability: {name}: share of the first {len(work.published[name])} that other fits name: {shares}")
    write_json(layout.STABILITY, {"n_top": settings.stability.n_top, "campaigns": found})


def _jobs(settings: StabilitySettings) -> list[tuple[str, int]]:
    counts = {_RESAMPLED: settings.n_resampled, _RESEEDED: settings.n_reseeded}
    return [(kind, number) for kind, n in counts.items() for number in range(1, n + 1)]


def _tops(kind: str, number: int, work: _Work) -> dict[str, Top]:
    """Fit one model again and find the top of every campaign by it."""
    fit = _FITTED_AGAIN[kind]
    ensemble: Ensemble = fit(work.learner, work.evidence, work.n_folds, work.task, number)
    models = work.models | {CONDUCTIVITY.name: (ensemble, work.models[CONDUCTIVITY.name][1])}
    return {
        name: top_of(campaign, models, work.knowledge, work.published[name])
        for name, campaign in work.campaigns.items()
    }


def _gather(n_folds: int, n_top: int) -> _Work:
    vocabulary = load_vocabulary(layout.COMPONENTS)
    inventory = load_inventory(layout.INVENTORY, vocabulary) if layout.INVENTORY.is_file() else None
    models = load_all(layout.MODELS)
    ensemble, manifest = models[CONDUCTIVITY.name]
    domain = Domain.from_dict(manifest["domain"])
    campaigns = load_campaigns(layout.CAMPAIGNS, vocabulary, inventory)
    rankings = {name: read_gapped_csv(layout.RANKINGS / f"{name}.csv", TEXT_COLUMNS) for name in campaigns}
    return _Work(
        manifest["training"]["learner"],
        gather_evidence(CONDUCTIVITY, load_corpus()),
        n_folds,
        replace(task_of(CONDUCTIVITY, load_settings().train), hyperparameters=ensemble.hyperparameters),
        models,
        Knowledge(vocabulary.library, load_facts(layout.COMPONENTS), domain, inventory),
        campaigns,
        {name: ranking["mixture"].head(n_top).to_numpy("int64") for name, ranking in rankings.items()},
    )


if __name__ == "__main__":
    run_stage("stability", main, [layout.STABILITY])
