from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb

from features import RECIPROCAL_TEMPERATURE
from pipeline.learning import CONDUCTIVITY
from pipeline.watching import broken_constraints, falling_mixtures


@pytest.fixture(scope="module")
def lawless(advisor):
    """The advisor's model with a booster in its place that learned that warmth is bad."""
    ensemble, manifest = advisor.models[CONDUCTIVITY.name]
    known = ensemble.columns(ensemble.references)
    alone = known.assign(**{name: 0.0 for name in known if name != RECIPROCAL_TEMPERATURE.name})
    matrix = xgb.DMatrix(alone.to_numpy(np.float32), known[RECIPROCAL_TEMPERATURE.name].to_numpy() - 8)
    booster = xgb.train({"nthread": 1, "base_score": -5.0}, matrix, 20)
    booster.feature_names = list(known.columns)
    return replace(ensemble, model=booster), manifest


def test_a_model_that_was_fitted_under_the_law_keeps_it(advisor):
    found = list(broken_constraints(advisor.models))
    assert found
    assert not [said for said in found if said]
    found = list(falling_mixtures(advisor.ensemble, advisor.measured, advisor.library))
    assert found
    assert not [said for said in found if said]


def test_a_booster_that_breaks_it_is_named(lawless):
    said = [said for said in broken_constraints({CONDUCTIVITY.name: lawless}) if said]
    assert said
    assert all(each.startswith(f"the model of {CONDUCTIVITY.name} breaks the law on ") for each in said)
    assert all(RECIPROCAL_TEMPERATURE.name in each for each in said)


def test_a_mixture_whose_prediction_falls_is_named(lawless, advisor):
    said = [said for said in falling_mixtures(lawless[0], advisor.measured, advisor.library) if said]
    assert len(said) == len(list(falling_mixtures(lawless[0], advisor.measured, advisor.library)))
    assert said[0].startswith("the mixture of m-")
    assert "the prediction falls by" in said[0]


def test_a_constraint_on_what_no_record_varies_is_not_tried(advisor):
    ensemble, manifest = advisor.models[CONDUCTIVITY.name]
    same = ensemble.references.assign(**{name: 1.0 for name, _ in CONDUCTIVITY.monotone if name in ensemble.references})
    assert list(broken_constraints({"x": (replace(ensemble, references=pd.DataFrame(same)), manifest)})) == []
