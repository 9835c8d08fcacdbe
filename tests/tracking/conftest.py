"""Made-up runs of the pipeline, small enough to be published in a second, and a store made once."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb
import yaml

from pipeline.common import layout
from pipeline.common.files import write_json
from pipeline.learning import CONDUCTIVITY, TARGETS, Ensemble, save
from pipeline.learning.conformal import Difficulty
from pipeline.records import write_records
from pipeline.tracking import store as tracking_store
from pipeline.tracking.publishing import publish
from pipeline.watching import as_checks
from tests.sealing import seal_made_up

ROOT = Path(__file__).parents[2]
WORKS = tuple(f"work-{number:02d}" for number in range(40))
LEARNERS = ("xgboost", "random_forest_on_names", "median")
PAIRS = (("PEO", "LLZTO"), ("PEO", "Al2O3"), ("PVDF", "LLZTO"), ("PAN", "SiO2"))
CAMPAIGN = {"question": "Which <b>one</b>?", "temperature_C": 60, "limits": {"exclude_elements": ["Ti"]}}


@dataclass(frozen=True)
class MadeUp:
    """What a made-up run holds."""

    error: float = 0.5
    works: tuple[str, ...] = WORKS
    lab: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = PAIRS
    settings: dict[str, str] = field(default_factory=dict)
    campaign: dict[str, object] = field(default_factory=lambda: CAMPAIGN)
    learner: str = "xgboost"


def write(made_up: MadeUp) -> None:
    """Write a made-up run into the folder that this process is in."""
    params = (ROOT / layout.PARAMS).read_text()
    for old, new in made_up.settings.items():
        assert old in params
        params = params.replace(old, new)
    layout.PARAMS.write_text(params)
    for folder in (layout.RANKINGS / "batches", layout.REPORTS / "alpha", layout.CAMPAIGNS):
        folder.mkdir(parents=True, exist_ok=True)
    records = _records(made_up)
    write_records(layout.RECORDS, records)
    _held_out(made_up).to_csv(layout.OUT_OF_FOLD, index=False)
    layout.METRICS.write_text(json.dumps(_metrics(made_up)))
    _models(made_up, records)
    trials = {"target": CONDUCTIVITY.name, "trial": [0, 1], "mean_absolute_error": 0.5, "max_depth": 3}
    pd.DataFrame(trials).to_csv(layout.TRIALS, index=False)
    for path in (layout.NEW_COMPONENTS, layout.NOISE_FLOOR, layout.BACKTEST, layout.FEATURE_DICTIONARY):
        path.write_text("name\n")
    layout.REJECTED.write_text("file\n")
    layout.PARITY.write_text("<p>parity</p>")
    _campaign(made_up)
    seal_made_up()
    write_json(layout.CHECKS, as_checks((), ()).model_dump(mode="json"))
    seal_made_up()


def _records(made_up: MadeUp) -> pd.DataFrame:
    works = [*made_up.works, *(f"lab-{name}" for name in made_up.lab)]
    is_lab = [work.startswith("lab-") for work in works]
    return pd.DataFrame(
        {
            "record_id": [f"{work}-1" for work in works],
            "work_id": works,
            "source": ["lab" if lab else "000" for lab in is_lab],
            "origin": ["lab" if lab else "literature" for lab in is_lab],
            "year": 2020.0,
            "conductivity_S_cm": 1e-4,
        }
    )


def _held_out(made_up: MadeUp) -> pd.DataFrame:
    generator = np.random.default_rng(3)
    off = made_up.error + generator.normal(0, 0.01, len(WORKS))
    table = pd.DataFrame({"work_id": WORKS, "record_id": [f"{work}-1" for work in WORKS], "measured": 0.0})
    table = table.assign(xgboost=off, random_forest_on_names=0.8, median=1.0, polymer_family="", filler_family="")
    table = table.assign(partition=1, fold=np.arange(len(WORKS)) % 4 + 1, target=CONDUCTIVITY.name)
    return table[table["work_id"].isin(made_up.works)]


def _metrics(made_up: MadeUp) -> dict[str, object]:
    errors = dict(zip(LEARNERS, (made_up.error, 0.8, 1.0), strict=True))
    interval = {"coverage": 0.8, "mean_width": 1.0}
    scores = {
        "is_compared": True,
        "champion": made_up.learner,
        "reason": "better",
        "n_records": len(made_up.works),
        "n_works": len(made_up.works),
        "learners": {name: {"mean_absolute_error": error, "spearman_rho": 0.5} for name, error in errors.items()},
        "gains": {"median": {"gain": 0.5, "p_value": 0.001}},
        "intervals": {name: {"80%": interval, "calibration_error": 0.01} for name in LEARNERS},
        "noise_floor": None,
        **{
            novelty: {name: {"mean_absolute_error": 0.6} for name in LEARNERS}
            for novelty in ("new_polymer", "new_filler_family")
        },
    }
    untold = {"is_compared": False, "champion": "", "reason": "too few works"}
    of_targets = {target.name: scores if target is CONDUCTIVITY else untold for target in TARGETS}
    return {"split": "folds", "interval_confidence": 0.8, "backtest": [], **of_targets}


def _models(made_up: MadeUp, records: pd.DataFrame) -> None:
    known = xgb.DMatrix(np.zeros((4, 1)), np.full(4, made_up.error), feature_names=["x"])
    ensemble = Ensemble(
        CONDUCTIVITY,
        ("x",),
        {"max_depth": 1.0},
        xgb.train({"max_depth": 1, "nthread": 1}, known, 1),
        (),
        (),
        Difficulty(1.0, 0.0, 1.0),
        pd.DataFrame({"x": 0.0}, index=pd.Index(records["record_id"], name="record_id")),
    )
    training = {"learner": made_up.learner, "reason": "better", "beaten_by": [], "n_records": 1, "n_works": 1}
    shutil.rmtree(layout.MODELS, ignore_errors=True)
    save(layout.MODELS / CONDUCTIVITY.name, ensemble, {"training": training, "data": len(records)})


def _campaign(made_up: MadeUp) -> None:
    (layout.CAMPAIGNS / "alpha.yaml").write_text(yaml.safe_dump(made_up.campaign))
    ranking = pd.DataFrame(made_up.pairs, columns=["polymer", "filler"])
    ranking = ranking.assign(
        rank=range(1, len(ranking) + 1),
        filler_wt_fraction=0.1,
        salt="LiTFSI",
        architecture="particles",
        additives="",
        log10_conductivity=-3.0,
        log10_conductivity_lower=-4.0,
        log10_conductivity_upper=-2.0,
        domain="measured together",
        verdict="inside",
    )
    ranking.to_csv(layout.RANKINGS / "alpha.csv", index=False)
    ranking.head(2).to_csv(layout.RANKINGS / "batches" / "alpha.csv", index=False)
    facts = {
        "question": made_up.campaign["question"],
        "temperature_C": 60.0,
        "n_candidates": 1000,
        "shape": {"polymer": 3, "filler": 4, "salt": 1},
        "order_by": "lower",
        "funnel": [{"n_left": 900}],
        "goals": {},
    }
    (layout.RANKINGS / "alpha.json").write_text(json.dumps(facts))
    stability = {"n_top": 20, "campaigns": {"alpha": {"reseeded": {"mean_overlap": 0.7}}, "beta": {}}}
    layout.STABILITY.write_text(json.dumps(stability))
    (layout.REPORTS / "alpha" / "index.html").write_text(f"<p>{made_up.pairs}</p>")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """A SQLite store with all its tables and no run, which takes seconds to make."""
    folder = tmp_path_factory.mktemp("store")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        tracking_store.connect()
    return folder / layout.TRACKING_STORE / "mlflow.db"


def go_to(folder, patch, empty_store):
    """Have this process be in a folder with an empty store."""
    patch.chdir(folder)
    patch.delenv("MLFLOW_TRACKING_URI", raising=False)
    layout.TRACKING_STORE.mkdir(parents=True)
    shutil.copy(empty_store, layout.TRACKING_STORE)


@pytest.fixture
def place(tmp_path, monkeypatch, empty_store):
    """A folder with an empty store, in which this process is."""
    go_to(tmp_path, monkeypatch, empty_store)
    return tmp_path


@pytest.fixture
def publish_made_up(place):
    """Write a made-up run and publish it; returns what was said."""

    def make(**holds):
        said: list[str] = []
        write(MadeUp(**holds))
        publish(said.append)
        return said

    return make


@pytest.fixture
def store(place):
    return tracking_store.connect()
