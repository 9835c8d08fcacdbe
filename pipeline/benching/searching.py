"""The exact search against listing, on the real models and the real component tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from features import Library, featurize
from pipeline.benching.measuring import Measured, extrapolated, timed
from pipeline.benching.spaces import DISTINCT, space_of
from pipeline.common import layout
from pipeline.common.settings import load_settings
from pipeline.corpus import load_corpus
from pipeline.learning import CONDUCTIVITY, Evidence, fit_ensemble, folds_by_work, gather_evidence, load_all, task_of
from pipeline.records import load_vocabulary
from pipeline.screening.exhaustive import CHUNK, judge
from pipeline.screening.search import Aim, Best, Prepared, Scope, prepare, search, search_unpruned

K = 1000
HEADLINE = 10**9
CHECKED = 10**8
"""Small enough to look at all of it, large enough to be no toy."""
_CONFIDENCE = 0.8
_N_MEMBERS = 10
_N_CHUNKS = 5
_N_REPEATS = 5
_TINY = 10**6


@dataclass(frozen=True)
class Subject:
    """What is measured on.

    Attributes:
        mean: The shipped conductivity model, by its predicted value.
        lower: A ten-member ensemble with the shipped hyperparameters, by its lower bound.
    """

    mean: Aim
    lower: Aim


def subject() -> Subject:
    """Read the shipped model and fit ten members by folds of works."""
    model, _ = load_all(layout.MODELS)[CONDUCTIVITY.name]
    settings = load_settings().train
    evidence = known()
    task = replace(task_of(CONDUCTIVITY, settings), hyperparameters=model.hyperparameters)
    ten = fit_ensemble(evidence, folds_by_work(evidence, _N_MEMBERS, settings.seed), task)
    return Subject(Aim(model), Aim(ten, _CONFIDENCE))


def known() -> Evidence:
    """Return what the conductivity is learned from."""
    return gather_evidence(CONDUCTIVITY, load_corpus()).numbers()


def fresh_library() -> Library:
    """Return the component tables with nothing described yet."""
    return load_vocabulary(layout.COMPONENTS).library


def warm_up(aim: Aim) -> None:
    """Have the search compiled, or read what was compiled before."""
    find(_TINY, aim, fresh_library(), search)


def find(size: int, aim: Aim, library: Library, searcher: Callable[[Prepared, int], Best]) -> Best:
    """Find the best of the space of a size, from its levels to the sorted list."""
    scope = Scope(space_of(size, library).levels, DISTINCT)
    return searcher(prepare(scope, aim, library), K)


def seconds(size: int, aim: Aim, searcher: Callable[[Prepared, int], Best], n_repeats: int) -> Measured:
    """Time `find`; each repeat describes all components anew."""
    libraries = [fresh_library() for _ in range(n_repeats)]
    return Measured.of([timed(find, size, aim, library, searcher)[0] for library in libraries])


def search_figures(subject: Subject) -> dict[str, Measured]:
    """Measure both orders against chunks in the same run."""
    warm_up(subject.mean)
    exact = seconds(HEADLINE, subject.mean, search, _N_REPEATS)
    bound = seconds(HEADLINE, subject.lower, search, _N_REPEATS)
    unpruned = seconds(HEADLINE, subject.mean, search_unpruned, 1)
    described, by_mean, by_bound = _chunks(subject)
    return {
        "exact_s": exact,
        "chunks_s": by_mean,
        "exact_ratio": by_mean.over(exact),
        "unpruned_s": unpruned,
        "unpruned_ratio": by_mean.over(unpruned),
        "bound_s": bound,
        "bound_chunks_s": by_bound,
        "bound_ratio": by_bound.over(bound),
        "featurize_rate": described.rate(CHUNK),
        "is_same_unpruned": _yes(_is_same_unpruned(subject.mean)),
        "is_confirmed": _yes(all(_is_confirmed(aim) for aim in (subject.mean, subject.lower))),
    }


def _chunks(subject: Subject) -> tuple[Measured, Measured, Measured]:
    """Measure chunks spread over the whole space, with every component described before.

    Returns:
        Seconds of describing one chunk; seconds of the whole space by the predicted value, and by the lower bound.
    """
    library = fresh_library()
    space = space_of(HEADLINE, library)
    featurize(space.mixtures(space.sample(CHUNK, np.random.default_rng(0))), library)
    described, by_mean, by_bound = [], [], []
    for start in np.linspace(0, space.size - CHUNK, _N_CHUNKS).astype(np.int64):
        listing, mixtures = timed(space.mixtures, np.arange(start, start + CHUNK))
        describing, features = timed(featurize, mixtures, library)
        described.append(describing)
        by_mean.append(listing + describing + timed(judge, features, subject.mean)[0])
        by_bound.append(listing + describing + timed(judge, features, subject.lower)[0])
    return (
        Measured.of(described),
        extrapolated(by_mean, CHUNK, space.size),
        extrapolated(by_bound, CHUNK, space.size),
    )


def _is_same_unpruned(aim: Aim) -> bool:
    library = fresh_library()
    prepared = prepare(Scope(space_of(CHECKED, library).levels, DISTINCT), aim, library)
    pruned, unpruned = search(prepared, K), search_unpruned(prepared, K)
    return np.array_equal(pruned.indices, unpruned.indices) and np.array_equal(pruned.numbers, unpruned.numbers)


def _is_confirmed(aim: Aim) -> bool:
    library = fresh_library()
    space, best = space_of(HEADLINE, library), find(HEADLINE, aim, library, search)
    return np.array_equal(judge(featurize(space.mixtures(best.indices), library), aim), best.numbers)


def _yes(is_so: bool) -> Measured:
    return Measured.of([float(is_so)])
