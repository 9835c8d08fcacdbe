"""Where things lie, relative to the root of the repository, from which every command is run."""

from __future__ import annotations

from pathlib import Path

PARAMS = Path("params.yaml")
COMPONENTS = Path("data/raw/components")
CONSTANTS = COMPONENTS / "constants.csv"
LITERATURE = Path("data/raw/literature")
EXTERNAL = Path("data/raw/external")
LAB = Path("data/raw/lab")
LAB_EXAMPLES = LAB / "examples"
INVENTORY = LAB / "inventory.csv"
PENDING = LAB / "pending.csv"
WORKS = LITERATURE / "works.csv"
CAMPAIGNS = Path("experiments")
MODEL_CARD = Path("docs/MODEL_CARD.md")
DATA_CARD = Path("docs/DATA.md")
TRACKING_STORE = Path("experiments/mlflow")
SERVER = Path("experiments/server")
SERVER_PASSWORD = SERVER / "admin_password"

BASELINE = Path("data/baseline.json")
PROCESSED = Path("data/processed")
RECORDS = PROCESSED / "records.parquet"
REJECTED = PROCESSED / "rejected.csv"
CONFLICTS = PROCESSED / "conflicts.csv"
PACKAGE = PROCESSED / "package"
FEATURES = PROCESSED / "features.parquet"
FEATURE_DICTIONARY = PROCESSED / "feature_dictionary.csv"
MODELS = PROCESSED / "models"
OUT_OF_FOLD = PROCESSED / "out_of_fold.csv"
NEW_COMPONENTS = PROCESSED / "new_components.csv"
NOISE_FLOOR = PROCESSED / "noise_floor.csv"
TRIALS = PROCESSED / "trials.csv"
BACKTEST = PROCESSED / "backtest.csv"
SEARCHES = PROCESSED / "searches"
METRICS = PROCESSED / "metrics.json"
ABLATION = PROCESSED / "ablation.csv"
REPLAY = PROCESSED / "replay.csv"
REPLAY_SUMMARY = PROCESSED / "replay.json"
PARITY = PROCESSED / "parity.html"
RANKINGS = PROCESSED / "rankings"
REPORTS = PROCESSED / "reports"
BENCH = PROCESSED / "bench.json"
EXACTNESS = PROCESSED / "exactness.csv"
STABILITY = PROCESSED / "stability.json"
ADVICE = PROCESSED / "advice"
CHECKS = PROCESSED / "checks.json"
PUBLISHED = PROCESSED / "published.json"
SEALS = PROCESSED / "seals"

DVC_LOCK = Path("dvc.lock")
DVC_OWN = Path(".dvc/tmp")
RUN_LOCK = DVC_OWN / "ionscreen_run.lock"
STAGE_LOCK = DVC_OWN / "ionscreen_stage.lock"
