import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from pipeline.screening.predictive import Predictive

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9)


def normal(mean, sigma, levels=LEVELS):
    mean, sigma = np.atleast_1d(mean).astype(float), np.atleast_1d(sigma).astype(float)
    halves = {level: sigma * stats.norm.ppf((1 + level) / 2) for level in levels}
    return Predictive.of(mean, {level: (mean - half, mean + half) for level, half in halves.items()})


def ragged(seed, n=6, infinite=0.2):
    """Intervals as they may come: they cross, coincide, and end nowhere; predictions stay numbers."""
    generator = np.random.default_rng(seed)
    middle = generator.normal(0, 3, n)
    widths = generator.choice([0.0, 0.3, 1.0, 2.5], (2, len(LEVELS), n)) + generator.normal(0, 0.1, (2, len(LEVELS), n))
    widths[generator.random(widths.shape) < infinite] = np.inf
    ends = {level: (middle - widths[0, k], middle + widths[1, k]) for k, level in enumerate(LEVELS)}
    return Predictive.of(middle, ends)


@pytest.mark.parametrize("threshold", [-2.5, -1.2, -0.4, 0.0, 0.3, 0.9, 1.4, 2.2])
def test_the_intervals_of_a_normal_give_nearly_its_probabilities(threshold):
    found = normal([0.0, 10.0], [1.0, 3.0]).exceeds(np.array([threshold, 10 + 3 * threshold]))
    assert found == pytest.approx(stats.norm.sf(threshold), abs=0.012)


@pytest.mark.parametrize("threshold", [-3.0, -1.0, 0.0, 0.5, 1.0, 2.0])
def test_the_intervals_of_a_normal_give_nearly_its_expected_improvement(threshold):
    exact = stats.norm.pdf(threshold) - threshold * stats.norm.sf(threshold)
    assert normal(0.0, 1.0).expected_excess(threshold) == pytest.approx(exact, abs=0.02)


def test_more_intervals_come_nearer_to_the_normal():
    thresholds = np.linspace(-1.5, 1.5, 31)
    errors = [
        np.abs(normal(np.zeros(31), np.ones(31), levels).exceeds(thresholds) - stats.norm.sf(thresholds)).max()
        for levels in ((0.8,), (0.5, 0.9), np.arange(0.1, 0.99, 0.1))
    ]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("level", LEVELS)
def test_the_ends_of_a_central_interval_are_its_quantiles(level):
    half = stats.norm.ppf((1 + level) / 2)
    given_back = normal(2.0, 1.0)
    assert given_back.exceeds(2 + half) == pytest.approx((1 - level) / 2)
    assert given_back.cdf(2 - half) == pytest.approx((1 - level) / 2)
    assert given_back.quantile((1 + level) / 2) == pytest.approx(2 + half)


def test_the_prediction_is_the_median_and_between_two_ends_all_is_equally_probable():
    one = Predictive.of(np.array([4.0]), {0.5: (np.array([2.0]), np.array([8.0]))})
    assert one.quantile(0.5).tolist() == [4.0]
    assert one.exceeds(6.0) == pytest.approx(0.375)
    assert one.exceeds(3.0) == pytest.approx(0.625)
    assert one.quantile(0.375) == pytest.approx(3.0)


def test_the_tail_goes_on_as_dense_as_the_last_piece_and_dies_off_exponentially():
    """Of an interval of 50 % from 2 to 8 around 4 a quarter lies in 4 to 8 and a quarter above, in the mean at 12."""
    one = Predictive.of(np.array([4.0]), {0.5: (np.array([2.0]), np.array([8.0]))})
    assert one.exceeds(12.0) == pytest.approx(0.25 / np.e)
    assert one.cdf(0.0) == pytest.approx(0.25 / np.e)
    assert one.expected_excess(8.0) == pytest.approx(0.25 * 4.0)
    assert one.quantile(1 - 0.25 / np.e) == pytest.approx(12.0)


@given(st.integers(0, 2**32 - 1))
def test_a_higher_threshold_is_never_more_probable_and_never_promises_more(seed):
    some = ragged(seed)
    rising = np.linspace(-12, 12, 49)
    exceeded = np.array([some.exceeds(threshold) for threshold in rising])
    excess = np.array([some.expected_excess(threshold) for threshold in rising])
    assert ((exceeded >= 0) & (exceeded <= 1)).all()
    assert (np.diff(exceeded, axis=0) <= 1e-12).all()
    finite = np.isfinite(excess).all(axis=0)
    assert (np.diff(excess[:, finite], axis=0) <= 1e-12).all()
    assert (excess >= 0).all()


@given(st.integers(0, 2**32 - 1))
def test_the_masses_of_every_prediction_sum_to_one_and_its_knots_rise(seed):
    some = ragged(seed)
    assert some.masses.sum(axis=0) == pytest.approx(1)
    assert (some.masses >= 0).all()
    assert (np.diff(some.knots, axis=0) >= 0).all()


@given(st.integers(0, 2**32 - 1), st.floats(-8, 8))
def test_the_expected_excess_is_the_area_beneath_the_exceedance(seed, threshold):
    one = ragged(seed, n=1, infinite=0.0)
    steps = np.linspace(threshold, 60, 20_001)
    repeated = Predictive(*(np.repeat(part, len(steps), axis=1) for part in (one.knots, one.masses, one.scales)))
    area = integrate.trapezoid(repeated.exceeds(steps), steps)
    assert one.expected_excess(threshold) == pytest.approx(area, abs=0.005)


@given(st.integers(0, 2**32 - 1), st.floats(-8, 8))
def test_what_is_above_less_what_is_below_a_threshold_is_the_mean_less_the_threshold(seed, threshold):
    some = ragged(seed, infinite=0.0)
    mean = some.expected_excess(0.0) - some.mirrored().expected_excess(0.0)
    above, below = some.expected_excess(threshold), some.mirrored().expected_excess(-threshold)
    assert above - below == pytest.approx(mean - threshold, abs=1e-9)


