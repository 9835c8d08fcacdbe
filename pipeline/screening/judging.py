"""Candidates judged by several goals: Pareto fronts, desirability, and how probably they meet all limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.common.errors import UserError
from pipeline.learning import Floats
from pipeline.screening import pareto
from pipeline.screening.cost import COST, COST_STATEMENT
from pipeline.screening.desirability import desirability, overall
from pipeline.screening.goals import PURSUED, Goal, Goals, upward
from pipeline.screening.predictive import Predictive

UNKNOWN_GOALS = "unknown_goals"
PARETO_STATEMENT = (
    "a candidate is on the front (rank 1) if no other is as good in every goal and better in one; what is not known of "
    "a candidate counts as worse than anything known"
)
PESSIMISTIC_STATEMENT = "pessimistic: by the lower end of each prediction interval; of the cost nothing worse is known"
PROBABILITY_STATEMENT = (
    "each probability is read off the prediction intervals at several coverages; their product takes the errors of the "
    "models to be independent. Whatever their dependence, the probability lies between the lowest (Σp - (n - 1), at "
    "least 0) and the highest (the smallest p; Fréchet, Fundam. Math. 25, 379 (1935)); of a goal that is not known "
    "these take 0 and 1. A cost at or below its limit counts as certain, though it is only a part of the cost"
)


@dataclass(frozen=True)
class Judged:
    """n candidates judged.

    Attributes:
        table: n rows under the index of what was judged. Always: `pareto_rank`, `pareto_rank_pessimistic` (from 1) and
            `unknown_goals` (names joined by ";"); `desirability` and `desirability_pessimistic` where a goal states
            from and to; `probability_<goal>`, `probability_of_meeting_all`, `probability_of_meeting_all_lowest` and
            `_highest` where one states a limit.
        facts: What was judged by and what was left out, for JSON.
    """

    table: pd.DataFrame
    facts: dict[str, Any]


@dataclass(frozen=True)
class _Values:
    """What is known of one goal's property, on the learned scale: as predicted, and at the worse end."""

    predicted: Floats
    pessimistic: Floats


def judge_goals(table: pd.DataFrame, predictive: Mapping[str, Predictive], cost: Floats, goals: Goals) -> Judged:
    """Judge n candidates by a campaign's goals.

    Args:
        table: n rows with, for each target that a goal is about, its predictions and `<target>_lower`, as
            `ranking.predictions` returns them.
        predictive: The distributions of the same n predictions, by target; read for goals with a limit.
        cost: What the elements of each candidate cost, in USD/kg, shape (n,); read where it is a goal.
        goals: What is wanted.

    Raises:
        UserError: Nothing predicts what a goal is about.
    """
    stated = goals.stated
    values = {name: _values(name, table, cost) for name in stated}
    left_out = {name: reason for name in stated if (reason := _reason_to_leave_out(name, values[name].predicted))}
    kept = {name: goal for name, goal in stated.items() if name not in left_out}
    judged = pd.DataFrame(index=table.index)
    judged["pareto_rank"] = pareto.ranks(_points(kept, values, len(table), "predicted"))
    judged["pareto_rank_pessimistic"] = pareto.ranks(_points(kept, values, len(table), "pessimistic"))
    judged = judged.assign(**_desirabilities(kept, values), **_probabilities(stated, predictive, cost))
    judged[UNKNOWN_GOALS] = _unknown(values, len(table))
    return Judged(judged, _facts(stated, left_out, values, judged))


def _values(name: str, table: pd.DataFrame, cost: Floats) -> _Values:
    if name == COST:
        return _Values(cost, cost)
    column = PURSUED[name].column
    if column not in table:
        raise UserError(
            f"goals.{name}: nothing predicts {column}, since too few works on composites hold a number of it; take the "
            "goal out, or add records"
        )
    return _Values(table[column].to_numpy(float), table[f"{column}_lower"].to_numpy(float))


def _reason_to_leave_out(name: str, predicted: Floats) -> str:
    if len(predicted) == 0:
        return ""
    if np.isnan(predicted).all():
        return "known of no candidate"
    if len(predicted) > 1 and (predicted == predicted[0]).all():
        return f"the same for all candidates: {PURSUED[name].stated(predicted[0]):.3g}"
    return ""


def _points(kept: Mapping[str, Goal], values: Mapping[str, _Values], n_rows: int, which: str) -> Floats:
    """Return the kept goals of all candidates so that more is better, shape (n, goals)."""
    columns = [upward(getattr(values[name], which), PURSUED[name]) for name in kept]
    return np.column_stack(columns) if columns else np.empty((n_rows, 0))


