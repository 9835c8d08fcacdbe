import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from features import INPUT_COLUMNS, TEMPERATURE_RISES, dictionary, featurize

HOST, FILLER = "physics_host_log10_conductivity", "physics_filler_log10_conductivity"
BRUGGEMAN, INTERPHASE = "physics_bruggeman_log10_conductivity", "physics_interphase_log10_conductivity"
NUMBERS = ("salt_ratio", "filler_wt_fraction", "filler_vol_fraction", "particle_size_nm", "temperature_C")
COMPOSITE = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "Al2O3",
    "filler_vol_fraction": 0.1,
    "particle_size_nm": 10.0,
    "architecture_tags": "particles",
    "temperature_C": 25.0,
}


def mixtures(*rows):
    empty = dict.fromkeys(INPUT_COLUMNS, "") | dict.fromkeys(NUMBERS, np.nan)
    return pd.DataFrame([empty | row for row in rows])


def physics(library, **cells):
    return featurize(mixtures(COMPOSITE | cells), library).iloc[0]


def host_at(library, *temperatures):
    rows = [{"polymer": "PEO", "temperature_C": float(temperature)} for temperature in temperatures]
    return featurize(mixtures(*rows), library)[HOST].to_numpy()


def test_peo_at_25_degrees_is_92_kelvin_above_its_glass_transition_at_206(library):
    assert physics(library)["physics_temperature_over_Tg_K"] == pytest.approx(298.15 - 206)


def test_peo_melts_between_60_and_70_degrees(library):
    over = [physics(library, temperature_C=celsius)["physics_temperature_over_Tm_K"] for celsius in (60.0, 70.0)]
    assert over[0] < 0 < over[1]
    assert over[1] - over[0] == pytest.approx(10)


def test_peo_with_litfsi_conducts_1e_6_at_25_and_1e_4_at_60_degrees(library):
    # log₁₀ S/cm of the sample that constants.csv cites: −5.886 at 27 °C, −3.959 at 60 °C
    assert host_at(library, 25, 27, 60) == pytest.approx([-6.02, -5.886, -3.959], abs=0.005)


def test_peo_gains_less_per_degree_above_its_melting_than_below(library):
    below, above = (np.diff(host_at(library, *pair))[0] for pair in ((50, 55), (70, 75)))
    assert 0 < above < below / 2


def test_melting_is_no_step_in_the_conductivity(library):
    melting = library.constant("polymers", "PEO", "Tm_C")
    below, above = host_at(library, melting - 1e-6, melting + 1e-6)
    assert above == pytest.approx(below, abs=1e-5)


def test_the_melt_follows_its_own_activation(library):
    # 5060 K/ln 10 · (1/353.15 − 1/373.15) = 0.3335 decades from 80 to 100 °C
    assert np.diff(host_at(library, 80, 100))[0] == pytest.approx(0.3335, abs=1e-3)


def test_a_blend_and_a_polymer_without_a_law_have_no_host_conductivity(library):
    assert math.isnan(physics(library, polymer="PEO + PVDF")[HOST])
    assert math.isnan(physics(library, polymer="PAN")[HOST])


def test_a_filler_conducts_by_its_activation_energy_and_an_insulator_never(library):
    room, warm = (physics(library, filler="LLZTO", temperature_C=celsius)[FILLER] for celsius in (25.0, 60.0))
    energy = library.constant("fillers", "LLZTO", "activation_energy_eV")
    assert room == pytest.approx(math.log10(8.7e-4))
    assert warm - room == pytest.approx(energy * 0.5328 / 0.30, rel=1e-3)
    assert [physics(library, temperature_C=celsius)[FILLER] for celsius in (-40.0, 25.0, 120.0)] == [-16] * 3


@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.4])
def test_an_insulating_filler_takes_three_halves_of_its_volume_from_the_host(library, fraction):
    row = physics(library, filler_vol_fraction=fraction)
    assert row[BRUGGEMAN] - row[HOST] == pytest.approx(math.log10(1 - 1.5 * fraction), abs=1e-6)


def test_a_better_conductor_lifts_the_host_and_stays_above_it(library):
    row = physics(library, filler="LLZTO", filler_vol_fraction=0.3)
    assert row[HOST] < row[BRUGGEMAN] < row[FILLER]


@pytest.mark.parametrize("medium", [BRUGGEMAN, INTERPHASE])
def test_one_phase_alone_conducts_as_it_does_alone(library, medium):
    neat = physics(library, filler="", filler_vol_fraction=np.nan)
    assert neat[medium] == neat[HOST] < 0
    ceramic = physics(library, polymer="", filler="LLZTO")
    assert ceramic[medium] == ceramic[FILLER] < 0


