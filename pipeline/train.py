"""Stage 3: features.parquet → models, tuning trials, and predictions of held-out works by every learner."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import asdict
from typing import Any

import pandas as pd

from features import dictionary
from pipeline.common import layout
from pipeline.common.atomic import replacing_folder
from pipeline.common.errors import UserError
from pipeline.common.files import digest, write_csv
from pipeline.common.settings import TrainSettings, load_settings
from pipeline.common.stage import progress, run_stage, say
from pipeline.common.workers import workers
from pipeline.corpus import load_corpus
from pipeline.learning import (
    CONDUCTIVITY,
    CPU,
    HEADLINE,
    MEDIAN,
    NOVELTIES,
    TARGETS,
    Corpus,
    Evidence,
    Notes,
    Target,
    Trained,
    as_notes,
    as_table,
    compare,
    fit_domain,
    gather_evidence,
    has_cuda,
    leave_each_out,
    n_works,
    noise_ladder,
    save,
    task_of,
    train,
)

_FEWEST_WORKS = 2
"""Works on composites below which a target is not predicted at all: one says nothing of how far works differ."""


def main() -> None:
    """Train with the settings of params.yaml, by whatever workers there are."""
    arguments = _arguments()
    settings = load_settings().train
    notes = _notes(arguments)
    if settings.device != CPU and arguments.scheduler is None and not has_cuda():
        raise UserError(
            f"{layout.PARAMS}: train.device {settings.device}: this machine has no NVIDIA GPU, or its XGBoost cannot "
            "use one; cpu was expected"
        )
    with workers(arguments.scheduler, settings.n_workers) as n_workers:
        _train(settings.model_copy(update={"n_workers": n_workers}), notes)
    shutil.rmtree(layout.SEARCHES, ignore_errors=True)


def _train(settings: TrainSettings, notes: Notes | None) -> None:
    """For each target: judge the learners on held-out works, then tune and fit the champion on all of them."""
    corpus = load_corpus()
    evidence = {target: gather_evidence(target, corpus) for target in TARGETS}
    for target, of_target in list(evidence.items()):
        say(f"train: {target.name}: {_counts(of_target)}")
        if n_works(of_target.judged().numbers()) < _FEWEST_WORKS:
            say(f"train: {target.name}: nothing predicts it: fewer than {_FEWEST_WORKS} works hold a number of it")
            del evidence[target]
    if CONDUCTIVITY not in evidence:
        raise UserError("hardly a record of a composite holds a conductivity: there is nothing to rank by; add some")
    with progress("train") as show:
        judged = compare(evidence, settings, notes, show)
    if CONDUCTIVITY not in judged:
        raise UserError(
            f"{n_works(evidence[CONDUCTIVITY])} works on composites with a conductivity are too few to judge a model, "
            "and without one there is nothing to rank by; add some"
        )
    trials, new = [], []
    with replacing_folder(layout.MODELS) as folder:
        for target, of_target in evidence.items():
            trained = train(target, of_target, judged.get(target), settings, notes)
            say(f"train: {target.name}: {trained.champion.name}: {trained.champion.reason}")
            save(folder / target.name, trained.ensemble, _about(trained, of_target, corpus, settings))
            trials.append(as_table(target, trained.trials))
            if target in judged:
                new.append(_leave_components_out(target, of_target, corpus, settings))
    write_csv(layout.TRIALS, pd.concat(trials, ignore_index=True))
    rows = [rows.assign(target=target.name) for target, rows in judged.items()]
    write_csv(layout.OUT_OF_FOLD, pd.concat(rows, ignore_index=True))
    write_csv(layout.NEW_COMPONENTS, pd.concat(new, ignore_index=True))
    write_csv(layout.NOISE_FLOOR, pd.concat([_noise(t, e) for t, e in evidence.items()], ignore_index=True))


def _notes(arguments: argparse.Namespace) -> Notes | None:
    """Return where searches are noted: a folder of this run would be another one on each of several machines."""
    if arguments.study is not None:
        return as_notes(arguments.study)
    return layout.SEARCHES if arguments.scheduler is None else None


def _leave_components_out(target: Target, evidence: Evidence, corpus: Corpus, settings: TrainSettings) -> pd.DataFrame:
    """Predict every composite as if none of its polymer, and none of its filler's family, had been measured."""
    own = evidence.without_public()
    predicted = []
    for name, (column, parts) in NOVELTIES.items():
        held = [parts(text, corpus.library) for text in own.keys[column]]
        rows = leave_each_out(own, held, task_of(target, settings))
        predicted.append(rows.assign(target=target.name, left_out=name))
    return pd.concat(predicted, ignore_index=True)


def _noise(target: Target, evidence: Evidence) -> pd.DataFrame:
    """Measure how far independent works differ, by every definition of the same mixture."""
    ladder = pd.DataFrame([asdict(rung) for rung in noise_ladder(evidence.without_public())])
    return ladder.assign(target=target.name, is_headline=ladder["definition"] == HEADLINE)


def _counts(evidence: Evidence) -> str:
    n_judged, n_public = int(evidence.is_judged.sum()), int(evidence.is_public.sum())
    works = len(set(evidence.work_ids[evidence.is_judged]))
    return (
        f"judged on {n_judged} records of composites from {works} works; learned from as well: "
        f"{len(evidence) - n_judged - n_public} of neat phases, {n_public} of public sets"
    )


def _about(trained: Trained, evidence: Evidence, corpus: Corpus, settings: TrainSettings) -> dict[str, Any]:
    """Return what users of the model have to know."""
    units = {feature.name: feature.unit for feature in dictionary(corpus.library)}
    return {
        "confidence": settings.confidence,
        "units": {name: units[name] for name in trained.ensemble.feature_names if name in units},
        "data": {"records_sha256": digest(layout.RECORDS), "features_sha256": digest(layout.FEATURES)},
        "domain": _domain(trained, evidence, corpus),
        "training": {
            "learner": trained.champion.name,
            "reason": trained.champion.reason,
            "beaten_by": list(trained.champion.beaten_by),
            "n_records": len(trained.ensemble.references),
            "n_works": n_works(evidence),
        },
    }


def _domain(trained: Trained, evidence: Evidence, corpus: Corpus) -> dict[str, Any] | None:
    """Return what the model knows of; None of a median, which knows nothing of mixtures."""
    if trained.champion.name == MEDIAN:
        return None
    learned = evidence.take(evidence.keys["record_id"].isin(trained.ensemble.references.index).to_numpy())
    blocks = {feature.name: feature.block for feature in dictionary(corpus.library)}
    return fit_domain(learned, trained.ensemble.located(learned.features), corpus.library, blocks).to_dict()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.train",
        description="Compare the learners, tune and train the models.",
        epilog="No number depends on the options; params.yaml holds the settings.",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="dask scheduler whose workers do the jobs, as tcp://node1:8786; without it processes of this machine do",
    )
    parser.add_argument(
        "--study",
        metavar="PLACE",
        help="folder or database (postgresql+psycopg://host/name) in which finished batches are noted and kept, so "
        "that other runs go on from them; without it data/processed/searches, and nowhere with --scheduler",
    )
    return parser.parse_args()


if __name__ == "__main__":
    run_stage(
        "train", main, [layout.MODELS, layout.TRIALS, layout.OUT_OF_FOLD, layout.NEW_COMPONENTS, layout.NOISE_FLOOR]
    )
