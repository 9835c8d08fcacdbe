from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import INPUT_COLUMNS
from pipeline.learning import Bounds, Corpus, Evidence
from pipeline.screening import pool as pools
from pipeline.screening.pool import BY_WORK, POOLS, Pool, gather_pool, one_a_work
from pipeline.screening.replay import (
    ReplaySettings,
    counts,
    expected_at_random,
    half_of,
    make_in_order,
    n_half,
    replay_pools,
)
from pipeline.screening.strategies import STRATEGIES

SETTINGS = ReplaySettings(n_seeds=3, n_start=8, n_batch=4, best_share=0.1)
N = 40


@pytest.fixture(scope="module")
def pool(measured) -> Pool:
    """Forty composites of forty works, whose conductivity is known, all at 25 °C."""
    records = measured.records.assign(temperature_C=25.0, work_id=measured.records["record_id"])
    corpus = Corpus(records, measured.described.assign(), measured.used, measured.library)
    return gather_pool(corpus).take(np.arange(N))


def with_values(pool, values) -> Pool:
    return Pool(pool.evidence.with_bounds(Bounds.exactly(np.asarray(values, dtype=float))), pool.mixtures)


def test_the_best_twentieth_is_rounded_up_and_holds_what_equals_its_last():
    made = Pool(_evidence([1.0, 5.0, 3.0, 5.0, 2.0]), pd.DataFrame(index=range(5)))
    assert made.is_best(0.05).tolist() == [False, True, False, True, False]
    assert made.is_best(0.5).sum() == 3


def _evidence(values):
    n = len(values)
    flags = np.ones(n, dtype=bool)
    return Evidence(pd.DataFrame({"work_id": range(n)}), pd.DataFrame(index=range(n)), _exactly(values), flags, ~flags)


def _exactly(values):
    return Bounds.exactly(np.array(values, dtype=float))


def test_who_knows_all_finds_the_best_first(pool):
    truth = dict(zip(pool.evidence.keys["record_id"], pool.evidence.labels, strict=True))

    def oracle(known, unseen, n, generator):
        return np.argsort(-unseen.evidence.keys["record_id"].map(truth).to_numpy())[:n]

    for seed in range(5):
        made = make_in_order(pool, oracle, SETTINGS, seed)
        found = counts(pool, made, SETTINGS)
        in_start = pool.is_best(0.1)[made[:8]].sum()
        assert found["n_best"] == 4
        assert found["n_all"] == (8 + 4 - in_start if in_start < 4 else np.flatnonzero(pool.is_best(0.1)[made])[-1] + 1)


def test_chance_needs_what_the_negative_hypergeometric_distribution_says(pool):
    settings = ReplaySettings(n_seeds=1500, n_start=8, n_batch=4, best_share=0.1)
    table = replay_pools(lambda _: Plain(pool.evidence.labels), {"random": _at_random}, settings)
    for goal, expected in expected_at_random(N, 4).items():
        error = table[goal].std() / np.sqrt(len(table))
        assert table[goal].mean() == pytest.approx(expected, abs=4 * error)


class Plain:
    """A pool of labels alone, quick to take from."""

    def __init__(self, values):
        self.values = np.asarray(values)

    def __len__(self):
        return len(self.values)

    def take(self, rows):
        return Plain(self.values[rows])

    def hidden(self):
        return self

    def is_best(self, share):
        return self.values >= np.sort(self.values)[-int(np.ceil(share * len(self.values)))]


def _at_random(known, unseen, n, generator):
    return generator.permutation(len(unseen))[:n]


@given(st.integers(1, 300), st.data())
def test_what_chance_needs_lies_between_the_best_and_the_worst_case(n_pool, data):
    n_best = data.draw(st.integers(1, n_pool))
    needed = expected_at_random(n_pool, n_best)
    assert 1 <= needed["n_first"] <= needed["n_half"] <= needed["n_all"] <= n_pool + 1e-9
    assert n_best <= needed["n_all"] + 1e-9
    assert n_half(n_best) <= needed["n_half"] + 1e-9


@pytest.mark.parametrize("name", STRATEGIES)
def test_results_that_were_not_shown_decide_nothing(pool, name):
    generator = np.random.default_rng(0)
    made, left = np.split(generator.permutation(N), [15])
    values = pool.evidence.labels.copy()
    values[left] = generator.permutation(values[left])
    picks = []
    for version in (pool, with_values(pool, values)):
        shown, hidden = version.take(np.sort(made)), version.take(np.sort(left)).hidden()
        assert np.isnan(hidden.evidence.labels).all()
        picks.append(STRATEGIES[name](shown, hidden, 6, np.random.default_rng(1)).tolist())
    assert picks[0] == picks[1]


