import ast
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.common.stage import EXIT_USER_ERROR, run
from pipeline.learning import Bounds, groups_of, splits
from pipeline.learning.leaks import refuse_leaks, twins

PEO_LLZTO = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "LLZTO",
    "filler_wt_fraction": 0.1,
    "temperature_C": 25.0,
}
NEAT_POLYMER = {"filler": "", "filler_wt_fraction": np.nan}
NEAT_CERAMIC = {"polymer": "", "salt": "", "filler_wt_fraction": np.nan}


def pairs_of(*measured):
    """Twins among records that are told as (work, log₁₀ conductivity, what differs from PEO with 10 wt% LLZTO)."""
    mixtures = pd.DataFrame([PEO_LLZTO | differs for _, _, differs in measured])
    bounds = Bounds.exactly(np.array([value for _, value, _ in measured]))
    return twins(mixtures, bounds, np.array([work for work, _, _ in measured], dtype=object))


def are_twins(value, differs=None, both=None):
    both = both or {}
    one, other = ("Chen 2018", -4.0, both), ("Zhang 2021", value, both | (differs or {}))
    found = pairs_of(one, other)
    assert found == pairs_of(other, one)
    return found == [(0, 1)]


@pytest.mark.parametrize("both", [{}, NEAT_POLYMER, NEAT_CERAMIC], ids=["composite", "neat polymer", "neat ceramic"])
def test_a_copied_measurement_is_found_under_another_work(both):
    assert are_twins(-4.0, both=both)


@pytest.mark.parametrize(
    "differs",
    [
        {"salt": ""},
        {"temperature_C": np.nan},
        {"filler_wt_fraction": np.nan},
        {"temperature_C": 24.0},
        {"filler_wt_fraction": 0.104},
    ],
    ids=str,
)
def test_what_one_of_them_leaves_open_or_rounds_contradicts_nothing(differs):
    assert are_twins(-4.0, differs)


@pytest.mark.parametrize(
    "differs",
    [
        {"polymer": "PVDF"},
        {"filler": "LATP"},
        {"filler": ""},
        {"salt": "LiClO4"},
        {"temperature_C": 26.1},
        {"filler_wt_fraction": 0.106},
        {"filler_wt_fraction": 0.15},
    ],
    ids=str,
)
def test_what_contradicts_makes_it_another_measurement(differs):
    assert not are_twins(-4.0, differs)


@pytest.mark.parametrize(("factor", "is_one"), [(1.009, True), (1 / 1.009, True), (1.02, False), (0.98, False)])
def test_values_within_a_hundredth_are_one_value_and_those_further_apart_are_two(factor, is_one):
    assert are_twins(-4.0 + np.log10(factor)) == is_one


@given(st.floats(-16, 0), st.floats(-0.0043, 0.0043))
def test_near_values_are_one_wherever_they_lie(value, difference):
    assert pairs_of(("Chen 2018", value, {}), ("Zhang 2021", value + difference, {})) == [(0, 1)]


def test_a_work_is_no_twin_of_itself():
    assert pairs_of(("Chen 2018", -4.0, {}), ("Chen 2018", -4.0, {})) == []


def test_a_bound_is_no_twin_of_a_number_and_equal_bounds_are_twins():
    mixtures = pd.DataFrame([PEO_LLZTO] * 4)
    lower = np.array([-np.inf, -10.0, -np.inf, -10.0])
    upper = np.array([-10.0, -10.0, -10.0, np.inf])
    assert twins(mixtures, Bounds(lower, upper), np.array(list("abcd"), dtype=object)) == [(0, 2)]


def test_each_pair_is_named_once_and_in_order():
    assert pairs_of(("b", -4.0, {}), ("c", -4.0, {}), ("a", -4.0, {}), ("d", -5.0, {})) == [(0, 1), (0, 2), (1, 2)]


def test_works_that_share_a_twin_are_one_group_through_any_chain():
    works = np.array(["Chen", "Chen", "Zhang", "Zhang", "Wang", "Liu"], dtype=object)
    groups = groups_of(works, [(1, 2), (3, 4)])
    assert len(set(groups[:5])) == 1
    assert groups[5] == "Liu"
    assert groups[0] == "Chen"


def test_without_twins_each_work_is_its_own_group():
    works = np.array(["b", "a", "b", "c"], dtype=object)
    assert groups_of(works, []).tolist() == works.tolist()


def test_a_work_on_both_sides_is_refused_by_name():
    works = np.array(["Chen 2020", "Zhang 2019", "Zhang 2019", "Wang 2021"], dtype=object)
    refuse_leaks(np.array([1, 2]), np.array([0, 3]), works, [])
    with pytest.raises(ValueError, match=r"both sides of a split: Zhang 2019\Z"):
        refuse_leaks(np.array([0, 1]), np.array([2, 3]), works, [])


def test_twins_on_both_sides_are_refused_by_their_works():
    works = np.array(["Chen 2020", "Zhang 2019", "Wang 2021"], dtype=object)
    for train, test in (([0, 2], [1]), ([1], [0])):
        with pytest.raises(ValueError, match=r"one measurement under two works, .*: Chen 2020 and Zhang 2019"):
            refuse_leaks(np.array(train), np.array(test), works, [(0, 1)])


def test_twins_on_one_side_or_of_which_one_takes_no_part_leak_nothing():
    works = np.array(["Chen 2020", "Zhang 2019", "Wang 2021"], dtype=object)
    refuse_leaks(np.array([0, 1]), np.array([2]), works, [(0, 1)])
    refuse_leaks(np.array([2]), np.array([0]), works, [(0, 1)])


def test_a_planted_copy_is_the_only_leak_that_it_makes(sample):
    assert sample.twins == []
    copied = np.append(np.arange(len(sample)), 3)
    planted = sample.take(copied)
    keys = planted.keys.copy()
    keys.loc[len(sample), ["record_id", "work_id"]] = ["another record", "a review"]
    planted = replace(planted, keys=keys)
    assert planted.twins == [(3, len(sample))]
    assert planted.groups[3] == planted.groups[-1]
    assert (planted.groups[: len(sample)] == planted.groups[3]).sum() == (sample.work_ids == sample.work_ids[3]).sum()


def test_a_split_that_leaks_ends_a_stage_with_a_message(capsys):
    works = np.array(["Zhang 2019", "Zhang 2019"], dtype=object)
    with pytest.raises(SystemExit) as ended:
        run("train", lambda: refuse_leaks(np.array([0]), np.array([1]), works, []))
    assert ended.value.code == EXIT_USER_ERROR
    assert capsys.readouterr().err.endswith("works on both sides of a split: Zhang 2019\n")


def test_no_fold_is_made_without_asking_whether_it_leaks():
    made = []
    for path in Path(splits.__file__).parents[1].rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef):
                calls = [ast.unparse(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)]
                made += [(path.name, function.name, "refuse_leaks" in calls)] if "Fold" in calls else []
    assert made == [("splits.py", "_fold", True)]
