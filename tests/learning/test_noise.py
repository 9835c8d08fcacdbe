import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

from pipeline.learning.bounds import Bounds
from pipeline.learning.evidence import Evidence
from pipeline.learning.noise import DEFINITIONS, HEADLINE, noise_floor, noise_ladder, others_median

PEO_LLZTO = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "LLZTO",
    "filler_wt_fraction": 0.1,
    "temperature_C": 25.0,
    "architecture_is_wet": 0.0,
    "architecture_dimensionality": 0.0,
    "architecture_is_continuous": 0.0,
    "architecture_n_layers": 1.0,
    "architecture_surface_treated": 0.0,
}


def evidence_of(*measured: tuple[str, float, dict[str, object]], is_judged=True) -> Evidence:
    """Records as (work, log₁₀ conductivity, what differs from PEO with 10 wt% LLZTO and LiTFSI at 25 °C)."""
    rows = pd.DataFrame([PEO_LLZTO | {"work_id": work} | changes for work, _, changes in measured])
    features = [name for name in rows if name.startswith("architecture_")]
    values = Bounds.exactly(np.array([value for _, value, _ in measured]))
    n = len(rows)
    return Evidence(rows.drop(columns=features), rows[features], values, np.full(n, is_judged), np.zeros(n, dtype=bool))


def works(*values: float, **changes: object) -> list[tuple[str, float, dict[str, object]]]:
    """One record of each of as many works."""
    mixture = "".join(map(str, changes.values()))
    return [(f"{mixture} work {number}", value, changes) for number, value in enumerate(values)]


def test_three_works_worked_out_by_hand():
    floor = noise_floor(evidence_of(*works(-4.0, -4.5, -5.5)))
    assert (floor.n_pairs, floor.n_works, floor.n_mixtures) == (3, 3, 1)
    assert (floor.smallest, floor.largest) == pytest.approx((0.5, 1.5))
    assert (floor.lower_quartile, floor.median_difference, floor.upper_quartile) == pytest.approx((0.5, 1.0, 1.5))
    assert floor.mean_difference == pytest.approx(1.0)
    assert floor.lowest_mean_absolute_error == pytest.approx(0.5)
    # The medians of the others are -5, -4.75 and -4.25.
    assert floor.mean_absolute_error_of_the_other_works == pytest.approx((1.0 + 0.25 + 1.25) / 3)


def test_each_record_is_predicted_by_the_median_of_the_other_works():
    evidence = evidence_of(*works(-4.0, -4.5, -5.5), ("alone", -3.0, {"filler": "SiO2"}))
    assert others_median(evidence) == pytest.approx([-5.0, -4.75, -4.25, np.nan], nan_ok=True)


def test_a_work_counts_as_one_however_often_it_measured():
    often = [("often", -4.0 - shift, {}) for shift in (0.0, 0.1, 0.2)]
    floor = noise_floor(evidence_of(*often, ("once", -5.0, {})))
    assert floor.n_pairs == 3
    assert floor.mean_difference == pytest.approx(0.9)
    with_a_third = evidence_of(*often, ("once", -5.0, {}), ("third", -6.1, {}))
    # Half of the others of "once" is "third"; the other half the records of "often", of which -4.2 lies next.
    assert others_median(with_a_third)[3] == pytest.approx((-6.1 - 4.2) / 2)
    of_often, of_once, of_third = 1.45, 0.15, 6.1 - (5.0 + 4.2) / 2
    error = noise_floor(with_a_third).mean_absolute_error_of_the_other_works
    assert error == pytest.approx((of_often + of_once + of_third) / 3)


def test_a_mixture_of_many_works_counts_as_its_works_and_not_as_its_pairs():
    rarely = works(-4.0, -5.0, filler="SiO2")
    often = works(-3.0, -3.0 - 0.2, -3.0 - 0.4, -3.0 - 0.6)
    floor = noise_floor(evidence_of(*rarely, *often))
    of_often = noise_floor(evidence_of(*often)).mean_difference
    assert floor.n_pairs == 1 + 6
    assert floor.mean_difference == pytest.approx((2 * 1.0 + 4 * of_often) / 6)


