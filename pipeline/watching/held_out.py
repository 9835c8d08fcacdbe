"""Wires on the predictions of held-out papers: coverage, use, leaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binom

from pipeline.learning import MEDIAN, bound_columns, gain_between
from pipeline.watching.reading import Reading, reading

Champions = Mapping[str, str]
"""By target what predicts it, where learners were compared."""


def coverage(held_out: pd.DataFrame, champions: Champions, levels: Sequence[float], false_alarm_rate: float) -> Reading:
    """Watch that intervals hold as many papers' values as they promise, neither fewer nor more.

    A paper counts as one: the share of its held-out values that lie inside. The mean of n such shares scatters no more
    around the nominal coverage than the share of n tosses does, so the band is the binomial distribution's; its tails
    together hold the false alarm rate, shared out evenly among all intervals that are watched (Bonferroni).

    Args:
        held_out: Rows of `out_of_fold.csv`.
        champions: What predicts each target.
        levels: Nominal coverages, between 0 and 1.
        false_alarm_rate: How often chance alone may trip this wire.
    """
    tail = false_alarm_rate / (2 * max(1, len(champions) * len(levels)))
    numbers = held_out[held_out["measured"].notna()]

    def said(target: str, learner: str, level: float) -> str | None:
        rows = numbers[numbers["target"] == target]
        low, high = (rows[name] for name in bound_columns(learner, level))
        by_work = ((low <= rows["measured"]) & (rows["measured"] <= high)).groupby(rows["work_id"]).mean()
        share, (lowest, highest) = float(by_work.mean()), coverage_band(level, len(by_work), tail)
        if lowest <= share <= highest:
            return None
        return (
            f"the {level:.0%} intervals of {target} hold {share:.1%} of {len(by_work)} held-out papers, where "
            f"{lowest:.1%} to {highest:.1%} are within chance"
        )

    return reading(
        "coverage",
        "intervals hold as many held-out papers as they promise",
        (said(target, learner, level) for target, learner in champions.items() for level in levels),
        "Read these intervals as no promise; look in metrics.json for the families that fall out of them",
    )


def coverage_band(level: float, n_works: int, tail: float) -> tuple[float, float]:
    """Return the coverages of n papers between which chance stays, but for a tail on either side.

    Args:
        level: Nominal coverage.
        n_works: How many papers.
        tail: Probability of each tail.
    """
    lowest, highest = binom.ppf([tail, 1 - tail], n_works, level) / n_works
    return float(lowest), float(highest)


def worse_than_median(held_out: pd.DataFrame, champions: Champions, least_gain: float, seed: int) -> Reading:
    """Watch that what predicts a target errs less on held-out papers than one number for all.

    Args:
        held_out: Rows of `out_of_fold.csv`.
        champions: What predicts each target.
        least_gain: By how much its mean absolute error has to be below the median's, on the learned scale.
        seed: Seed of the bootstrap that says how sure that is.
    """

    def said(target: str, learner: str) -> str | None:
        if learner == MEDIAN:
            return None
        gain = gain_between(held_out[held_out["target"] == target], learner, MEDIAN, seed)
        if gain["gain"] >= least_gain:
            return None
        return (
            f"{learner} gains {gain['gain']:+.3f} ({gain['lower']:+.3f} to {gain['upper']:+.3f}) over the median of "
            f"{target}, where {least_gain:+.3f} is the least"
        )

    return reading(
        "worse_than_median",
        "what predicts a target errs less on held-out papers than the plain median",
        (said(target, learner) for target, learner in champions.items()),
        "Take the order for no better than chance; look for faulty rows among the newest records",
    )


def leaking_split(held_out: pd.DataFrame, groups: Mapping[str, Mapping[str, str]]) -> Reading:
    """Watch that no paper, nor one of two twins, was held out in one fold and learned from in another of one dealing.

    Every split is checked when it is made (`learning.leaks`); this looks at what was predicted in the end.

    Args:
        held_out: Rows of `out_of_fold.csv`.
        groups: By target, what each record is held out with: its work and the works that share a twin with it.
    """

    def found() -> Iterator[str | None]:
        for (target, partition), rows in held_out.groupby(["target", "partition"]):
            of_record = groups[str(target)]
            group: npt.NDArray[np.object_] = np.array([of_record.get(name, name) for name in rows["record_id"]], object)
            n_folds = rows.groupby(group)["fold"].nunique()
            n_times = rows.groupby("record_id").size()
            for name, number in n_folds.items():
                yield f"{name} stands in {number} folds of {target}, dealing {partition}" if number > 1 else None
            for name, number in n_times[n_times > 1].items():
                yield f"{name} was predicted {number} times for {target}, dealing {partition}"

    return reading(
        "leaking_split",
        "no paper stands on both sides of a split",
        found(),
        "Report it: every error that this run states is too small",
    )
