from itertools import pairwise

import numpy as np
import pytest

from pipeline.benching.spaces import DISTINCT, SIZES, space_of


@pytest.mark.parametrize("size", SIZES)
def test_a_space_is_as_large_as_it_says_and_little_larger(library, size):
    assert size <= space_of(size, library).size < 1.2 * size


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(SIZES)))
def test_a_space_holds_the_smaller_ones(library, smaller, larger):
    inner, outer = space_of(smaller, library), space_of(larger, library)
    corners = inner.mixtures(np.array([0, inner.size - 1, inner.size // 3]))
    assert outer.mixtures(outer.find(corners)).equals(corners)
    assert all(inner.shape[axis] <= outer.shape[axis] for axis in inner.shape)


def test_components_and_how_they_are_put_together_tell_results_apart(library):
    assert set(DISTINCT) == {"polymer", "filler", "salt", "architecture", "additive"}
    largest = space_of(SIZES[-1], library)
    assert len(set(largest.levels["polymer"]["polymer"])) == largest.shape["polymer"]
