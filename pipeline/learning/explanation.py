"""Why a model predicts what it predicts: what each block of features adds, and what one change would do."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xgboost as xgb

from features import Library
from pipeline.learning.bounds import Floats
from pipeline.learning.domain import VERDICTS, Domain

BASE = "base"
"""Column of what the model predicts before it knows anything of a mixture."""
TEMPERATURE = "temperature"
LEAST_DIFFERENCE = 0.02
"""In decades: a twentieth of the model's error; less is not told."""
_SHOWN_AS = {"condition": TEMPERATURE}
_OTHER_BLOCK = "physics"
"""Block of a feature that the dictionary does not list: what a model of the phases predicts."""
_WT_FRACTIONS = (0.05, 0.1, 0.2, 0.4, 0.6)
_TEMPERATURES_C = (0, 25, 40, 60, 80)
_SHAPES = {"particles": "particles", "wires": "wires", "sheets": "sheets", "framework": "a 3D framework"}
_SHAPE_GROUPS = frozenset({"dimensionality", "orientation"})
_SHAPED_BY = frozenset({"templated", "sintered"})
_TREATED = "surface_treated"
_PLASTICISED = "plasticised"
_PLASTICISERS = {"SN": "succinonitrile", "EC": "ethylene carbonate", "EMIM-TFSI": "the ionic liquid EMIM-TFSI"}
_WITHOUT_SALT = "none"


def contributions(booster: Any, features: pd.DataFrame) -> pd.DataFrame:
    """Return what each feature adds to each prediction.

    XGBoost's exact Shapley values of its trees (Lundberg et al., Nat. Mach. Intell. 2, 56 (2020),
    doi 10.1038/s42256-019-0138-9): the mean, over all orders in which the features could become known, of what knowing
    this one changes. A row sums to the prediction before it is kept within physical limits, to the accuracy of a
    32-bit float. A feature that no tree reads adds nothing. They say how the model computes, not what causes what.

    Args:
        booster: The model.
        features: n rows of the features that it reads.

    Returns:
        n rows under the index of `features`: `BASE`, then a column a feature, in the unit of what is predicted.
    """
    columns = [BASE, *features.columns]
    if features.empty:
        return pd.DataFrame(np.empty((0, len(columns))), columns=columns, index=features.index)
    matrix = xgb.DMatrix(features.to_numpy(np.float32), feature_names=list(features.columns), nthread=1)
    values = np.asarray(booster.predict(matrix, pred_contribs=True), dtype=np.float64)
    return pd.DataFrame(np.roll(values, 1, axis=1), columns=columns, index=features.index)


def by_block(added: pd.DataFrame, blocks: Mapping[str, str]) -> pd.DataFrame:
    """Sum what features add over the blocks of the feature dictionary.

    Args:
        added: n rows of `contributions`.
        blocks: Block of each feature by its name.

    Returns:
        n rows: `BASE`, then a column a block that holds a feature, `temperature` for what is called "condition".
    """
    names = [name if name == BASE else _block(name, blocks) for name in added.columns]
    return pd.DataFrame(
        {block: added.loc[:, np.array(names) == block].sum(axis=1) for block in dict.fromkeys(names)}, index=added.index
    )


def strongest(added: pd.Series[float], blocks: Mapping[str, str], n_strongest: int) -> dict[str, pd.Series[float]]:
    """Return the features of each block that add or take most.

    Args:
        added: One row of `contributions`.
        blocks: Block of each feature by its name.
        n_strongest: How many of each block at most.

    Returns:
        By block, what its strongest features add, strongest first; features that add nothing are left out.
    """
    moving = added.drop(BASE)
    moving = moving[moving != 0]
    ordered = moving.reindex(moving.abs().sort_values(ascending=False, kind="stable").index)
    grouped = ordered.groupby([_block(name, blocks) for name in ordered.index], sort=False)
    return {str(block): rows.head(n_strongest) for block, rows in grouped}


@dataclass(frozen=True)
class Change:
    """One thing that could be different about a mixture.

    Attributes:
        kind: What is changed: "loading", "architecture", "temperature", "filler", "salt", "additive".
        words: What is changed into what: "10 wt% instead of 40 wt%".
        columns: The new cells of the mixture by column name.
    """

    kind: str
    words: str
    columns: Mapping[str, Any] = field(default_factory=dict)


