import time
from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.screening.funnel import funnel
from pipeline.screening.restriction import Restriction

AXES = ("polymer", "filler", "salt", "architecture", "additive")


def restriction(axes, allowed, name="limit"):
    return Restriction(name, "because", "source", tuple(axes), np.asarray(allowed, dtype=bool))


@st.composite
def spaces(draw):
    shape = {axis: draw(st.integers(1, 4)) for axis in AXES[: draw(st.integers(1, 5))]}
    n_limits = draw(st.integers(0, 5))
    limits = []
    for _ in range(n_limits):
        axes = draw(
            st.permutations(list(shape)).flatmap(
                lambda names: st.integers(1, min(3, len(names))).map(lambda n: names[:n])
            )
        )
        lengths = tuple(shape[axis] for axis in axes)
        bits = draw(st.lists(st.booleans(), min_size=prod(lengths), max_size=prod(lengths)))
        limits.append(restriction(axes, np.array(bits).reshape(lengths)))
    return shape, limits


def passes(limit, mixture):
    return bool(limit.allowed[tuple(mixture[axis] for axis in limit.axes)])


@given(spaces())
def test_the_counts_are_those_of_a_list_of_all_mixtures(space):
    shape, limits = space
    mixtures = [dict(zip(shape, levels, strict=True)) for levels in product(*map(range, shape.values()))]
    gates = funnel(shape, limits)
    left = mixtures
    assert (gates[0].n_left, gates[0].alone) == (len(mixtures), 0)
    for limit, gate in zip(limits, gates[1:], strict=True):
        left = [mixture for mixture in left if passes(limit, mixture)]
        assert gate.n_left == len(left)
        assert gate.alone == sum(not passes(limit, mixture) for mixture in mixtures)


@given(spaces())
def test_what_is_left_at_the_end_does_not_depend_on_the_order_of_the_limits(space):
    shape, limits = space
    assert funnel(shape, limits)[-1].n_left == funnel(shape, limits[::-1])[-1].n_left


@given(spaces(), st.integers(2, 5))
def test_a_further_axis_that_no_limit_looks_at_multiplies_every_count(space, length):
    shape, limits = space
    wider = funnel({**shape, "temperature_C": length}, limits)
    assert [gate.n_left for gate in wider] == [length * gate.n_left for gate in funnel(shape, limits)]


def test_a_limit_that_closes_one_level_of_three_leaves_two_thirds():
    gate = funnel({"polymer": 3, "salt": 4}, [restriction(["polymer"], [True, False, True])])[-1]
    assert (gate.n_left, gate.alone) == (8, 4)


def test_a_gate_says_what_it_is():
    gate = funnel({"salt": 2}, [restriction(["salt"], [True, True], "only_inventory")])[-1]
    assert (gate.name, gate.reason, gate.source) == ("only_inventory", "because", "source")


def test_an_axis_without_levels_leaves_nothing():
    assert [gate.n_left for gate in funnel({"polymer": 3, "salt": 0}, [restriction(["polymer"], [1, 0, 1])])] == [0, 0]


@pytest.mark.parametrize("n_temperatures", [1, 10**8, 10**21])
def test_counts_are_exact_where_floating_point_is_not(n_temperatures):
    """999 999³ has 18 digits, of which a float of 53 bits keeps 16; with 10²¹ temperatures even 64 bits are too few."""
    keeps = np.arange(10**6) > 0
    shape = {"polymer": 10**6, "filler": 10**6, "salt": 10**6, "temperature_C": n_temperatures}
    gates = funnel(shape, [restriction([axis], keeps) for axis in ("polymer", "filler", "salt")])
    assert gates[-1].n_left == 999_999**3 * n_temperatures


def test_a_table_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"limit: .*\(2,\).*\(3,\)"):
        funnel({"polymer": 3}, [restriction(["polymer"], [True, False])])


def test_a_space_of_tens_of_billions_is_counted_in_under_a_second():
    shape = {
        "polymer": 400,
        "filler": 100,
        "salt": 12,
        "architecture": 12,
        "additive": 25,
        "salt_ratio": 10,
        "particle_size_nm": 5,
        "filler_wt_fraction": 25,
    }
    generator = np.random.default_rng(3)

    def random(*axes):
        return restriction(axes, generator.random(tuple(shape[axis] for axis in axes)) < 0.8)

    limits = [
        random("polymer", "filler"),
        random("filler", "architecture", "additive"),
        random("polymer", "architecture"),
        random("architecture", "additive", "particle_size_nm", "filler_wt_fraction"),
        random("salt"),
        random("polymer", "architecture", "additive"),
    ]
    started = time.process_time()
    gates = funnel(shape, limits)
    assert time.process_time() - started < 2, "twice what it takes, since machines differ"
    assert gates[0].n_left == 400 * 100 * 12 * 12 * 25 * 10 * 5 * 25
    assert gates[-1].n_left > 0
