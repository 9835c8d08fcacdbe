import json
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.common.errors import UserError
from pipeline.common.settings import Frozen, parse_settings
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, TENSILE_STRENGTH, TRANSFERENCE_NUMBER
from pipeline.screening import Goals, Predictive, completeness, judge_goals
from pipeline.screening.goals import PURSUED

LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9)
PREDICTED = (CONDUCTIVITY, TRANSFERENCE_NUMBER, STABILITY_WINDOW, TENSILE_STRENGTH)
ALL_FIVE = {name: {} for name in PURSUED}


class Asked(Frozen):
    goals: Goals


def predicted(seed, n=12):
    """Made-up predictions with normal errors: the table, the distributions and the cost."""
    generator = np.random.default_rng(seed)
    table, predictive = pd.DataFrame(index=np.arange(n) + 100), {}
    for target, centre, spread in zip(PREDICTED, (-4, 0.5, 4.5, 0.5), (1, 0.15, 0.4, 0.5), strict=True):
        middle, sigma = generator.normal(centre, spread, n), generator.uniform(0.5, 1.5, n) * spread
        ends = {level: (middle - z * sigma, middle + z * sigma) for level in LEVELS for z in [_z(level)]}
        table[target.name] = middle
        table[f"{target.name}_lower"], table[f"{target.name}_upper"] = ends[0.8]
        predictive[target.name] = Predictive.from_intervals(middle, ends)
    return table, predictive, generator.uniform(1, 400, n)


def _z(level):
    return stats.norm.ppf((1 + level) / 2)


def goals(**stated):
    return Goals.model_validate(stated)


def refusal(tmp_path, stated):
    with pytest.raises(UserError) as caught:
        parse_settings(tmp_path / "asked.yaml", {"goals": stated}, Asked)
    return str(caught.value)


def test_the_front_is_what_no_other_candidate_beats_in_all_five():
    table, predictive, cost = predicted(1, n=40)
    judged = judge_goals(table, predictive, cost, goals(**ALL_FIVE))
    for which, rank in (("", "pareto_rank"), ("_lower", "pareto_rank_pessimistic")):
        points = np.column_stack([*(table[f"{target.name}{which}"] for target in PREDICTED), -cost])
        beaten = [any((q >= p).all() and (q > p).any() for q in points) for p in points]
        assert (judged.table[rank] > 1).tolist() == beaten
        assert any(beaten)
    assert judged.facts["n_on_front"] == (judged.table["pareto_rank"] == 1).sum()
    assert judged.table.index.equals(table.index)


def test_the_dearer_of_two_that_are_alike_lies_behind():
    table, predictive, _ = predicted(2, n=1)
    twice = table.loc[[100, 100]].reset_index(drop=True)
    judged = judge_goals(twice, predictive, np.array([20.0, 10.0]), goals(**ALL_FIVE))
    assert judged.table["pareto_rank"].tolist() == [2, 1]


def test_only_the_goals_that_are_stated_enter():
    table, predictive, cost = predicted(3)
    judged = judge_goals(table, predictive, cost, goals(conductivity_S_cm={}))
    falling = table[CONDUCTIVITY.name].rank(ascending=False)
    assert judged.table["pareto_rank"].tolist() == falling.tolist()
    assert "element_cost_USD_kg" not in judged.table


def test_a_goal_that_is_the_same_for_all_is_left_out_and_said_so():
    table, predictive, cost = predicted(4)
    constant = table.assign(**{STABILITY_WINDOW.name: 4.5})
    wanted = goals(conductivity_S_cm={}, stability_window_V={"from": 4, "to": 5}, element_cost_USD_kg={})
    judged = judge_goals(constant, predictive, cost, wanted)
    assert judged.facts["judged_by"] == ["conductivity_S_cm", "element_cost_USD_kg"]
    assert judged.facts["left_out"] == {"stability_window_V": "the same for all candidates: 4.5"}
    assert "desirability" not in judged.table


