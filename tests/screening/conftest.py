"""A small campaign on real components, and tiny models fitted to made-up measurements of them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from features import Library, featurize
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, fit_ensemble, folds_by_work
from pipeline.screening import Campaign, Models

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


class Measured(NamedTuple):
    records: pd.DataFrame
    features: pd.DataFrame


@pytest.fixture
def ask() -> Callable[..., Campaign]:
    return lambda **changes: Campaign.model_validate(ASKED | changes)


@pytest.fixture(scope="session")
def measured(library: Library) -> Measured:
    generator = np.random.default_rng(11)
    n = 90
    records = pd.DataFrame(
        {
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
    return Measured(records, featurize(records, library))


@pytest.fixture(scope="session")
def models(measured: Measured) -> Models:
    records, features = measured
    generator = np.random.default_rng(12)
    folds = folds_by_work(np.repeat(np.arange(30), 3).astype(object), 3, 0)
    better = records["filler"].isin(["LLZO", "LATP"]) + 0.5 * (records["polymer"] == "PEO")
    labels = {
        CONDUCTIVITY: (-6 + better + 0.02 * records["temperature_C"] + records["filler_wt_fraction"]).to_numpy(),
        STABILITY_WINDOW: (4.2 + 0.6 * (records["polymer"] == "PVDF")).to_numpy(),
    }
    training = {
        "polymers": sorted(set(records["polymer"])),
        "fillers": sorted(set(records["filler"])),
        "pairs": sorted(set(records["polymer"] + " | " + records["filler"])),
        "temperature_C": [0.0, 90.0],
    }
    trees = {"n_rounds": 20, "learning_rate": 0.3, "max_depth": 3, "huber_slope": 0.5}
    return {
        target.name: (
            fit_ensemble(features, y + generator.normal(0, 0.1, len(y)), target, folds, trees, 0, 1),
            {"confidence": 0.8, "training": training},
        )
        for target, y in labels.items()
    }