def test_an_interphase_makes_up_for_an_insulating_filler_in_crystalline_peo_but_not_in_its_melt(library):
    crystalline, molten = (physics(library, temperature_C=celsius) for celsius in (25.0, 80.0))
    assert crystalline[INTERPHASE] > crystalline[HOST] > crystalline[BRUGGEMAN]
    assert molten[INTERPHASE] < molten[HOST]


def test_an_interphase_brings_at_most_what_peo_gains_without_crystals(library):
    row = physics(library, filler_vol_fraction=0.2, particle_size_nm=1.0)
    assert 0 < row[INTERPHASE] - row[HOST] <= 1.5


def test_the_smaller_the_particles_the_more_interphase_and_conduction(library):
    rows = [physics(library, particle_size_nm=size) for size in (10.0, 30.0, 100.0, 1000.0)]
    for name in ("physics_interphase_fraction", "physics_log10_interface_area_per_nm", INTERPHASE):
        assert np.all(np.diff([row[name] for row in rows]) < 0), name


def test_ten_percent_of_10_nm_spheres_have_6_square_metres_a_hundred_cubic_millimetres(library):
    assert physics(library)["physics_log10_interface_area_per_nm"] == pytest.approx(math.log10(6 * 0.1 / 10))


@pytest.mark.parametrize(("tags", "threshold"), [("particles", 0.2854), ("wires", 0.08703), ("framework", 0)])
def test_the_loading_counts_from_the_threshold_of_the_shape(library, tags, threshold):
    row = physics(library, architecture_tags=tags, filler_vol_fraction=0.2)
    assert row["physics_vol_fraction_over_threshold"] == pytest.approx(0.2 - threshold)


def test_a_framework_of_a_better_conductor_conducts_more_than_its_particles(library):
    cells = {"filler": "LLZTO", "filler_vol_fraction": 0.2, "particle_size_nm": 1000.0}
    particles, wires, framework = (
        physics(library, architecture_tags=tags, **cells)[INTERPHASE] for tags in ("particles", "wires", "framework")
    )
    assert particles < wires < framework


def test_a_size_that_is_not_stated_is_the_usual_one_of_that_filler(library):
    usual = physics(library, filler="TiO2", particle_size_nm=np.nan)
    stated = physics(library, filler="TiO2", particle_size_nm=21.0)
    assert usual["physics_interphase_fraction"] == stated["physics_interphase_fraction"] > 0


def test_without_a_filler_there_is_no_interface(library):
    row = physics(library, filler="", filler_vol_fraction=np.nan, particle_size_nm=np.nan)
    assert row["physics_interphase_fraction"] == 0
    assert math.isnan(row["physics_log10_interface_area_per_nm"])


@pytest.mark.parametrize(
    ("cells", "unknown"),
    [
        ({"temperature_C": np.nan}, TEMPERATURE_RISES),
        ({"filler_vol_fraction": np.nan}, (BRUGGEMAN, INTERPHASE, "physics_interphase_fraction")),
        ({"particle_size_nm": np.nan}, (INTERPHASE, "physics_interphase_fraction")),
        ({"architecture_tags": ""}, (INTERPHASE, "physics_vol_fraction_over_threshold")),
    ],
)
def test_from_what_is_not_stated_nothing_follows(library, cells, unknown):
    assert physics(library)[list(unknown)].notna().all()
    assert physics(library, **cells)[list(unknown)].isna().all()


@given(st.data(), st.floats(0.01, 0.99), st.floats(-60, 150), st.floats(0.01, 100))
def test_what_rises_with_temperature_never_falls_and_is_known_at_all_temperatures_or_none(
    library, data, fraction, celsius, rise
):
    has_law = [name for name in library.polymers if ("polymers", name, "host_B_K") in library.constants]
    assume(celsius + rise <= 150)
    composite = {
        "polymer": data.draw(st.sampled_from([*has_law, *library.polymers])),
        "salt": "LiTFSI",
        "filler": data.draw(st.sampled_from(["", *library.fillers])),
        "filler_vol_fraction": fraction,
        "particle_size_nm": data.draw(st.sampled_from([5.0, 200.0, np.nan])),
        "architecture_tags": data.draw(st.sampled_from(["particles", "wires", "sheets", "framework", ""])),
    }
    rows = mixtures(composite | {"temperature_C": celsius}, composite | {"temperature_C": celsius + rise})
    cold, warm = featurize(rows, library)[list(TEMPERATURE_RISES)].to_numpy()
    assert np.isnan(cold).tolist() == np.isnan(warm).tolist()
    assert np.all((warm >= cold - 1e-9) | np.isnan(cold))


def test_what_rises_with_temperature_is_in_the_dictionary(library):
    assert set(TEMPERATURE_RISES) <= {feature.name for feature in dictionary(library) if feature.block == "physics"}
