"""What many tests here share: small synthetic records whose law is known, and quick settings."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from features import RECIPROCAL_TEMPERATURE
from pipeline.common.settings import Budget, TrainSettings
from pipeline.learning import CONDUCTIVITY, Bounds, Ensemble, Evidence, tuning
from pipeline.learning.boosting import Hyperparameters
from pipeline.learning.ensemble import fit_ensemble
from pipeline.learning.learners import Task, phases
from pipeline.learning.splits import Fold, folds_by_work

MIXTURE: dict[str, Any] = {
    "year": 2020,
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "LLZTO",
    "filler_wt_fraction": 0.1,
    "temperature_C": 25.0,
    "architecture_tags": "",
    "additives": "",
    "salt_ratio": np.nan,
    "particle_size_nm": np.nan,
    "polymer_family": "polyether",
    "filler_family": "garnet",
    "mixing_rule": np.nan,
}
FAMILIES = {"PEO": "polyether", "PVDF": "fluoropolymer", "LLZTO": "garnet", "LATP": "nasicon"}
EvidenceOf = Callable[..., Evidence]


def make_evidence(
    features: pd.DataFrame,
    values: npt.ArrayLike | Bounds,
    work_ids: npt.ArrayLike,
    is_judged: npt.ArrayLike = True,
    is_public: npt.ArrayLike = False,
    **columns: Any,
) -> Evidence:
    """Records of PEO with 10 wt% LLZTO and LiTFSI at 25 °C, but for the columns that are given."""
    n = len(features)
    works = np.asarray(work_ids, dtype=object)
    keys = pd.DataFrame([MIXTURE] * n).assign(
        record_id=[f"record {number:03d}" for number in range(n)], work_id=works, **columns
    )
    bounds = values if isinstance(values, Bounds) else Bounds.exactly(np.asarray(values, dtype=float))
    flags = (np.broadcast_to(np.asarray(flag, dtype=bool), (n,)).copy() for flag in (is_judged, is_public))
    return Evidence(keys.astype({"year": "Int64"}), features.reset_index(drop=True), bounds, *flags)


@pytest.fixture(scope="session")
def evidence_of() -> EvidenceOf:
    return make_evidence


def _drawn(generator: np.random.Generator, work_ids: npt.NDArray[np.object_], noise: float) -> Evidence:
    """Composites that conduct better when hot and with an active filler, and as the mixing rule says but for noise."""
    n = len(work_ids)
    temperature = generator.uniform(2.8, 3.5, n)
    polymer = generator.choice(["PEO", "PVDF"], n)
    filler = generator.choice(["LLZTO", "LATP"], n)
    features = pd.DataFrame(
        {
            "filler_wt_fraction": generator.uniform(0, 0.8, n),
            RECIPROCAL_TEMPERATURE.name: temperature,
            "polymer_ether_O_per_atom": np.where(generator.random(n) < 0.3, np.nan, generator.random(n)),
            "filler_is_active": generator.integers(0, 2, n).astype(float),
        }
    )
    law = -4.0 - 1.5 * (temperature - 3.1) + 0.6 * features["filler_is_active"].to_numpy()
    return make_evidence(
        features,
        law + generator.normal(0, noise, n),
        work_ids,
        year=2000 + np.unique(work_ids, return_inverse=True)[1] % 20,
        polymer=polymer,
        filler=filler,
        polymer_family=[FAMILIES[name] for name in polymer],
        filler_family=[FAMILIES[name] for name in filler],
        filler_wt_fraction=features["filler_wt_fraction"],
        temperature_C=1000 / temperature - 273.15,
        mixing_rule=np.where(generator.random(n) < 0.2, np.nan, law),
    )


@pytest.fixture(scope="session")
def sample() -> Evidence:
    """24 works of 2 to 6 composites each, four features, one of them partly unknown."""
    generator = np.random.default_rng(7)
    sizes = generator.integers(2, 7, size=24)
    works = np.repeat([f"work {number:02d}" for number in range(24)], sizes).astype(object)
    return _drawn(generator, works, noise=0.4)


@pytest.fixture(scope="session")
def supported(sample: Evidence) -> Evidence:
    """The sample, twelve neat polymers of the literature, and thirty public records of each phase alone."""
    generator = np.random.default_rng(8)
    kinds = ["neat"] * 12 + ["polymer"] * 30 + ["ceramic"] * 30
    works = np.array([f"{kind} {number // 3}" for number, kind in enumerate(kinds)], dtype=object)
    more = _drawn(generator, works, noise=0.1)
    is_ceramic = np.array([kind == "ceramic" for kind in kinds])
    of_filler = [name for name in more.features if name.startswith("filler_")]
    features = more.features.copy()
    features.loc[~is_ceramic, of_filler] = np.nan
    features.loc[is_ceramic, "polymer_ether_O_per_atom"] = np.nan
    keys = more.keys.assign(
        record_id=[f"support {number:03d}" for number in range(len(kinds))],
        polymer=np.where(is_ceramic, "", more.keys["polymer"]),
        polymer_family=np.where(is_ceramic, "", more.keys["polymer_family"]),
        filler=np.where(is_ceramic, more.keys["filler"], ""),
        filler_family=np.where(is_ceramic, more.keys["filler_family"], ""),
        filler_wt_fraction=np.where(is_ceramic, more.keys["filler_wt_fraction"], np.nan),
    )
    is_public = np.array([kind != "neat" for kind in kinds])
    return Evidence(
        pd.concat([sample.keys, keys], ignore_index=True),
        pd.concat([sample.features, features], ignore_index=True),
        Bounds.exactly(np.concatenate([sample.labels, more.labels])),
        np.concatenate([sample.is_judged, np.zeros(len(kinds), dtype=bool)]),
        np.concatenate([sample.is_public, is_public]),
    )


@pytest.fixture(scope="session")
def folds(sample: Evidence) -> list[Fold]:
    return folds_by_work(sample, 4, 0)


@pytest.fixture(scope="session")
def few_trees() -> Hyperparameters:
    return {"n_rounds": 20, "learning_rate": 0.3, "max_depth": 3, "subsample": 0.7, "huber_slope": 0.3}


@pytest.fixture(scope="session")
def task(few_trees: Hyperparameters) -> Task:
    return Task(CONDUCTIVITY, few_trees, seed=0, n_threads=1, n_trees=20)


@pytest.fixture(scope="session")
def ensemble(sample: Evidence, folds: list[Fold], task: Task) -> Ensemble:
    return fit_ensemble(sample, folds, task)


@pytest.fixture(scope="session")
def quick() -> TrainSettings:
    budget = Budget(
        n_partitions=1, n_outer_folds=2, n_inner_folds=2, n_trials=2, batch_size=2, patience=1, n_forest_trees=5
    )
    return TrainSettings(
        seed=5,
        budget="quick",
        budgets={"quick": budget},
        confidence=0.8,
        measured_confidences=(0.6, 0.8),
        n_threads=1,
        n_workers=1,
    )


@pytest.fixture(scope="module")
def small_models() -> Iterator[None]:
    """Tuning and the models of the phases grow few trees, where it matters what is fitted and not how well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tuning, "ROUNDS", (5, 10))
        patch.setattr(phases, "HYPERPARAMETERS", phases.HYPERPARAMETERS | {"n_rounds": 10})
        yield
