import numpy as np
import pandas as pd
import pytest

from pipeline.screening.replay_scores import as_markdown, mean_between, summary, summary_of_halves


@pytest.fixture
def table():
    """Twenty seeds in a pool of 99 with 9 best: one strategy always needs ten experiments less than the other."""
    slow = pd.DataFrame({"seed": range(20), "n_half": 30 + np.arange(20), "strategy": "slow"})
    both = pd.concat([slow.assign(strategy="fast", n_half=slow["n_half"] - 10), slow])
    return both.assign(n_pool=99, n_best=9, n_first=1, n_all=90, found_early=0.25)


def test_a_strategy_is_set_against_what_chance_needs(table):
    summed = summary(table, "fast", 0)
    assert summed["expected_at_random"]["n_half"] == 50  # the 5th of 9 in 99: 5 · 100/10
    half = summed["strategies"]["fast"]["n_half"]
    assert half["mean"] == 29.5
    assert half["ratio"] == pytest.approx(50 / 29.5)
    assert half["lower"] < 29.5 < half["upper"]
    assert half["ratio_lower"] < half["ratio"] < half["ratio_upper"]
    assert "ratio" not in summed["strategies"]["fast"]["found_early"]


def test_differences_are_paired_by_starting_set(table):
    shuffled = table.sample(frac=1, random_state=0)
    apart = summary(shuffled, "fast", 0)["differences"]["slow"]["n_half"]
    assert apart["mean"] == apart["lower"] == apart["upper"] == -10
    assert apart["p_value"] < 0.001
    assert summary(table, "fast", 0)["differences"]["slow"]["n_all"]["p_value"] == 1


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide_on_each_side():
    numbers = np.random.default_rng(0).normal(5, 2, 400)
    between = mean_between(numbers, 1)
    assert between["upper"] - between["lower"] == pytest.approx(2 * 1.96 * 2 / 20, rel=0.1)


def test_halves_say_how_far_the_effort_moves_with_the_papers(table):
    summed = summary_of_halves(table, "fast")
    effort = summed["efforts"]["slow"]["n_half"]
    deviation = np.std(30 + np.arange(20), ddof=1) / 50
    assert effort["mean"] == pytest.approx(39.5 / 50)
    assert effort["upper"] - effort["mean"] == pytest.approx(1.96 * deviation, rel=1e-4)
    assert summed["differences"]["slow"]["n_half"] == pytest.approx({"mean": -0.2, "lower": -0.2, "upper": -0.2})


def test_the_table_has_a_line_a_strategy(table):
    lines = as_markdown(summary(table, "fast", 0), ["slow", "fast"]).splitlines()
    assert len(lines) == 4
    assert lines[3].startswith("| fast | 1.0 (1.0 to 1.0); 10.00× | 29.5 (")
    assert lines[3].endswith("| 25 % (25 % to 25 %) |")
