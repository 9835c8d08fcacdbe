from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from features import RECIPROCAL_TEMPERATURE
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Bounds
from pipeline.learning.boosting import UNTUNED
from pipeline.learning.learners import (
    LEARNERS,
    PHYSICS,
    TRANSFER,
    Task,
    fit_phase_models,
    learners_of,
    names_instead,
    smooth,
)
from pipeline.learning.splits import folds_by_work

EVERY = {**LEARNERS, **TRANSFER}
TASK = Task(CONDUCTIVITY, UNTUNED, seed=0, n_threads=1, n_trees=40)
HOT = RECIPROCAL_TEMPERATURE.name


@pytest.fixture(scope="module")
def halves(supported):
    """What is known, and held-out works."""
    fold = folds_by_work(supported, 3, 0)[0]
    return supported.take(fold.train), supported.take(fold.test)


@pytest.fixture(scope="module")
def predicted(halves):
    known, unseen = halves
    return {name: learner(known, unseen.unlabelled(), TASK) for name, learner in EVERY.items()}


@pytest.mark.parametrize("name", EVERY)
def test_each_learner_gives_one_possible_number_a_record(predicted, halves, name):
    assert predicted[name].shape == (len(halves[1]),)
    assert np.isfinite(predicted[name]).all()
    assert ((predicted[name] >= CONDUCTIVITY.lowest) & (predicted[name] <= CONDUCTIVITY.highest)).all()


@pytest.mark.parametrize("name", EVERY)
def test_no_learner_reads_what_was_measured_of_the_unseen(predicted, halves, name):
    known, unseen = halves
    told = EVERY[name](known, unseen, TASK)
    misled = EVERY[name](known, unseen.with_bounds(Bounds.exactly(-unseen.labels)), TASK)
    assert predicted[name].tolist() == told.tolist() == misled.tolist()


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"mixing_rule"}))
def test_every_learner_learns_from_what_is_known(predicted, halves, name):
    known, unseen = halves
    changed = known.with_bounds(Bounds.exactly(known.labels - 2))
    assert np.abs(EVERY[name](changed, unseen.unlabelled(), TASK) - predicted[name]).max() > 0.2


@pytest.mark.parametrize("name", LEARNERS)
def test_public_records_change_nothing_that_the_learners_of_the_record_say(predicted, halves, name):
    known, unseen = halves
    without = LEARNERS[name](known.without_public(), unseen.unlabelled(), TASK)
    misled = known.with_bounds(Bounds.exactly(np.where(known.is_public, -12.0, known.labels)))
    assert predicted[name].tolist() == without.tolist()
    assert predicted[name].tolist() == LEARNERS[name](misled, unseen.unlabelled(), TASK).tolist()


@pytest.mark.parametrize("name", TRANSFER)
def test_public_records_are_learned_from_by_those_that_say_so(predicted, halves, name):
    known, unseen = halves
    misled = known.with_bounds(Bounds.exactly(np.where(known.is_public, -known.labels - 9, known.labels)))
    assert predicted[name].tolist() != TRANSFER[name](misled, unseen.unlabelled(), TASK).tolist()


@pytest.mark.parametrize("name", ["median", "family_median", "mixing_rule"])
def test_neat_phases_do_not_move_what_is_said_of_composites_in_general(predicted, halves, name):
    known, unseen = halves
    misled = known.with_bounds(Bounds.exactly(np.where(known.is_judged, known.labels, -12.0)))
    assert LEARNERS[name](misled, unseen.unlabelled(), TASK).tolist() == predicted[name].tolist()


@pytest.mark.parametrize("name", ["xgboost", "random_forest", "gaussian_process", "ridge"])
def test_neat_phases_are_learned_from(predicted, halves, name):
    known, unseen = halves
    is_neat = ~known.is_judged & ~known.is_public
    assert is_neat.any()
    misled = known.with_bounds(Bounds.exactly(np.where(is_neat, -12.0, known.labels)))
    assert LEARNERS[name](misled, unseen.unlabelled(), TASK).tolist() != predicted[name].tolist()


