"""The exact search against listing everything, on models and spaces drawn at random."""

from dataclasses import replace
from itertools import pairwise
from math import prod

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features import INPUT_COLUMNS, dictionary, featurize
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Ensemble
from pipeline.learning.conformal import Difficulty
from pipeline.screening import Space
from pipeline.screening.exhaustive import best_listed
from pipeline.screening.search import Aim, Floor, Scope, count, prepare, search, search_unpruned

N_FITTED = 120
PARTS = {
    "polymer": ["PEO", "PVDF", "PAN", "PMMA", "PEO:0.7 + PVDF:0.3", "PDOL", "PVDF-HFP", "*CCO*", "PPC"],
    "filler": ["LLZO", "LLZTO", "LATP", "Al2O3", "SiO2", "Li6PS5Cl", "BaTiO3", "ZIF-8", "LAGP + SiO2"],
    "salt": ["LiTFSI", "LiClO4", "LiFSI", "none", "LiPF6"],
    "architecture_tags": ["particles", "wires", "framework", "sheets;sandwich", "particles;surface_treated", ""],
    "additive": ["", "plasticised", "gel"],
    "salt_ratio": [8.0, 12.0, np.nan, 18.0, 24.0],
    "particle_size_nm": [np.nan, 40.0, 500.0],
    "filler_wt_fraction": [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7],
    "temperature_C": [30.0, 60.0],
}
COMPONENTS = ("polymer", "filler", "salt", "architecture", "additive")


def levels_of(lengths, generator):
    """Draw some levels for each axis."""
    drawn = {
        name: generator.permutation(len(cells))[:n] for (name, cells), n in zip(PARTS.items(), lengths, strict=True)
    }
    cells = {name: [PARTS[name][place] for place in places] for name, places in drawn.items()}
    table = pd.DataFrame
    return {
        "polymer": table({"polymer": cells["polymer"]}),
        "filler": table({"filler": cells["filler"]}),
        "salt": table({"salt": cells["salt"]}),
        "architecture": table(
            {
                "architecture": [f"way {k}" for k in drawn["architecture_tags"]],
                "architecture_tags": cells["architecture_tags"],
                "additives": "",
            }
        ),
        "additive": table(
            {
                "additive": [f"with {k}" for k in drawn["additive"]],
                "architecture_tags": cells["additive"],
                "additives": ["SN" if tags else "" for tags in cells["additive"]],
            }
        ),
        "salt_ratio": table({"salt_ratio": cells["salt_ratio"], "salt_ratio_unit": "EO:Li"}),
        **{name: table({name: cells[name]}) for name in ("particle_size_nm", "filler_wt_fraction", "temperature_C")},
    }


