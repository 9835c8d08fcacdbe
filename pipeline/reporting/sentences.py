"""The report's sentences: each says what the numbers that come in say, and no more."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.records import scientific
from pipeline.reporting.wording import factor, percent_range, subscripted
from pipeline.screening import MEASURED_TOGETHER


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
    n_known = int((top["domain"] == MEASURED_TOGETHER).sum())
    return (
        f"Of {asked['n_candidates']:,} combinations, {best['polymer']} with {subscripted(best['filler'])} ({loading}, "
        f"{best['architecture']}, {best['salt']}) comes first: {scientific(best['conductivity_S_cm'])} S/cm at "
        f"{asked['temperature_C']:g}\u00a0°C is predicted, and {low} to {high} S/cm is likely. The first {len(top)} "
        f"pairs are built on {_listed(list(dict.fromkeys(top['polymer'])))}. {n_known} of them "
        f"{'was' if n_known == 1 else 'were'} measured before; the others join a polymer and a filler that were each "
        "measured with another partner, or are new."
    )


def caution(scores: dict[str, Any]) -> str:
    """Say how far the order can be trusted.

    Args:
        scores: The metrics of the conductivity.
    """
    model, median = (factor(scores[name]["mean_absolute_error"]) for name in ("xgboost", "median"))
    is_certain = scores["xgboost_gain_over_median"]["lower"] > 0
    hint = "" if is_certain else " The 95 % interval of that gain includes zero: the order is a hint, no more."
    return (
        f"On papers that it has not seen, the model is off by a factor of {model} on average, the plain median of the "
        f"record by {median}.{hint}"
    )


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
        f"by a factor of {factor(of['xgboost']['mean_absolute_error'])} (the median by "
        f"{factor(of['median']['mean_absolute_error'])}) where {what}"
        for of, what in ((polymer, "its polymer is new"), (family, "its filler's structure family is new"))
    ]
    return (
        f"For a composite of a material that no paper has measured it is off {parts[0]}, {parts[1]}. Each of "
        f"{polymer['n_left_out']} polymers and {family['n_left_out']} families was left out in turn, with all papers "
        "that used it."
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
