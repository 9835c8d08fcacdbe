"""One raw row → one record: names resolved, quantities read as bounds, every fault of the row listed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pipeline.common.errors import Problem
from pipeline.records import columns
from pipeline.records.columns import QuantityColumn
from pipeline.records.quantities import Quantity, parse_quantity
from pipeline.records.units import convert
from pipeline.records.vocabulary import Vocabulary

T = TypeVar("T")
_FRACTION_DECIMALS = 12


@dataclass
class Reading:
    """What one row says, and what is wrong with it. A cell with a fault is left empty in `record`."""

    record: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class RowReader:
    """Reads rows of one file.

    Attributes:
        file: The file's path, for messages.
        vocabulary: What names mean.
    """

    file: str
    vocabulary: Vocabulary

    def read_mixture(self, number: int, row: Mapping[str, str]) -> Reading:
        """Read the columns that say what was made and at which temperature.

        Args:
            number: The row's number in the file.
            row: Cells by column name; a column that is not there reads as empty.
        """
        reading = Reading()
        read = _CellReader(self.file, number, row, reading)
        record = reading.record
        record["polymer"] = read.cell("polymer", self.vocabulary.polymer) or ""
        record["salt"] = read.cell("salt", self.vocabulary.salt) or ""
        record["filler"] = read.cell("filler", self.vocabulary.filler) or ""
        record["architecture_tags"] = ";".join(read.cell("architecture", self.vocabulary.tags) or [])
        record["additives"] = ";".join(read.cell("additives", self.vocabulary.additives) or [])
        if not row.get("polymer") and not row.get("filler"):
            read.fault("polymer", "a mixture has a polymer, a filler or both; neither is given")
        amount = self._read_amount(read, record)
        _read_salt_ratio(read, record)
        _keep(record, columns.PARTICLE_SIZE, read.quantity(columns.PARTICLE_SIZE, _plain(columns.PARTICLE_SIZE.unit)))
        temperature = read.quantity(columns.TEMPERATURE, _temperature)
        record["temperature_C"] = temperature.value if temperature else math.nan
        record["is_temperature_stated"] = temperature is not None
        is_range = temperature is not None and temperature.lower != temperature.upper and not temperature.is_spread
        record["is_ambiguous"] = is_range or any(q.is_ambiguous for q in (amount, temperature) if q)
        record["is_room_temperature"] = row.get("temperature_C", "").casefold() in columns.ROOM_TEMPERATURE_WORDS
        return reading

    def read_measurement(self, number: int, row: Mapping[str, str]) -> Reading:
        """Read a whole row: the mixture and all that was measured on it."""
        reading = self.read_mixture(number, row)
        read = _CellReader(self.file, number, row, reading)
        quantities = [read.quantity(columns.CONDUCTIVITY, _conductivity(row.get("conductivity_unit", "")))]
        _keep(reading.record, columns.CONDUCTIVITY, quantities[0])
        for column in columns.MEASURED:
            quantities.append(read.quantity(column, _plain(column.unit)))
            _keep(reading.record, column, quantities[-1])
        for column in columns.CELL:
            cells = row.get(column.raw, "").split(columns.CELL_SEPARATOR)
            how = _temperature if column.unit == columns.TEMPERATURE.unit else _plain(column.unit)
            parts = [read.quantity(column, how, cell.strip()) for cell in cells]
            _keep(reading.record, column, parts[0])
        for name in columns.TEXT:
            reading.record[name] = row.get(name, "")
        if (confidence := row.get("confidence", "")) not in columns.CONFIDENCES:
            read.fault("confidence", f"one of {', '.join(columns.CONFIDENCES[1:])} was expected, got {confidence}")
        is_unsure = confidence not in ("", "high")
        is_ambiguous = any(quantity.is_ambiguous for quantity in quantities if quantity)
        reading.record["is_ambiguous"] |= is_unsure or is_ambiguous
        return reading

    def _read_amount(self, read: _CellReader, record: dict[str, Any]) -> Quantity | None:
        """Read the loading; a range (a series, or layers that differ) is kept as printed and is no single fraction."""
        record["filler_amount"] = ""
        record["filler_wt_fraction"] = record["filler_vol_fraction"] = math.nan
        unit = read.row.get("filler_unit", "")
        text = read.row.get("filler_amount", "")
        if not text:
            return None
        if not read.row.get("filler"):
            read.fault("filler_amount", "an amount without a filler; name the filler or empty this cell")
            return None
        kind, whole = columns.FILLER_UNITS.get("".join(unit.split()).casefold(), ("", 0.0))
        if not kind:
            read.fault("filler_unit", "wt%, vol%, wt fraction or vol fraction was expected")
            return None
        column = QuantityColumn("filler_amount", "filler_amount", unit, 0, whole)
        amount = read.quantity(column, _plain(unit))
        record["filler_amount"] = text if unit in text else f"{text} {unit}"
        is_one_number = amount is not None and (amount.lower == amount.upper or amount.is_spread)
        record[f"filler_{kind}_fraction"] = _fraction(amount, whole) if is_one_number else math.nan
        return amount


@dataclass
class _CellReader:
    """Reads the cells of one row; a fault is listed in `reading` and the cell counts as empty."""

    file: str
    number: int
    row: Mapping[str, str]
    reading: Reading

    def fault(self, column: str, reason: str, value: str | None = None) -> None:
        """List a fault of a column's cell, or of the part of it that is given as `value`."""
        shown = self.row.get(column, "") if value is None else value
        self.reading.problems.append(Problem(self.file, self.number, column, shown, reason))

    def cell(self, column: str, read: Callable[[str], T]) -> T | None:
        """Return what `read` makes of a column's cell; None where it is empty or at fault."""
        text = self.row.get(column, "")
        try:
            return read(text) if text else None
        except ValueError as error:
            self.fault(column, str(error))
            return None

    def quantity(
        self, column: QuantityColumn, read: Callable[[str], Quantity], text: str | None = None
    ) -> Quantity | None:
        """Return the quantity of a column's cell, or of `text`, within the column's limits; None as for `cell`."""
        text = self.row.get(column.raw, "") if text is None else text
        if not text:
            return None
        try:
            quantity = read(text)
        except ValueError as error:
            self.fault(column.raw, str(error), text)
            return None
        printed = (quantity.value,) if quantity.is_spread else (quantity.lower, quantity.upper)
        outside = [
            number for number in printed if math.isfinite(number) and not column.lowest <= number <= column.highest
        ]
        if outside:
            self.fault(
                column.raw,
                f"{outside[0]:g} {column.unit} is not possible; "
                f"{column.lowest:g} to {column.highest:g} {column.unit} was expected".replace("  ", " "),
                text,
            )
            return None
        if quantity.is_spread:
            lower, upper = max(quantity.lower, column.lowest), min(quantity.upper, column.highest)
            return replace(quantity, lower=lower, upper=upper)
        return quantity


