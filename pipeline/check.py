"""Stage 9: all that the run has found → trip-wires: the run stops, or its reports say in red what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from pipeline.advising import Advisor
from pipeline.common import layout
from pipeline.common.errors import printable
from pipeline.common.files import read_gapped_csv, read_json, write_json
from pipeline.common.settings import Settings, load_settings
from pipeline.common.stage import run_stage, say
from pipeline.corpus import load_corpus
from pipeline.learning import CONDUCTIVITY, HELD_OUT_TEXTS, TARGETS, Corpus, gather_evidence, load_all
from pipeline.records import load_vocabulary
from pipeline.screening import TEXT_COLUMNS
from pipeline.watching import (
    DriftLimits,
    Reading,
    activation_energy,
    as_checks,
    broken_constraints,
    coverage,
    drift,
    falling_curves,
    falling_mixtures,
    faster_than_known,
    impossible_predictions,
    impossible_records,
    judge,
    leaking_split,
    read_baseline,
    reading,
    worse_than_median,
)


def main() -> None:
    """Look at records, held-out predictions, models, rankings and curves; say which wire tripped."""
    settings = load_settings()
    corpus = load_corpus()
    readings = [*_of_records(corpus, settings), *_of_held_out(corpus, settings), *_of_predictions(corpus, settings)]
    tripped = judge(readings, settings.trip_wires)
    write_json(layout.CHECKS, as_checks(readings, tripped).model_dump(mode="json"))
    n_checked = sum(each.n_checked for each in readings)
    say(f"check: {len(readings)} trip-wires on {n_checked:,} things: {len(readings) - len(tripped)} hold")
    for each in tripped:
        say(printable(f"check: RED: {each.wire}: {each.in_words}"))


def _of_records(corpus: Corpus, settings: Settings) -> list[Reading]:
    wires = settings.trip_wires
    limits = DriftLimits(
        wires.new_components.most_new_share,
        wires.values_beyond_range.margin,
        wires.records_lost.most,
        wires.records_changed.most,
    )
    energies = wires.activation_energy
    return [
        *drift(corpus.records, read_baseline(), limits),
        impossible_records(corpus.records),
        activation_energy(corpus.records, energies.lowest_eV, energies.highest_eV),
    ]


def _of_held_out(corpus: Corpus, settings: Settings) -> list[Reading]:
    metrics, wires = read_json(layout.METRICS), settings.trip_wires
    held_out = read_gapped_csv(layout.OUT_OF_FOLD, HELD_OUT_TEXTS)
    compared = [target for target in TARGETS if metrics[target.name]["is_compared"]]
    champions = {target.name: str(metrics[target.name]["champion"]) for target in compared}
    groups = {}
    for target in compared:
        evidence = gather_evidence(target, corpus)
        groups[target.name] = dict(zip(evidence.keys["record_id"], evidence.groups, strict=True))
    train = settings.train
    return [
        leaking_split(held_out, groups),
        coverage(held_out, champions, train.measured_confidences, wires.coverage.false_alarm_rate),
        worse_than_median(held_out, champions, wires.worse_than_median.least_gain, train.seed),
    ]


def _of_predictions(corpus: Corpus, settings: Settings) -> list[Reading]:
    rankings = {path.stem: read_gapped_csv(path, TEXT_COLUMNS) for path in sorted(layout.RANKINGS.glob("*.csv"))}
    advice = {name: read_json(layout.ADVICE / f"{name}.json") for name in rankings}
    return [
        reading(
            "falling_with_temperature",
            "the predicted conductivity never falls as it gets warmer",
            [*falling_curves(advice), *_of_models(corpus)],
            "Report it, and use none of these numbers",
        ),
        impossible_predictions(rankings, advice),
        faster_than_known(rankings, advice, settings.trip_wires.faster_than_known.highest_S_cm),
    ]


def _of_models(corpus: Corpus) -> Iterator[str | None]:
    models = load_all(layout.MODELS)
    yield from broken_constraints(models)
    measured: pd.DataFrame = Advisor(models, load_vocabulary(layout.COMPONENTS), corpus.records).measured
    yield from falling_mixtures(models[CONDUCTIVITY.name][0], measured, corpus.library)


if __name__ == "__main__":
    run_stage("check", main, [layout.CHECKS])
