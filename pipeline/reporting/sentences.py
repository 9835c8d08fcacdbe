"""The report's sentences: each says what the numbers that come in say, and no more."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.learning import (
    MEASURED_TOGETHER,
    MEDIAN,
    STABILITY_WINDOW,
    TRANSFERENCE_NUMBER,
    XGBOOST,
    is_proven,
)
from pipeline.records import scientific
from pipeline.reporting.wording import blended, factor, listed, percent_range, subscripted, with_minus

_AXES = {
    "polymer": ("polymer", "polymers and blends"),
    "filler": ("filler", "fillers"),
    "salt": ("salt", "salts"),
    "architecture": ("architecture", "architectures"),
    "additive": ("additive", "additives"),
    "salt_ratio": ("salt ratio", "salt ratios"),
    "particle_size_nm": ("particle size", "particle sizes"),
    "filler_wt_fraction": ("loading", "loadings"),
    "temperature_C": ("temperature", "temperatures"),
}
"""One and several of each axis, in words."""
_PROPERTIES = {
    "conductivity_S_cm": "conductivity",
    "transference_number": "transference number",
    "stability_window_V": "stability window",
    "tensile_strength_MPa": "tensile strength",
    "element_cost_USD_kg": "cost of the elements",
}


def answer(ranking: pd.DataFrame, asked: dict[str, Any], n_top: int) -> str:
    """Answer the campaign's question in three sentences.

    Args:
        ranking: One campaign's ranking, best first; may be empty.
        asked: What the campaign asked, as `rank` wrote it.
        n_top: How many pairs the report's first table shows.
    """
    if ranking.empty:
        return "No combination keeps all the limits of this campaign; the list below says at which limit they fell."
    best, top = ranking.iloc[0], ranking.head(n_top)
    loading = percent_range(best["filler_wt_fraction_from"], best["filler_wt_fraction_to"])
    low, high = (scientific(10 ** best[f"log10_conductivity_{end}"]) for end in ("lower", "upper"))
    n_known = int(top["domain"].str.startswith(MEASURED_TOGETHER).sum())
    value = scientific(best["conductivity_S_cm"])
    hosts = listed(list(dict.fromkeys(map(blended, top["polymer"]))))
    pair = f"{blended(best['polymer'])} with {subscripted(blended(best['filler']))}"
    return (
        f"Of {asked['n_candidates']:,} mixtures, {pair} ({loading}, {best['architecture']}, {best['salt']}) comes "
        f"first: {value} S/cm at {asked['temperature_C']:g}\u00a0°C is predicted, and {low} to {high} S/cm is "
        f"likely. The first {len(top)} pairs are built on {hosts}. {_known(n_known, len(top))}"
    )


def _known(n_known: int, n_top: int) -> str:
    """Say how many of the first pairs were measured before."""
    if n_known == n_top:
        return "All of them were measured before."
    others = "join a polymer and a filler that were each measured with another partner, or are new"
    if n_known == 0:
        return f"None of them was measured before: they {others}."
    return f"{n_known} of them {'was' if n_known == 1 else 'were'} measured before; the others {others}."


def coverage(asked: dict[str, Any]) -> str:
    """Say how many mixtures were covered, and what makes the order exact.

    Args:
        asked: What the campaign asked and came to, as `rank` wrote it.
    """
    spans = [f"{n:,} {words[n > 1]}" for axis, words in _AXES.items() if (n := asked["shape"][axis]) > 1]
    n_left = asked["funnel"][-1]["n_left"]
    by = "the lower end of the interval" if asked["order_by"] == "lower" else "the predicted value"
    return (
        f"All {asked['n_candidates']:,} mixtures of {listed(spans)} were covered; {n_left:,} keep the limits. None "
        "was left out by a guess: the search passes over only what cannot be among the best, so that the order is "
        f"exact for the model. Scoring every mixture by {by} would give the same list, number by number."
    )


def ordering(asked: dict[str, Any]) -> str:
    """Say by what the ranking is ordered, and what stands for what.

    Args:
        asked: What the campaign asked, as `rank` wrote it.
    """
    by = (
        "the lower end of the interval, so that a promise counts less the less is known of it"
        if asked["order_by"] == "lower"
        else "the predicted value"
    )
    distinct = listed([_AXES[axis][0] for axis in asked["distinct"]])
    return (
        f"Ordered by {by}. Each combination of {distinct} stands once, with its best mixture; blends of the same parts "
        "are one combination. Of mixtures that are exactly as good the first in the campaign's own order is named. The "
        "loadings shown are those that the model cannot tell apart (within 0.02 decades)."
    )


def goals(asked: dict[str, Any]) -> str:
    """Say by which goals the ranking was judged; nothing where the campaign states none.

    Args:
        asked: What the campaign asked and came to, as `rank` wrote it.
    """
    facts = asked["goals"]
    if not facts:
        return ""
    by = listed([_PROPERTIES[name] for name in facts["judged_by"]])
    left_out = "".join(f" The {_PROPERTIES[name]} orders nothing: {why}." for name, why in facts["left_out"].items())
    return (
        f"Front 1 holds what no other listed mixture beats in {by} at once ({facts['n_on_front']} by predicted values, "
        f"{facts['n_on_pessimistic_front']} by the lower ends of the intervals).{left_out} {asked['completeness']}"
    )


def caution(scores: dict[str, Any]) -> str:
    """Say how far the order can be trusted.

    Args:
        scores: The metrics of the conductivity.
    """
    model, median = (factor(scores["learners"][name]["mean_absolute_error"]) for name in (scores["champion"], MEDIAN))
    is_certain = is_proven(scores["gains"][MEDIAN])
    hint = "" if is_certain else " That gain may be chance: the order is a hint, no more."
    return (
        f"On papers that it has not seen, the model is off by a factor of {model} on average, the plain median of the "
        f"record by {median}.{hint}"
    )


def constants(metrics: dict[str, Any]) -> str:
    """Say which columns of a ranking hold one number, or none; nothing where all are predicted row by row.

    Args:
        metrics: All of metrics.json.
    """
    said = []
    for name, shown in _COLUMNS.items():
        champion, reason = metrics[name]["champion"], with_minus(metrics[name]["reason"])
        if not champion:
            said.append(f"No {shown} is predicted: {reason}.")
        elif champion == MEDIAN:
            said.append(f"The {shown} is the median of the record, the same in every row: {reason}.")
    return " ".join(said)


def trust(scores: dict[str, Any]) -> str:
    """Say how the models were judged.

    Args:
        scores: The metrics of the conductivity.
    """
    return (
        f"The models were judged on {scores['n_works']} primary works with a conductivity, each predicted only by "
        "models that had seen nothing of it: whole papers are held out, and tuning happens inside the papers that "
        "are left. A split of single rows would flatter, since rows of one paper resemble each other."
    )


def novelty(scores: dict[str, Any]) -> str:
    """Say how far predictions are off for what no paper has measured.

    Args:
        scores: The metrics of the conductivity.
    """
    polymer, family = scores["new_polymer"], scores["new_filler_family"]
    parts = [
        f"by a factor of {factor(of[XGBOOST]['mean_absolute_error'])} (the median by "
        f"{factor(of[MEDIAN]['mean_absolute_error'])}) where {what}"
        for of, what in ((polymer, "its polymer is new"), (family, "its filler's structure family is new"))
    ]
    return (
        f"For a composite of a material that no paper has measured it is off {parts[0]}, {parts[1]}. Each of "
        f"{polymer['n_left_out']} polymers and {family['n_left_out']} families was left out in turn, with all papers "
        "that used it."
    )


def noise(scores: dict[str, Any]) -> str:
    """Say how far independent works differ, which no model of what they state can be rid of.

    Args:
        scores: The metrics of the conductivity.
    """
    floor = scores["noise_floor"]
    if not floor:
        return "No two works in the record measured nominally the same mixture."
    median, low, high = (factor(floor[name]) for name in ("median_difference", "lower_quartile", "upper_quartile"))
    return (
        f"Independent works on nominally the same mixture ({floor['meaning']}) differ by a "
        f"factor of {median} in the median, quartiles {low} and {high} ({floor['n_pairs']} pairs, {floor['n_works']} "
        "works). A model that knew each mixture's true median, and no more than that, would still be off by a factor "
        f"of at least {factor(floor['lowest_mean_absolute_error'])} on average; the median of the other works is off "
        f"by {factor(floor['mean_absolute_error_of_the_other_works'])}."
    )


def hindsight(backtest: list[dict[str, Any]]) -> str:
    """Say whether what was known would have pointed at what came later.

    Args:
        backtest: The headline's rows of the backtest, one a strategy.
    """
    of = {row["strategy"]: row for row in backtest}
    if XGBOOST not in of:
        return "No composite of known year is younger than what the first model of the backtest knows."
    model = of.pop(XGBOOST)
    others = ", ".join(f"{STRATEGY_NAMES[name]} {row['enrichment']:.1f}" for name, row in of.items())
    return (
        f"Year by year since 2016, learning only from what was published, the model's first fifth of the next year's "
        f"mixtures at 20 to 30\u00a0°C held {model['enrichment']:.1f} times as many of the best tenth as chance "
        f"(95% interval {model['lower']:.1f} to {model['upper']:.1f}; {model['n_records']} records, {model['n_best']} "
        f"of them the best; a perfect order would hold {model['highest']:.0f} times as many). Without a model: "
        f"{others}."
    )


_COLUMNS = {TRANSFERENCE_NUMBER.name: "transference number", STABILITY_WINDOW.name: "stability window"}
STRATEGY_NAMES = {
    "family_median": "the median of polymer and filler family",
    "best_known_plus_filler": "the best known composite with more filler",
    "best_dry_known_plus_filler": "the best known dry composite with more filler",
    "wet_first": "gels before dry films",
}
