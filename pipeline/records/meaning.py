"""What each column of the records means, for people who meet the table outside of this project."""

from __future__ import annotations

from pipeline.records import columns
from pipeline.records.columns import QuantityColumn

_TEXTS = {
    "record_id": "Key: source, then the row of its table (000-T2-03), the line of its text (000-L1043) or a number",
    "origin": "literature, lab (own measurements) or public (a public data set)",
    "source": "Number of the review, name of the batch of papers, or name of the public set",
    "locator": "Where in its source the row stands",
    "reference": "The review's citation numbers as printed, the main one first, or the work's id",
    "work_id": "Key of the primary paper in works.csv: the unit of evidence, on one side of every split",
    "year": "Year of the primary paper; empty where no source states it",
    "polymer": "Polymer by its name in polymers.csv, or as repeat unit; blends joined by ' + '; empty for none",
    "salt": "Salt by its name in salts.csv, or as SMILES of its ions; none where the source says so; empty: not stated",
    "salt_ratio": "How much salt there is, in the terms of salt_ratio_unit",
    "salt_ratio_unit": "EO:Li (ether oxygens for each lithium), wt%, mol%, M, mol/kg or polymer:salt (weight ratio)",
    "filler": "Filler by its name in fillers.csv, or as formula; several joined by ' + '; empty without a filler",
    "filler_amount": "Loading as printed",
    "filler_wt_fraction": "Loading as weight fraction, where one number in weight is stated",
    "filler_vol_fraction": "Loading as volume fraction, where one number in volume is stated",
    "architecture_tags": "Tags of tags.csv that the source states, and those that they imply, joined by ';'",
    "additives": "Plasticisers, solvents, treatments, supports by their names in additives.csv, joined by ';'",
    "sample": "The sample in the source's own terms",
    "thickness_um": "Thickness as printed, in micrometres",
    "cathode": "Cathodes of the cells as printed",
    "confidence": "How sure the reading is: high, medium, low, or doubtful (kept, not learned from)",
    "note": "What else is to be known of the row",
    "citation": "The primary paper, as far as known",
    "doi": "DOI of the primary paper, where known",
    "is_temperature_stated": "Whether the temperature of the conductivity is stated",
    "is_room_temperature": "Whether it is stated as room temperature, read as 25 °C",
    "is_ambiguous": "Whether a digit, or the row's reading, is unsure",
    "sample_id": "Shared by the records of one sample at one temperature: its first record's id",
    "sample_rank": "Place among them: of those that hold a number, the one with the smallest rank is learned from",
    "completed_from": "What another record of the sample says and this one leaves open, with that record's id",
}
_QUANTITIES = {
    "particle_size_nm": "Filler size",
    "temperature_C": "Temperature of the conductivity",
    "conductivity_S_cm": "Ionic conductivity",
    "transference_number": "Lithium-ion transference number",
    "stability_window_V": "Upper end of the electrochemical stability window against Li/Li⁺",
    "tensile_strength_MPa": "Tensile strength",
    "cutoff_voltage_V": "Upper cut-off voltage of the cell",
    "cathode_loading_mg_cm2": "Cathode loading of the cell",
    "cell_rate_C": "Rate of the cell",
    "cell_current_density_mA_cm2": "Current density of the cell",
    "cell_cycles": "Cycles of the cell",
    "cell_retention_percent": "Capacity left after these cycles",
    "cell_capacity_mAh_g": "Capacity of the cell",
    "cell_temperature_C": "Temperature of the cell",
    "symmetric_current_density_mA_cm2": "Current density of the Li/Li cell",
    "symmetric_duration_h": "Time that the Li/Li cell ran",
}


def meanings() -> dict[str, str]:
    """Return the meaning of every column of the records, with its unit."""
    quantities = (columns.PARTICLE_SIZE, columns.TEMPERATURE, columns.CONDUCTIVITY, *columns.MEASURED, *columns.CELL)
    said = dict(_TEXTS)
    for column in quantities:
        said |= _of_quantity(column)
    return said


def _of_quantity(column: QuantityColumn) -> dict[str, str]:
    meaning = _QUANTITIES[column.record]
    unit = f", {column.unit.replace('**', '').replace('degC', '°C')}" if column.unit else ""
    said = {column.record: f"{meaning}{unit}; of a range its middle, empty where only a bound is stated"}
    if column.has_bounds:
        said[column.lower] = f"{meaning}{unit}: lower bound of what is printed"
        said[column.upper] = f"{meaning}{unit}: upper bound of what is printed"
    return said


_COMPONENT = {
    "name": "Name in the records",
    "aliases": "Other spellings, joined by ';'",
    "source": "Where it was seen",
    "note": "What else is to be known",
}
_RAW = {
    "works": {
        "work_id": "Key of the primary paper",
        "first_author": "Family name of its first author",
        "year": "Year of publication",
        "journal": "Journal, abbreviated",
        "volume": "Volume",
        "page": "First page or article number",
        "doi": "DOI, where seen",
        "address": "Page on which its values were read, for papers beyond the reviews",
        "note": "How it was identified, and what differs between lists",
        **{f"ref_00{n}": f"Its reference numbers in review 00{n}" for n in range(5)},
    },
    "polymers": {
        "psmiles": "Repeat unit as SMILES with two *; units of a copolymer joined by '.'",
        "unit_fractions": "How many of the units each is, where stated; equally many otherwise",
        "class": "Class",
    },
    "salts": {"smiles": "Ions as SMILES", "formula": "Formula of the salt", "anion": "Short name of the anion"},
    "fillers": {
        "formula": "Formula; empty where none is defined",
        "further_elements": "Dopants of unknown content, joined by ';'",
        "family": "Structure family",
        "is_active": "Whether it conducts lithium ions itself: true or false",
    },
    "additives": {"kind": "Kind of additive or treatment"},
    "tags": {"group": "Group of tags", "implies": "Tags that it implies, joined by ';'", "definition": "What it means"},
    "constants": {
        "kind": "polymers, salts, fillers or additives",
        "property": "Property, its unit at the end of its name",
        "value": "Value as printed",
    },
    "clumping": {
        "size_up_to_nm": "Largest particles that the row speaks of, in nm",
        "surface": "bare or coated",
        "filler_wt_fraction": "Highest loading at which they are still dispersed, mass for each mass of composite",
    },
    "critical_elements": {
        "symbol": "Element; empty for a material that is none",
        "name": "Name of the material on the list of Regulation (EU) 2024/1252",
        "critical": "Whether Annex II lists it: true or false",
        "strategic": "Whether Annex I lists it: true or false",
        "counted": "Whether what holds the element counts as holding a critical raw material: true or false",
    },
    "conflicts": {
        "quantity": "Column of the records in which the places differ",
        "value": "What this place prints",
        "lower": "Lower bound of what it prints",
        "upper": "Upper bound of what it prints",
        "is_learned_from": "Whether this value is the one that is learned from",
    },
}


def describe_raw_columns(table: str) -> dict[str, str]:
    """Return the meaning of the columns of works.csv, conflicts.csv or a component table."""
    return _COMPONENT | _RAW[table]