@pytest.mark.parametrize("name", [name for name in STRATEGIES if name not in ("random", "wet_first")])
def test_results_that_were_shown_do_decide(pool, name):
    generator = np.random.default_rng(0)
    made, left = np.split(generator.permutation(N), [25])
    values = -pool.evidence.labels - 9
    picks = [
        set(STRATEGIES[name](version.take(np.sort(made)), version.take(np.sort(left)).hidden(), 4, generator).tolist())
        for version in (pool, with_values(pool, values))
    ]
    assert picks[0] != picks[1]


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_strategy_makes_each_mixture_once_and_ends_when_the_best_are_found(pool, name):
    made = make_in_order(pool, STRATEGIES[name], SETTINGS, 0)
    again = make_in_order(pool, STRATEGIES[name], SETTINGS, 0)
    assert made.tolist() == again.tolist()
    assert len(set(made)) == len(made) <= N
    assert pool.is_best(0.1)[made].sum() == 4
    assert pool.is_best(0.1)[made[: -SETTINGS.n_batch]].sum() < 4


@pytest.mark.parametrize("name", ["random", "wet_first", "boosted_mean", "gaussian_process"])
def test_a_batch_of_all_that_is_left_holds_each_once(pool, name):
    shown, left = pool.take(np.arange(15)), pool.take(np.arange(15, N)).hidden()
    chosen = STRATEGIES[name](shown, left, N, np.random.default_rng(0))
    assert sorted(chosen) == list(range(N - 15))


def test_strategies_begin_with_the_same_mixtures(pool):
    starts = [make_in_order(pool, each, SETTINGS, 2)[:8].tolist() for each in STRATEGIES.values()]
    assert all(start == starts[0] for start in starts)


def test_models_find_the_best_of_a_law_sooner_than_chance(pool):
    for name in ("boosted_mean", "batch", "gaussian_process"):
        table = replay_pools(lambda _: pool, {name: STRATEGIES[name]}, replace(SETTINGS, n_seeds=2))
        assert table["n_half"].mean() < expected_at_random(N, 4)["n_half"], name


def test_counts_are_places_in_the_order():
    made = Plain([9.0, 1, 2, 8, 3, 4, 7, 5, 6, 0])
    found = counts(made, np.array([1, 3, 2, 0, 6, 5]), ReplaySettings(best_share=0.3))
    assert found == {
        "n_pool": 10,
        "n_best": 3,
        "n_first": 2,
        "n_half": 4,
        "n_all": 5,
        "found_early": pytest.approx(1 / 3),
    }


def test_who_chooses_nothing_is_stopped(pool):
    with pytest.raises(ValueError, match="chose none"):
        make_in_order(pool, lambda *_: np.array([], dtype=int), SETTINGS, 0)


def test_a_pool_holds_a_mixture_once_near_room_temperature_and_no_twin(measured):
    records = measured.records.assign(temperature_C=25.0)
    columns = [*INPUT_COLUMNS, "conductivity_lower_S_cm", "conductivity_upper_S_cm"]
    records.loc[5, columns] = records.loc[4, columns].to_numpy()  # one mixture, one work
    records.loc[30, columns] = records.loc[20, columns].to_numpy()  # one measurement under two works
    records.loc[30, "filler_wt_fraction"] = np.nan
    records.loc[7, "temperature_C"] = 60.0
    described = measured.described.assign()
    held = gather_pool(Corpus(records, described, measured.used, measured.library))
    kept = set(held.evidence.keys["record_id"])
    assert "record 20" in kept
    assert kept.isdisjoint({"record 05", "record 30", "record 07"})
    assert held.evidence.twins == []


def test_one_record_stands_for_a_work_whatever_it_measured(measured):
    records = measured.records.assign(temperature_C=25.0)
    held = gather_pool(Corpus(records, measured.described, measured.used, measured.library))
    chosen = one_a_work(held)
    flipped = one_a_work(Pool(held.evidence.with_bounds(_exactly(-held.evidence.labels)), held.mixtures))
    assert len(chosen) == held.evidence.keys["work_id"].nunique()
    assert chosen.evidence.keys["work_id"].is_unique
    assert chosen.evidence.keys.equals(flipped.evidence.keys)


def test_what_holds_a_liquid_is_left_out_of_the_dry_pool(pool):
    wet = pool.evidence.features.assign(**{pools.WET: np.arange(N) % 2})
    evidence = Evidence(pool.evidence.keys, wet, pool.evidence.bounds, pool.evidence.is_judged, pool.evidence.is_public)
    assert next(iter(POOLS)) == BY_WORK
    assert len(POOLS["dry_by_work"](Pool(evidence, pool.mixtures))) == N // 2


def test_halves_differ_from_seed_to_seed(pool):
    halves = [set(half_of(pool, seed).evidence.keys["record_id"]) for seed in (0, 0, 1)]
    assert [len(half) for half in halves] == [N // 2] * 3
    assert halves[0] == halves[1] != halves[2]