def test_neither_a_work_repeats_itself_nor_a_review_the_work_that_it_cites():
    assert noise_floor(evidence_of(("one", -4.0, {}), ("one", -5.0, {}))).n_pairs == 0
    cited = evidence_of(("one", -4.0, {}), ("the same, cited", -4.001, {}), ("the same, cited", -5.0, {}))
    assert noise_floor(cited).n_pairs == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": ""},
        {"filler_wt_fraction": np.nan},
        {"filler_wt_fraction": 0.15},
        {"temperature_C": 30.0},
        {"architecture_dimensionality": np.nan},
        {"architecture_surface_treated": 1.0},
    ],
    ids=str,
)
def test_what_is_left_open_or_near_contradicts_nothing(changes):
    assert noise_floor(evidence_of(("one", -4.0, {}), ("other", -5.0, changes))).n_pairs == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"polymer": "PVDF"},
        {"filler": "SiO2"},
        {"salt": "LiClO4"},
        {"salt": "none"},
        {"filler_wt_fraction": 0.5},
        {"temperature_C": 60.0},
        {"temperature_C": np.nan},
        {"architecture_is_wet": 1.0},
        {"architecture_dimensionality": 3.0},
        {"architecture_is_continuous": 1.0},
        {"architecture_n_layers": 3.0},
    ],
    ids=str,
)
def test_another_component_state_or_construction_is_another_mixture(changes):
    assert noise_floor(evidence_of(("one", -4.0, {}), ("other", -5.0, changes))).n_pairs == 0


@pytest.mark.parametrize("unnamed", [{"polymer": "unnamed polymer"}, {"filler": "LLZTO + unnamed ceramic"}], ids=str)
def test_two_components_without_a_name_are_not_one(unnamed):
    assert noise_floor(evidence_of(("one", -4.0, unnamed), ("other", -5.0, unnamed))).n_pairs == 0


def test_two_works_that_state_no_temperature_are_compared():
    unstated = {"temperature_C": np.nan}
    assert noise_floor(evidence_of(("one", -4.0, unstated), ("other", -5.0, unstated))).n_pairs == 1


def test_only_composites_with_a_number_are_compared():
    one_sided = evidence_of(*works(-4.0, -5.0)).with_bounds(Bounds(np.array([-4.0, -5.0]), np.array([-4.0, np.inf])))
    assert noise_floor(one_sided).n_pairs == 0
    assert noise_floor(evidence_of(*works(-4.0, -5.0), is_judged=False)).n_pairs == 0


@pytest.mark.parametrize(
    ("changes", "same_by"),
    [
        ({"temperature_C": 60.0}, "same_components"),
        ({"salt": "LiClO4"}, "same_components same_temperature"),
        ({"salt": ""}, "same_components same_temperature nothing_contradicts same_tags"),
        (
            {"architecture_surface_treated": 1.0},
            "same_components same_temperature nothing_contradicts salt_and_temperature_stated all_stated",
        ),
        (
            {"filler_wt_fraction": np.nan},
            "same_components same_temperature nothing_contradicts same_tags salt_and_temperature_stated",
        ),
        ({}, " ".join(DEFINITIONS)),
    ],
    ids=str,
)
def test_the_definitions_grow_stricter(changes, same_by):
    ladder = noise_ladder(evidence_of(("one", -4.0, {}), ("other", -5.0, changes)))
    assert [floor.definition for floor in ladder if floor.n_pairs] == same_by.split()


def test_the_error_that_remains_of_a_normal_scatter_is_that_of_its_median():
    scatter = np.random.default_rng(5).normal(-4.0, 0.5, 150)
    floor = noise_floor(evidence_of(*works(*scatter)))
    expected = 0.5 * np.sqrt(2 / np.pi)
    assert floor.normal_mean_absolute_error == pytest.approx(expected, rel=0.1)
    assert floor.mean_absolute_error_of_the_other_works == pytest.approx(expected, rel=0.1)


def test_where_all_but_one_agree_the_lowest_error_is_nearly_reached():
    agreeing = -4.0 + 0.005 * np.arange(40)
    values = np.append(agreeing, -7.0)
    floor = noise_floor(evidence_of(*works(*values)))
    of_the_median = np.abs(values - np.median(values)).mean()
    assert 0.8 * of_the_median < floor.lowest_mean_absolute_error < of_the_median


def test_without_a_pair_there_is_no_floor_and_the_metrics_can_be_written():
    ladder = noise_ladder(evidence_of(("one", -4.0, {})))
    assert [floor.definition for floor in ladder] == list(DEFINITIONS)
    assert HEADLINE in DEFINITIONS
    assert all(floor.n_pairs == 0 and floor.median_difference is None for floor in ladder)
    assert json.dumps([asdict(floor) for floor in ladder], allow_nan=False)
