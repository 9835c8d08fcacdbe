import numpy as np
import pandas as pd
import pytest

from pipeline.advising import Advisor, arrhenius_curve, known_temperatures, loading_curve, same_pair


def test_it_is_the_prediction_at_each_loading(advisor, mixture):
    curve = loading_curve(advisor, mixture)
    at = curve[curve["filler_wt_fraction"] == 0.1].iloc[0]
    assert at["predicted"] == advisor.conductivity(pd.DataFrame([mixture]))[0]
    assert (curve["lower"] <= curve["predicted"]).all()
    assert (curve["predicted"] <= curve["upper"]).all()


def test_conductivity_never_falls_as_temperature_rises(advisor, mixture):
    curve = arrhenius_curve(advisor, mixture)
    assert (np.diff(curve["predicted"]) >= 0).all()
    assert curve["predicted"].iloc[-1] > curve["predicted"].iloc[0]


def test_water_freezes_at_3_66_reciprocal_kilokelvin(advisor, mixture):
    curve = arrhenius_curve(advisor, mixture)
    frozen = curve.loc[curve["temperature_C"] == 0, "reciprocal_temperature_1000_K"]
    assert frozen.item() == pytest.approx(3.661, abs=1e-3)


def test_a_loading_stated_by_volume_gives_way_to_that_of_the_curve(advisor, mixture):
    by_volume = mixture | {"filler_wt_fraction": np.nan, "filler_vol_fraction": 0.3}
    pd.testing.assert_frame_equal(loading_curve(advisor, by_volume), loading_curve(advisor, mixture))


def test_points_are_those_of_the_same_pair(advisor, mixture, made_up):
    found = same_pair(advisor, mixture)
    of_pair = made_up[(made_up["polymer"] == "PEO") & (made_up["filler"] == "LLZO")]
    assert sorted(found["record_id"]) == sorted(of_pair["record_id"])
    assert same_pair(advisor, mixture | {"filler": "MoS2"}).empty


def test_what_fewer_than_five_composites_reach_is_not_known(advisor, made_up, mixture):
    """The records hold 25 and 60 °C alone; four colder ones, and colder neat polymers, change nothing, five do."""
    assert known_temperatures(advisor) == (25, 60)
    curve = arrhenius_curve(advisor, mixture)
    assert curve.loc[curve["is_known"], "temperature_C"].tolist() == [25, 30, 35, 40, 45, 50, 55, 60]
    for n_cold, coldest in ((4, 25), (5, -20)):
        cold = made_up.assign(temperature_C=made_up["temperature_C"].where(made_up.index >= n_cold, -20.0))
        assert known_temperatures(Advisor(advisor.models, advisor.vocabulary, cold))[0] == coldest
    neat = made_up.assign(temperature_C=-20.0, filler="")
    both = pd.concat([made_up, neat], ignore_index=True)
    assert known_temperatures(Advisor(advisor.models, advisor.vocabulary, both)) == (25, 60)
