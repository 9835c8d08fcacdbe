"""A small campaign on real components, and tiny models fitted to made-up measurements of them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest

from features import Library, dictionary, featurize
from pipeline.learning import (
    CONDUCTIVITY,
    STABILITY_WINDOW,
    Corpus,
    Domain,
    Ensemble,
    Evidence,
    fit_domain,
    gather_evidence,
)
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import MEDIAN, XGBOOST, Task
from pipeline.screening import Campaign, Facts, Knowledge, Models

ASKED = {
    "question": "Which pairs conduct best?",
    "temperature_C": 30,
    "polymers": ("PEO", "PVDF", "PAN"),
    "salts": ("LiTFSI", "LiClO4"),
    "fillers": ("LLZO", "LAGP", "Al2O3", "LATP"),
    "filler_wt_fractions": (0.1, 0.02, 0.5),
    "architectures": {
        "particles": {"tags": "particles"},
        "wires": {"tags": "wires"},
        "cross-linked": {"tags": "cross_linked;particles", "only_with": ("PEO",)},
    },
}
TREES = {"n_rounds": 20, "learning_rate": 0.3, "max_depth": 3, "huber_slope": 0.5}
N_RECORDS = 90


@pytest.fixture
def ask() -> Callable[..., Campaign]:
    return lambda **changes: Campaign.model_validate(ASKED | changes)


@pytest.fixture(scope="session")
def measured(library: Library) -> Corpus:
    """Composites of 30 works: LLZO, LATP and PEO conduct better, warm better than cold, and PVDF lasts up to 4.8 V."""
    generator, noise = np.random.default_rng(11), np.random.default_rng(12)
    n = N_RECORDS
    records = pd.DataFrame(
        {
            "record_id": [f"record {number:02d}" for number in range(n)],
            "work_id": np.repeat([f"work {number:02d}" for number in range(n // 3)], 3),
            "sample_id": [f"sample {number:02d}" for number in range(n)],
            "sample_rank": 1,
            "origin": "literature",
            "year": 2020,
            "confidence": "high",
            "is_ambiguous": False,
            "polymer": generator.choice(["PEO", "PVDF", "PMMA"], n),
            "salt": generator.choice(["LiTFSI", "LiClO4"], n),
            "salt_ratio": np.nan,
            "salt_ratio_unit": "",
            "filler": generator.choice(["LLZO", "LATP", "Al2O3", "SiO2"], n),
            "filler_wt_fraction": generator.choice([0.05, 0.1, 0.3, 0.6], n),
            "filler_vol_fraction": np.nan,
            "particle_size_nm": np.nan,
            "architecture_tags": generator.choice(["particles", "wires"], n),
            "additives": "",
            "temperature_C": generator.uniform(0, 90, n),
        }
    )
    better = records["filler"].isin(["LLZO", "LATP"]) + 0.5 * (records["polymer"] == "PEO")
    conductivity = -6 + better + 0.02 * records["temperature_C"] + records["filler_wt_fraction"]
    window = 4.2 + 0.6 * (records["polymer"] == "PVDF")
    records = records.assign(
        **_printed(CONDUCTIVITY, 10 ** (conductivity + noise.normal(0, 0.1, n))),
        **_printed(STABILITY_WINDOW, window + noise.normal(0, 0.1, n)),
    )
    described = featurize(records, library)
    return Corpus(records, described, tuple(described.columns), library)


def _printed(target: Any, numbers: Any) -> Mapping[str, Any]:
    return {target.lower_column: numbers, target.upper_column: numbers}


def _fitted(name: str, target: Any, evidence: Evidence) -> Ensemble:
    return fit_kept(name, evidence, 3, Task(target, TREES, 0, 1, 10))


@pytest.fixture(scope="session")
def models(measured: Corpus) -> Models:
    blocks = {feature.name: feature.block for feature in dictionary(measured.library)}
    fitted = {}
    for target in (CONDUCTIVITY, STABILITY_WINDOW):
        evidence = gather_evidence(target, measured)
        ensemble = _fitted(XGBOOST, target, evidence)
        domain = fit_domain(evidence, ensemble.located(evidence.features), measured.library, blocks)
        fitted[target.name] = ensemble, {"confidence": 0.8, "domain": domain.to_dict()}
    return fitted


@pytest.fixture(scope="session")
def constant(measured: Corpus) -> Ensemble:
    """The median of the conductivity, which knows nothing of mixtures."""
    return _fitted(MEDIAN, CONDUCTIVITY, gather_evidence(CONDUCTIVITY, measured))


@pytest.fixture(scope="session")
def knowledge(library: Library, models: Models) -> Knowledge:
    domain = Domain.from_dict(models[CONDUCTIVITY.name][1]["domain"])
    return Knowledge(library, Facts(), domain)
