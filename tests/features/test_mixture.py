import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.mixture import join_mixture, split_mixture

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
