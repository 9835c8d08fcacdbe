"""The columns of a raw CSV: what each holds, in which unit, within which limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class QuantityColumn:
    """A column of printed quantities.

    Attributes:
        raw: Name in the raw CSV.
        record: Name of the number in the records; `{record}` with `lower`/`upper` before the unit are its bounds.
        unit: Unit of the record's number, and of a raw cell that names none.
        lowest: Smallest number that is physically sensible.
        highest: Largest number that is physically sensible.
        has_bounds: Whether the records keep its lower and upper bound.
        is_upper_end: Whether the upper end of a printed range is meant (a cut-off) and not its middle.
    """

    raw: str
    record: str
    unit: str
    lowest: float
    highest: float
    has_bounds: bool = False
    is_upper_end: bool = False

    @property
    def lower(self) -> str:
        """Name of the record's lower bound."""
        return _bound(self.record, "lower")

    @property
    def upper(self) -> str:
        """Name of the record's upper bound."""
        return _bound(self.record, "upper")


def _bound(record: str, which: str) -> str:
    for unit in ("_S_cm", "_V", "_MPa", "_h"):
        if record.endswith(unit):
            return f"{record.removesuffix(unit)}_{which}{unit}"
    return f"{record}_{which}"


CONDUCTIVITY = QuantityColumn("conductivity", "conductivity_S_cm", "S/cm", 1e-20, 1.0, has_bounds=True)
PARTICLE_SIZE = QuantityColumn("particle_size_nm", "particle_size_nm", "nm", 0.1, 1e6)
TEMPERATURE = QuantityColumn("temperature_C", "temperature_C", "degC", -150, 300)
MEASURED = (
    QuantityColumn("transference_number", "transference_number", "", 0, 1, has_bounds=True),
    QuantityColumn("stability_window_V", "stability_window_V", "V", 0, 10, has_bounds=True),
    QuantityColumn("tensile_strength_MPa", "tensile_strength_MPa", "MPa", 1e-4, 5000, has_bounds=True),
)
CELL = (
    QuantityColumn("cutoff_voltage_V", "cutoff_voltage_V", "V", 0, 10, is_upper_end=True),
    QuantityColumn("cathode_loading_mg_cm2", "cathode_loading_mg_cm2", "mg/cm**2", 0, 200),
    QuantityColumn("cell_rate_C", "cell_rate_C", "C", 0, 100),
    QuantityColumn("cell_current_density_mA_cm2", "cell_current_density_mA_cm2", "mA/cm**2", 0, 100),
    QuantityColumn("cell_cycles", "cell_cycles", "cycles", 0, 1e6),
    QuantityColumn("cell_retention_percent", "cell_retention_percent", "%", 0, 150),
    QuantityColumn("cell_capacity_mAh_g", "cell_capacity_mAh_g", "mAh/g", 0, 4000),
    QuantityColumn("cell_temperature_C", "cell_temperature_C", "degC", -150, 600),
    QuantityColumn("symmetric_current_density_mA_cm2", "symmetric_current_density_mA_cm2", "mA/cm**2", 0, 100),
    QuantityColumn("symmetric_duration_h", "symmetric_duration_h", "h", 0, 1e6, has_bounds=True),
)
ANY_RESULT = ("conductivity", *(column.raw for column in (*MEASURED, *CELL)))
COMPOSITION = (
    "polymer",
    "salt",
    "filler",
    "filler_amount",
    "filler_unit",
    "architecture",
    "additives",
    "temperature_C",
)
FURTHER_COMPOSITION = ("salt_ratio", "salt_ratio_unit", PARTICLE_SIZE.raw)
PROVENANCE = ("source", "table", "row", "reference")
FURTHER_PROVENANCE = ("place", "same_sample_as")
TEXT = ("sample", "thickness_um", "cathode", "confidence", "note")
RESULTS = ("conductivity", "conductivity_unit", *(c.raw for c in MEASURED))
KNOWN = (
    *PROVENANCE,
    *FURTHER_PROVENANCE,
    *COMPOSITION,
    *FURTHER_COMPOSITION,
    *RESULTS,
    *TEXT,
    *(c.raw for c in CELL),
)
STATUS = "status"
PENDING, DONE = "PENDING", "DONE"
"""What stands in a worksheet's `status`: being made, or measured."""
PREDICTED = "predicted_"
"""How the names of columns begin that say what was predicted of a mixture; nothing reads them as measured."""
WHY_ASKED = ("campaign", "reason", "way_to_build", "mixture", "acquisition_value")
"""Further columns of a worksheet: why the experiment was asked for. Nothing reads them."""
KNOWN_OF_LAB = (STATUS, *KNOWN, *WHY_ASKED)
REQUIRED_OF_MEASUREMENTS = (*COMPOSITION, "conductivity", "conductivity_unit")
REQUIRED_OF_LITERATURE = (*PROVENANCE, *REQUIRED_OF_MEASUREMENTS)

CELL_SEPARATOR = "|"
ROOM_TEMPERATURE_C = 25.0
ROOM_TEMPERATURE_WORDS = frozenset({"rt", "r.t.", "room temperature"})
ORIGINS = ("literature", "lab", "public")
"""Where a record comes from: a review or paper read for this project, the lab itself, or a public data set."""
CONFIDENCES = ("", "high", "medium", "low", "doubtful")
DOUBTFUL = "doubtful"
FILLER_UNITS = {
    "wt%": ("wt", 100.0),
    "wt.%": ("wt", 100.0),
    "weight%": ("wt", 100.0),
    "mass%": ("wt", 100.0),
    "vol%": ("vol", 100.0),
    "vol.%": ("vol", 100.0),
    "volume%": ("vol", 100.0),
    "v%": ("vol", 100.0),
    "wtfraction": ("wt", 1.0),
    "weightfraction": ("wt", 1.0),
    "massfraction": ("wt", 1.0),
    "volfraction": ("vol", 1.0),
    "volumefraction": ("vol", 1.0),
}
"""By what a loading is stated, and what it is out of."""
SALT_RATIOS = {
    "EO:Li": (0.1, 1000),
    "wt%": (0, 100),
    "mol%": (0, 500),
    "M": (0, 30),
    "mol/kg": (0, 250),
    "polymer:salt": (0.01, 1000),
}
"""How papers state the salt's share, each with the smallest and largest sensible number: ether oxygens for each
lithium; weight per cent of polymer and salt; mol of salt for each hundred repeat units (as works on polycarbonates
state it); mol for each litre, and for each kilogram of polymer; polymer weight for each weight of salt."""