def a_model(generator, library, target=CONDUCTIVITY, n_trees=12, max_depth=3, n_members=3, middle=-4.0):
    """Fit an ensemble to noise, so that every kind of split occurs; what is missing goes either way."""
    space = Space(levels_of([len(cells) for cells in PARTS.values()], np.random.default_rng(0)))
    rows = space.mixtures(generator.integers(0, space.size, N_FITTED))
    names = tuple(feature.name for feature in dictionary(library) if feature.is_learned)
    features = featurize(rows[list(INPUT_COLUMNS)], library)[list(names)]
    signal = 0.4 * generator.standard_normal(N_FITTED) + features["filler_wt_fraction"].to_numpy()
    settings = {
        "max_depth": max_depth,
        "eta": 0.5,
        "base_score": middle,
        "min_child_weight": 0,
        "nthread": 1,
        "lambda": 0,
    }

    def fitted(seed):
        kept = generator.permutation(N_FITTED)[: N_FITTED * 3 // 4]
        matrix = xgb.DMatrix(features.to_numpy(np.float32)[kept], label=middle + signal[kept])
        booster = xgb.train(settings | {"seed": seed, "colsample_bytree": 0.5}, matrix, n_trees)
        booster.feature_names = list(names)
        return booster

    scores = tuple(np.sort(generator.exponential(1, generator.integers(2, 9))) for _ in range(n_members))
    references = features.iloc[:7].set_axis(pd.Index([f"r{k}" for k in range(7)], name="record_id"))
    members = tuple(fitted(1 + number) for number in range(n_members))
    return Ensemble(target, names, {}, fitted(0), members, scores, Difficulty(0.2, 0.5, 0.25), references)


def limits_of(levels, generator):
    """Draw limits on one axis, on two and on three."""
    sizes = {axis: len(table) for axis, table in levels.items()}
    return tuple(
        (axes, generator.random([sizes[axis] for axis in axes]) < share)
        for axes, share in (
            (("filler",), 0.8),
            (("polymer", "architecture"), 0.7),
            (("filler", "architecture", "filler_wt_fraction"), 0.8),
        )
    )


def assert_exact(scope, aim, library, k):
    prepared = prepare(scope, aim, library)
    found, expected = search(prepared, k), best_listed(scope, aim, library, k)
    assert found.indices.tolist() == expected[0].tolist()
    assert found.numbers.tolist() == expected[1].tolist()
    unpruned = search_unpruned(prepared, k)
    assert unpruned.indices.tolist() == found.indices.tolist()
    assert unpruned.numbers.tolist() == found.numbers.tolist()
    assert found.n_judged <= unpruned.n_judged


spaces = st.tuples(*(st.integers(1, min(4, len(cells))) for cells in PARTS.values()))
quickly = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quickly
@given(
    spaces,
    st.sets(st.sampled_from(list(levels_of([1] * 9, np.random.default_rng(0)))), min_size=1).map(sorted),
    st.sampled_from([None, 0.5, 0.8, 0.99]),
    st.booleans(),
    st.integers(1, 40),
    st.integers(0, 2**32 - 1),
)
def test_the_search_finds_what_listing_finds(library, lengths, distinct, confidence, is_limited, k, seed):
    generator = np.random.default_rng(seed)
    levels = levels_of(lengths, generator)
    ordered = tuple(axis for axis in levels if axis in distinct)
    model = a_model(generator, library, n_trees=int(generator.integers(0, 9)))
    floors = (Floor(a_model(generator, library, STABILITY_WINDOW, 4, 3, 0, 4.5), 4.6),) if is_limited else ()
    limits = limits_of(levels, generator) if is_limited else ()
    kinds = {axis: generator.integers(0, 2, len(levels[axis])) for axis in ("polymer", "filler") if is_limited}
    scope = Scope(levels, ordered, limits, floors, kinds)
    assert_exact(scope, Aim(model, confidence), library, k)


@pytest.mark.parametrize("max_depth", [1, 4, 6])
def test_trees_of_any_depth_are_searched(library, max_depth):
    generator = np.random.default_rng(max_depth)
    levels = levels_of((4, 4, 2, 3, 2, 2, 1, 3, 1), generator)
    model = a_model(generator, library, max_depth=max_depth, n_members=2)
    for confidence in (None, 0.7):
        assert_exact(Scope(levels, ("polymer", "filler")), Aim(model, confidence), library, 10)


@pytest.mark.parametrize("confidence", [None, 0.7])
@pytest.mark.parametrize(("end", "beyond"), [("lowest", -0.6), ("highest", 0.6)])
def test_what_is_predicted_beyond_the_possible_counts_as_equal_to_the_last_that_is(library, end, beyond, confidence):
    generator = np.random.default_rng(13)
    levels = levels_of((4, 4, 2, 3, 2, 2, 1, 3, 1), generator)
    limit = getattr(CONDUCTIVITY, end)
    scope = Scope(levels, ("polymer", "filler"))
    aim = Aim(a_model(generator, library, n_members=2, middle=limit + beyond), confidence)
    assert_exact(scope, aim, library, 16)
    assert (best_listed(scope, aim, library, 16)[1] == limit).any() == (confidence is None or end == "lowest")


@pytest.mark.parametrize(("n_scores", "is_bounded"), [(2, False), (4, True)])
def test_with_as_many_errors_as_the_coverage_needs_the_lower_end_is_bounded(library, n_scores, is_bounded):
    generator = np.random.default_rng(14)
    levels = levels_of((3, 3, 2, 2, 2, 2, 1, 3, 1), generator)
    scores = tuple(np.sort(generator.exponential(1, n_scores // 2)) for _ in range(2))
    aim = Aim(replace(a_model(generator, library, n_members=2), scores=scores), 0.8)  # ceil(0.8 x 5) errors of 4
    scope = Scope(levels, ("polymer", "filler"))
    assert_exact(scope, aim, library, 5)
    assert (search(prepare(scope, aim, library), 1).numbers[0] > CONDUCTIVITY.lowest) == is_bounded


def test_a_floor_that_is_the_smallest_possible_forbids_nothing(library):
    generator = np.random.default_rng(15)
    levels = levels_of((3, 3, 2, 2, 2, 2, 1, 3, 1), generator)
    model = a_model(generator, library, n_members=0, middle=CONDUCTIVITY.lowest - 0.6)
    every = Space(levels).size
    counted = [
        count(Scope(levels, (), (), (Floor(model, CONDUCTIVITY.lowest + above),)), library) for above in (0, 0.01)
    ]
    assert counted[1] < counted[0] == every


def test_the_order_is_that_of_the_axes_whatever_is_decided_first(library):
    generator = np.random.default_rng(5)
    levels = levels_of((4, 3, 2, 2, 2, 2, 1, 3, 1), generator)
    flat = a_model(generator, library, n_trees=0)
    found = search(prepare(Scope(levels, COMPONENTS), Aim(flat), library), 50)
    space = Space(levels)
    n_free = prod(n for axis, n in space.shape.items() if axis not in COMPONENTS)
    assert found.indices.tolist() == [n_free * number for number in range(50)]
    assert set(found.numbers) == {-4.0}


@pytest.mark.parametrize("confidence", [None, 0.8])
def test_an_unpruned_search_opens_every_node_and_judges_every_decision_once(library, confidence):
    generator = np.random.default_rng(11)
    levels = levels_of((3, 3, 2, 2, 1, 2, 1, 3, 1), generator)
    prepared = prepare(Scope(levels, COMPONENTS), Aim(a_model(generator, library), confidence), library)
    nodes = np.cumprod(prepared.plan.n_classes)
    found = search_unpruned(prepared, 5)
    assert nodes[-1] > 20
    assert (found.n_opened, found.n_judged) == (1 + nodes[:-1].sum(), nodes.sum())


@pytest.mark.parametrize("k", [1, 20])
def test_of_equal_ones_the_first_are_found_without_opening_more_than_leads_to_them(library, k):
    generator = np.random.default_rng(11)
    levels = levels_of((3, 3, 2, 2, 1, 2, 1, 3, 1), generator)
    prepared = prepare(Scope(levels, COMPONENTS), Aim(a_model(generator, library)), library)
    flat = prepared.trees._replace(leaf_values=np.zeros_like(prepared.trees.leaf_values))
    equal = prepared._replace(trees=flat)
    found, unpruned = search(equal, k), search_unpruned(equal, k)
    assert found.indices.tolist() == unpruned.indices.tolist()
    assert set(found.numbers) == {-4.0}
    assert found.n_opened <= k * len(levels)


def test_nothing_allowed_is_nothing_found(library):
    generator = np.random.default_rng(6)
    levels = levels_of((3, 3, 1, 2, 1, 1, 1, 2, 1), generator)
    model = a_model(generator, library)
    nothing = (("filler",), np.zeros(3, dtype=bool))
    apart = ((("polymer", "filler"), np.eye(3, dtype=bool)), (("polymer", "filler"), ~np.eye(3, dtype=bool)))
    for allowed in ((nothing,), apart):
        found = search(prepare(Scope(levels, ("polymer",), allowed), Aim(model), library), 5)
        assert (found.indices.tolist(), found.numbers.tolist()) == ([], [])


def test_a_narrower_limit_never_lifts_the_best(library):
    generator = np.random.default_rng(8)
    levels = levels_of((6, 6, 3, 4, 2, 3, 2, 5, 1), generator)
    model = a_model(generator, library)
    limits = limits_of(levels, generator)
    best = [
        search(prepare(Scope(levels, ("polymer",), limits[:n]), Aim(model, 0.8), library), 1).numbers[0]
        for n in range(len(limits) + 1)
    ]
    assert all(later <= earlier for earlier, later in pairwise(best))


@quickly
@given(spaces, st.integers(0, 2**32 - 1), st.floats(4.2, 5.2))
def test_what_keeps_limits_and_floors_is_counted_as_listing_counts_it(library, lengths, seed, least):
    generator = np.random.default_rng(seed)
    levels = levels_of(lengths, generator)
    model = a_model(generator, library, STABILITY_WINDOW, 5, 3, 0, 4.5)
    limits = limits_of(levels, generator)
    space = Space(levels)
    every = np.arange(space.size)
    places = space.places(every)
    allowed = np.all([table[tuple(places[axis] for axis in axes)] for axes, table in limits], axis=0)
    keeps = model.predict(featurize(space.mixtures(every)[list(INPUT_COLUMNS)], library)) >= least
    assert count(Scope(levels, (), limits, (Floor(model, least),)), library) == (allowed & keeps).sum()


def test_of_two_floors_both_are_kept(library):
    generator = np.random.default_rng(10)
    levels = levels_of((4, 4, 2, 3, 1, 2, 1, 3, 1), generator)
    targets = ((STABILITY_WINDOW, 4.5), (CONDUCTIVITY, -4.0))
    models = [a_model(generator, library, target, 5, 3, 0, middle) for target, middle in targets]
    space = Space(levels)
    features = featurize(space.mixtures(np.arange(space.size))[list(INPUT_COLUMNS)], library)
    predicted = [model.predict(features) for model in models]
    leasts = [float(np.median(numbers)) for numbers in predicted]
    keeps = np.all([numbers >= least for numbers, least in zip(predicted, leasts, strict=True)], axis=0)
    counted = count(Scope(levels, (), (), tuple(map(Floor, models, leasts))), library)
    assert counted == keeps.sum()
    assert 0 < counted < min((numbers >= least).sum() for numbers, least in zip(predicted, leasts, strict=True))


def test_a_model_that_reads_other_models_is_refused(library, monkeypatch):
    generator = np.random.default_rng(9)
    model = a_model(generator, library)
    object.__setattr__(model, "phases", object())
    with pytest.raises(ValueError, match="cannot be searched"):
        prepare(Scope(levels_of([1] * 9, generator), ("polymer",)), Aim(model), library)
