"""What threads change of a ranking: nothing that a reader could see (docs/UPGRADING.md says why)."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import featurize
from pipeline.learning import CONDUCTIVITY, gather_evidence
from pipeline.learning.kept import fit_kept
from pipeline.learning.learners import XGBOOST, Task
from pipeline.sameness import compare_rankings
from pipeline.screening import screen
from pipeline.screening.ranking import predictions

N_TIMES = 6
"""So that there are as many records as the literature holds, and blocks of them for threads to share."""
TREES = {"n_rounds": 25, "learning_rate": 0.2, "max_depth": 4, "subsample": 0.8, "huber_slope": 0.5}


@pytest.fixture(scope="module")
def evidence(measured):
    """Every record six times, by as many works, with noise of its own."""
    noise = np.random.default_rng(1).normal(0, 0.2, N_TIMES * len(measured.records))
    records = pd.concat([measured.records] * N_TIMES, ignore_index=True)
    copy = np.repeat(np.arange(N_TIMES), len(measured.records)).astype(str)
    numbers = records[CONDUCTIVITY.lower_column] * 10**noise
    own = {name: records[name] + copy for name in ("record_id", "work_id", "sample_id")}
    bounds = {CONDUCTIVITY.lower_column: numbers, CONDUCTIVITY.upper_column: numbers}
    records = records.assign(**own, **bounds)
    features = pd.concat([measured.described] * N_TIMES, ignore_index=True)
    return gather_evidence(CONDUCTIVITY, replace(measured, records=records, described=features))


@pytest.fixture(scope="module")
def ranked(evidence, models, knowledge):
    """A campaign's ranking by models that were grown with so many threads."""

    def by(n_threads, campaign):
        ensemble = fit_kept(XGBOOST, evidence, 2, Task(CONDUCTIVITY, TREES, 0, n_threads, 10))
        fitted = models | {CONDUCTIVITY.name: (ensemble, models[CONDUCTIVITY.name][1])}
        found = screen(campaign, fitted, knowledge, 100)
        mixtures = found.space.mixtures(found.indices)
        table = predictions(mixtures, featurize(mixtures, knowledge.library), fitted, knowledge.library)
        return table.assign(mixture=found.indices)

    return by


def test_two_threads_rank_as_one_does(ranked, ask):
    campaign = ask(distinct=("polymer", "filler", "salt", "filler_wt_fraction", "architecture"))
    one, two = (ranked(n_threads, campaign) for n_threads in (1, 2))
    assert len(one) > 50
    assert one["log10_conductivity"].nunique() > 20
    compared = compare_rankings(one, two)
    assert compared.is_same, str(compared)
