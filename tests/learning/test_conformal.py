import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.regression import CrossConformalRegressor
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import PredefinedSplit

from pipeline.learning.conformal import Difficulty, cv_plus, fit_difficulty


def alike(n):
    """The same difficulty for n rows."""
    return np.ones(n)


@pytest.mark.parametrize("confidence", [0.6, 0.8, 0.95])
def test_bounds_equal_those_of_mapie_for_a_linear_model(sample, folds, confidence):
    inputs = sample.features.fillna(0.5).to_numpy()
    unseen = np.random.default_rng(1).uniform(0, 4, (50, inputs.shape[1]))
    fitted = [LinearRegression().fit(inputs[f.train], sample.labels[f.train]) for f in folds]
    errors = [np.abs(sample.labels[f.test] - m.predict(inputs[f.test])) for f, m in zip(folds, fitted, strict=True)]
    found = cv_plus([member.predict(unseen) for member in fitted], errors, alike(50), confidence)
    fold_of_row = np.empty(len(sample), dtype=int)
    for number, fold in enumerate(folds):
        fold_of_row[fold.test] = number
    oracle = CrossConformalRegressor(LinearRegression(), confidence, method="plus", cv=PredefinedSplit(fold_of_row))
    expected = oracle.fit_conformalize(inputs, sample.labels).predict_interval(unseen)[1]
    np.testing.assert_allclose(found, (expected[:, 0, 0], expected[:, 1, 0]), rtol=1e-12)


def test_bounds_worked_out_by_hand():
    # Ten numbers of which nine are known: the eighth error covers the tenth with probability 8/10.
    lower, upper = cv_plus([np.zeros(2)], [np.arange(1.0, 10.0)], np.array([1.0, 0.5]), 0.8)
    assert (lower.tolist(), upper.tolist()) == ([-8, -4], [8, 4])


@pytest.mark.parametrize("seed", range(5))
def test_of_a_thousand_errors_in_any_order_the_801st_covers_four_fifths(seed):
    errors = np.random.default_rng(seed).permutation(np.arange(1.0, 1001.0))
    lower, upper = cv_plus([np.zeros(1)] * 4, np.split(errors, 4), alike(1), 0.8)
    assert (lower.tolist(), upper.tolist()) == ([-801], [801])


@pytest.mark.parametrize("confidence", [0.6, 0.8, 0.9])
def test_bounds_cover_a_new_draw_as_often_as_they_say(confidence):
    generator = np.random.default_rng(20)
    covered = 0
    for values in generator.standard_t(3, size=(3000, 25)):
        *left_out, new = *np.split(values[:24], 4), values[24]
        means = [np.mean(np.concatenate(left_out[:k] + left_out[k + 1 :])) for k in range(4)]
        errors = [np.abs(values - mean) for values, mean in zip(left_out, means, strict=True)]
        lower, upper = cv_plus([np.array([mean]) for mean in means], errors, alike(1), confidence)
        covered += lower[0] <= new <= upper[0]
    # Four standard errors of a share in 3000 draws; CV+ errs to the safe side.
    margin = 4 * np.sqrt(confidence * (1 - confidence) / 3000)
    assert confidence - margin < covered / 3000 < confidence + margin + 0.05


def test_a_new_work_is_covered_as_often_as_stated_though_works_share_their_errors_and_some_are_harder():
    generator = np.random.default_rng(21)
    n_works, n_new = 40, 400
    distance = generator.uniform(0, 1, n_works + n_new)
    expected = Difficulty(0.3, 2.0, 0.1)
    errors = np.abs(generator.normal(0, 1, n_works + n_new)) * expected.at(distance)
    covered = []
    for _ in range(50):
        held_out, new = np.split(generator.permutation(n_works + n_new), [n_works])
        difficulty = fit_difficulty(distance[held_out], errors[held_out])
        scores = [np.sort(errors[held_out] / difficulty.at(distance[held_out]))]
        lower, upper = cv_plus([np.zeros(n_new)], scores, difficulty.at(distance[new]), 0.8)
        covered.append(np.mean((lower <= -errors[new]) & (errors[new] <= upper)))
    # Each of 50 draws of 40 works has a coverage that scatters by sqrt(0.8 * 0.2 / 42) = 0.06; four standard errors.
    assert np.mean(covered) == pytest.approx(0.8, abs=4 * 0.06 / np.sqrt(50))


