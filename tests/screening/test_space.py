from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import INPUT_COLUMNS
from pipeline.common.errors import UserError
from pipeline.screening import Campaign, Space
from pipeline.screening.space import LABELS, MAX_SIZE

AXES = [
    "polymer",
    "filler",
    "salt",
    "architecture",
    "additive",
    "salt_ratio",
    "particle_size_nm",
    "filler_wt_fraction",
    "temperature_C",
]
lengths = st.tuples(*[st.integers(1, 3)] * 9)


def campaign_of(shape: tuple[int, ...]) -> Campaign:
    polymers, fillers, salts, architectures, additives, ratios, sizes, loadings, temperatures = shape
    return Campaign(
        question="Which?",
        temperature_C=[20 + k for k in range(temperatures)],
        polymers=[f"polymer {k}" for k in range(polymers)],
        fillers=[f"filler {k}" for k in range(fillers)],
        salts=[f"salt {k}" for k in range(salts)],
        architectures={f"way {k}": {"tags": f"tag {k};dense", "additives": f"add {k}"} for k in range(architectures)},
        additions={f"with {k}": {"tags": f"wet {k};dense", "additives": f"liquid {k}"} for k in range(additives)},
        salt_ratio={"value": [8 + k for k in range(ratios)]},
        particle_size_nm=[10.5 + k for k in range(sizes)],
        filler_wt_fractions=[(k + 1) / 1000 if loadings > 9 else (k + 1) / 10 for k in range(loadings)],
    )


def space_of(shape: tuple[int, ...]) -> Space:
    return Space.of(campaign_of(shape))


@given(lengths)
def test_the_size_is_the_product_of_the_axes(shape):
    space = space_of(shape)
    assert (space.shape, space.size) == (dict(zip(AXES, shape, strict=True)), prod(shape))


@given(lengths)
def test_every_combination_stands_in_the_space_exactly_once(shape):
    space = space_of(shape)
    listed = space.mixtures(np.arange(min(space.size, 2000)))
    assert list(listed) == [*INPUT_COLUMNS, *LABELS]
    assert len(listed) == len(listed[AXES].drop_duplicates())
    if space.size <= 2000:
        assert prod(listed[AXES].nunique()) == space.size


@given(lengths, st.data())
def test_an_index_leads_to_a_mixture_and_the_mixture_back_to_the_index(shape, data):
    space = space_of(shape)
    indices = np.array(data.draw(st.lists(st.integers(0, space.size - 1), min_size=1, max_size=9)))
    assert space.find(space.mixtures(indices)).tolist() == indices.tolist()
    assert space.indices(space.places(indices)).tolist() == indices.tolist()


@given(lengths, st.data())
def test_a_candidate_is_the_same_whatever_is_listed_with_it(shape, data):
    space = space_of(shape)
    indices = np.array(data.draw(st.lists(st.integers(0, space.size - 1), min_size=2, max_size=9)))
    together = space.mixtures(indices)
    for place, index in enumerate(indices):
        assert space.mixtures(np.array([index])).equals(together.iloc[[place]].reset_index(drop=True))


def test_what_is_not_stated_is_found_again():
    asked = campaign_of((2, 2, 1, 1, 1, 1, 1, 2, 1)).model_copy(update={"salt_ratio": None, "particle_size_nm": None})
    space = Space.of(asked)
    listed = space.mixtures(np.arange(space.size))
    assert listed[["salt_ratio", "particle_size_nm"]].isna().all(axis=None)
    assert space.find(listed).tolist() == list(range(space.size))


def test_a_mixture_that_the_space_does_not_hold_is_named():
    space = space_of((2, 2, 1, 1, 1, 1, 1, 2, 1))
    stranger = space.mixtures(np.arange(3)).assign(filler=["filler 0", "sand", "filler 1"])
    with pytest.raises(ValueError, match="no such filler in the space: sand"):
        space.find(stranger)


def test_neighbouring_candidates_differ_in_their_loading():
    listed = space_of((2, 2, 2, 2, 2, 2, 2, 3, 1)).mixtures(np.arange(3))
    assert listed["filler_wt_fraction"].tolist() == [0.1, 0.2, 0.3]


def test_a_candidate_has_the_tags_and_additives_of_its_architecture_and_of_its_additive():
    space = space_of((1, 1, 1, 2, 2, 1, 1, 1, 1))
    listed = space.mixtures(np.arange(4)).set_index(["architecture", "additive"])
    assert listed.loc[("way 1", "with 0"), "architecture_tags"] == "dense;tag 1;wet 0"
    assert listed.loc[("way 1", "with 0"), "additives"] == "add 1;liquid 0"


def test_a_space_of_many_billions_is_as_quick_to_sample_as_a_small_one():
    space = space_of((400, 90, 12, 12, 25, 10, 5, 5, 1))
    assert space.size == 32_400_000_000
    drawn = space.sample(1000, np.random.default_rng(1))
    assert len(set(drawn.tolist())) == 1000
    assert (drawn == space.sample(1000, np.random.default_rng(1))).all()
    assert space.find(space.mixtures(drawn)).tolist() == drawn.tolist()
    # of the 400 polymers, 1000 fair draws leave out e^-2.5 = 8 %
    assert 0.85 < len(np.unique(space.places(drawn)["polymer"])) / 400 < 0.99


def test_a_sample_of_more_than_there_is_is_all_there_is():
    drawn = space_of((2, 2, 1, 1, 1, 1, 1, 2, 1)).sample(50, np.random.default_rng(0))
    assert sorted(drawn) == list(range(8))


def test_a_number_beyond_the_space_names_no_candidate():
    space = space_of((2, 2, 1, 1, 1, 1, 1, 2, 1))
    with pytest.raises(ValueError, match="out of bounds"):
        space.mixtures(np.array([space.size]))


def test_a_space_beyond_all_questions_is_refused_with_its_size():
    with pytest.raises(UserError, match=f"mixtures, {MAX_SIZE:,} at most; shorten the longest lists"):
        space_of((900, 900, 90, 30, 30, 50, 20, 100, 2))
