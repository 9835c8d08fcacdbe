from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import RECIPROCAL_TEMPERATURE
from pipeline.common.errors import UserError
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, Bounds, as_table, compare, n_works, training, tuning
from pipeline.learning.training import LEAST_WORKS, task_of, train

pytestmark = pytest.mark.usefixtures("small_models")


def silent(*progress):
    """Tell nobody."""


def trained(evidence, settings, target=CONDUCTIVITY):
    """Compare, choose, tune and fit, as the stage does."""
    held_out = compare({target: evidence}, settings, None, silent)
    return held_out.get(target), train(target, evidence, held_out.get(target), settings, None)


@pytest.fixture(scope="module")
def clear(sample):
    """The sample, but that hot ones conduct 0.8 decades better than cold ones, which ten trees can tell."""
    is_hot = sample.features[RECIPROCAL_TEMPERATURE.name].to_numpy() < 3.1
    return sample.with_bounds(Bounds.exactly(np.where(is_hot, -3.6, -4.4) + 0.05 * sample.labels))


@pytest.fixture(scope="module")
def on_clear(clear, quick, small_models):
    return trained(clear, quick)


def first_works(evidence, n):
    return evidence.take(np.isin(evidence.work_ids, sorted(set(evidence.work_ids))[:n]))


def test_a_planted_signal_makes_xgboost_the_champion_which_is_tuned_and_fitted_to_all(on_clear, clear):
    held_out, model = on_clear
    assert model.champion.name == "xgboost"
    assert model.champion.reason.startswith("better than the median by")
    assert len(model.ensemble.references) == len(clear)
    assert len(model.trials) == 2
    chosen = tuning.best(model.trials).hyperparameters
    assert model.ensemble.hyperparameters == chosen
    error = np.abs(model.ensemble.predict(clear.features) - clear.labels).mean()
    assert error < np.abs(held_out["median"] - held_out["measured"]).mean()


def test_the_same_settings_train_the_same_model(on_clear, clear, quick):
    held_out, model = on_clear
    again = train(CONDUCTIVITY, clear, held_out, quick, None)
    assert (again.champion, again.trials) == (model.champion, model.trials)
    assert again.ensemble.model.save_raw() == model.ensemble.model.save_raw()
    assert [m.save_raw() for m in again.ensemble.members] == [m.save_raw() for m in model.ensemble.members]


def test_where_features_say_nothing_the_median_is_kept(sample, quick):
    noise = np.random.default_rng(0).normal(3, 0.5, len(sample))
    _, model = trained(sample.with_bounds(Bounds.exactly(noise)), quick, STABILITY_WINDOW)
    assert model.champion.name == "median"
    assert model.trials == ()
    assert len(set(model.ensemble.predict(sample.features))) == 1


def test_an_interrupted_run_goes_on_from_the_searches_that_it_noted(clear, quick, tmp_path, monkeypatch, on_clear):
    held_out, model = on_clear
    train(CONDUCTIVITY, clear, held_out, quick, tmp_path)
    monkeypatch.setattr(tuning, "_error_curve", None)
    assert train(CONDUCTIVITY, clear, held_out, quick, tmp_path).trials == model.trials


@pytest.mark.parametrize("n", [1, 3, LEAST_WORKS - 1])
def test_too_few_works_leave_the_median_and_the_reason_says_so(sample, quick, n):
    few = first_works(sample, n)
    held_out, model = trained(few, quick)
    assert held_out is None
    assert model.champion.name == "median"
    assert model.champion.reason.startswith(f"{n} works on composites are too few to compare learners")
    lower, upper = model.ensemble.interval(sample.features, quick.confidence)
    measured = np.median(few.labels)
    assert model.ensemble.predict(sample.features) == pytest.approx(measured, abs=1e-6)
    assert ((lower < measured) & (measured < upper)).all()
    if n == 1:
        assert (set(lower), set(upper)) == ({CONDUCTIVITY.lowest}, {CONDUCTIVITY.highest})


def test_as_many_works_as_are_needed_are_compared(sample, quick, monkeypatch):
    def held_out_records(evidence, fold, comparison):
        return evidence.take(fold.test).keys[["record_id", "work_id"]].assign(measured=0.0, xgboost=0.0, median=0.0)

    monkeypatch.setattr(training, "judge", held_out_records)
    held_out = compare({CONDUCTIVITY: first_works(sample, LEAST_WORKS)}, quick, None, silent)
    assert held_out[CONDUCTIVITY]["work_id"].nunique() == LEAST_WORKS
    assert compare({CONDUCTIVITY: first_works(sample, LEAST_WORKS - 1)}, quick, None, silent) == {}


def test_one_record_alone_says_only_what_is_physically_possible(sample, quick):
    alone = sample.take(np.arange(1))
    _, model = trained(alone, quick)
    assert model.champion.name == "median"
    lower, upper = model.ensemble.interval(sample.features, 0.8)
    assert (set(lower), set(upper)) == ({-16.0}, {0.0})