@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99))
def test_a_quantile_is_where_the_distribution_function_passes_its_share(seed, share):
    some = ragged(seed)
    at = some.quantile(share)
    is_near = np.isfinite(at)
    above, below = some.exceeds(at)[is_near], some.cdf(at)[is_near]
    assert (below >= share - 1e-9).all()
    assert (above >= 1 - share - 1e-9).all()


@given(st.integers(0, 2**32 - 1), st.floats(-5, 5), st.floats(0.1, 10))
def test_shifting_and_stretching_the_scale_changes_no_probability(seed, shift, factor):
    generator = np.random.default_rng(seed)
    middle, half = generator.normal(size=4), generator.random(4) + 0.1
    one = Predictive.of(middle, {0.8: (middle - half, middle + half)})
    other = Predictive.of(
        factor * middle + shift, {0.8: (factor * (middle - half) + shift, factor * (middle + half) + shift)}
    )
    assert other.exceeds(factor * 0.7 + shift) == pytest.approx(one.exceeds(0.7), abs=1e-6)
    assert other.expected_excess(factor * 0.7 + shift) == pytest.approx(factor * one.expected_excess(0.7), abs=1e-6)


def test_ends_that_cross_are_put_in_order():
    middle = np.array([0.0])
    crossed = {0.8: (np.array([-1.0]), np.array([1.0])), 0.9: (np.array([-0.9]), np.array([1.2]))}
    ordered = {0.8: (np.array([-0.9]), np.array([1.0])), 0.9: (np.array([-1.0]), np.array([1.2]))}
    thresholds = (-1.1, -0.95, -0.5, 0.0, 1.1)
    one, other = Predictive.of(middle, crossed), Predictive.of(middle, ordered)
    assert [one.exceeds(t)[0] for t in thresholds] == [other.exceeds(t)[0] for t in thresholds]


def test_what_coincides_holds_its_mass_in_one_point():
    point = np.array([3.0])
    certain = Predictive.of(point, {0.5: (point, point), 0.9: (point, point)})
    assert [certain.exceeds(t)[0] for t in (2.9, 3.0, 3.1)] == [1.0, 1.0, 0.0]
    assert [certain.cdf(t)[0] for t in (2.9, 3.0, 3.1)] == [0.0, 1.0, 1.0]
    assert [certain.expected_excess(t)[0] for t in (1.0, 3.0, 4.0)] == [2.0, 0.0, 0.0]
    assert certain.quantile(0.99).tolist() == [3.0]


def test_an_infinite_end_leaves_its_mass_to_the_tail_beyond_the_next_one():
    middle, half, endless = np.array([0.0]), np.array([1.0]), np.array([np.inf])
    without = Predictive.of(middle, {0.8: (middle - half, middle + half)})
    with_it = Predictive.of(middle, {0.8: (middle - half, middle + half), 0.9: (-endless, endless)})
    for threshold in (-3.0, -1.0, -0.5, 0.0, 0.9, 1.0, 4.0):
        assert with_it.exceeds(threshold) == pytest.approx(without.exceeds(threshold))
        assert with_it.expected_excess(threshold) == pytest.approx(without.expected_excess(threshold))


def test_of_a_side_without_a_finite_end_only_its_half_is_known():
    middle, endless = np.array([0.0]), np.array([np.inf])
    unknown = Predictive.of(middle, {0.5: (-endless, endless), 0.9: (-endless, endless)})
    assert unknown.exceeds(1e9).tolist() == [0.5]
    assert unknown.exceeds(-1e9).tolist() == [0.5]
    assert unknown.expected_excess(0.0).tolist() == [np.inf]
    one_sided = Predictive.of(middle, {0.5: (-endless, np.array([1.0]))})
    assert one_sided.exceeds(-1e9).tolist() == [0.5]
    assert one_sided.expected_excess(1.0) == pytest.approx(0.25)
    # Of the other half a quarter lies 2.5 above -2 in the mean, a quarter 4.
    assert one_sided.expected_excess(-2.0) == pytest.approx(0.25 * 2.5 + 0.25 * 4)


def test_what_is_not_predicted_has_no_probability_and_the_others_keep_theirs():
    middle = np.array([np.nan, 0.0, np.inf, 0.0])
    ends = {0.8: (np.array([-1.0, np.nan, -1.0, -1.0]), np.array([1.0, 1.0, 1.0, 1.0]))}
    some = Predictive.of(middle, ends)
    for answers in (some.exceeds(0.0), some.cdf(0.0), some.expected_excess(0.0), some.quantile(0.5)):
        assert np.isnan(answers).tolist() == [True, True, True, False]


def test_no_prediction_is_no_answer():
    none = Predictive.of(np.array([]), {0.8: (np.array([]), np.array([]))})
    assert none.exceeds(1.0).tolist() == []


@pytest.mark.parametrize("levels", [(), (0.0,), (1.0,), (80.0,)])
def test_coverages_that_are_none_are_refused(levels):
    ends = np.array([0.0]), np.array([1.0])
    with pytest.raises(ValueError, match="coverages between 0 and 1"):
        Predictive.of(np.array([0.5]), dict.fromkeys(levels, ends))


def test_ends_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"ends of shape \(2,\)"):
        Predictive.of(np.zeros(2), {0.8: (np.zeros(1), np.ones(1))})


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 2.0])
def test_a_share_outside_of_zero_to_one_has_no_quantile(share):
    with pytest.raises(ValueError, match="between 0 and 1"):
        normal(0.0, 1.0).quantile(share)