@pytest.mark.parametrize(("n_scores", "is_bounded"), [(0, False), (3, False), (4, True)])
def test_three_errors_are_too_few_for_four_fifths(n_scores, is_bounded):
    lower, upper = cv_plus([np.zeros(2)], [np.ones(n_scores)], alike(2), 0.8)
    assert lower.tolist() == ([-1, -1] if is_bounded else [-np.inf] * 2)
    assert upper.tolist() == ([1, 1] if is_bounded else [np.inf] * 2)


def test_without_members_nothing_is_bounded():
    lower, upper = cv_plus([], [], alike(2), 0.8)
    assert (lower.tolist(), upper.tolist()) == ([-np.inf] * 2, [np.inf] * 2)


@st.composite
def members(draw):
    numbers = st.floats(-10, 10, allow_subnormal=False)
    predictions = draw(st.lists(numbers, min_size=2, max_size=4))
    scores = [draw(st.lists(numbers.map(abs), min_size=3, max_size=8)) for _ in predictions]
    return [np.array([p]) for p in predictions], [np.array(errors) for errors in scores]


@given(members(), st.floats(0.5, 0.8))
def test_mirrored_predictions_have_mirrored_bounds(drawn, confidence):
    predictions, scores = drawn
    lower, upper = cv_plus(predictions, scores, alike(1), confidence)
    mirrored = cv_plus([-p for p in predictions], scores, alike(1), confidence)
    assert (mirrored[0][0], mirrored[1][0]) == (-upper[0], -lower[0])


@given(members(), st.floats(0.5, 0.8), st.floats(0.5, 0.8))
def test_more_confidence_never_gives_a_narrower_interval(drawn, one, other):
    low, high = sorted((one, other))
    inner, outer = cv_plus(*drawn, alike(1), low), cv_plus(*drawn, alike(1), high)
    assert outer[0][0] <= inner[0][0]
    assert inner[1][0] <= outer[1][0]


@given(members(), st.floats(0.1, 5), st.floats(0.1, 5))
def test_a_harder_record_never_has_a_narrower_interval(drawn, one, other):
    easy, hard = sorted((one, other))
    inner, outer = (cv_plus(*drawn, np.array([difficulty]), 0.7) for difficulty in (easy, hard))
    assert outer[0][0] <= inner[0][0]
    assert inner[1][0] <= outer[1][0]


drawn_errors = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 5)), min_size=1, max_size=30)


@given(drawn_errors, st.floats(0, 1), st.floats(0, 1))
def test_leaving_the_domain_never_lowers_the_difficulty(drawn, one, other):
    distances, errors = np.array(drawn).T
    near, far = fit_difficulty(distances, errors).at(np.sort([one, other]))
    assert 0 < near <= far


def test_errors_that_grow_with_distance_make_what_is_far_difficult():
    distances = np.linspace(0, 1, 101)
    difficulty = fit_difficulty(distances, 0.2 + 0.5 * distances)
    assert difficulty.slope == pytest.approx(0.5, rel=0.1)
    assert difficulty.at(np.array([0.5])) == pytest.approx(0.45, rel=0.05)


def test_a_slope_is_that_of_the_errors_however_near_together_they_lie():
    distances = np.linspace(0, 0.01, 101)
    assert fit_difficulty(distances, 0.2 + 0.5 * distances).slope == pytest.approx(0.5, rel=0.1)


def test_errors_at_one_distance_say_nothing_of_others():
    assert fit_difficulty(np.full(3, 0.25), np.array([0.1, 0.2, 0.2])).slope == 0


def test_errors_that_fall_with_distance_make_nothing_easier():
    difficulty = fit_difficulty(np.linspace(0, 1, 50), 1 - np.linspace(0, 1, 50))
    assert difficulty.slope == 0
    assert difficulty.at(np.array([0.0, 1.0])) == pytest.approx([0.5, 0.5], rel=0.05)


def test_no_record_is_easier_than_half_the_mean():
    distances = np.linspace(0, 1, 101)
    assert fit_difficulty(distances, distances).at(np.array([0.0])) == pytest.approx(0.25, rel=0.05)


def test_one_error_of_ten_decades_does_not_tilt_the_line():
    distances, errors = np.linspace(0, 1, 100), np.full(100, 0.5)
    errors[-1] = 10.0
    assert fit_difficulty(distances, errors).slope == pytest.approx(0, abs=0.05)


def test_without_errors_all_is_equally_difficult():
    assert fit_difficulty(np.array([]), np.array([])).at(np.array([0.0, 1.0])).tolist() == [1, 1]


def test_perfect_predictions_still_have_a_difficulty_to_divide_by():
    assert (fit_difficulty(np.linspace(0, 1, 5), np.zeros(5)).at(np.linspace(0, 1, 5)) > 0).all()