def test_a_limit_on_what_is_the_same_for_all_still_has_its_probability():
    table, predictive, cost = predicted(5)
    constant = table.assign(**{STABILITY_WINDOW.name: 4.5})
    sure = Predictive.from_intervals(np.full(12, 4.5), {0.8: (np.full(12, 4.0), np.full(12, 5.0))})
    wanted = goals(stability_window_V={"at_least": 4.5}, conductivity_S_cm={})
    judged = judge_goals(constant, predictive | {STABILITY_WINDOW.name: sure}, cost, wanted)
    assert judged.table["probability_of_meeting_all"].tolist() == [0.5] * 12


def test_what_is_known_of_no_candidate_is_left_out_and_said_so():
    table, predictive, _ = predicted(6)
    judged = judge_goals(table, predictive, np.full(12, np.nan), goals(element_cost_USD_kg={}, conductivity_S_cm={}))
    assert judged.facts["left_out"] == {"element_cost_USD_kg": "known of no candidate"}


def test_the_desirability_of_two_goals_by_hand():
    """3·10⁻⁵ S/cm lies 0.477 of the way from 10⁻⁵ to 10⁻⁴ in decades, 100 USD/kg 0.8 from 300 to 50: ∛(0.477²·0.8)."""
    table = pd.DataFrame({CONDUCTIVITY.name: [np.log10(3e-5), -9.0], f"{CONDUCTIVITY.name}_lower": [-4.5, -9.5]})
    wanted = goals(
        conductivity_S_cm={"from": 1e-5, "to": 1e-4, "weight": 2}, element_cost_USD_kg={"from": 300, "to": 50}
    )
    judged = judge_goals(table, {}, np.array([100.0, 60.0]), wanted)
    assert judged.table["desirability"].tolist() == pytest.approx([(np.log10(3) ** 2 * 0.8) ** (1 / 3), 0.0])
    assert judged.table["desirability_pessimistic"].tolist() == pytest.approx([(0.5**2 * 0.8) ** (1 / 3), 0.0])


def test_one_candidate_alone_is_judged_as_any_other():
    table = pd.DataFrame({CONDUCTIVITY.name: [-4.5], f"{CONDUCTIVITY.name}_lower": [-5.0]})
    judged = judge_goals(table, {}, np.array([np.nan]), goals(conductivity_S_cm={"from": 1e-5, "to": 1e-4}))
    assert judged.facts["left_out"] == {}
    assert judged.table["desirability"].tolist() == pytest.approx([0.5])


@pytest.mark.parametrize(("worth", "expected"), [(0.0, 0.0), (0.25, 0.5)])
def test_what_is_not_known_is_worth_what_the_goal_says(worth, expected):
    table = pd.DataFrame({CONDUCTIVITY.name: [-3.0, -9.0], f"{CONDUCTIVITY.name}_lower": [-4.0, -9.5]})
    cost_goal = {"from": 300, "to": 50, "if_unknown": worth}
    wanted = goals(conductivity_S_cm={"from": 1e-5, "to": 1e-4}, element_cost_USD_kg=cost_goal)
    judged = judge_goals(table, {}, np.array([np.nan, 60.0]), wanted)
    assert judged.table["desirability"].tolist() == pytest.approx([expected, 0.0])
    assert judged.table["unknown_goals"].tolist() == ["element_cost_USD_kg", ""]
    assert judged.facts["n_unknown"] == {"conductivity_S_cm": 0, "element_cost_USD_kg": 1}


def test_the_probability_of_meeting_all_limits_is_nearly_that_of_the_normals():
    table, predictive, cost = predicted(7, n=30)
    wanted = goals(
        conductivity_S_cm={"at_least": 1e-4},
        transference_number={"at_least": 0.5},
        stability_window_V={"at_least": 4.3},
        element_cost_USD_kg={"at_most": 200},
    )
    judged = judge_goals(table, predictive, cost, wanted).table
    expected = (cost <= 200).astype(float)
    for target, limit in ((CONDUCTIVITY, -4), (TRANSFERENCE_NUMBER, 0.5), (STABILITY_WINDOW, 4.3)):
        sigma = (table[f"{target.name}_upper"] - table[target.name]) / _z(0.8)
        expected = expected * stats.norm.sf((limit - table[target.name]) / sigma)
    assert judged["probability_of_meeting_all"].tolist() == pytest.approx(expected.tolist(), abs=0.025)
    assert judged["probability_of_meeting_all"].max() > 0.2