LEARNS_THE_LAW = sorted(set(LEARNERS) - {"median", "family_median", "random_forest_on_names"})


@pytest.fixture(scope="module")
def law(sample):
    """Composites that follow a law without scatter: hotter and with an active filler is better."""
    exact = -4 - 1.5 * (sample.features[HOT] - 3.1) + 0.6 * sample.features["filler_is_active"]
    keys = sample.keys.assign(mixing_rule=exact)
    return replace(sample, keys=keys, bounds=Bounds.exactly(exact.to_numpy()))


@pytest.mark.parametrize("name", LEARNS_THE_LAW)
def test_a_law_without_scatter_is_found(law, name):
    fold = folds_by_work(law, 4, 0)[0]
    known, unseen = law.take(fold.train), law.take(fold.test)
    error = np.abs(LEARNERS[name](known, unseen.unlabelled(), TASK) - unseen.labels).mean()
    of_the_median = np.abs(LEARNERS["median"](known, unseen, TASK) - unseen.labels).mean()
    assert error < 0.6 * of_the_median


def test_a_law_of_names_is_found_by_names_alone(sample):
    by_name = np.where(sample.keys["polymer"] == "PEO", -4.0, -6.0) - 0.5 * (sample.keys["filler"] == "LATP")
    named = sample.with_bounds(Bounds.exactly(by_name.to_numpy()))
    fold = folds_by_work(named, 4, 0)[0]
    known, unseen = named.take(fold.train), named.take(fold.test).unlabelled()
    truth = named.labels[fold.test]
    assert np.abs(LEARNERS["random_forest_on_names"](known, unseen, TASK) - truth).mean() < 0.3
    assert np.abs(LEARNERS["random_forest"](known, unseen, TASK) - truth).mean() > 0.6


def few(evidence_of, values, works, **columns):
    return evidence_of(pd.DataFrame({"x": np.arange(len(works), dtype=float)}), values, works, **columns)


def test_the_median_is_that_of_composites_whose_value_is_a_number(evidence_of):
    bounds = Bounds(np.array([-3.0, -5.0, -7.0, -9.0, -12.0]), np.array([-3.0, -5.0, -7.0, np.inf, -12.0]))
    known = few(evidence_of, bounds, list("abcde"), is_judged=[True] * 4 + [False])
    assert LEARNERS["median"](known, known.take(np.arange(2)), TASK).tolist() == [-5, -5]


def test_what_one_work_measured_ten_times_moves_the_median_no_more_than_what_it_measured_once(evidence_of):
    known = few(evidence_of, [-3.0] * 10 + [-5.0, -7.0], ["often"] * 10 + ["one", "other"])
    assert LEARNERS["median"](known, known.take(np.arange(1)), TASK).tolist() == [-5]


@pytest.fixture(scope="module")
def families(evidence_of):
    """Three works on polyethers with garnets, three on polyethers with clays of which two are one, one of PVDF."""
    polymer = ["polyether"] * 6 + ["fluoropolymer"]
    filler = ["garnet"] * 3 + ["clay"] * 3 + ["garnet"]
    values, works = [-4.0, -4.2, -4.4, -6.0, -6.2, -6.4, -2.0], ["a", "b", "c", "d", "d", "e", "f"]
    loading = np.linspace(0.1, 0.7, 7)
    return few(evidence_of, values, works, polymer_family=polymer, filler_family=filler, filler_wt_fraction=loading)


@pytest.mark.parametrize(
    ("polymer", "filler", "median"),
    [
        ("polyether", "garnet", -4.2),  # three works on that pair
        ("polyether", "clay", -5.2),  # two works on that pair: the median of the six of polyethers
        ("polyether", "mof", -5.2),  # nothing of that pair
        ("fluoropolymer", "garnet", -4.4),  # one work on that polymer: the median of all
        ("polyester", "clay", -4.4),
    ],
)
def test_a_family_median_falls_back_where_fewer_than_three_works_tell_of_a_family(
    families, evidence_of, polymer, filler, median
):
    unseen = few(evidence_of, [np.nan], ["new"], polymer_family=polymer, filler_family=filler)
    assert LEARNERS["family_median"](families, unseen, TASK) == pytest.approx([median])


