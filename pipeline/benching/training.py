"""How fast trials are tuned and published."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pandas as pd

from pipeline.benching.measuring import Measured, timed
from pipeline.benching.searching import known
from pipeline.common import layout
from pipeline.common.files import read_csv
from pipeline.common.settings import load_settings
from pipeline.learning import CONDUCTIVITY, folds_by_work
from pipeline.learning.tuning import Effort, Search, tune

N_PUBLISHED = 100
_BUDGET = "quick"
_N_REPEATS = 3
_STORE = "MLFLOW_TRACKING_URI"


def tuning_figures() -> dict[str, Measured]:
    """Tune the conductivity on the real corpus, in one process, with nothing noted."""
    settings = load_settings().train
    spent, evidence = settings.budgets[_BUDGET], known()
    folds = folds_by_work(evidence, spent.n_outer_folds, settings.seed)
    effort = Effort(spent.n_trials, spent.batch_size, spent.patience)
    search = Search(CONDUCTIVITY, effort, settings.seed, settings.n_threads)
    tuned = [timed(tune, evidence, folds, search) for _ in range(_N_REPEATS)]
    return {"tune_rate": Measured.of([took for took, _ in tuned]).rate(len(tuned[0][1]))}


def publishing_figures() -> dict[str, Measured]:
    """Publish as many trials into a new store, again and again; setting the store up is left out."""
    from pipeline.tracking.store import connect
    from pipeline.tracking.trials import log_trials

    listed = read_csv(layout.TRIALS)
    trials = pd.concat([listed] * -(-N_PUBLISHED // len(listed))).head(N_PUBLISHED)
    took = []
    with _new_store():
        store = connect()
        experiment_id = store.experiment("bench", "")
        for _ in range(_N_REPEATS):
            parent = store.client.create_run(experiment_id, run_name="bench")
            took.append(timed(log_trials, store.client, experiment_id, parent.info.run_id, trials)[0])
    return {"publish_s": Measured.of(took), "publish_rate": Measured.of(took).rate(N_PUBLISHED)}


@contextmanager
def _new_store() -> Iterator[None]:
    """Have MLflow write into a store that is gone afterwards."""
    before = os.environ.get(_STORE)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[_STORE] = f"sqlite:///{folder}/mlflow.db"
        try:
            yield
        finally:
            del os.environ[_STORE]
            if before is not None:
                os.environ[_STORE] = before
