import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.mixture import join_mixture, split_mixture, weighted_mean

NAMES = st.sampled_from(["PEO", "PVDF-HFP", "*CCO*", "Li7P3S11", "polyether network", "*C[N+](C)(C)*"])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("   ", []),
        ("PEO", [("PEO", 1.0)]),
        ("PEO + PVDF", [("PEO", 0.5), ("PVDF", 0.5)]),
        ("PEO:0.7 + PVDF:0.3", [("PEO", 0.7), ("PVDF", 0.3)]),
        ("PEO:.7  +  PVDF : 0.3", [("PEO", 0.7), ("PVDF", 0.3)]),
        ("PEO:0.5 + PVDF + PAN", [("PEO", 0.5), ("PVDF", 0.25), ("PAN", 0.25)]),
        ("*C[N+](C)(C)*", [("*C[N+](C)(C)*", 1.0)]),
    ],
)
def test_components_without_a_share_divide_what_is_left_equally(text, parts):
    split = split_mixture(text)
    assert [name for name, _ in split] == [name for name, _ in parts]
    assert [share for _, share in split] == pytest.approx([share for _, share in parts])


def test_shares_printed_to_two_digits_are_made_to_sum_to_one():
    shares = [share for _, share in split_mixture("A:0.33 + B:0.33 + C:0.34")]
    assert sum(shares) == pytest.approx(1, abs=1e-15)
    assert sum(share for _, share in split_mixture("A:0.333 + B:0.333 + C:0.333")) == pytest.approx(1, abs=1e-15)


@pytest.mark.parametrize("text", ["PEO:0.7 + PVDF:0.7", "PEO:0.2 + PVDF:0.2", "PEO:2"])
def test_shares_that_do_not_sum_to_one_are_refused(text):
    with pytest.raises(ValueError, match="not to 1"):
        split_mixture(text)


@pytest.mark.parametrize("text", ["PEO:1 + PVDF", "PEO:1.2 + PVDF"])
def test_a_component_is_never_left_with_nothing(text):
    with pytest.raises(ValueError, match="leave nothing"):
        split_mixture(text)


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), st.data())
def test_a_written_mixture_reads_the_same_whatever_its_order(names, data):
    weights = data.draw(st.lists(st.integers(1, 20), min_size=len(names), max_size=len(names)))
    parts = [(name, weight / sum(weights)) for name, weight in zip(names, weights, strict=True)]
    text = join_mixture(parts)
    assert join_mixture(data.draw(st.permutations(parts))) == text
    assert dict(split_mixture(text)) == pytest.approx(dict(parts), abs=2e-4)


@pytest.mark.parametrize(
    ("parts", "mean"),
    [
        ([(10.0, 0.7), (20.0, 0.3)], 13.0),
        ([(10.0, 0.5), (math.nan, 0.3), (20.0, 0.2)], (10 * 0.5 + 20 * 0.2) / 0.7),
        ([(math.nan, 0.9), (20.0, 0.1)], 20.0),
        ([(0.0, 0.25), (8.0, 0.75)], 6.0),
    ],
)
def test_the_mean_is_that_of_the_known_numbers_by_their_shares(parts, mean):
    assert weighted_mean(parts) == pytest.approx(mean)


@pytest.mark.parametrize("parts", [[], [(math.nan, 1.0)], [(math.nan, 0.4), (math.nan, 0.6)]])
def test_where_no_number_is_known_neither_is_the_mean(parts):
    assert math.isnan(weighted_mean(parts))


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(0.01, 1)), min_size=1, max_size=5), st.data())
def test_a_mean_lies_between_its_numbers_and_depends_on_neither_their_order_nor_the_sum_of_the_shares(parts, data):
    mean = weighted_mean(parts)
    assert min(number for number, _ in parts) - 1e-9 <= mean <= max(number for number, _ in parts) + 1e-9
    assert weighted_mean(data.draw(st.permutations(parts))) == pytest.approx(mean, abs=1e-9)
    assert weighted_mean([(number, 3 * share) for number, share in parts]) == pytest.approx(mean, abs=1e-9)
