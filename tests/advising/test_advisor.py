import numpy as np
import pandas as pd


def test_a_measured_mixture_is_its_own_nearest(advisor, made_up):
    record = made_up.iloc[7]
    nearest = advisor.nearest(record.to_dict(), 3)
    assert nearest[0].similarity == 1
    assert [n.similarity for n in nearest] == sorted((n.similarity for n in nearest), reverse=True)
    assert "Somebody, 2020" in nearest[0].measured


def test_no_more_neighbours_than_records(advisor, mixture, made_up):
    assert len(advisor.nearest(mixture, 10_000)) == len(made_up)


def test_the_background_spans_what_was_measured(advisor, made_up):
    shown = advisor.background["conductivity_S_cm"]
    assert len(shown) == 40
    assert (shown.min(), shown.max()) == (made_up["conductivity_S_cm"].min(), made_up["conductivity_S_cm"].max())
    assert abs(np.log10(shown).mean() - np.log10(made_up["conductivity_S_cm"]).mean()) < 0.05


def test_every_target_with_its_interval_and_a_verdict(advisor, mixture):
    row = advisor.predict(pd.DataFrame([mixture])).iloc[0]
    assert row["log10_conductivity_lower"] <= row["log10_conductivity"] <= row["log10_conductivity_upper"]
    assert row["verdict"] == "inside"
