from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.screening import Campaign, Space

AXES = ["polymer", "filler", "salt", "architecture", "filler_wt_fraction"]
lengths = st.tuples(*[st.integers(1, 4)] * 5)


def space_of(shape: tuple[int, ...]) -> Space:
    polymers, fillers, salts, architectures, loadings = shape
    return Space(
        Campaign(
            question="Which?",
            temperature_C=60,
            polymers=tuple(f"polymer {k}" for k in range(polymers)),
            fillers=tuple(f"filler {k}" for k in range(fillers)),
            salts=tuple(f"salt {k}" for k in range(salts)),
            architectures={
                f"way {k}": {"tags": f"tag {k}", "additives": f"additive {k}"} for k in range(architectures)
            },
            filler_wt_fractions=tuple((k + 1) / 10 for k in range(loadings)),
        )
    )


@given(lengths)
def test_the_size_is_the_product_of_the_axes(shape):
    space = space_of(shape)
    assert (space.shape, space.size) == (shape, prod(shape))


@given(lengths)
def test_every_combination_stands_in_the_space_exactly_once(shape):
    space = space_of(shape)
    listed = space.mixtures(np.arange(space.size))
    assert len(listed) == len(listed[AXES].drop_duplicates()) == prod(listed[AXES].nunique()) == space.size


@given(lengths, st.data())
def test_a_candidate_is_the_same_whatever_is_listed_with_it(shape, data):
    space = space_of(shape)
    indices = np.array(data.draw(st.lists(st.integers(0, space.size - 1), min_size=1, max_size=9)))
    everything = space.mixtures(np.arange(space.size))
    assert space.mixtures(indices).equals(everything.iloc[indices].reset_index(drop=True))


@given(lengths)
def test_candidates_have_one_pair_number_if_and_only_if_polymer_and_filler_are_the_same(shape):
    space = space_of(shape)
    indices = np.arange(space.size)
    listed = space.mixtures(indices).assign(pair=space.pairs(indices))
    assert (listed.groupby("pair")[["polymer", "filler"]].nunique() == 1).all(axis=None)
    assert (listed.groupby(["polymer", "filler"])["pair"].nunique() == 1).all()
    assert set(listed["pair"]) == set(range(shape[0] * shape[1]))


def test_neighbouring_candidates_differ_in_their_loading():
    assert space_of((2, 2, 2, 2, 3)).mixtures(np.arange(3))["filler_wt_fraction"].tolist() == [0.1, 0.2, 0.3]


def test_a_candidate_has_the_tags_and_additives_of_its_own_architecture():
    listed = space_of((2, 1, 1, 3, 2)).mixtures(np.arange(12))
    number = listed["architecture"].str.removeprefix("way ")
    assert listed["architecture_tags"].tolist() == ("tag " + number).tolist()
    assert listed["additives"].tolist() == ("additive " + number).tolist()


def test_all_candidates_are_compared_at_the_temperature_of_the_campaign():
    assert set(space_of((2, 2, 1, 1, 2)).mixtures(np.arange(8))["temperature_C"]) == {60}


def test_a_number_beyond_the_space_names_no_candidate():
    space = space_of((2, 2, 1, 1, 2))
    with pytest.raises(ValueError, match="out of bounds"):
        space.mixtures(np.array([space.size]))
