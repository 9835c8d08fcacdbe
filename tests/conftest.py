"""What many tests share: the shipped tables, read once, and an advisor with tiny models on made-up records."""

import asyncio
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features import dictionary, featurize
from pipeline.advising import Advisor
from pipeline.common import layout
from pipeline.learning import CONDUCTIVITY, Corpus, fit_domain, gather_evidence
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import XGBOOST, Task
from pipeline.records import RawFiles, as_records, gather, load_vocabulary, load_works
from tests.tallying import (  # noqa: F401
    pytest_addoption,
    pytest_configure,
    pytest_terminal_summary,
    tally,
)

ROOT = Path(__file__).parents[1]
N_MADE_UP = 90
TREES = {"n_rounds": 30, "learning_rate": 0.3, "max_depth": 3, "huber_slope": 0.5}


@pytest.fixture(scope="module")
def cluster():
    """Two dask workers in processes of their own, forked from one that has imported what takes long."""
    distributed = pytest.importorskip("distributed", reason="distributed is missing: pip install 'ionscreen[cluster]'")
    import dask

    with dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}):
        distributed.utils.get_mp_context().set_forkserver_preload(["distributed", "pipeline.screening"])
        with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local:
            yield local


@pytest.fixture
def scaled(cluster):
    """Bring the cluster to exactly so many workers; returns its address."""

    def scale(n_workers):
        async def reached():
            while len(cluster.scheduler.workers) != n_workers:
                await asyncio.sleep(0.05)

        cluster.scale(n_workers)
        # Not `cluster.wait_for_workers`, which trips over a worker that leaves at that moment (distributed 2026.8).
        cluster.sync(reached, callback_timeout=60)
        return cluster.scheduler_address

    return scale


@pytest.fixture(scope="session")
def payloads():
    """What a user may type to break a page, a spreadsheet or a table, all different."""
    listed = json.loads((ROOT / "tests/payloads.json").read_text())
    long = (
        "=" + "A" * 40_000,
        "<img src=x onerror=alert(1)>" * 2_000,
        "x" * 32_767,
        "x" * 32_768,
        "\U0001f50b" * 20_000,
    )
    return [*(payload for kind in listed.values() for payload in kind), *long]


@pytest.fixture(scope="session")
def vocabulary():
    return load_vocabulary(ROOT / layout.COMPONENTS)


@pytest.fixture(scope="session")
def library(vocabulary):
    return vocabulary.library


@pytest.fixture(scope="session")
def works():
    return load_works(ROOT / layout.WORKS)


@pytest.fixture(scope="session")
def gathered(vocabulary, works):
    literature = (ROOT / layout.LITERATURE).glob("*.csv")
    return gather(RawFiles(tuple(path for path in literature if path.name != layout.WORKS.name)), vocabulary, works)


@pytest.fixture(scope="session")
def records(gathered):
    return as_records(gathered.records)


@pytest.fixture(scope="session")
def made_up():
    """Composites of 30 works: those with LLZO and with succinonitrile conduct better, and warm ones better."""
    generator = np.random.default_rng(4)
    polymer, filler = generator.choice(["PEO", "PVDF"], N_MADE_UP), generator.choice(["LLZO", "Al2O3"], N_MADE_UP)
    additives, temperature = generator.choice(["", "SN"], N_MADE_UP), generator.choice([25.0, 60.0], N_MADE_UP)
    log10 = -5.0 + 0.8 * (filler == "LLZO") + 0.5 * (additives == "SN") + 0.01 * (temperature - 25)
    log10 = log10 + generator.normal(0, 0.05, N_MADE_UP)
    return pd.DataFrame(
        {
            "record_id": [f"m-{number:02d}" for number in range(N_MADE_UP)],
            "work_id": np.repeat([f"work {number:02d}" for number in range(N_MADE_UP // 3)], 3),
            "sample_id": [f"sample {number:02d}" for number in range(N_MADE_UP)],
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
            "filler_wt_fraction": generator.choice([0.1, 0.3], N_MADE_UP),
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
