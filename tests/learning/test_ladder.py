import numpy as np
import pandas as pd
import pytest

from pipeline.learning.bounds import Bounds
from pipeline.learning.censored import fit_process
from pipeline.learning.ladder import RANDOM, Sheet, boosters, hold_out, median, process, sheet_scores

FEW_TREES = {"n_rounds": 60, "max_depth": 3, "learning_rate": 0.2, "huber_slope": 0.5}


@pytest.fixture(scope="module")
def sheet():
    """Sixty rows of twelve works; a work has its own level, and one column that tells it from the others."""
    generator = np.random.default_rng(3)
    works = np.repeat(np.arange(12), 5)
    slope = generator.uniform(0, 1, 60)
    level = generator.normal(0, 2, 12)
    features = pd.DataFrame({"slope": slope, "name": works.astype(float)})
    names = np.array([f"work {number}" for number in works], dtype=object)
    return Sheet(features, Bounds.exactly(slope - 6 + level[works]), {"by work": names}, np.ones(60))


def test_random_folds_flatter_where_rows_of_one_work_are_alike(sheet):
    learner = boosters(FEW_TREES, 1)
    random, by_work = (
        sheet_scores(sheet.bounds, hold_out(sheet, rung, learner, 5, 0))["mean_absolute_error"]
        for rung in (RANDOM, "by work")
    )
    assert random < 0.6 * by_work


def test_no_row_of_a_group_is_learned_from_when_the_group_is_predicted(sheet):
    def learn(known, unseen, seed):
        assert not set(known.features["name"]) & set(unseen["name"])
        return np.full(len(unseen), float(len(known)))

    held_out = hold_out(sheet, "by work", learn, 4, 0)
    assert (held_out == 45).all()


def test_the_median_is_that_of_the_rows_that_were_learned_from(sheet):
    alone = sheet.with_bounds(Bounds.exactly(np.arange(60.0)))
    assert (median(alone, sheet.features, 0) == 29.5).all()


def test_a_prediction_below_an_upper_bound_has_no_error_and_one_above_its_distance():
    bounds = Bounds(np.array([-np.inf, -np.inf, -4.0]), np.array([-10.0, -10.0, -4.0]))
    scores = sheet_scores(bounds, np.array([-12.0, -9.0, -4.5]))
    assert scores["mean_absolute_error"] == pytest.approx((0 + 1 + 0.5) / 3)


@pytest.mark.parametrize("learner", [boosters(FEW_TREES, 2), process])
def test_the_same_seed_gives_the_same_predictions(sheet, learner):
    once, again = (learner(sheet, sheet.features, 5) for _ in range(2))
    assert (once == again).all()


def test_one_group_cannot_be_split(sheet):
    alone = Sheet(sheet.features, sheet.bounds, {"by work": np.array(["one"] * 60, dtype=object)}, sheet.weights)
    with pytest.raises(ValueError, match="1 groups cannot be split by work"):
        hold_out(alone, "by work", median, 5, 0)


@pytest.fixture(scope="module")
def line():
    """A line through forty points; of the lowest ten only "below -8" is known."""
    x = np.linspace(0, 1, 40)
    y = -9 + 4 * x
    is_open = np.arange(40) < 10
    upper = np.where(is_open, -8.0, y)
    return pd.DataFrame({"x": x}), y, is_open, upper


def test_a_process_learns_from_bounds_what_lies_below_them(line):
    features, y, is_open, upper = line
    bounded = fit_process(features, Bounds(np.where(is_open, -np.inf, y), upper)).predict(features)
    taken_at_word = fit_process(features, Bounds.exactly(upper)).predict(features)
    assert np.abs(bounded - y)[is_open].mean() < 0.6 * np.abs(taken_at_word - y)[is_open].mean()
    assert (bounded[is_open] <= -8 + 0.1).all()


def test_a_process_reproduces_what_was_measured_exactly(line):
    features, y, _, _ = line
    assert np.abs(fit_process(features, Bounds.exactly(y)).predict(features) - y).max() < 0.1


def test_a_process_reads_descriptors_with_gaps(line):
    features, y, _, _ = line
    gaps = features.assign(gap=np.where(features["x"] > 0.5, np.nan, 1.0), empty=np.nan)
    assert np.isfinite(fit_process(gaps, Bounds.exactly(y)).predict(gaps)).all()