def test_works_are_counted_that_hold_a_number_and_those_that_print_one_measurement_as_one(sample):
    assert n_works(sample) == 24
    one_sided = Bounds(np.where(sample.work_ids == "work 03", -np.inf, sample.labels), sample.labels)
    assert n_works(sample.with_bounds(one_sided)) == 23
    assert n_works(replace(sample, is_judged=sample.work_ids != "work 04")) == 23
    copied = sample.take(np.append(np.arange(len(sample)), 3))
    keys = copied.keys.copy()
    keys.loc[len(sample), "work_id"] = "a review"
    assert n_works(replace(copied, keys=keys)) == 24


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_works_of_which_only_bounds_are_known_do_not_make_up_for_numbers(sample, quick, kept):
    is_number = np.isin(sample.work_ids, [f"work {number:02d}" for number in range(kept)])
    one_sided = sample.with_bounds(Bounds(np.where(is_number, sample.labels, -np.inf), sample.labels))
    if not kept:
        with pytest.raises(UserError, match="no record of a composite holds it as a number"):
            trained(one_sided, quick)
        return
    held_out, model = trained(one_sided, quick)
    assert held_out is None
    assert model.champion.name == "median"
    assert model.ensemble.predict(sample.features)[0] == pytest.approx(np.median(sample.labels[is_number]), abs=1e-6)


def test_without_a_record_nothing_is_compared_and_training_says_what_is_missing(sample, quick):
    nothing = sample.take(np.zeros(len(sample), dtype=bool))
    assert compare({CONDUCTIVITY: nothing}, quick, None, silent) == {}
    with pytest.raises(UserError, match="log10_conductivity: no record of a composite holds it as a number"):
        train(CONDUCTIVITY, nothing, None, quick, None)


def test_neat_phases_alone_are_not_enough(sample, quick):
    neat = replace(sample, is_judged=np.zeros(len(sample), dtype=bool))
    with pytest.raises(UserError, match="no record of a composite"):
        trained(neat, quick)


@pytest.mark.parametrize(
    ("lower", "upper", "said"),
    [
        (np.nan, np.nan, "from nan to nan"),
        (np.inf, np.inf, "from inf to inf"),
        (-np.inf, np.inf, "from -inf to inf"),
        (-np.inf, -np.inf, "from -inf to -inf"),
        (-2.0, -5.0, "from -2 to -5"),
    ],
    ids=str,
)
def test_bounds_that_say_nothing_or_what_cannot_be_are_refused_by_the_record(sample, quick, lower, upper, said):
    is_bad = np.arange(len(sample)) == 3
    bounds = Bounds(np.where(is_bad, lower, sample.labels), np.where(is_bad, upper, sample.labels))
    for use in (
        lambda bad: compare({CONDUCTIVITY: bad}, quick, None, silent),
        lambda bad: train(CONDUCTIVITY, bad, None, quick, None),
    ):
        with pytest.raises(UserError, match=rf"one bound was expected of each record; record 003: {said}\Z"):
            use(sample.with_bounds(bounds))


def test_a_target_that_never_varies_is_predicted_as_it_is_and_no_gain_is_claimed(sample, quick):
    held_out, model = trained(sample.with_bounds(Bounds.exactly(np.full(len(sample), -4.0))), quick)
    assert "not proven better than the median" in model.champion.reason
    for learner in ("xgboost", "random_forest", "gaussian_process", "ridge", "median"):
        assert held_out[learner].to_numpy() == pytest.approx(-4.0, abs=1e-6), learner
    assert model.ensemble.predict(sample.features) == pytest.approx(-4.0)


@pytest.mark.parametrize("column", [np.nan])
def test_features_that_say_nothing_gain_nothing(sample, quick, column):
    blank = replace(sample, features=pd.DataFrame(column, index=sample.features.index, columns=sample.features.columns))
    _, model = trained(blank, quick)
    assert "not proven better than the median" in model.champion.reason
    assert len(set(model.ensemble.predict(blank.features))) == 1


def test_a_table_of_trials_says_what_was_tried_and_how_it_fared(on_clear):
    _, model = on_clear
    table = as_table(CONDUCTIVITY, model.trials)
    assert table["trial"].tolist() == [0, 1]
    assert table["mean_absolute_error"].tolist() == [trial.mean_absolute_error for trial in model.trials]
    assert table["max_depth"].tolist() == [trial.hyperparameters["max_depth"] for trial in model.trials]
    assert set(table["n_folds"]) == {2}


def test_settings_become_the_task(quick):
    task = task_of(STABILITY_WINDOW, quick)
    assert (task.target, task.seed, task.n_threads, task.n_trees) == (STABILITY_WINDOW, 5, 1, 5)