@given(st.integers(0, 2**32 - 1))
def test_the_product_lies_between_the_bounds_of_frechet(seed):
    table, predictive, cost = predicted(seed)
    limits = {"conductivity_S_cm": 1e-4, "transference_number": 0.4, "stability_window_V": 4.3}
    wanted = goals(**{name: {"at_least": limit} for name, limit in limits.items()})
    judged = judge_goals(table, predictive, cost, wanted).table
    single = judged[[f"probability_{name}" for name in limits]]
    middle = judged["probability_of_meeting_all"]
    assert (judged["probability_of_meeting_all_lowest"] <= middle + 1e-12).all()
    assert (middle <= judged["probability_of_meeting_all_highest"] + 1e-12).all()
    assert judged["probability_of_meeting_all_highest"].tolist() == single.min(axis=1).tolist()
    assert judged["probability_of_meeting_all_lowest"].tolist() == pytest.approx(
        (single.sum(axis=1) - 2).clip(0).tolist()
    )


def test_a_cost_that_is_not_known_leaves_the_probability_between_nothing_and_that_of_the_rest():
    table, predictive, cost = predicted(8)
    wanted = goals(conductivity_S_cm={"at_least": 1e-4}, element_cost_USD_kg={"at_most": 1000})
    judged = judge_goals(table, predictive, np.where(np.arange(12) == 3, np.nan, cost), wanted).table.iloc[3]
    assert np.isnan(judged["probability_of_meeting_all"])
    assert judged["probability_of_meeting_all_lowest"] == 0
    assert judged["probability_of_meeting_all_highest"] == judged["probability_conductivity_S_cm"] > 0


def test_a_stricter_limit_is_never_more_probable():
    table, predictive, cost = predicted(9)
    limits = (1e-6, 1e-5, 1e-4, 1e-3)
    met = [judge_goals(table, predictive, cost, goals(conductivity_S_cm={"at_least": limit})).table for limit in limits]
    probabilities = np.array([judged["probability_of_meeting_all"] for judged in met])
    assert (np.diff(probabilities, axis=0) <= 0).all()
    assert (np.diff(probabilities, axis=0) < 0).any()


@pytest.mark.parametrize("order", [list(order) for order in permutations(range(3))])
def test_the_order_of_the_candidates_changes_no_judgement(order):
    table, predictive, cost = predicted(10, n=3)
    wanted = goals(conductivity_S_cm={"from": 1e-7, "to": 1e-2}, stability_window_V={}, element_cost_USD_kg={})
    one = judge_goals(table, predictive, cost, wanted).table
    other = judge_goals(table.iloc[order], predictive, cost[order], wanted).table
    pd.testing.assert_frame_equal(other, one.iloc[order])


def test_the_facts_are_json_and_state_the_reference_point_in_the_units_of_the_goals():
    table, predictive, cost = predicted(11)
    stated = {"conductivity_S_cm": {"from": 1e-6, "to": 1e-3}, "element_cost_USD_kg": {"at_most": 300}}
    facts = judge_goals(table, predictive, cost, goals(**stated)).facts
    assert json.loads(json.dumps(facts, allow_nan=False)) == facts
    assert facts["reference_point"] == pytest.approx({"conductivity_S_cm": 1e-6, "element_cost_USD_kg": cost.max()})
    assert facts["ideal_point"] == pytest.approx(
        {"conductivity_S_cm": 10 ** table[CONDUCTIVITY.name].max(), "element_cost_USD_kg": cost.min()}
    )
    assert 0 < facts["hypervolume_share"] < 1
    assert facts["goals"]["element_cost_USD_kg"]["at_most"] == 300
    assert facts["goals"]["conductivity_S_cm"]["from"] == 1e-6


def test_a_reference_that_no_candidate_exceeds_leaves_nothing_of_the_box():
    table, predictive, cost = predicted(12)
    facts = judge_goals(table, predictive, cost, goals(conductivity_S_cm={"from": 0.5, "to": 1})).facts
    assert facts["hypervolume_share"] == 0


