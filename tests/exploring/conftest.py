"""A checkout of the raw tables with tiny models and a small ranking, in which the page is run."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from features import dictionary, featurize
from pipeline.common import layout
from pipeline.common.files import write_csv, write_json
from pipeline.exploring import page
from pipeline.learning import CONDUCTIVITY, MEDIAN, TRANSFERENCE_NUMBER, Corpus, gather_evidence, save
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import Task
from pipeline.records import write_records
from pipeline.watching import as_checks
from tests.sealing import seal_made_up

ROOT = Path(__file__).resolve().parents[2]
PAGE = str(Path(page.__file__).resolve())
CAMPAIGN = """
question: What <b>conducts</b>?
temperature_C: 30
polymers: [PEO, PVDF]
salts: [LiTFSI]
fillers: [LLZO, Al2O3]
filler_wt_fractions: {from: 0.1, to: 0.3, step: 0.1}
architectures: {wires beside SN: {tags: wires}}
additives: [{use: SN, tags: plasticised}]
"""
RANKED = {
    "salt": "LiTFSI",
    "salt_ratio": 16.0,
    "salt_ratio_unit": "EO:Li",
    "particle_size_nm": 50.0,
    "architecture": "wires beside SN",
    "additive": "SN",
    "additives": "SN",
    "temperature_C": 30.0,
    "log10_conductivity_lower": -5.0,
    "log10_conductivity_upper": -3.0,
}


@pytest.fixture(scope="session")
def transference(made_up, vocabulary):
    """A target that no model tells apart: its median."""
    columns = (TRANSFERENCE_NUMBER.lower_column, TRANSFERENCE_NUMBER.upper_column)
    records = made_up.assign(**dict.fromkeys(columns, 0.4))
    described = featurize(records, vocabulary.library)
    used = tuple(feature.name for feature in dictionary(vocabulary.library) if feature.is_learned)
    evidence = gather_evidence(TRANSFERENCE_NUMBER, Corpus(records, described, used, vocabulary.library))
    return fit_kept(MEDIAN, evidence, 5, Task(TRANSFERENCE_NUMBER, {}, 0, 1, 10))


@pytest.fixture(scope="session")
def screened(tmp_path_factory, advisor, made_up, transference):
    """A folder in which the pipeline seems to have run."""
    folder = tmp_path_factory.mktemp("screened")
    (folder / "data").mkdir()
    (folder / "data/raw").symlink_to(ROOT / "data/raw")
    (folder / layout.CAMPAIGNS).mkdir()
    (folder / layout.CAMPAIGNS / "small.yaml").write_text(CAMPAIGN)
    ensemble, manifest = advisor.models[CONDUCTIVITY.name]
    for one, learner in ((ensemble, "xgboost"), (transference, MEDIAN)):
        training = {"learner": learner, "reason": "nothing is proven better", "n_works": 30}
        about = {**manifest, "confidence": 0.8, "training": training}
        save(folder / layout.MODELS / one.target.name, one, about)
    write_records(folder / layout.RECORDS, made_up)
    ranking = pd.DataFrame(
        [
            {"polymer": "PEO", "filler": "LLZO", "verdict": "inside", "conductivity_S_cm": 2e-4},
            {"polymer": "PEO:0.7 + PVDF:0.3", "filler": "Al2O3", "verdict": "edge", "conductivity_S_cm": 3e-4},
            {"polymer": "=cmd()", "filler": "LLZO", "verdict": "outside", "conductivity_S_cm": 1e-5},
        ]
    ).assign(rank=[1, 2, 3], filler_wt_fraction=[0.1, 0.2, 0.3], domain="<i>measured</i>", **RANKED)
    write_csv(folder / layout.RANKINGS / "small.csv", ranking)
    write_json(folder / layout.RANKINGS / "small.json", {"question": "What <b>conducts</b>?"})
    with contextlib.chdir(folder):
        seal_made_up()
        write_json(layout.CHECKS, as_checks((), ()).model_dump(mode="json"))
    seal_made_up(folder)
    return folder


@pytest.fixture
def opened(screened, monkeypatch):
    """Opens the page, at an address if one is given."""
    monkeypatch.chdir(screened)

    def at(**query):
        app = AppTest.from_file(PAGE, default_timeout=60)
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return at


@pytest.fixture
def said():
    """Returns all that a page says as HTML."""
    return lambda app: "\n".join(part.proto.body for part in app.get("html"))
