"""Rankings, metrics and records → the rows that the report prints."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any

import pandas as pd

from pipeline.learning import FAMILY_MEDIAN, MEDIAN, TARGETS, Target
from pipeline.reporting.wording import factor, plain, subscripted, with_minus
from pipeline.screening import conductivity, mixture, place

LEARNER_NAMES = {
    "xgboost": "XGBoost, tuned",
    "xgboost_on_bounds": "XGBoost on printed bounds",
    "mixing_rule_and_xgboost": "XGBoost over mixing rules",
    "random_forest": "random forest",
    "extra_trees": "extremely randomised trees",
    "random_forest_on_names": "random forest on names",
    "gaussian_process": "Gaussian process",
    "ridge": "ridge regression",
    "mixing_rule": "mixing rules alone",
    "family_median": "median of the families",
    "median": "median of the record",
    "xgboost_with_public": "XGBoost with public sets",
    "xgboost_with_phases": "XGBoost with models of the phases",
}
_SHOWN_FIRST = ("xgboost", "random_forest_on_names", "family_median", "median")
REVIEWS = {
    "000": "J. Adv. Ceram. 2022, 11(6), 835–861: inorganic/polymer hybrid electrolytes",
    "001": "Mater. Horiz. 2025, 12, 3201, doi 10.1039/d4mh01869a: wide-temperature polymer electrolytes",
    "002": "Energy Adv. 2025, 4, 11, doi 10.1039/d4ya00542b: composite electrolytes",
    "003": "Small 2025, doi 10.1002/smll.202503743: ceramic–polymer composites, surface and interface",
    "004": "Nanoscale 2025, 17, 26642, doi 10.1039/d5nr03393d: LATP-based composites",
    "papers": "abstracts and open texts of papers, each with its DOI or address in works.csv",
    "lab": "own measurements",
    "obelix": "OBELiX, public set of lithium ceramics, doi 10.1039/d5dd00441a",
    "polymer_arrhenius": "MIT polymer electrolytes, public set, doi 10.1021/acscentsci.2c01123",
}


def quality(metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what each target's models were worth on held-out works.

    Args:
        metrics: All of metrics.json.
    """
    confidence = f"{metrics['interval_confidence']:.0%}"
    return [_quality(target, metrics[target.name], confidence) for target in TARGETS]


def provenance(records: pd.DataFrame) -> list[dict[str, Any]]:
    """Count the records of each source; papers read one by one count as one source.

    Args:
        records: The table of records.
    """
    rows = []
    is_paper = (records["origin"] == "literature") & ~records["source"].str.isdecimal()
    for source, group in records.groupby(records["source"].mask(is_paper, "papers")):
        rows.append(
            {
                "source": source,
                "review": REVIEWS.get(str(source), ""),
                "n_records": len(group),
                "n_works": group["work_id"].nunique(),
                "n_conductivity": int(group["conductivity_lower_S_cm"].notna().sum()),
                "n_temperature": int(group["is_temperature_stated"].sum()),
                "n_ambiguous": int(group["is_ambiguous"].sum()),
            }
        )
    return rows


def measurements(records: pd.DataFrame) -> list[dict[str, str]]:
    """Print every record but those of public sets, so that any number can be looked up in its source.

    Args:
        records: The table of records.
    """
    return [
        {
            "mixture": subscripted(mixture(row)),
            "tags": row["architecture_tags"].replace(";", ", "),
            "conductivity": conductivity(row)
            if row["conductivity_lower_S_cm"] == row["conductivity_lower_S_cm"]
            else "",
            "temperature": plain(row["temperature_C"], 0),
            "transference": plain(row["transference_number"], 3).rstrip("0"),
            "window": plain(row["stability_window_V"], 2),
            "strength": plain(row["tensile_strength_MPa"], 2),
            "citation": row["citation"] or f"reference {row['reference']}",
            "place": place(row),
            "is_ambiguous": row["is_ambiguous"],
        }
        for _, row in records[records["origin"] != "public"].iterrows()
    ]