def _desirabilities(kept: Mapping[str, Goal], values: Mapping[str, _Values]) -> dict[str, Floats]:
    weighed = {name: goal for name, goal in kept.items() if goal.worst is not None}
    weights = [goal.weight for goal in weighed.values()]
    return {
        column: overall(
            [_desirability(name, goal, getattr(values[name], which)) for name, goal in weighed.items()], weights
        )
        for column, which in (("desirability", "predicted"), ("desirability_pessimistic", "pessimistic"))
        if weighed
    }


def _desirability(name: str, goal: Goal, numbers: Floats) -> Floats:
    pursued = PURSUED[name]
    worst, target = (pursued.scaled(goal.numbers[key]) for key in ("from", "to"))
    single = desirability(numbers, worst, target, goal.shape)
    return np.where(np.isnan(single), goal.if_unknown, single)


def _probabilities(stated: Mapping[str, Goal], predictive: Mapping[str, Predictive], cost: Floats) -> dict[str, Floats]:
    single = {
        f"probability_{name}": _probability(name, goal.limit, predictive, cost)
        for name, goal in stated.items()
        if goal.limit is not None
    }
    if not single:
        return {}
    each = np.array(list(single.values()))
    lowest = np.maximum(0.0, np.nan_to_num(each, nan=0.0).sum(axis=0) - (len(each) - 1))
    return {
        **single,
        "probability_of_meeting_all": each.prod(axis=0),
        "probability_of_meeting_all_lowest": lowest,
        "probability_of_meeting_all_highest": np.nan_to_num(each, nan=1.0).min(axis=0),
    }


def _probability(name: str, limit: float, predictive: Mapping[str, Predictive], cost: Floats) -> Floats:
    if name == COST:
        return np.where(np.isnan(cost), np.nan, cost <= limit)
    pursued = PURSUED[name]
    return predictive[pursued.column].probability_above(pursued.scaled(limit))


def _unknown(values: Mapping[str, _Values], n_rows: int) -> list[str]:
    return [";".join(name for name, known in values.items() if np.isnan(known.predicted[row])) for row in range(n_rows)]


def _facts(
    stated: Mapping[str, Goal], left_out: Mapping[str, str], values: Mapping[str, _Values], judged: pd.DataFrame
) -> dict[str, Any]:
    kept = {name: goal for name, goal in stated.items() if name not in left_out}
    has_limit = any(goal.limit is not None for goal in stated.values())
    statements = {
        "pareto": PARETO_STATEMENT,
        "pessimistic": PESSIMISTIC_STATEMENT,
        **({"probability": PROBABILITY_STATEMENT} if has_limit else {}),
        **({COST: COST_STATEMENT} if COST in stated else {}),
    }
    return {
        "goals": {name: goal.model_dump(by_alias=True, exclude_none=True) for name, goal in stated.items()},
        "judged_by": list(kept),
        "left_out": dict(left_out),
        "n_judged": len(judged),
        "n_unknown": {name: int(np.isnan(known.predicted).sum()) for name, known in values.items()},
        "n_on_front": int((judged["pareto_rank"] == 1).sum()),
        "n_on_pessimistic_front": int((judged["pareto_rank_pessimistic"] == 1).sum()),
        **_hypervolume(kept, values, len(judged)),
        "statements": statements,
    }


def _hypervolume(kept: Mapping[str, Goal], values: Mapping[str, _Values], n_rows: int) -> dict[str, Any]:
    """Return the share of the box between two points that the predictions dominate, with both points.

    The worst corner is the goal's `from` where it states one, else the worst of the candidates; the best corner is the
    best of the candidates.
    """
    points = _points(kept, values, n_rows, "predicted")
    if points.size == 0:
        return {}
    worst = [
        np.nanmin(column) if goal.worst is None else PURSUED[name].sign * PURSUED[name].scaled(goal.worst)
        for (name, goal), column in zip(kept.items(), points.T, strict=True)
    ]
    reference, ideal = np.array(worst), np.nanmax(points, axis=0)
    share = pareto.hypervolume_share(points, reference, ideal) if (ideal > reference).all() else 0.0
    return {
        "hypervolume_share": share,
        "reference_point": _stated(kept, reference),
        "ideal_point": _stated(kept, ideal),
    }


def _stated(kept: Mapping[str, Goal], point: Floats) -> dict[str, float]:
    pursued = [PURSUED[name] for name in kept]
    return {name: p.stated(p.sign * number) for name, p, number in zip(kept, pursued, point, strict=True)}
