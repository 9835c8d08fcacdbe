"""A campaign searched by dask workers: the same bytes as in this process, however many there are and whoever dies."""

import os
import signal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.common.workers import crew
from pipeline.screening import Space, screen, searching
from pipeline.screening.screen import aim_of, closings, scope_of
from pipeline.screening.search import distributed as module
from pipeline.screening.search import prepare, search
from pipeline.screening.search.distributed import merged, search_by
from pipeline.screening.search.kernel import Found

K = 60
POLYMERS = ("PEO", "PVDF", "PAN", "PMMA", "PVDF-HFP", "PPC", "PEO:0.7 + PVDF:0.3", "PEO:0.3 + PVDF:0.7")
FILLERS = ("LLZO", "LAGP", "Al2O3", "LATP", "SiO2", "BaTiO3", "LLTO", "ZIF-8", "LLZTO")
LIMITS = {"exclude_elements": ("Ge",), "min_stability_window_V": 4.3}


@pytest.fixture
def asked(ask):
    return lambda order_by: ask(
        polymers=POLYMERS,
        fillers=FILLERS,
        filler_wt_fractions={"from": 0.05, "to": 0.6, "step": 0.05},
        salt_ratio={"value": [8, 12, 18, 24]},
        limits=LIMITS,
        distinct=("polymer", "filler", "salt", "architecture"),
        order_by=order_by,
    )


@pytest.fixture(params=["lower", "mean"])
def campaign(request, asked):
    return asked(request.param)


@pytest.fixture
def prepared(campaign, models, knowledge):
    space = Space.of(campaign)
    scope = scope_of(campaign, space, models, closings(campaign, space, knowledge))
    return prepare(scope, aim_of(campaign, models), knowledge.library)


@pytest.fixture
def here(campaign, models, knowledge):
    """Found in this process; what is compiled for it lies on disk when the workers look for it."""
    return screen(campaign, models, knowledge, K)


def as_bytes(found):
    return found.indices.tobytes(), found.reached.tobytes()


@pytest.mark.parametrize("n_workers", [1, 3])
def test_the_ranking_is_the_same_with_any_number_of_workers(scaled, here, campaign, models, knowledge, n_workers):
    with searching(scaled(n_workers)) as searcher:
        there = screen(campaign, models, knowledge, K, searcher)
    assert as_bytes(there) == as_bytes(here)
    assert len(here.indices) == K


def test_the_ranking_is_the_same_where_a_worker_is_killed_half_way(
    scaled, here, campaign, models, knowledge, tmp_path, monkeypatch
):
    died = tmp_path / "died"

    def deadly(prepared, choice, known):
        from pipeline.screening.search.distributed import _search_class  # the worker's own, with what is compiled

        if choice == 2 and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return _search_class(prepared, choice, known)

    monkeypatch.setattr(module, "_search_class", deadly)
    with searching(scaled(2)) as searcher:
        there = screen(campaign, models, knowledge, K, searcher)
    assert died.exists()
    assert as_bytes(there) == as_bytes(here)


def test_without_a_scheduler_this_process_searches():
    with searching(None) as searcher:
        assert searcher is search


class Unruly:
    """Workers of this process that end in any order, do jobs twice, and so start from results old and new."""

    def __init__(self, generator, n_at_once, repeated=0.3):
        self.generator, self.n_at_once, self.repeated, self.known = generator, n_at_once, repeated, []

    def lend(self, thing):
        return thing

    def done(self, job, given):
        under_way, given = [], iter(given)
        while True:
            while len(under_way) < self.n_at_once and (arguments := next(given, None)) is not None:
                under_way.append(arguments)
                self.known.append(int(arguments[2].n_found[0]))
            if not under_way:
                return
            arguments = under_way.pop(self.generator.integers(len(under_way)))
            if self.generator.random() < self.repeated:
                under_way.append(arguments)
            yield job(*arguments)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(1, 6), st.sampled_from([1, 7, 60, 5000]), st.integers(0, 2**32 - 1))
def test_what_jobs_start_from_and_when_they_end_does_not_matter(prepared, n_at_once, k, seed):
    workers = Unruly(np.random.default_rng(seed), n_at_once)
    expected, found = search(prepared, k), search_by(workers, prepared, k)
    assert found.indices.tolist() == expected.indices.tolist()
    assert found.numbers.tobytes() == expected.numbers.tobytes()


def test_a_job_starts_from_what_those_before_it_found(prepared):
    in_turn, at_once = (Unruly(np.random.default_rng(0), n, repeated=0) for n in (1, 100))
    found = search_by(in_turn, prepared, K)
    assert in_turn.known[0] == 0
    assert max(in_turn.known) == K
    assert found.n_judged < search_by(at_once, prepared, K).n_judged
    assert set(at_once.known) == {0}


def test_without_an_axis_that_tells_results_apart_there_is_nothing_to_cut(prepared):
    with pytest.raises(ValueError, match="tells results apart; there is none"):
        search_by(Unruly(None, 1), prepared._replace(plan=prepared.plan._replace(n_distinct=0)), K)


results = st.dictionaries(st.integers(0, 30), st.sampled_from([-7.0, -5.5, -3.0]), max_size=12)


def heap(k, listed):
    ordered = sorted(listed.items(), key=lambda one: (one[1], -one[0]))[-k:]
    found = Found(np.full(k, -np.inf), np.zeros(k, dtype=np.int64), np.array([len(ordered)]))
    for place, (index, number) in enumerate(ordered):
        found.indices[place], found.numbers[place] = index, number
    return found


@given(st.integers(1, 12), results, results)
def test_merging_keeps_the_best_of_both_the_worst_of_them_on_top(k, first, second):
    second = {index: first.get(index, number) for index, number in second.items()}
    found = merged(heap(k, first), heap(k, second))
    expected = sorted((first | second).items(), key=lambda one: (-one[1], one[0]))[:k]
    n_found = int(found.n_found[0])
    kept = [(int(index), number) for index, number in zip(found.indices, found.numbers, strict=True)][:n_found]
    assert sorted(kept, key=lambda one: (-one[1], one[0])) == expected
    for place in range(1, n_found):
        parent = (place - 1) // 2
        assert (found.numbers[parent], -found.indices[parent]) <= (found.numbers[place], -found.indices[place])


def test_a_crew_gets_what_is_lent_as_it_was(scaled, prepared):
    with crew(scaled(2)) as workers:
        (again,) = workers.done(same, [(workers.lend(prepared),)])
    for before, after in zip(again, prepared, strict=True):
        assert type(before) is type(after)
        assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def same(prepared):
    return prepared