def counterfactuals(
    mixture: Mapping[str, Any],
    changes: Sequence[Change],
    predict: Callable[[pd.DataFrame], Floats],
    judge: Callable[[pd.DataFrame], pd.DataFrame],
) -> pd.DataFrame:
    """Predict a mixture with one thing changed at a time.

    Args:
        mixture: Its cells by column name.
        changes: What could be different.
        predict: Predicts n mixtures, shape (n,).
        judge: Gives `verdict` and `reason` of n mixtures, as `domain.judge` does.

    Returns:
        One row a change that moves the prediction by at least `LEAST_DIFFERENCE`, largest first: `kind`, `words`,
        `predicted`, `difference` (changed - as it is), `verdict` and `reason` of the changed mixture, and
        `is_less_known`: whether the change leads from inside to the edge, or to the outside of the domain.
    """
    table = pd.DataFrame([dict(mixture), *({**mixture, **change.columns} for change in changes)])
    predicted, judged = predict(table), judge(table)
    verdicts = judged["verdict"].to_numpy(object)
    found = pd.DataFrame(
        {
            "kind": [change.kind for change in changes],
            "words": [change.words for change in changes],
            "predicted": predicted[1:],
            "difference": predicted[1:] - predicted[0],
            "verdict": verdicts[1:],
            "reason": judged["reason"].to_numpy(object)[1:],
            "is_less_known": [VERDICTS.index(verdict) > VERDICTS.index(verdicts[0]) for verdict in verdicts[1:]],
        }
    )
    found = found[found["difference"].abs() >= LEAST_DIFFERENCE]
    order = found["difference"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def possible_changes(mixture: Mapping[str, Any], domain: Domain, library: Library) -> Iterator[Change]:
    """Name what could be different about a mixture: one thing at a time, of what was measured before.

    Args:
        mixture: Its cells.
        domain: Holds the fillers, salts and temperatures that were measured.
        library: Says which tags tell of the filler's shape.
    """
    polymer, filler, salt = mixture["polymer"], mixture["filler"], mixture["salt"]
    fillers = [name for name in domain.fillers if name and name != filler]
    if polymer and filler:
        yield from _loadings(mixture)
        yield from _architectures(mixture, library)
        yield from (Change("filler", f"{name} instead of {filler}", {"filler": name}) for name in fillers)
    elif polymer:
        added = {"filler_wt_fraction": 0.1, "filler_vol_fraction": math.nan}
        yield from (Change("filler", f"10 wt% {name} added", {"filler": name, **added}) for name in fillers)
    if polymer:
        salts = [name for name in domain.salts if name not in ("", _WITHOUT_SALT, salt)]
        shown = salt or "a salt not stated"
        yield from (Change("salt", f"{name} instead of {shown}", {"salt": name}) for name in salts)
        yield from _additives(mixture)
    now, (coldest, hottest) = mixture["temperature_C"], domain.temperature_C
    shown = f"{now:g} °C" if math.isfinite(now) else "a temperature not stated"
    for temperature in _TEMPERATURES_C:
        if coldest <= temperature <= hottest and temperature != now:
            words = f"{temperature} °C instead of {shown}"
            yield Change(TEMPERATURE, words, {"temperature_C": float(temperature)})


def _loadings(mixture: Mapping[str, Any]) -> Iterator[Change]:
    now = mixture["filler_wt_fraction"]
    shown = f"{100 * now:g} wt%" if math.isfinite(now) else mixture.get("filler_amount") or "a loading not stated"
    for fraction in _WT_FRACTIONS:
        if fraction != now:
            columns = {"filler_wt_fraction": fraction, "filler_vol_fraction": math.nan}
            yield Change("loading", f"{100 * fraction:g} wt% instead of {shown}", columns)


def _architectures(mixture: Mapping[str, Any], library: Library) -> Iterator[Change]:
    """Give the filler another shape, and treat its surface; all other tags stay."""
    tags = [tag for tag in mixture["architecture_tags"].split(";") if tag]
    of_shape = {tag for tag in tags if set(_groups(tag, library)) & _SHAPE_GROUPS or tag in _SHAPED_BY}
    shown = next((_SHAPES[tag] for tag in reversed(_SHAPES) if tag in tags), "a shape not stated")
    for shape, words in _SHAPES.items():
        if shape not in tags:
            kept = sorted({*tags, shape} - (of_shape - {shape}))
            yield Change("architecture", f"{words} instead of {shown}", {"architecture_tags": ";".join(kept)})
    if _TREATED not in tags:
        columns = {"architecture_tags": ";".join(sorted([*tags, _TREATED]))}
        yield Change("architecture", "with a treated filler surface", columns)


def _groups(tag: str, library: Library) -> list[str]:
    return [library.tags[name]["group"] for name in library.with_implied([tag])]


def _additives(mixture: Mapping[str, Any]) -> Iterator[Change]:
    tags = {tag for tag in mixture["architecture_tags"].split(";") if tag}
    additives = {name for name in mixture["additives"].split(";") if name}
    for name, words in _PLASTICISERS.items():
        if name not in additives:
            columns = {
                "additives": ";".join(sorted({*additives, name})),
                "architecture_tags": ";".join(sorted({*tags, _PLASTICISED})),
            }
            yield Change("additive", f"plasticised by {words}", columns)


def _block(name: str, blocks: Mapping[str, str]) -> str:
    block = blocks.get(name, _OTHER_BLOCK)
    return _SHOWN_AS.get(block, block)
