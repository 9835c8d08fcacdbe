"""The measured records that stand behind a prediction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.learning import Ensemble, most_similar
from pipeline.records import as_measured


def nearest(
    features: pd.DataFrame, record_features: pd.DataFrame, ensemble: Ensemble, n_neighbours: int
) -> npt.NDArray[np.intp]:
    """Find for each mixture the measured records that the model treats most alike.

    Args:
        features: n rows of features.
        record_features: Those of m measured records.
        ensemble: The model whose leaves are compared.
        n_neighbours: How many to find, at most m.

    Returns:
        Positions of the records, shape (n, n_neighbours), most similar first; of equal ones the first.
    """
    return most_similar(ensemble.leaves(features), ensemble.leaves(record_features), n_neighbours)[0]


def describe(record: pd.Series) -> str:
    """Write a measured record in one line: mixture, value, temperature, work and place.

    Args:
        record: One row of the records.
    """
    work = record["citation"] or f"reference {record['reference']} of review {record['source']}"
    return f"{mixture(record)}: {conductivity(record)} at {_temperature(record)} [{work}; {place(record)}]"


def place(record: pd.Series) -> str:
    """Say where a record stands: "review 003, Table 1, row 4", "its abstract", a row of a file."""
    if record["source"].isdecimal():
        return f"review {record['source']}, {record['locator']}"
    if record["origin"] == "literature":
        return f"its {record['locator']}"
    return str(record["locator"]) if record["origin"] == "lab" else f"{record['source']}, {record['locator']}"


def mixture(record: pd.Series) -> str:
    """Write the polymer, the filler and its loading as printed of a record: "PEO / LLZTO 10 wt%"."""
    filler = f"{record['filler']} {record['filler_amount']}".strip()
    return " / ".join(part for part in (record["polymer"], filler) if part)


def conductivity(record: pd.Series) -> str:
    """Write a record's conductivity as far as its source states it, in S/cm."""
    low, high = record["conductivity_lower_S_cm"], record["conductivity_upper_S_cm"]
    if low == high:
        return f"{as_measured(low)} S/cm"
    if not np.isfinite(low):
        return f"below {as_measured(high)} S/cm"
    return f"{as_measured(low)} to {as_measured(high)} S/cm" if np.isfinite(high) else f"above {as_measured(low)} S/cm"


def _temperature(record: pd.Series) -> str:
    return f"{record['temperature_C']:g} °C" if record["is_temperature_stated"] else "a temperature not stated"
