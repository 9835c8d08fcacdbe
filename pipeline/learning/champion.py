"""Which learner predicts a target: the one that the nested comparison proves, and no other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.learning.learners import BOUNDS, LEARNERS, MEDIAN, TRANSFER, WITH_PHASES, WITH_PUBLIC, XGBOOST
from pipeline.learning.scores import gain_between, is_proven
from pipeline.learning.targets import Target

VARIANTS = (BOUNDS, WITH_PUBLIC, WITH_PHASES)
"""Ways to fit XGBoost that replace the plain one only if they are proven better."""


@dataclass(frozen=True)
class Champion:
    """The learner that predicts a target.

    Attributes:
        name: One of `kept.KEPT`.
        reason: Why, in words.
        beaten_by: Yardsticks that were proven better, with p below 0.05.
    """

    name: str
    reason: str
    beaten_by: tuple[str, ...]


def choose(held_out: pd.DataFrame, target: Target, seed: int) -> Champion:
    """Choose by the paired test over works on the nested comparison.

    The median holds until XGBoost is proven better; candidates have to be told apart by something, so a target by
    which they are ranked is predicted by XGBoost all the same, and the reason says so. XGBoost gives way to a variant
    that is proven better than it, the best of them first.

    Args:
        held_out: The comparison's rows of one target, all partitions.
        target: The target.
        seed: Seed of bootstrap and permutations.
    """
    over_median = gain_between(held_out, XGBOOST, MEDIAN, seed)
    if is_proven(over_median):
        name, reason = XGBOOST, f"better than the median by {_said(over_median)}"
    elif target.is_ranked:
        name, reason = (
            XGBOOST,
            f"not proven better than the median ({_said(over_median)}), but candidates are ranked by it",
        )
    else:
        name, reason = MEDIAN, f"XGBoost is not proven better than the median ({_said(over_median)})"
    if name == XGBOOST:
        name, reason = _best_variant(held_out, seed, reason)
    others = [other for other in (*LEARNERS, *TRANSFER) if other in held_out and other != name]
    beaten_by = tuple(other for other in others if is_proven(gain_between(held_out, other, name, seed)))
    return Champion(name, reason, beaten_by)


def _best_variant(held_out: pd.DataFrame, seed: int, reason: str) -> tuple[str, str]:
    gains = {name: gain_between(held_out, name, XGBOOST, seed) for name in VARIANTS if name in held_out}
    proven = {name: gain for name, gain in gains.items() if is_proven(gain)}
    if not proven:
        return XGBOOST, reason
    name = max(proven, key=lambda each: proven[each]["gain"])
    return name, f"{reason}; {name} better than plain XGBoost by {_said(proven[name])}"


def _said(gain: dict[str, float]) -> str:
    numbers = gain["gain"], gain["lower"], gain["upper"]
    return "{:.3f}, {:.3f} to {:.3f}".format(*np.round(numbers, 3)) + f", p = {gain['p_value']:.2g}"
