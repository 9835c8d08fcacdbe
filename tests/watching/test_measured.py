import math

import numpy as np
import pandas as pd
import pytest

from pipeline.watching import activation_energy, impossible_records
from pipeline.watching.measured import arrhenius_energy


def test_a_record_that_can_be_trips_nothing(record):
    found = impossible_records(record)
    assert (found.trips, found.n_checked) == ((), 5 * 80 + 80)
    assert activation_energy(record, 0, 2).trips == ()
    assert activation_energy(record, 0, 2).n_checked == 40


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"transference_number_lower": 1.2, "transference_number_upper": 1.2}, "transference_number 1.2, where 0 to 1"),
        ({"transference_number_lower": -0.1}, "transference_number -0.1 to 0.4, where 0 to 1"),
        ({"stability_window_lower_V": -1.0, "stability_window_upper_V": -1.0}, "stability_window_V -1, where 0 to 10"),
        (
            {"conductivity_lower_S_cm": -1e-4, "conductivity_upper_S_cm": -1e-4},
            "conductivity_S_cm -0.0001, where 0 to 1",
        ),
        (
            {"conductivity_lower_S_cm": 50.0, "conductivity_upper_S_cm": 50.0},
            "conductivity_S_cm 50, where 0 to 1",
        ),
        ({"conductivity_lower_S_cm": 1e-3, "conductivity_upper_S_cm": 1e-4}, "conductivity_S_cm 0.001 to 0.0001"),
        (
            {"tensile_strength_lower_MPa": 1e6, "tensile_strength_upper_MPa": 1e6},
            "tensile_strength_MPa 1e+06, where 0 to 10000",
        ),
        ({"filler_wt_fraction": 1.1}, "filler_wt_fraction 1.1, where 0 to 1"),
        ({"filler_vol_fraction": -0.1}, "filler_vol_fraction -0.1, where 0 to 1"),
        ({"temperature_C": -300.0}, "temperature_C -300"),
    ],
    ids=str,
)
def test_what_no_material_can_have_is_named_with_its_record(changed, cells, said):
    (trip,) = impossible_records(changed("r-07", **cells)).trips
    assert trip.startswith("r-07 has ")
    assert said in trip


def test_a_bound_without_an_end_is_possible(changed):
    above = changed("r-07", stability_window_lower_V=4.9, stability_window_upper_V=math.inf)
    below = changed("r-07", conductivity_lower_S_cm=0.0, conductivity_upper_S_cm=1e-10)
    assert impossible_records(above).trips == impossible_records(below).trips == ()


def test_the_energy_is_that_of_arrhenius():
    """0.5 eV between 25 and 60 °C is a factor exp(0.5 eV/k · (1/298.15 K − 1/333.15 K)) = 7.727."""
    energy, scatter = arrhenius_energy(pd.DataFrame({"temperature_C": [25, 60], "conductivity_S_cm": [1e-5, 7.727e-5]}))
    assert energy == pytest.approx(0.5, abs=1e-3)
    assert scatter == pytest.approx(0.5 * math.log(10) * 0.1 / math.log(7.727), rel=1e-3)


@pytest.mark.parametrize(("at_60_C", "said"), [(1e-6, "-0.56 eV"), (0.5, "2.65 eV")])
def test_a_sample_that_conducts_worse_when_warm_or_impossibly_better_trips(changed, at_60_C, said):  # noqa: N803
    trips = activation_energy(changed("r-01", conductivity_S_cm=at_60_C), 0, 2).trips
    assert len(trips) == 1
    assert said in trips[0]
    assert trips[0].startswith("r-00 and r-01 give ")


def test_the_scatter_of_a_repeated_measurement_is_no_fall(changed, record):
    assert activation_energy(changed("r-01", conductivity_S_cm=record["conductivity_S_cm"][0] * 0.85), 0, 2).trips == ()


def test_two_samples_of_one_paper_are_not_one(changed, record):
    fallen = changed("r-01", conductivity_S_cm=1e-9, sample="another")
    assert activation_energy(fallen, 0, 2).trips == ()


def test_what_was_read_a_few_degrees_apart_says_nothing(changed):
    near = changed("r-01", conductivity_S_cm=1e-9, temperature_C=30.0)
    found = activation_energy(near, 0, 2)
    assert (found.trips, found.n_checked) == ((), 39)


def test_todays_record_holds_nothing_impossible(records):
    assert impossible_records(records).trips == ()
    found = activation_energy(records, 0, 2)
    assert found.trips == ()
    assert found.n_checked >= 20
    assert np.isfinite(found.n_checked)
