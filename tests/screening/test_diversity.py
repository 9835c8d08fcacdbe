import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.learning.similarity import leaf_similarity
from pipeline.screening.diversity import Places, choose_diverse, cover, scaled

SEEDS = st.integers(0, 10_000)


def places_of(seed, n=30, n_columns=3, n_trees=0):
    generator = np.random.default_rng(seed)
    leaves = generator.integers(0, 4, (n, n_trees)).astype(np.int32)
    return Places(generator.normal(size=(n, n_columns)) / np.sqrt(n_columns), leaves)


def kernel(places):
    return np.column_stack([places.similarities_to(row) for row in range(len(places.scaled))])


@given(SEEDS)
def test_similarities_are_a_positive_semidefinite_kernel_with_ones_on_its_diagonal(seed):
    similarities = kernel(places_of(seed, n_trees=5))
    assert np.allclose(similarities, similarities.T)
    assert np.allclose(np.diag(similarities), 1)
    assert np.linalg.eigvalsh(similarities).min() > -1e-9


def test_the_share_of_common_leaves_is_that_of_the_learning_room():
    places = places_of(3, n_trees=6)
    shares = 2 * kernel(places) - kernel(Places(places.scaled, places.leaves[:, :0]))
    assert np.allclose(shares, leaf_similarity(places.leaves, places.leaves))


@given(SEEDS)
def test_the_greedy_search_takes_the_row_that_raises_the_determinant_most(seed):
    places = places_of(seed, n=8, n_trees=4)
    worth = np.random.default_rng(seed + 1).uniform(0.2, 1, 8)
    similarities, chosen = kernel(places), list[int]()
    for row in choose_diverse(places, worth, np.arange(8), 1.0, 4).rows:
        left = [other for other in range(8) if other not in chosen]
        sets = {other: np.ix_([*chosen, other], [*chosen, other]) for other in left}
        gains = {other: worth[other] * np.linalg.det(similarities[sets[other]]) for other in left}
        assert gains[row] == pytest.approx(max(gains.values()), rel=1e-6)
        chosen.append(row)


def test_without_a_weight_the_best_are_taken_in_order():
    worth = np.random.default_rng(0).uniform(size=30)
    assert choose_diverse(places_of(0), worth, np.arange(30), 0.0, 5).rows == np.argsort(-worth)[:5].tolist()


def test_more_weight_makes_the_batch_more_different():
    spread = []
    for weight in (0.0, 1.0, 20.0):
        places = places_of(5, n=60)
        worth = np.exp(places.scaled[:, 0] * 3)
        rows = choose_diverse(places, worth, np.arange(60), weight, 6).rows
        spread.append(np.linalg.slogdet(kernel(places)[np.ix_(rows, rows)])[1])
    assert spread[0] < spread[1] < spread[2]


def test_a_copy_of_a_chosen_row_is_worth_nothing_beside_it():
    places = places_of(1, n=4)
    doubled = Places(places.scaled[[0, 0, 1, 2, 3]], places.leaves[[0, 0, 1, 2, 3]])
    choice = choose_diverse(doubled, np.array([9.0, 8.0, 0.1, 0.1, 0.1]), np.arange(5), 1.0, 5)
    assert choice.rows[0] == 0
    assert choice.rows[-1] == 1
    assert choice.merits[-1] == pytest.approx(0, abs=1e-9)


def test_kinds_are_taken_once_and_rows_without_a_worth_never():
    worth = np.array([5.0, 4.0, np.nan, 2.0, 1.0])
    for choose in (lambda *given: choose_diverse(*given[:3], 0.0, given[3]), cover):
        chosen = choose(places_of(2, n=5), worth, np.array([0, 0, 1, 2, 2]), 5).rows
        assert len(chosen) == 2
        assert 2 not in chosen
        assert len({0, 1} & set(chosen)) == len({3, 4} & set(chosen)) == 1


def radius(places, rows):
    return np.min([places.distances_to(row) for row in rows], axis=0).max()


@given(SEEDS)
def test_covering_leaves_no_row_farther_than_twice_the_best_choice_would(seed):
    places = places_of(seed, n=12, n_columns=2)
    chosen = cover(places, np.ones(12), np.arange(12), 3).rows
    best = min(radius(places, rows) for rows in itertools.combinations(range(12), 3))
    assert radius(places, chosen) <= 2 * best + 1e-9


def test_covering_beats_chance():
    generator = np.random.default_rng(0)
    places = places_of(4, n=200)
    drawn = [radius(places, generator.choice(200, 10, replace=False)) for _ in range(200)]
    assert radius(places, cover(places, np.ones(200), np.arange(200), 10).rows) < np.quantile(drawn, 0.01)


def test_unrelated_rows_lie_about_root_two_apart_in_any_unit():
    drawn = pd.DataFrame(np.random.default_rng(0).normal(size=(400, 20)))
    table = scaled(drawn, drawn)
    assert np.allclose(table, scaled(1000 * drawn + 5, 1000 * drawn + 5))
    distances = Places(table, np.empty((400, 0), np.int32)).distances_to(0)[1:]
    assert np.sqrt((distances**2).mean()) == pytest.approx(np.sqrt(2), rel=0.1)


def test_what_is_unknown_is_told_from_the_mean():
    table = scaled(pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan]}), pd.DataFrame({"a": [1.0, 2.0, 3.0, np.nan]}))
    assert not np.allclose(table[1], table[3])
    assert np.isfinite(table).all()


def test_nothing_but_constants_is_one_place():
    same = pd.DataFrame({"a": [0.1, 0.1], "b": [np.nan, np.nan]})
    assert not np.ptp(scaled(same, same), axis=0).any()
