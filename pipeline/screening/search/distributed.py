"""The exact search by many workers: the space is cut by the classes of the first axis, and the best so far is shared.

Why the result is that of `search`, bit for bit, whoever did what and when. Call W the best k of all distinct
combinations, by falling value and then by rising index; that order is total, so W is one set.

1. The first axis is a distinct one, so every distinct combination lies in exactly one class of it, and every class is
   searched.
2. A search that starts from some results and looks at one class returns the best k of those results and of that class:
   it leaves out only what k results that it holds are better than. So a member of W in that class is returned whatever
   the search started from, since nothing that exists leaves k results better than it.
3. What a search starts from are results that other searches returned, never guesses. Old ones make it slower, not
   wrong.
4. Two lists are merged by taking the best k of both, each index once. By 2 no member of W is ever dropped, and by 3
   nothing is in the list that does not exist; once every class has returned, the list holds W and, having room for
   k only, nothing else. Merging twice what a job returned that was done twice changes nothing.

The number of nodes that were opened does depend on who did what when; nothing that is written to files holds it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np

from pipeline.common.workers import Crew, crew
from pipeline.screening.search.kernel import Found
from pipeline.screening.search.kernel import search as search_plan
from pipeline.screening.search.search import Best, Prepared, Searcher, first_bounds, in_order, nothing_found, search


@contextmanager
def searching(scheduler: str | None) -> Iterator[Searcher]:
    """Yield what searches: this process or, where a scheduler is named, its dask workers.

    Raises:
        UserError: See `pipeline.common.workers.crew`.
    """
    if scheduler is None:
        yield search
        return
    with crew(scheduler) as found:
        yield partial(search_by, found)


def search_by(workers: Crew, prepared: Prepared, k: int) -> Best:
    """Find what `search` finds, one job for each class of the first axis, the most promising first.

    Args:
        workers: Who does the jobs.
        prepared: What is searched; its first axis tells results apart.
        k: How many are found at most.

    Raises:
        ValueError: Nothing tells results apart.
    """
    if prepared.plan.n_distinct == 0:
        raise ValueError("a search by many workers is cut along an axis that tells results apart; there is none")
    lent, best, n_opened, n_judged = workers.lend(prepared), nothing_found(k), 0, 0
    promising = np.argsort(-first_bounds(prepared.plan, prepared.trees), kind="stable")
    # Lazy, so that each job starts from the best that is known when it is handed out.
    jobs = ((lent, int(choice), best) for choice in promising)
    for found, opened, judged in workers.done(_search_class, jobs):
        best, n_opened, n_judged = merged(best, found), n_opened + opened, n_judged + judged
    return in_order(best, n_opened, n_judged)


def _search_class(prepared: Prepared, choice: int, known: Found) -> tuple[Found, int, int]:
    """Search one class of the first axis, starting from what is known."""
    found = Found(known.numbers.copy(), known.indices.copy(), known.n_found.copy())
    n_opened, n_judged = search_plan(*prepared, found, np.array([choice]), True)
    return found, int(n_opened), int(n_judged)


def merged(first: Found, second: Found) -> Found:
    """Return the best of two heaps, each result once, as a heap as large as the first."""
    n_first, n_second = int(first.n_found[0]), int(second.n_found[0])
    numbers = np.concatenate([first.numbers[:n_first], second.numbers[:n_second]])
    indices = np.concatenate([first.indices[:n_first], second.indices[:n_second]])
    _, once = np.unique(indices, return_index=True)
    k = len(first.numbers)
    order = once[np.lexsort((indices[once], -numbers[once]))][:k]
    best = nothing_found(k)
    n_best = len(order)
    # From worst to best: such a list is a heap whose root is the worst.
    best.numbers[:n_best], best.indices[:n_best], best.n_found[0] = numbers[order[::-1]], indices[order[::-1]], n_best
    return best
