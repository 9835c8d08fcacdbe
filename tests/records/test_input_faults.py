"""Whatever stands in the cells of a sheet, a row is a record of what was typed or a fault with row and column."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.common.typed import read_table
from pipeline.records import RawFiles, gather, listed_rows
from pipeline.records.columns import KNOWN, REQUIRED_OF_MEASUREMENTS
from pipeline.records.quantities import Quantity, format_quantity, parse_quantity, scientific
from pipeline.records.units import convert
from pipeline.screening.inventory import load_inventory
from tests.hostile import NUMBERS, SOME, again_if_slow, fragments, mutated, read_or_told, refused_at_most

ROWS = (
    ("PEO", "LiTFSI", "LLZTO", "10", "wt%", "particles", "SN", "60", "1.2×10−4", "S/cm"),
    (
        "PVDF-HFP:0.7 + PEO:0.3",
        "LiFSI",
        "Li6.4La3Zr1.4Ta0.6O12",
        "5",
        "vol%",
        "wires;aligned",
        "",
        "RT",
        "~1e-5",
        "mS/cm",
    ),
    ("*CCO*", "[Li+].[I-]", "", "", "", "", "", "333 K", "(1.0–3.0)×10⁻⁴", "S/cm"),
)
PRINTED = (
    *("1.2×10−4", "~10⁻⁴", "(1.0–3.0)×10⁻⁴", "> 4.9 V", "0.231 or 0.237", "3.1e-4", "0.95±0.1", "60 °C", "10−4"),
    *("<10^-10", "1.2 × 10^{-4} S cm−1", "5·10-5", "ca. 0.5", "1–2", "-20", "2.5 mS/cm", "100 nm", "333 K"),
)


@pytest.mark.fault("7 input: printed quantities")
@SOME
@given(mutated(st.sampled_from((*PRINTED, *NUMBERS))))
@again_if_slow
def test_a_printed_quantity_has_sound_bounds_and_can_be_written_again(tally, text):
    with tally.attempt(), refused_at_most():
        quantity, told = read_or_told(parse_quantity, text)
        if quantity is None:
            assert len(told) > 20
            return
        assert quantity.lower <= quantity.upper
        assert math.isnan(quantity.value) == quantity.is_one_sided
        assert quantity.is_one_sided or quantity.lower <= quantity.value <= quantity.upper
        if not quantity.unit:
            again = parse_quantity(format_quantity(quantity))
            assert (again.lower, again.upper) == (quantity.lower, quantity.upper)


@pytest.mark.fault("7 input: numbers that are printed for people")
@SOME
@given(st.floats(1e-300, 1e300), st.integers(1, 15), st.sampled_from(["{}", "~{}", ">{}", "<{}", " {} S/cm"]))
def test_a_number_that_is_printed_is_read_as_itself(tally, number, n_digits, form):
    with tally.attempt():
        read = parse_quantity(form.format(scientific(number, n_digits)))
        ends = {end for end in (read.lower, read.upper, read.value) if math.isfinite(end)}
        assert float(f"{number:.{n_digits - 1}e}") in ends


UNITS = (
    *("S/cm", "mS cm⁻¹", "S·cm−1", "S cm^{-1}", "mS cm**-1", "mA/cm2", "mg/cm**2", "Ω cm^2", "°C", "ºC", "K"),
    *("V vs. Li/Li+", "MPa", "nm"),
)


@pytest.mark.fault("7 input: units")
@SOME
@given(mutated(UNITS))
@again_if_slow
def test_a_unit_is_known_and_of_its_kind_or_refused(tally, unit):
    with tally.attempt(), refused_at_most():
        for target in ("S/cm", "degC", "nm"):
            read, told = read_or_told(convert, Quantity(1.0, 2.0, 1.5), unit, target)
            assert target in told if read is None else math.isfinite(read.value) and read.lower != read.upper


@pytest.fixture(scope="module")
def known(tmp_path_factory, vocabulary, works):
    """Both behind a function, since hypothesis would print all of them; what takes long to import is there."""
    path = tmp_path_factory.mktemp("sound") / "own.csv"
    path.write_text("\n".join(",".join(map(quoted, line)) for line in [REQUIRED_OF_MEASUREMENTS, *ROWS]), "utf-8")
    assert len(gather(RawFiles(lab=(path,)), vocabulary, works).records) == len(ROWS)
    return lambda: (vocabulary, works)


@st.composite
def sheets(draw):
    """A sheet of the lab in which some cells are other texts, or the cells of other columns."""
    rows = [list(row) for row in draw(st.lists(st.sampled_from(ROWS), min_size=1, max_size=2))]
    for _ in range(draw(st.integers(1, 4))):
        row, column = draw(st.sampled_from(rows)), draw(st.integers(0, len(ROWS[0]) - 1))
        other = draw(st.integers(0, len(ROWS[0]) - 1))
        if draw(st.booleans()):
            row[column] = draw(st.one_of(mutated((row[column],)), fragments))
        else:
            row[column], row[other] = row[other], row[column]
    return rows


def quoted(cell):
    return '"' + cell.replace('"', '""') + '"'


@pytest.mark.fault("7 input: sheets of the lab")
@SOME
@given(sheets())
@example([["PEO", "", "", "", "", "", "", "20", "1", "S/cm"]])
@again_if_slow
def test_a_row_is_a_record_of_what_was_typed_or_a_fault_with_its_place(tmp_path_factory, tally, known, rows):
    vocabulary, works = known()
    path = tmp_path_factory.getbasetemp() / "own.csv"
    lines = [REQUIRED_OF_MEASUREMENTS, *rows]
    path.write_bytes("\n".join(",".join(map(quoted, line)) for line in lines).encode("utf-8", "replace"))
    with tally.attempt(), refused_at_most(str(path)):
        found = gather(RawFiles(lab=(path,)), vocabulary, works)
        assert len(found.records) + found.n_rejected[str(path)] == len(read_table(path))
        for problem in found.problems:
            assert problem.file == str(path)
            assert problem.row >= 2
            assert problem.column in KNOWN
            assert len(problem.reason) > 10
        for record in found.records:
            assert all(not math.isinf(number) for number in record.values() if isinstance(number, float) and number > 0)
            for kind in ("polymer", "salt", "filler"):
                assert getattr(vocabulary, kind)(record[kind]) == record[kind]


@pytest.mark.fault("7 input: inventory and pending")
@SOME
@given(
    st.lists(
        st.tuples(mutated(("PEO", "LiTFSI", "LLZTO", "*CCO*", "SN", "Li2O")), mutated(("10 g", "0", ""))), max_size=3
    )
)
@again_if_slow
def test_a_list_of_what_is_there_is_read_or_refused(tmp_path_factory, tally, known, rows):
    vocabulary, _ = known()
    path = tmp_path_factory.getbasetemp() / "inventory.csv"
    path.write_bytes(
        "\n".join(",".join(map(quoted, line)) for line in [("name", "amount"), *rows]).encode("utf-8", "replace")
    )
    with tally.attempt():
        with refused_at_most(str(path)):
            held = load_inventory(path, vocabulary)
            assert len(held) <= 3 * len(rows)
        path.write_bytes(path.read_bytes().replace(b'"name","amount"', b'"polymer","filler_amount"', 1))
        with refused_at_most(str(path)):
            readings = listed_rows(path, vocabulary)
            assert all(reading.problems or reading.record["polymer"] for reading in readings)
