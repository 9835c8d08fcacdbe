"""What each kind of feature is worth: the error without it, on the same folds, and with names in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.common.settings import AblationSettings, TrainSettings
from pipeline.learning import boosting
from pipeline.learning.evidence import Evidence
from pipeline.learning.learners import LEARNERS, MEDIAN, XGBOOST, Task, names_instead
from pipeline.learning.novelty import leave_each_out
from pipeline.learning.scores import gain_between
from pipeline.learning.splits import folds_by_work
from pipeline.learning.targets import Target

ALL = "what models learn from"
NAMES = "names instead of descriptors"
RECORD_MEDIAN = "median of the record"
BY_WORK = "new_work"
_GROUPS: Mapping[str, Callable[[str], bool]] = {
    "polymer: groups of the repeat unit": lambda name: "_per_backbone_atom" in name and "donor" not in name,
    "polymer: donors": lambda name: name.startswith("polymer_") and "donor" in name,
    "polymer: constants": lambda name: (
        name.startswith(("polymer_Tg", "polymer_Tm", "polymer_diel", "polymer_ox"))
        or name.startswith(("polymer_is_semi", "polymer_density"))
    ),
    "salt: ratio": lambda name: (
        name in {"salt_units_per_lithium", "salt_molality_mol_kg", "salt_wt_fraction"}
        or name == "salt_outweighs_polymer"
    ),
    "filler: element statistics": lambda name: name.startswith("filler_") and name.endswith(("_mean", "_spread")),
    "filler: structure families": lambda name: name.startswith("filler_family_"),
    "filler: loading": lambda name: name.startswith(("filler_wt_", "filler_vol_")),
    "architecture: additives": lambda name: name.startswith("additive_"),
    "architecture: wet or dry": lambda name: name == "architecture_is_wet",
    "physics: percolation and interface": lambda name: (
        name.startswith(("physics_vol", "physics_log10_int")) or name == "physics_interphase_fraction"
    ),
    "physics: distance from Tg and Tm": lambda name: name.startswith("physics_temperature"),
    "physics: phases at that temperature": lambda name: name.startswith(("physics_host", "physics_filler")),
    "filler: prices and scarcity": lambda name: name.startswith(("filler_critical", "filler_log10_element")),
    "physics: effective media": lambda name: name.startswith(("physics_brug", "physics_interphase_log10")),
}


def feature_sets(table: pd.DataFrame, records: pd.DataFrame, dictionary: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables of features that are compared.

    Args:
        table: Every described feature of n records.
        records: The same records, n rows in the same order.
        dictionary: A row a feature: `name`, `block`, `is_learned` and `is_used`, as `featurize` wrote it.

    Returns:
        By name, n rows each: what models learn from; that without each block and each group of features; that with
        each group that describes only; and names instead of descriptors (one column a name of `polymer`, `salt` and
        `filler`, beside loading, tags and temperature).
    """
    used = list(dictionary["name"][dictionary["is_used"]])
    blocks = dict(zip(dictionary["name"], dictionary["block"], strict=True))
    sets = {ALL: table[used]}
    for block in dict.fromkeys(blocks[name] for name in used):
        sets[f"without {block}"] = table[[name for name in used if blocks[name] != block]]
    for group, belongs in _GROUPS.items():
        left = [name for name in used if not belongs(name)]
        sets |= {f"without {group}": table[left]} if len(left) < len(used) else {}
    for group, belongs in _GROUPS.items():
        describing = [name for name in dictionary["name"][~dictionary["is_learned"]] if belongs(name)]
        sets |= {f"with {group}": table[[*used, *describing]]} if describing else {}
    sets[NAMES] = names_instead(table[used], records)
    return sets


