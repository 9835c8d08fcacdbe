from pathlib import Path

import pytest

from pipeline.common import layout
from pipeline.common.typed import read_table
from pipeline.records import columns
from pipeline.records.quantities import format_quantity, parse_quantity

ROOT = Path(__file__).parents[2]
SHEETS = sorted(path.name for path in (ROOT / layout.LITERATURE).glob("*.csv") if path.name != layout.WORKS.name)
QUANTITIES = (columns.CONDUCTIVITY, columns.TEMPERATURE, columns.PARTICLE_SIZE, *columns.MEASURED, *columns.CELL)
NUMBERS = (*(column.raw for column in QUANTITIES), "filler_amount", "salt_ratio")


def _printed(sheet):
    table = read_table(ROOT / layout.LITERATURE / sheet)
    cells = {
        part.strip()
        for name in NUMBERS
        if name in table
        for cell in table[name]
        for part in cell.split(columns.CELL_SEPARATOR)
    }
    return sorted(cell for cell in cells if cell and cell.casefold() not in columns.ROOM_TEMPERATURE_WORDS)


@pytest.mark.parametrize("sheet", SHEETS)
def test_what_a_source_prints_is_written_and_read_again_to_the_same_bounds(sheet):
    printed = _printed(sheet)
    assert printed
    for cell in printed:
        read = parse_quantity(cell)
        again = parse_quantity(format_quantity(read))
        assert (again.lower, again.upper) == (read.lower, read.upper), cell
        assert (again.unit, again.is_ambiguous) == (read.unit, read.is_ambiguous), cell


def test_every_way_of_printing_a_quantity_stands_in_the_literature():
    printed = [parse_quantity(cell) for sheet in SHEETS for cell in _printed(sheet)]
    assert len(printed) > 900
    for is_so in (
        lambda quantity: quantity.is_ambiguous,
        lambda quantity: quantity.is_spread,
        lambda quantity: quantity.is_one_sided,
        lambda quantity: quantity.unit,
        lambda quantity: not quantity.is_spread and quantity.lower < quantity.upper,
    ):
        assert any(map(is_so, printed))