def test_a_mixing_rule_is_what_physics_says_within_the_limits_and_the_median_where_it_says_nothing(evidence_of):
    known = few(evidence_of, [-3.0, -5.0, -7.0], list("abc"))
    unseen = few(evidence_of, [np.nan] * 4, list("wxyz"), mixing_rule=[-4.5, -40.0, 2.0, np.nan])
    assert LEARNERS["mixing_rule"](known, unseen, TASK).tolist() == [-4.5, CONDUCTIVITY.lowest, 0.0, -5.0]


def test_boosted_trees_on_a_mixing_rule_rise_with_what_it_says(halves):
    known, unseen = halves
    better = replace(unseen, keys=unseen.keys.assign(mixing_rule=unseen.keys["mixing_rule"] + 1))
    learner = LEARNERS["mixing_rule_and_xgboost"]
    risen = learner(known, better, TASK) - learner(known, unseen, TASK)
    assert (risen >= 0).all()
    assert risen.max() > 0.5


def test_a_mixing_rule_that_misleads_is_not_followed_downwards(halves):
    known, unseen = halves
    upside_down = replace(known, keys=known.keys.assign(mixing_rule=-known.labels - 9))
    better = replace(unseen, keys=unseen.keys.assign(mixing_rule=-3.0))
    worse = replace(unseen, keys=unseen.keys.assign(mixing_rule=-8.0))
    learner = LEARNERS["mixing_rule_and_xgboost"]
    assert (learner(upside_down, better, TASK) >= learner(upside_down, worse, TASK)).all()


def test_bounds_teach_those_that_read_them_and_are_no_numbers_to_the_others(sample):
    upper = np.where(sample.features["filler_is_active"] == 1, -6.0, sample.labels)
    lower = np.where(sample.features["filler_is_active"] == 1, -np.inf, sample.labels)
    one_sided = sample.with_bounds(Bounds(lower, upper))
    is_active = sample.features["filler_is_active"].to_numpy() == 1
    by_bounds, by_numbers = (
        LEARNERS[name](one_sided, sample.unlabelled(), TASK)[is_active] for name in ("xgboost_on_bounds", "xgboost")
    )
    assert by_bounds.mean() < by_numbers.mean() - 0.3


def test_physics_predicts_the_conductivity_alone_and_transfer_needs_public_sets(sample, supported):
    assert set(learners_of(sample, CONDUCTIVITY)) == set(LEARNERS)
    assert set(learners_of(supported, CONDUCTIVITY)) == set(EVERY)
    assert set(learners_of(supported, STABILITY_WINDOW)) == set(EVERY) - PHYSICS


@pytest.mark.parametrize("name", EVERY)
def test_the_order_of_the_unseen_does_not_matter(predicted, halves, name):
    known, unseen = halves
    backwards = np.arange(len(unseen))[::-1]
    again = EVERY[name](known, unseen.take(backwards).unlabelled(), TASK)
    np.testing.assert_allclose(again[backwards], predicted[name], atol=1e-9)


def test_names_become_shares_and_lists_become_flags():
    mixtures = pd.DataFrame(
        {
            "polymer": ["PEO:0.7 + PVDF:0.3", "PEO"],
            "salt": ["LiTFSI", ""],
            "filler": ["", "LLZTO"],
            "architecture_tags": ["particles;aligned", ""],
            "additives": ["", "SN"],
        }
    )
    features = pd.DataFrame({"filler_wt_fraction": [0.0, 0.1], HOT: [3.3, 3.0], "polymer_size": [1.0, 2.0]})
    named = names_instead(features, mixtures)
    assert named.columns.tolist() == [
        "filler_wt_fraction",
        HOT,
        "polymer: PEO",
        "polymer: PVDF",
        "salt: LiTFSI",
        "filler: LLZTO",
        "architecture_tags: aligned",
        "architecture_tags: particles",
        "additives: SN",
    ]
    assert named.iloc[0, 2:].tolist() == [0.7, 0.3, 1, 0, 1, 1, 0]
    assert named.iloc[1, 2:].tolist() == [1, 0, 0, 1, 0, 0, 1]