def test_no_candidate_is_judged_as_none():
    table, _, _ = predicted(13)
    nothing = Predictive.from_intervals(np.array([]), {0.8: (np.array([]), np.array([]))})
    wanted = goals(conductivity_S_cm={"at_least": 1e-4, "from": 1e-5, "to": 1e-3}, element_cost_USD_kg={})
    judged = judge_goals(table.iloc[:0], {CONDUCTIVITY.name: nothing}, np.array([]), wanted)
    assert len(judged.table) == judged.facts["n_on_front"] == 0
    json.dumps(judged.facts, allow_nan=False)


def test_a_goal_that_nothing_predicts_is_refused():
    table, predictive, cost = predicted(14)
    with pytest.raises(UserError, match=r"goals\.tensile_strength_MPa: nothing predicts log10_tensile_strength"):
        judge_goals(table.drop(columns=TENSILE_STRENGTH.name), predictive, cost, goals(tensile_strength_MPa={}))


@pytest.mark.parametrize(
    ("stated", "key", "expected"),
    [
        ({"conductivity": {}}, "goals.conductivity", "no such key"),
        ({"conductivity_S_cm": {"least": 1}}, "goals.conductivity_S_cm.least", "no such key"),
        (
            {"conductivity_S_cm": {"at_most": 1e-4}},
            "goals.conductivity_S_cm",
            "at_least was expected in place of at_most",
        ),
        (
            {"element_cost_USD_kg": {"at_least": 4}},
            "goals.element_cost_USD_kg",
            "at_most was expected in place of at_l",
        ),
        ({"conductivity_S_cm": {"from": 1e-5}}, "goals.conductivity_S_cm", "from and to go together"),
        ({"conductivity_S_cm": {"from": 1e-4, "to": 1e-5}}, "goals.conductivity_S_cm", "to has to lie above from"),
        ({"element_cost_USD_kg": {"from": 5, "to": 50}}, "goals.element_cost_USD_kg", "to has to lie below from"),
        (
            {"conductivity_S_cm": {"at_least": -4}},
            "goals.conductivity_S_cm",
            "at_least: 1e-16 to 1 was expected, got -4",
        ),
        ({"transference_number": {"at_least": 40}}, "goals.transference_number", "0 to 1 was expected"),
        ({"stability_window_V": {"weight": 0}}, "goals.stability_window_V.weight", "greater than 0"),
        ({"stability_window_V": {"shape": -1}}, "goals.stability_window_V.shape", "greater than 0"),
        ({"stability_window_V": {"if_unknown": 2}}, "goals.stability_window_V.if_unknown", "less than or equal to 1"),
        ({"stability_window_V": {"at_least": float("nan")}}, "goals.stability_window_V.at_least", "finite"),
        ({"stability_window_V": 4.3}, "goals.stability_window_V", "valid dictionary"),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused_with_its_key_and_what_was_expected(tmp_path, stated, key, expected):
    message = refusal(tmp_path, stated)
    assert f"asked.yaml, column {key}:" in message or f"asked.yaml, column {key}: " in message
    assert expected in message


def test_goals_do_not_change_once_stated():
    with pytest.raises(ValueError, match="frozen"):
        goals(conductivity_S_cm={}).conductivity_S_cm = None


def test_a_list_of_the_best_says_what_cannot_stand_beyond_it():
    assert "beyond the 50 listed" in completeness(-4.0, 50, 50)
    assert "1.0×10⁻⁴ S/cm" in completeness(-4.0, 50, 50)
    assert "so the fronts are complete" in completeness(-4.0, 20, 50)


@given(st.integers(0, 2**32 - 1), st.integers(1, 19))
def test_what_lies_above_the_last_of_a_list_is_on_the_front_of_the_list_as_on_that_of_all(seed, n_listed):
    """The statement of `completeness`, on made-up candidates of which only the best by the lower bound are listed."""
    table, predictive, cost = predicted(seed, n=20)
    order = np.argsort(-table[f"{CONDUCTIVITY.name}_lower"].to_numpy())
    listed = order[:n_listed]
    wanted = goals(**ALL_FIVE)
    whole = judge_goals(table, predictive, cost, wanted).table["pareto_rank_pessimistic"].to_numpy()[listed]
    short = (
        judge_goals(table.iloc[listed], predictive, cost[listed], wanted).table["pareto_rank_pessimistic"].to_numpy()
    )
    assert ((whole == 1) == (short == 1)).all()
