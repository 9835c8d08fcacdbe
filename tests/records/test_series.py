import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records.series import falls_by, find_faults, inverse_temperatures

SALT = "[Li+].[O-][Cl+3]([O-])([O-])[O-]"
WARM = np.array([25.0, 40.0, 55.0, 70.0, 85.0])


def arrhenius(celsius, energy=0.8, start=8.0):
    """log₁₀ of the conductivity of one process with an activation energy in eV (Boltzmann's constant in eV/K)."""
    return start - energy / (8.617e-5 * np.log(10) * (np.asarray(celsius) + 273.15))


def table(temperatures, logarithms, first=2, **other):
    n = len(temperatures)
    cells = {"smiles": "[Cu]CCO[Au]", "mw": "5000", "salt smiles": SALT, "molality": "1.1"} | other
    columns = {name: [cell] * n for name, cell in cells.items()}
    columns |= {"temperature": [f"{t:.4f}" for t in temperatures], "conductivity": [f"{y:.4f}" for y in logarithms]}
    return pd.DataFrame(columns, index=range(first, first + n))


def test_a_curve_that_rises_with_temperature_has_no_fault():
    assert find_faults(table(WARM, arrhenius(WARM))) == {}


def test_a_curve_over_reciprocals_is_found_row_by_row():
    found = find_faults(table(1000 / (WARM + 273.15), arrhenius(WARM)))
    assert list(found) == [2, 3, 4, 5, 6]
    assert found[2][:2] == ("temperature", "3.3540")
    assert "1000/T" in found[2][2]


def test_one_row_in_reciprocals_among_degrees_is_found_and_its_neighbours_stay():
    printed = np.where(WARM == 55, 1000 / (WARM + 273.15), WARM)
    assert list(find_faults(table(printed, arrhenius(WARM)))) == [4]


def test_three_degrees_is_a_temperature_where_the_curve_passes_there():
    cold = np.array([-10.0, 0.0, 3.3, 15.0, 30.0])
    assert find_faults(table(cold, arrhenius(cold))) == {}


def test_a_row_is_not_judged_by_less_than_a_decade():
    flat = arrhenius(WARM, energy=0.05, start=-3)
    printed = np.where(WARM == 55, 1000 / (WARM + 273.15), WARM)
    assert find_faults(table(printed, flat)) == {}


def line(celsius, slope):
    """log₁₀ of the conductivity on a straight line over 1000/T."""
    return slope * 1000 / (np.asarray(celsius) + 273.15)


def is_inverse_among(others, slope, off=0.0):
    """Whether 3.0 is 1000/T where it lies so far off the line of the others, which are in °C."""
    temperature = np.array([*others, 3.0])
    logarithm = np.array([*line(others, slope), 3.0 * slope + off])
    found = inverse_temperatures(temperature, logarithm)
    assert not found[:-1].any()
    return bool(found[-1])


def test_a_decade_off_as_celsius_is_needed_to_be_judged():
    # As °C it would stand at 1000/276.15, 0.6212 off: 1.002 and 0.998 decades.
    assert is_inverse_among(WARM, -1.613)
    assert not is_inverse_among(WARM, -1.606)


@pytest.mark.parametrize(("off", "is_found"), [(1.2, True), (1.3, False), (-0.6, True), (-0.65, False)])
def test_a_third_of_that_may_remain_as_reciprocal(off, is_found):
    # 2.4849 decades lie between the two places: 1.2 of 3.68 is less than a third, 1.3 of 3.78 more; so below the line.
    assert is_inverse_among(WARM, -4.0, off) == is_found


def test_three_others_are_needed_to_judge_a_row():
    assert is_inverse_among([25, 55, 85], -4.0)
    assert not is_inverse_among([25, 85], -4.0)
    assert not is_inverse_among([25, 25, 85], -4.0)


@pytest.mark.parametrize(
    ("temperature", "are_inverse"),
    [([2.2, 4.2], True), ([2.19, 4.2], False), ([2.2, 4.21], False), ([3.0, 3.0], False), ([3.0], False)],
)
def test_reciprocals_lie_between_181_and_minus_35_degrees_and_differ(temperature, are_inverse):
    temperature = np.array(temperature)
    assert (inverse_temperatures(temperature, -temperature) == are_inverse).all()


def test_a_row_that_stands_alone_near_three_degrees_is_not_judged():
    assert find_faults(table([3.2], [-5.0])) == {}


def test_a_curve_that_falls_is_found_whole():
    found = find_faults(table(WARM, arrhenius(WARM)[::-1]))
    assert list(found) == [2, 3, 4, 5, 6]
    assert "falls by" in found[2][2]


def test_what_conducts_better_at_25_than_at_each_temperature_above_falls():
    celsius, logarithm = [90, 80, 70, 60, 50, 40, 25], [-10.84, -10.84, -10.85, -10.86, -10.87, -10.85, -10.32]
    assert len(find_faults(table(celsius, logarithm))) == 7


def test_scatter_of_a_flat_curve_is_no_fall():
    assert falls_by(WARM, np.array([-4.02, -4.00, -4.03, -4.01, -4.05])) == 0


@pytest.mark.parametrize(
    ("temperature", "logarithm", "fall"),
    [
        ([0, 10], [0, -0.11], 0.11),
        ([0, 10], [0, -0.09], 0),
        ([0, 9.9], [0, -5], 0),
        ([20, 0], [-1, -0.5], 0.5),
        ([0, 10], [0, 5], 0),
        ([0, 10], [-4, -4], 0),
        ([0, 10, 20], [0, 0.9, -1], 1),  # correlation -0.53
        ([0, 10, 20], [0, 1.1, -1], 0),  # correlation -0.48
        ([0], [-4], 0),
        ([], [], 0),
    ],
)
def test_a_fall_is_of_a_tenth_of_a_decade_over_ten_degrees_along_a_line(temperature, logarithm, fall):
    assert falls_by(np.array(temperature, float), np.array(logarithm, float)) == pytest.approx(fall)


@pytest.mark.parametrize("column", ["smiles", "mw", "salt smiles", "molality"])
def test_two_rows_that_differ_in_what_they_are_make_no_curve(column):
    two = pd.concat([table([25], [-4.0]), table([85], [-6.0], first=3, **{column: "other"})])
    assert find_faults(two) == {}
    assert len(find_faults(pd.concat([table([25], [-4.0]), table([85], [-6.0], first=3)]))) == 2


def test_cells_that_are_no_numbers_are_left_to_the_reader_of_rows():
    rows = table(WARM, arrhenius(WARM))
    rows.loc[3, "temperature"] = "warm"
    rows.loc[4, "conductivity"] = ""
    assert find_faults(rows) == {}


def test_an_empty_table_has_no_faults():
    assert find_faults(table([], [])) == {}


@given(st.floats(0.2, 1.5), st.lists(st.integers(-30, 180), min_size=2, max_size=9, unique=True))
def test_an_activated_curve_is_never_blamed_in_degrees_and_always_as_reciprocals(energy, celsius):
    temperature = np.array(celsius, dtype=float)
    logarithm = arrhenius(temperature, energy)
    assert falls_by(temperature, logarithm) == 0
    if ((temperature < 2) | (temperature > 5)).any():
        assert not inverse_temperatures(temperature, logarithm).any()
    assert inverse_temperatures(1000 / (temperature + 273.15), logarithm).all()
