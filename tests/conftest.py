"""What many tests share: the shipped tables, read once."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.common import layout
from pipeline.records import RawFiles, as_records, gather, load_vocabulary, load_works

ROOT = Path(__file__).parents[1]

# The same examples on every run and every machine; no deadline, since the first call imports pint, RDKit or pymatgen.
settings.register_profile("ionscreen", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("ionscreen")


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
