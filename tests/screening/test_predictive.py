import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from features import featurize
from pipeline.screening.predictive import LEVELS, Predictive, forecast, predictive_of

NUMBERS = st.floats(-10, 10)


def normal_intervals(mean, deviation):
    half = {level: norm.ppf((1 + level) / 2) * deviation for level in LEVELS}
    return Predictive.from_intervals(mean, {level: (mean - width, mean + width) for level, width in half.items()})


@given(mean=NUMBERS, deviation=st.floats(0.01, 5), threshold=NUMBERS)
def test_intervals_of_a_normal_distribution_give_its_own_probability_and_expected_improvement(
    mean, deviation, threshold
):
    made = normal_intervals(np.array([mean]), np.array([deviation]))
    z = (mean - threshold) / deviation
    improvement = (mean - threshold) * norm.cdf(z) + deviation * norm.pdf(z)  # Jones et al. (1998), eq. 15
    assert made.probability_above(threshold)[0] == pytest.approx(norm.cdf(z), abs=1e-9)
    assert made.mean_excess(threshold)[0] == pytest.approx(improvement, abs=1e-9)


@given(mean=NUMBERS, best=NUMBERS)
def test_without_spread_improvement_is_what_the_mean_exceeds_the_best_by(mean, best):
    certain = Predictive.normal(np.array([mean]), np.zeros(1))
    assert certain.mean_excess(best)[0] == pytest.approx(max(mean - best, 0))
    assert certain.probability_above(best)[0] == float(mean >= best)


@given(
    values=st.lists(NUMBERS, min_size=13, max_size=13).map(sorted),
    thresholds=st.lists(st.floats(-20, 20), min_size=2, max_size=2).map(sorted),
)
def test_a_higher_threshold_is_never_likelier_and_never_exceeded_by_more(values, thresholds):
    middle = values[6]
    intervals = {
        level: (np.array([values[5 - place]]), np.array([values[7 + place]])) for place, level in enumerate(LEVELS)
    }
    made = Predictive.from_intervals(np.array([middle]), intervals)
    low, high = thresholds
    assert 0 <= made.probability_above(high)[0] <= made.probability_above(low)[0] + 1e-12 <= 1 + 2e-12
    assert made.mean_excess(high)[0] <= made.mean_excess(low)[0] + 1e-9
    step = high - low  # the mean excess falls as fast as the probability of exceeding says
    fall = made.mean_excess(low)[0] - made.mean_excess(high)[0]
    assert made.probability_above(high)[0] * step - 1e-9 <= fall <= made.probability_above(low)[0] * step + 1e-9


def test_the_end_of_an_interval_is_exceeded_as_often_as_its_coverage_says():
    intervals = {0.6: (np.array([-5.0]), np.array([-3.0])), 0.9: (np.array([-7.0]), np.array([-2.5]))}
    made = Predictive.from_intervals(np.array([-3.4]), intervals)
    ends = {-7.0: 0.95, -5.0: 0.8, -3.4: 0.5, -3.0: 0.2, -2.5: 0.05}
    assert {end: round(float(made.probability_above(end)[0]), 12) for end in ends} == ends


@given(mean=NUMBERS, deviation=st.floats(0.01, 5), score=st.floats(-1.9, 1.9))
def test_a_normal_distribution_lies_its_deviation_times_the_score_from_its_mean(mean, deviation, score):
    made = normal_intervals(np.array([mean]), np.array([deviation]))
    assert made.at(score)[0] == pytest.approx(mean + deviation * score, abs=1e-9)


def test_beyond_the_outermost_quantile_nothing_is_read():
    made = Predictive.from_intervals(np.array([-3.4]), {0.6: (np.array([-5.0]), np.array([-3.0]))})
    assert [made.at(score)[0] for score in (-2.0, 0.0, 2.0)] == [-5.0, -3.4, -3.0]


def test_a_tail_is_normal_and_as_wide_as_the_half_of_the_distribution_that_it_ends():
    intervals = {0.5: (np.array([-0.1]), np.array([0.9])), 0.8: (np.array([-9.0]), np.array([1.0]))}
    made = Predictive.from_intervals(np.array([0.0]), intervals)
    deviation = 1 / norm.ppf(0.9)
    assert made.probability_above(3.0)[0] == pytest.approx(norm.sf(3 / deviation))


def test_an_interval_narrower_than_one_of_smaller_coverage_is_widened_to_it():
    ends = {0.5: (-2.0, 2.0), 0.8: (-1.0, 3.0), 0.9: (-5.0, 2.5)}
    made = Predictive.from_intervals(
        np.zeros(1), {level: tuple(map(np.atleast_1d, end)) for level, end in ends.items()}
    )
    assert made.values[0].tolist() == [-5, -2, -2, 0, 2, 3, 3]


def test_infinite_ends_say_nothing():
    known = {0.5: (np.array([-1.0]), np.array([1.0]))}
    more = known | {0.95: (np.array([-np.inf]), np.array([np.inf]))}
    one, other = (Predictive.from_intervals(np.zeros(1), each).values for each in (known, more))
    assert np.array_equal(one, other)


def test_a_model_is_read_by_its_calibrated_intervals(measured, models):
    ensemble, _ = models["log10_conductivity"]
    features = featurize(measured.records, measured.library)[:7]
    made = predictive_of(ensemble, features)
    for level, (lower, upper) in ensemble.intervals(features, [0.6, 0.9]).items():
        for row in range(len(features)):
            one = Predictive(made.scores, made.values[[row]])
            assert one.probability_above(lower[row])[0] >= (1 + level) / 2 - 1e-9
            assert one.probability_above(upper[row] + 1e-9)[0] <= (1 - level) / 2 + 1e-9
    said = forecast(ensemble, features, features[:2])
    assert np.array_equal(said.pending_leaves, said.leaves[:2])
