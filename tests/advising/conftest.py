"""An advisor whose models are tiny and whose records are made up, on real components."""

import math

import numpy as np
import pandas as pd
import pytest

from features import dictionary, featurize
from pipeline.advising import Advisor
from pipeline.learning import CONDUCTIVITY, Corpus, fit_domain, gather_evidence
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import XGBOOST, Task

N = 90
TREES = {"n_rounds": 30, "learning_rate": 0.3, "max_depth": 3, "huber_slope": 0.5}


@pytest.fixture(scope="session")
def made_up():
    """Composites of 30 works: those with LLZO and with succinonitrile conduct better, and warm ones better."""
    generator = np.random.default_rng(4)
    polymer, filler = generator.choice(["PEO", "PVDF"], N), generator.choice(["LLZO", "Al2O3"], N)
    additives, temperature = generator.choice(["", "SN"], N), generator.choice([25.0, 60.0], N)
    log10 = -5.0 + 0.8 * (filler == "LLZO") + 0.5 * (additives == "SN") + 0.01 * (temperature - 25)
    log10 = log10 + generator.normal(0, 0.05, N)
    return pd.DataFrame(
        {
            "record_id": [f"m-{number:02d}" for number in range(N)],
            "work_id": np.repeat([f"work {number:02d}" for number in range(N // 3)], 3),
            "sample_id": [f"sample {number:02d}" for number in range(N)],
            "sample_rank": 1,
            "origin": "literature",
            "source": "001",
            "locator": "Table 1, row 1",
            "citation": "Somebody, 2020",
            "reference": "1",
            "year": 2020,
            "confidence": "high",
            "is_ambiguous": False,
            "is_temperature_stated": True,
            "polymer": polymer,
            "salt": "LiTFSI",
            "salt_ratio": math.nan,
            "salt_ratio_unit": "",
            "filler": filler,
            "filler_amount": "10 wt%",
            "filler_wt_fraction": generator.choice([0.1, 0.3], N),
            "filler_vol_fraction": math.nan,
            "particle_size_nm": math.nan,
            "architecture_tags": np.where(additives == "SN", "particles;plasticised", "particles"),
            "additives": additives,
            "temperature_C": temperature,
            "conductivity_S_cm": 10**log10,
            "conductivity_lower_S_cm": 10**log10,
            "conductivity_upper_S_cm": 10**log10,
        }
    )


@pytest.fixture(scope="session")
def advisor(made_up, vocabulary):
    described = featurize(made_up, vocabulary.library)
    features = dictionary(vocabulary.library)
    used = tuple(feature.name for feature in features if feature.is_learned)
    evidence = gather_evidence(CONDUCTIVITY, Corpus(made_up, described, used, vocabulary.library))
    ensemble = fit_kept(XGBOOST, evidence, 5, Task(CONDUCTIVITY, TREES, 0, 1, 10))
    blocks = {feature.name: feature.block for feature in features}
    located = ensemble.located(ensemble.references)
    domain = fit_domain(evidence, located, vocabulary.library, blocks)
    manifest = {"confidence": 0.8, "domain": domain.to_dict()}
    return Advisor({CONDUCTIVITY.name: (ensemble, manifest)}, vocabulary, made_up)


@pytest.fixture
def mixture():
    return {
        "polymer": "PEO",
        "salt": "LiTFSI",
        "salt_ratio": math.nan,
        "salt_ratio_unit": "",
        "filler": "LLZO",
        "filler_amount": "10 wt%",
        "filler_wt_fraction": 0.1,
        "filler_vol_fraction": math.nan,
        "particle_size_nm": math.nan,
        "architecture_tags": "particles;plasticised",
        "additives": "SN",
        "temperature_C": 60.0,
    }
