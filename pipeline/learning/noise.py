"""The noise floor: how far independent works on nominally the same mixture differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.learning.boosting import weighted_median
from pipeline.learning.bounds import Floats
from pipeline.learning.evidence import Evidence

Agreement = Callable[[pd.DataFrame], "pd.Series[bool]"]

_SAME_TEMPERATURE_C = 5.0
"""Room temperature is printed as 25 and as 30 °C, and the film that was measured is not known better."""
_SAME_LOADING = 0.05
_OF_NORMAL = 2**-0.5
_ROUNDING = 1e-9
_ARCHITECTURE = "architecture_"
_KIND = {name: f"{_ARCHITECTURE}{name}" for name in ("is_wet", "dimensionality", "is_continuous", "n_layers")}
_UNNAMED = "unnamed"
"""Stands in the name of a component that its source does not name: two of them are not one."""
_PAIRED_BY = ["polymer", "filler", "is_wet"]


@dataclass(frozen=True)
class Definition:
    """What is called nominally the same mixture.

    Attributes:
        meaning: For people.
        agrees: Says it of pairs of records that share polymer, filler and whether they hold a liquid: columns of one
            record, and of the other with `_other` behind their name.
    """

    meaning: str
    agrees: Agreement


@dataclass(frozen=True)
class NoiseFloor:
    """How far independent works differ; numbers on the learned scale, None without a pair.

    Attributes:
        definition: Key of `DEFINITIONS`: what counted as the same mixture.
        meaning: The same for people.
        n_pairs: Pairs of records of different works.
        n_works: Works that another one repeats.
        n_mixtures: Pairs of polymer and filler among them.
        median_difference: Median of |Δ|, every work counting as one, as do the quartiles and the mean.
        lower_quartile: A quarter of the differences is at most this.
        upper_quartile: Three quarters of the differences are at most this.
        smallest: The smallest difference of all pairs.
        largest: The largest.
        mean_difference: Mean of |Δ|.
        lowest_mean_absolute_error: Least error of a model that knows no more than the definition says and predicts each
            mixture's true median, whatever the distribution; see `noise_floor`.
        normal_mean_absolute_error: The same error if values scatter normally.
        mean_absolute_error_of_the_other_works: Error of a prediction by the median of the other works on the mixture.
    """

    definition: str
    meaning: str
    n_pairs: int
    n_works: int
    n_mixtures: int
    median_difference: float | None = None
    lower_quartile: float | None = None
    upper_quartile: float | None = None
    smallest: float | None = None
    largest: float | None = None
    mean_difference: float | None = None
    lowest_mean_absolute_error: float | None = None
    normal_mean_absolute_error: float | None = None
    mean_absolute_error_of_the_other_works: float | None = None


def _near(pairs: pd.DataFrame, column: str, distance: float) -> pd.Series[bool]:
    return (pairs[column] - pairs[f"{column}_other"]).abs() <= distance + _ROUNDING


def _open(pairs: pd.DataFrame, column: str) -> pd.Series[bool]:
    return pairs[column].isna() | pairs[f"{column}_other"].isna()


def _same_temperature(pairs: pd.DataFrame) -> pd.Series[bool]:
    is_unstated = pairs["temperature_C"].isna() & pairs["temperature_C_other"].isna()
    return _near(pairs, "temperature_C", _SAME_TEMPERATURE_C) | is_unstated


def _nothing_contradicts(pairs: pd.DataFrame) -> pd.Series[bool]:
    is_same_salt = (pairs["salt"] == pairs["salt_other"]) | (pairs["salt"] == "") | (pairs["salt_other"] == "")
    return (
        _same_temperature(pairs)
        & is_same_salt
        & (_near(pairs, "filler_wt_fraction", _SAME_LOADING) | _open(pairs, "filler_wt_fraction"))
        & (_near(pairs, "dimensionality", 0) | _open(pairs, "dimensionality"))
        & _near(pairs, "is_continuous", 0)
        & _near(pairs, "n_layers", 0)
    )


def _salt_stated(pairs: pd.DataFrame) -> pd.Series[bool]:
    is_stated = (pairs["salt"] != "") & (pairs["salt_other"] != "") & ~_open(pairs, "temperature_C")
    return _nothing_contradicts(pairs) & is_stated


HEADLINE = "nothing_contradicts"
_SAME_COMPONENTS = "same polymer and filler, both with or both without a liquid"
_SAME_TEMPERATURE = f"{_SAME_COMPONENTS}, temperature within 5 °C or stated by neither"
DEFINITIONS: Mapping[str, Definition] = {
    "same_components": Definition(
        _SAME_COMPONENTS,
        lambda pairs: pairs["is_wet"].notna(),
    ),
    "same_temperature": Definition(_SAME_TEMPERATURE, _same_temperature),
    HEADLINE: Definition(
        f"{_SAME_TEMPERATURE}, no contradiction in salt, loading (5 wt%), shape of the filler, continuity or layers",
        _nothing_contradicts,
    ),
    "same_tags": Definition(
        "that, and every architecture tag the same",
        lambda pairs: _nothing_contradicts(pairs) & _near(pairs, "construction", 0),
    ),
    "salt_and_temperature_stated": Definition(
        "no contradiction, with salt and temperature stated by both", _salt_stated
    ),
    "all_stated": Definition(
        "no contradiction, with salt, temperature and loading stated by both",
        lambda pairs: _salt_stated(pairs) & ~_open(pairs, "filler_wt_fraction"),
    ),
}
"""From loose to strict; the headline is the strictest that the record answers for most targets."""


def noise_floor(evidence: Evidence, definition: str = HEADLINE) -> NoiseFloor:
    """Measure how far independent works on nominally the same mixture differ.

    Pairs are records of composites with one number each, of works that share no measurement (`Evidence.groups`). A
    work is drawn, one of its records that others repeat, one of those others, and one of its records on the mixture:
    so every work counts as one, and a mixture as its works, not as the square of them.

    What that leaves to a model which predicts each mixture's true median m follows from the mean difference of two
    independent draws x and y of one distribution: |x - y| ≤ |x - m| + |y - m|, so E|x - m| ≥ E|x - y| / 2, whatever the
    distribution (reached where most works agree and a few are far off); for a normal one 2σ/√π and σ√(2/π) give
    E|x - m| = E|x - y| / √2. The error of the other works' median is measured and assumes nothing; it is an upper
    bound, since the median of one or two works is itself uncertain. All of this binds a model that knows of a mixture
    what the definition says; one that knows more (additives, treatments) may lie below it.

    Args:
        evidence: What is known of one target.
        definition: Key of `DEFINITIONS`.
    """
    pairs = _pairs(evidence, definition)
    counts = {
        "n_pairs": len(pairs) // 2,
        "n_works": int(pairs["work_id"].nunique()),
        "n_mixtures": len(pairs[["polymer", "filler"]].drop_duplicates()),
    }
    meaning = DEFINITIONS[definition].meaning
    return NoiseFloor(definition, meaning, **counts, **(_differences(pairs) if len(pairs) else {}))


def noise_ladder(evidence: Evidence) -> list[NoiseFloor]:
    """Measure it by every definition, from loose to strict."""
    return [noise_floor(evidence, definition) for definition in DEFINITIONS]


def others_median(evidence: Evidence, definition: str = HEADLINE) -> Floats:
    """Predict each of n records by the median of what other works measured of the mixture, each work counting as one.

    Args:
        evidence: What is known of one target, n records.
        definition: Key of `DEFINITIONS`.

    Returns:
        On the learned scale, NaN where no other work measured it, shape (n,).
    """
    predicted = np.full(len(evidence), np.nan)
    medians = _medians_of_others(_pairs(evidence, definition))
    predicted[medians.index.to_numpy(int)] = medians.to_numpy(float)
    return predicted


def _pairs(evidence: Evidence, definition: str) -> pd.DataFrame:
    """Return pairs of independent records of one mixture, each pair from both sides: the record, and the `_other`."""
    described = evidence.features.filter(regex=f"^{_ARCHITECTURE}")
    table = evidence.keys[["work_id", "polymer", "salt", "filler", "filler_wt_fraction", "temperature_C"]].assign(
        **{name: described.get(column, 0.0) for name, column in _KIND.items()},
        construction=_numbered(described),
        group=evidence.groups,
        value=evidence.labels,
        position=np.arange(len(evidence)),
    )
    is_named = ~(table["polymer"] + table["filler"]).str.contains(_UNNAMED)
    table = table[evidence.is_judged & np.isfinite(evidence.labels) & is_named]
    pairs = table.merge(table, on=_PAIRED_BY, suffixes=("", "_other"))
    pairs = pairs[pairs["group"] != pairs["group_other"]]
    return pairs[DEFINITIONS[definition].agrees(pairs)]


def _numbered(described: pd.DataFrame) -> pd.Series[int]:
    """Number n rows so that equal ones have one number."""
    if described.shape[1] == 0:
        return pd.Series(0, described.index)
    return described.groupby(list(described.columns), dropna=False, sort=False).ngroup()


def _weights(pairs: pd.DataFrame) -> Floats:
    """Return the chance that a pair is drawn: a work, a record of it, another work, a record of that."""
    records = pairs.groupby("work_id")["position"].transform("nunique")
    others = pairs.groupby("position")["work_id_other"].transform("nunique")
    their_records = pairs.groupby(["position", "work_id_other"])["position_other"].transform("size")
    return (1 / (records * others * their_records)).to_numpy(float)


def _differences(pairs: pd.DataFrame) -> dict[str, Any]:
    differences = (pairs["value"] - pairs["value_other"]).abs().to_numpy(float)
    weights = _weights(pairs)
    mean = float(np.average(differences, weights=weights))
    lower, median, upper = np.quantile(differences, [0.25, 0.5, 0.75], weights=weights, method="inverted_cdf")
    return {
        "lower_quartile": float(lower),
        "median_difference": float(median),
        "upper_quartile": float(upper),
        "smallest": float(differences.min()),
        "largest": float(differences.max()),
        "mean_difference": mean,
        "lowest_mean_absolute_error": mean / 2,
        "normal_mean_absolute_error": mean * _OF_NORMAL,
        "mean_absolute_error_of_the_other_works": _error_of_others(pairs),
    }


def _medians_of_others(pairs: pd.DataFrame) -> pd.Series[float]:
    """Return, by position of the record, the median of the other works' records, each work counting as one."""
    of_work = pairs.groupby(["position", "work_id_other"])["value_other"].transform("size")
    weighed = pd.DataFrame({"position": pairs["position"], "value": pairs["value_other"], "weight": 1 / of_work})
    medians = {
        position: weighted_median(rows["value"].to_numpy(float), rows["weight"].to_numpy(float))
        for position, rows in weighed.groupby("position")
    }
    return pd.Series(medians, dtype=float)


def _error_of_others(pairs: pd.DataFrame) -> float:
    records = pairs.drop_duplicates("position").set_index("position")
    errors = (records["value"] - _medians_of_others(pairs)).abs()
    return float(errors.groupby(records["work_id"]).mean().mean())
