import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import RowReader
from pipeline.records.columns import KNOWN

SOUND = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "filler": "LLZTO",
    "filler_amount": "40",
    "filler_unit": "wt%",
    "temperature_C": "30",
    "conductivity": "2.1×10−4",
    "conductivity_unit": "S/cm",
    "transference_number": "0.46",
    "stability_window_V": "4.8",
}


@pytest.fixture(scope="module")
def read(vocabulary):
    reader = RowReader("own.csv", vocabulary)
    return lambda **cells: reader.read_measurement(7, SOUND | cells)


def test_a_sound_row_is_read_as_printed(read):
    reading = read()
    assert not reading.problems
    record = reading.record
    assert (record["polymer"], record["salt"], record["filler"]) == ("PEO", "LiTFSI", "LLZTO")
    assert record["conductivity_S_cm"] == record["conductivity_lower_S_cm"] == pytest.approx(2.1e-4)
    assert record["filler_wt_fraction"] == pytest.approx(0.4)
    assert math.isnan(record["filler_vol_fraction"])
    assert record["temperature_C"] == 30
    assert record["is_temperature_stated"]
    assert not record["is_ambiguous"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("filler_amount", "140"),
        ("filler_amount", "-5"),
        ("filler_unit", "phr"),
        ("filler_unit", ""),
        ("temperature_C", "−300"),
        ("temperature_C", "0 K"),
        ("temperature_C", "> 60"),
        ("temperature_C", "warm"),
        ("conductivity", "12"),
        ("conductivity", "0"),
        ("conductivity", "−2×10−4"),
        ("conductivity", "1,2×10−4"),
        ("conductivity", "1e-4 S/m"),
        ("transference_number", "1.2"),
        ("transference_number", "-0.1"),
        ("transference_number", "0.4 V"),
        ("stability_window_V", "48"),
        ("stability_window_V", "5 eV"),
        ("tensile_strength_MPa", "20 GPa"),
        ("cell_retention_percent", "978"),
        ("cell_cycles", "1 000"),
        ("confidence", "sure"),
        ("polymer", "PEEO"),
        ("salt", "NaCl"),
        ("filler", "ceramic"),
        ("architecture", "beautiful"),
        ("additives", "gin"),
    ],
)
def test_a_cell_that_cannot_be_is_refused_by_file_row_column_and_value(read, column, cell):
    (problem,) = read(**{column: cell}).problems
    assert (problem.file, problem.row, problem.column) == ("own.csv", 7, column)
    assert problem.value == cell
    assert problem.reason


@pytest.mark.parametrize(("amount", "unit"), [("1.4", "wt fraction"), ("101", "vol%"), ("1.01", "volume fraction")])
def test_there_is_no_more_filler_than_composite(read, amount, unit):
    (problem,) = read(filler_amount=amount, filler_unit=unit).problems
    assert problem.column == "filler_amount"
    assert "not possible" in problem.reason


def test_a_conductivity_has_a_unit_of_conductivity(read):
    (problem,) = read(conductivity_unit="S/m2").problems
    assert problem.column == "conductivity"
    assert "S/m2" in problem.reason
    (problem,) = read(conductivity_unit="").problems
    assert "no unit" in problem.reason


def test_all_faults_of_a_row_are_listed_at_once(read):
    problems = read(polymer="PEEO", transference_number="1.2", temperature_C="warm", salt="NaCl").problems
    assert [problem.column for problem in problems] == ["polymer", "salt", "temperature_C", "transference_number"]


def test_a_cell_with_a_fault_leaves_the_other_cells_as_they_are(read):
    sound, faulty = read().record, read(transference_number="1.2").record
    differing = {name for name, cell in sound.items() if repr(faulty[name]) != repr(cell)}
    assert differing == {"transference_number", "transference_number_lower", "transference_number_upper"}
    assert math.isnan(faulty["transference_number"])


@pytest.mark.parametrize(
    ("text", "unit"), [("2.1×10−4", "S/cm"), ("0.21", "mS/cm"), ("0.21 mS cm⁻¹", ""), ("210", "µS/cm")]
)
def test_one_conductivity_in_many_units_is_one_number(read, text, unit):
    reading = read(conductivity=text, conductivity_unit=unit)
    assert not reading.problems
    assert reading.record["conductivity_S_cm"] == pytest.approx(2.1e-4)