def _read_salt_ratio(read: _CellReader, record: dict[str, Any]) -> None:
    """Read how much salt there is, in the terms in which the source states it."""
    record["salt_ratio"], record["salt_ratio_unit"] = math.nan, ""
    unit, text = read.row.get("salt_ratio_unit", ""), read.row.get("salt_ratio", "")
    if unit and not text:
        read.fault("salt_ratio", f"a unit without a number; give the number or empty {unit!r}")
    if not text:
        return
    if unit not in columns.SALT_RATIOS:
        read.fault("salt_ratio_unit", f"one of {', '.join(columns.SALT_RATIOS)} was expected")
        return
    column = QuantityColumn("salt_ratio", "salt_ratio", unit, *columns.SALT_RATIOS[unit])
    quantity = read.quantity(column, _plain(unit))
    if quantity is not None:
        record["salt_ratio"], record["salt_ratio_unit"] = quantity.value, unit


def _plain(unit: str) -> Callable[[str], Quantity]:
    def read(text: str) -> Quantity:
        quantity = parse_quantity(text)
        if not quantity.unit or quantity.unit == unit:
            return quantity
        if not unit:
            raise ValueError(f"a number without a unit was expected, {quantity.unit!r} stands behind it")
        return convert(quantity, quantity.unit, unit)

    return read


def _temperature(text: str) -> Quantity:
    if text.casefold() in columns.ROOM_TEMPERATURE_WORDS:
        return Quantity(columns.ROOM_TEMPERATURE_C, columns.ROOM_TEMPERATURE_C, columns.ROOM_TEMPERATURE_C)
    quantity = _plain("degC")(text)
    if quantity.is_one_sided:
        raise ValueError(f"{text!r} bounds the temperature; the temperature of this measurement was expected")
    return replace(quantity, value=(quantity.lower + quantity.upper) / 2)


def _conductivity(unit: str) -> Callable[[str], Quantity]:
    def read(text: str) -> Quantity:
        quantity = parse_quantity(text)
        if unit and quantity.unit:
            raise ValueError(
                f"{quantity.unit!r} stands behind the number; the unit stands in conductivity_unit already"
            )
        stated = unit or quantity.unit
        if not stated:
            raise ValueError("no unit; write S/cm or mS/cm in conductivity_unit")
        return convert(quantity, stated, "S/cm")

    return read


def _keep(record: dict[str, Any], column: QuantityColumn, quantity: Quantity | None) -> None:
    takes_end = quantity is not None and column.is_upper_end and not quantity.is_one_sided
    record[column.record] = quantity.upper if quantity and takes_end else _value(quantity)
    if quantity is not None and quantity.is_ambiguous and not column.has_bounds:
        record[column.record] = math.nan
    if column.has_bounds:
        record[column.lower] = quantity.lower if quantity else math.nan
        record[column.upper] = quantity.upper if quantity else math.nan


def _fraction(amount: Quantity | None, whole: float) -> float:
    """Return an amount as a fraction: 12.3 % is the float 0.123, not the one beside it."""
    return round(_value(amount) / whole, _FRACTION_DECIMALS)


def _value(quantity: Quantity | None) -> float:
    return quantity.value if quantity else math.nan