def compare_sets(
    evidence: Evidence,
    sets: Mapping[str, pd.DataFrame],
    held: Mapping[str, list[frozenset[str]]],
    target: Target,
    train: TrainSettings,
    ablation: AblationSettings,
    tell: Callable[[str], None],
) -> pd.DataFrame:
    """Judge sets of features by the same untuned model, on the same folds.

    Args:
        evidence: The records that hold the target.
        sets: Tables of features by name, the first the one to which the others are compared.
        held: For each of `NOVELTIES`, the components of each record.
        target: What is predicted.
        train: Folds, seed, threads.
        ablation: How often works are dealt into folds, and models repeated.
        tell: Called with a line of progress after each set.

    Returns:
        One row a set and way to hold out: `features`, `n_features`, `held_out`, `n_records`, `n_works`,
        `mean_absolute_error`, and by how much that is above the first set's (`change`), with the ends of its 95 %
        interval over works (`lower`, `upper`). The last rows are the median's.
    """
    rows, first = [], dict[str, pd.DataFrame]()
    for name, table in sets.items():
        errors = _errors(replace(evidence, features=table), held, target, train, ablation)
        first = first or errors
        rows += [_row(name, table.shape[1], split, errors[split]["error"], first[split]) for split in errors]
        tell(f"{name}: " + ", ".join(f"{split} {errors[split]['error'].mean():.3f}" for split in errors))
    rows += [_row(RECORD_MEDIAN, 0, split, first[split]["median_error"], first[split]) for split in first]
    return pd.DataFrame(rows)


def _row(name: str, n_features: int, split: str, error: pd.Series, first: pd.DataFrame) -> dict[str, object]:
    paired = first.assign(measured=0.0, own=error.to_numpy())
    gain = gain_between(paired, "own", "error", 0)
    return {
        "features": name,
        "n_features": n_features,
        "held_out": split,
        "n_records": first["record_id"].nunique(),
        "n_works": first["work_id"].nunique(),
        "mean_absolute_error": error.groupby(first["work_id"]).mean().mean(),
        "change": -gain["gain"],
        "lower": -gain["upper"],
        "upper": -gain["lower"],
    }


def _errors(
    evidence: Evidence,
    held: Mapping[str, list[frozenset[str]]],
    target: Target,
    train: TrainSettings,
    ablation: AblationSettings,
) -> dict[str, pd.DataFrame]:
    """Return the errors of model and median, for each way to hold out one row a judged record (and component)."""
    tasks = [
        Task(target, boosting.UNTUNED, train.seed + number, train.n_threads, train.spent.n_forest_trees, train.device)
        for number in range(max(ablation.n_partitions, ablation.n_repeats))
    ]
    dealt = [_by_work(evidence, task, train.spent.n_outer_folds) for task in tasks[: ablation.n_partitions]]
    repeated = {
        split: [leave_each_out(evidence, components, task) for task in tasks[: ablation.n_repeats]]
        for split, components in held.items()
    }
    return {split: _mean_errors(tables) for split, tables in {BY_WORK: dealt, **repeated}.items()}


def _by_work(evidence: Evidence, task: Task, n_folds: int) -> pd.DataFrame:
    predicted = evidence.keys[["record_id", "work_id"]].assign(measured=evidence.labels, xgboost=np.nan, median=np.nan)
    for fold in folds_by_work(evidence, n_folds, task.seed):
        known, unseen = evidence.take(fold.train), evidence.take(fold.test).unlabelled()
        for learner in (XGBOOST, MEDIAN):
            predicted.loc[fold.test, learner] = LEARNERS[learner](known, unseen, task)
    return predicted[evidence.is_judged].reset_index(drop=True)


def _mean_errors(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Average over repetitions; records of which only one bound is known have no error."""
    keys = tables[0][["record_id", "work_id"]]
    error, median_error = (
        np.mean([(table[learner] - table["measured"]).abs() for table in tables], axis=0)
        for learner in (XGBOOST, MEDIAN)
    )
    return keys.assign(error=error, median_error=median_error).dropna().reset_index(drop=True)