def _quality(target: Target, scores: dict[str, Any], confidence: str) -> dict[str, Any]:
    common = {"label": target.label, "is_compared": scores["is_compared"]}
    champion = scores["champion"]
    if not scores["is_compared"]:
        used = "Predicted by the median of the record" if champion else "Not predicted"
        return common | {"used": f"{used}: {scores['reason']}."}
    ordered = sorted(scores["learners"], key=lambda name: float(scores["learners"][name]["mean_absolute_error"]))
    shown = [name for name in ordered if name in {*_SHOWN_FIRST, champion, *scores["beaten_by"]}]
    interval = scores["intervals"][champion][confidence]
    noise = scores["noise_floor"]
    return common | {
        "reason": _named(scores["reason"]),
        "n_records": scores["n_records"],
        "n_works": scores["n_works"],
        "learners": [_learner(target, scores, name) for name in shown],
        "others": [_learner(target, scores, name) for name in ordered if name not in shown],
        "coverage": f"{interval['coverage']:.0%}",
        "width": plain(interval["mean_width"], 2),
        "noise": plain(noise["median_difference"], 2) if noise else "",
        "n_pairs": noise["n_pairs"] if noise else 0,
        "beaten_by": ", ".join(LEARNER_NAMES[name] for name in scores["beaten_by"]),
    }


def _named(reason: str) -> str:
    """Write a reason with the names of learners as people say them."""
    for name in sorted(LEARNER_NAMES, key=len, reverse=True):
        reason = reason.replace(f" {name} ", f" {LEARNER_NAMES[name]} ") if "_" in name else reason
    return with_minus(reason)


def _learner(target: Target, scores: dict[str, Any], name: str) -> dict[str, Any]:
    of, gain = scores["learners"][name], scores["gains"].get(name)
    return {
        "name": LEARNER_NAMES[name],
        "is_used": name == scores["champion"],
        "error": plain(of["mean_absolute_error"], 3),
        "factor": factor(of["mean_absolute_error"]) if target.is_logarithmic and of["mean_absolute_error"] < 3 else "",
        "rms": plain(of["root_mean_square_error"], 3),
        "rho": plain(of["spearman_rho"], 2) if name != MEDIAN else "–",
        "gain": f"{plain(gain['gain'], 3)} ({plain(gain['lower'], 3)} to {plain(gain['upper'], 3)})" if gain else "",
        "p": ("< 0.001" if gain["p_value"] < 0.001 else plain(gain["p_value"], 3)) if gain else "",
    }


def families(scores: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return error and coverage of each family of polymers or of fillers with enough records.

    Args:
        scores: The metrics of one target.
        kind: `polymer_family` or `filler_family`.
    """
    return [
        {
            "name": entry["family"].replace("_", " "),
            "n_records": entry["n_records"],
            "n_works": entry["n_works"],
            "error": plain(entry["mean_absolute_error"], 3),
            "of_median": plain(entry["baselines"].get(MEDIAN, math.nan), 3),
            "of_family_median": plain(entry["baselines"].get(FAMILY_MEDIAN, math.nan), 3),
            "coverage_80": f"{entry['coverage']['80%']:.0%}" if "80%" in entry["coverage"] else "",
            "coverage_90": f"{entry['coverage']['90%']:.0%}" if "90%" in entry["coverage"] else "",
        }
        for entry in scores["families"][kind]
    ]


def feature_rows(dictionary: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Return the lines of the feature dictionary, each with its range in words and whether models read it.

    Args:
        dictionary: feature_dictionary.csv as `featurize` wrote it.
    """
    return [
        row | {"range": _range(row["lowest"], row["highest"]), "note": row["why_not_used"] or "read by the models"}
        for row in dictionary.to_dict("records")
    ]


def _range(lowest: float, highest: float) -> str:
    ends = [f"{end:g}".replace("-", "−") if math.isfinite(end) else "" for end in (lowest, highest)]
    if not any(ends):
        return "any"
    if not all(ends):
        return f"from {ends[0]}" if ends[0] else f"to {ends[1]}"
    return f"{ends[0]} to {ends[1]}"