@pytest.fixture(scope="module")
def phases(supported):
    return fit_phase_models(supported, TASK)


def test_there_is_one_model_a_phase_of_which_there_are_enough_public_records(supported, phases):
    assert set(phases.boosters) == {"host_by_public_set", "filler_by_public_set"}
    is_ceramic = (supported.keys["polymer"] == "").to_numpy()
    few_ceramics = supported.take(~is_ceramic | (np.cumsum(is_ceramic) <= 19))
    assert set(fit_phase_models(few_ceramics, TASK).boosters) == {"host_by_public_set"}


def test_a_model_of_a_phase_reads_that_phase_and_the_temperature(phases):
    assert phases.columns["host_by_public_set"] == (HOT, "polymer_ether_O_per_atom")
    assert phases.columns["filler_by_public_set"] == (HOT, "filler_is_active")


def test_a_phase_that_is_absent_has_no_conductivity(supported, phases):
    extended = phases.extend(supported.features)
    for name, of_phase in (
        ("host_by_public_set", "polymer_ether_O_per_atom"),
        ("filler_by_public_set", "filler_is_active"),
    ):
        assert extended[name].isna().tolist() == supported.features[of_phase].isna().tolist()
        assert extended[name].notna().any()
    assert extended[supported.features.columns].equals(supported.features)


def test_composites_and_neat_phases_of_the_literature_do_not_move_the_models_of_the_phases(supported, phases):
    changed = supported.with_bounds(Bounds.exactly(np.where(supported.is_public, supported.labels, -12.0)))
    again = fit_phase_models(changed, TASK).extend(supported.features)
    pd.testing.assert_frame_equal(again, phases.extend(supported.features))


def test_conductivity_rises_with_temperature_through_the_models_of_the_phases(supported, halves):
    known, unseen = halves
    grid = np.linspace(3.6, 2.7, 40)
    rows = unseen.take(np.repeat(np.arange(len(unseen)), len(grid))).unlabelled()
    rows = replace(rows, features=rows.features.assign(**{HOT: np.tile(grid, len(unseen))}))
    for name in ("xgboost_with_phases", "xgboost_with_public", "xgboost", "xgboost_on_bounds"):
        by_temperature = EVERY[name](known, rows, TASK).reshape(len(unseen), len(grid))
        assert (np.diff(by_temperature, axis=1) >= 0).all(), name
        assert (by_temperature[:, -1] > by_temperature[:, 0]).any(), name
    extended = fit_phase_models(known, TASK).extend(rows.features)
    for name in ("host_by_public_set", "filler_by_public_set"):
        by_temperature = extended[name].to_numpy().reshape(len(unseen), len(grid))
        assert not (np.diff(by_temperature, axis=1) < 0).any()


@pytest.mark.parametrize(("name", "fit"), [("ridge", "RidgeCV"), ("gaussian_process", "fit_process")])
def test_linear_algebra_takes_one_thread_however_many_cores_there_are(halves, monkeypatch, name, fit):
    """On two threads the last digits of these yardsticks were others."""
    n_threads, real = [], getattr(smooth, fit)

    def watched(*arguments):
        n_threads.extend(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas")
        return real(*arguments)

    monkeypatch.setattr(smooth, fit, watched)
    with threadpool_limits(2, user_api="blas"):
        LEARNERS[name](halves[0], halves[1].unlabelled(), TASK)
    assert set(n_threads) == {1}
