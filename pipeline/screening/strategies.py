"""What chooses the next experiments of a replay: by chance, by rules, by models."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from features.transformers import InformativeColumns
from pipeline.learning import (
    CONDUCTIVITY,
    UNTUNED,
    Evidence,
    Task,
    fit_booster,
    fit_ensemble,
    fit_process,
    folds_by_work,
    predict_booster,
)
from pipeline.screening.batch import choose_batch
from pipeline.screening.experiments import BatchSettings, Candidates, Known, Mixtures
from pipeline.screening.pool import Pool
from pipeline.screening.predictive import Predictive, forecast

Rows = npt.NDArray[np.intp]
Strategy = Callable[[Pool, Pool, int, np.random.Generator], Rows]
"""From what was measured and what was not, without its results, to at most n of the latter, at least one, in order."""
RANDOM = "random"
BATCH = "batch"
_MIN_DIFFERENT = 3
_N_FOLDS = 3
"""Boosters behind the intervals: enough for CV+, few enough to fit them at every step."""
_TREES = UNTUNED | {"n_rounds": 50, "learning_rate": 0.1}
"""Half as many trees, each twice as bold: a replay fits thousands."""
_TASK = Task(CONDUCTIVITY, _TREES, seed=0, n_threads=1, n_trees=0)


def at_random(known: Pool, unseen: Pool, n: int, generator: np.random.Generator) -> Rows:  # noqa: ARG001
    """Draw, without a model."""
    return generator.permutation(len(unseen))[:n]


def wet_first(known: Pool, unseen: Pool, n: int, generator: np.random.Generator) -> Rows:  # noqa: ARG001
    """Draw among the gels as long as there are any, then among the dry films: what a rule of thumb is worth."""
    drawn = generator.permutation(len(unseen))
    return drawn[np.argsort(~unseen.is_wet()[drawn], kind="stable")][:n]


def boosted_mean(known: Pool, unseen: Pool, n: int, generator: np.random.Generator) -> Rows:  # noqa: ARG001
    """Take the highest predictions of boosted trees, whatever their uncertainty."""
    own, names = _own(known)
    model = fit_booster(own.features, own.bounds, CONDUCTIVITY, _TREES, _TASK.seed, _TASK.n_threads, own.weights)
    return np.argsort(-predict_booster(model, unseen.evidence.features[names], CONDUCTIVITY), kind="stable")[:n]


def diverse_batch(known: Pool, unseen: Pool, n: int, generator: np.random.Generator) -> Rows:  # noqa: ARG001
    """Choose as `choose_batch` does for a lab unless told otherwise: by the predicted value, and diversity."""
    return _batch(known, unseen, BatchSettings(n=n, repeats_measured=True))


def alike_batch(known: Pool, unseen: Pool, n: int, generator: np.random.Generator) -> Rows:  # noqa: ARG001
    """Do the same without weighing diversity: members differ in a component and that is all."""
    return _batch(known, unseen, BatchSettings(n=n, diversity_weight=0, repeats_measured=True))


def improving_batch(known: Pool, unseen: Pool, n: int, generator: np.random.Generator) -> Rows:  # noqa: ARG001
    """Choose by expected improvement on the calibrated intervals, and diversity."""
    return _batch(known, unseen, BatchSettings(n=n, by="expected_improvement", repeats_measured=True))


def _batch(known: Pool, unseen: Pool, settings: BatchSettings) -> Rows:
    own, names = _own(known)
    ensemble = fit_ensemble(own, folds_by_work(own, _N_FOLDS, _TASK.seed), _TASK)
    described = unseen.evidence.features[names]
    measured = Mixtures(known.mixtures, own.features)
    nothing = Mixtures(known.mixtures.iloc[:0], own.features.iloc[:0])
    chosen = choose_batch(
        Candidates(Mixtures(unseen.mixtures, described)),
        forecast(ensemble, described, nothing.features),
        Known(measured, nothing, float(own.labels.max())),
        settings,
    )
    return chosen["position"].to_numpy(np.intp)


def gaussian_process(known: Pool, unseen: Pool, n: int, generator: np.random.Generator) -> Rows:  # noqa: ARG001
    """Take the largest expected improvement of a Gaussian process, believing each prediction before the next choice.

    A Matérn process (ν = 3/2) on the same standardised descriptors, its length, variance and noise fitted to what was
    shown. Members of a batch are chosen one after the other by the kriging believer: a choice counts as measured at its
    predicted value (Ginsbourger, Le Riche and Carraro, Computational Intelligence in Expensive Optimization Problems,
    131 (2010), doi 10.1007/978-3-642-10701-6_6), so that what is like it is known as well.
    """
    own, names = _own(known)
    mean, covariance, noise = fit_process(own.features, own.bounds).posterior(unseen.evidence.features[names])
    best, chosen = float(own.labels.max()), list[int]()
    for _ in range(min(n, len(unseen))):
        spread = np.sqrt(np.maximum(np.diag(covariance), 0))
        improvement = Predictive.normal(mean, spread).mean_excess(best)
        improvement[chosen] = -np.inf
        row = int(np.argmax(improvement))
        shared = covariance[:, row]
        covariance = covariance - np.outer(shared, shared) / (shared[row] + noise)
        best = max(best, float(mean[row]))
        chosen.append(row)
    return np.array(chosen, dtype=np.intp)


def _own(known: Pool) -> tuple[Evidence, list[str]]:
    """Return what was shown with the features that tell it apart, and their names."""
    kept = InformativeColumns(_MIN_DIFFERENT).fit(known.evidence.features).get_feature_names_out()
    names, evidence = list(map(str, kept)), known.evidence
    return (
        Evidence(evidence.keys, evidence.features[names], evidence.bounds, evidence.is_judged, evidence.is_public),
        names,
    )


STRATEGIES: Mapping[str, Strategy] = {
    RANDOM: at_random,
    "wet_first": wet_first,
    "boosted_mean": boosted_mean,
    BATCH: diverse_batch,
    "batch_without_diversity": alike_batch,
    "batch_by_expected_improvement": improving_batch,
    "gaussian_process": gaussian_process,
}