@pytest.mark.parametrize("words", ["RT", "rt", "r.t.", "Room temperature"])
def test_room_temperature_is_25_and_flagged(read, words):
    record = read(temperature_C=words).record
    assert record["temperature_C"] == 25
    assert record["is_room_temperature"]
    assert record["is_temperature_stated"]


def test_25_degrees_in_numbers_is_not_flagged_as_room_temperature(read):
    assert not read(temperature_C="25").record["is_room_temperature"]


def test_a_temperature_that_is_not_stated_is_missing_and_never_25(read):
    record = read(temperature_C="").record
    assert math.isnan(record["temperature_C"])
    assert not record["is_temperature_stated"]
    assert not record["is_room_temperature"]


@pytest.mark.parametrize(("text", "celsius"), [("298.15 K", 25), ("60 °C", 60), ("−20", -20), ("20–30", 25)])
def test_a_temperature_is_in_degrees_celsius(read, text, celsius):
    assert read(temperature_C=text).record["temperature_C"] == pytest.approx(celsius)


@pytest.mark.parametrize(
    ("amount", "unit", "wt_fraction", "vol_fraction"),
    [
        ("10", "wt%", 0.1, math.nan),
        ("10", "wt. %", 0.1, math.nan),
        ("0.1", "weight fraction", 0.1, math.nan),
        ("40", "vol%", math.nan, 0.4),
        ("100", "vol%", math.nan, 1),
        ("", "", math.nan, math.nan),
    ],
)
def test_weight_and_volume_are_kept_apart(read, amount, unit, wt_fraction, vol_fraction):
    record = read(filler_amount=amount, filler_unit=unit).record
    assert record["filler_wt_fraction"] == pytest.approx(wt_fraction, nan_ok=True)
    assert record["filler_vol_fraction"] == pytest.approx(vol_fraction, nan_ok=True)


def test_an_amount_without_a_filler_is_refused(read):
    (problem,) = read(filler="").problems
    assert problem.column == "filler_amount"


def test_a_mixture_has_a_polymer_or_a_filler(read):
    assert not read(polymer="").problems
    assert not read(filler="", filler_amount="", filler_unit="").problems
    (problem,) = read(polymer="", filler="", filler_amount="", filler_unit="").problems
    assert "neither is given" in problem.reason


def test_a_bound_has_no_value(read):
    record = read(stability_window_V="> 4.9").record
    assert math.isnan(record["stability_window_V"])
    assert (record["stability_window_lower_V"], record["stability_window_upper_V"]) == (4.9, math.inf)


@pytest.mark.parametrize("cells", [{"conductivity": "1e-4 or 2e-4"}, {"confidence": "low"}, {"confidence": "doubtful"}])
def test_what_can_be_read_in_two_ways_is_ambiguous(read, cells):
    assert read(**cells).record["is_ambiguous"]


def test_the_cut_off_of_a_voltage_range_is_its_upper_end(read):
    assert read(cutoff_voltage_V="2.8–4.3").record["cutoff_voltage_V"] == 4.3


def test_of_several_cells_the_first_is_kept_and_all_are_checked(read):
    assert read(cell_rate_C="0.1 | 0.5").record["cell_rate_C"] == pytest.approx(0.1)
    (problem,) = read(cell_rate_C="0.1 | fast").problems
    assert (problem.column, problem.value) == ("cell_rate_C", "fast")


@given(
    st.dictionaries(
        st.sampled_from(sorted(set(KNOWN) - {"conductivity_unit"})),
        st.one_of(st.text(max_size=20), st.text("0123456789.,-−–×<>±| orVCLiPEO", max_size=14)),
        max_size=6,
    )
)
def test_any_cells_are_read_or_listed_as_faults(read, cells):
    reading = read(**cells)
    assert all(problem.file == "own.csv" and problem.row == 7 and problem.reason for problem in reading.problems)
    assert {problem.column for problem in reading.problems} <= set(KNOWN)


def test_a_range_of_loadings_is_kept_as_printed_and_is_no_single_loading(gathered):
    record = next(record for record in gathered.records if record["record_id"] == "000-T1-03")
    assert record["filler_amount"] == "20–80 vol%"
    assert math.isnan(record["filler_vol_fraction"])


def test_a_cell_number_that_reads_two_ways_is_missing(gathered):
    record = next(record for record in gathered.records if record["record_id"] == "004-T1-08")
    assert math.isnan(record["cell_rate_C"])
