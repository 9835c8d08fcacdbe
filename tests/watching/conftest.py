"""A small run that nothing is wrong with."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.learning import CONDUCTIVITY, TARGETS

TEXTS = ("salt_ratio_unit", "filler_amount", "architecture_tags", "additives", "sample", "salt", "reference")


@pytest.fixture
def record():
    """40 works of one composite each at 25 and 60 °C, that all can be."""
    n = 80
    warm = np.tile([25.0, 60.0], n // 2)
    conducts = 10 ** (-5 + 0.01 * (warm - 25) + np.repeat(np.linspace(0, 1, n // 2), 2))
    table = pd.DataFrame(
        {
            "record_id": [f"r-{number:02d}" for number in range(n)],
            "work_id": np.repeat([f"work {number:02d}" for number in range(n // 2)], 2),
            "sample_id": [f"r-{number:02d}" for number in range(n)],
            "sample_rank": 1,
            "origin": "literature",
            "polymer": np.repeat(["PEO", "PVDF", "PAN", "PEO:0.7 + PVDF:0.3"], n // 4),
            "filler": np.repeat(["LLZO", "LATP"], n // 2),
            "filler_wt_fraction": 0.1,
            "filler_vol_fraction": np.nan,
            "salt_ratio": 16.0,
            "particle_size_nm": np.nan,
            "temperature_C": warm,
            "confidence": "high",
            "is_ambiguous": False,
            "conductivity_S_cm": conducts,
            **dict.fromkeys(TEXTS, ""),
        }
    ).assign(salt="LiTFSI")
    for target in TARGETS:
        value = {"transference_number": 0.4, "stability_window_V": 4.8}.get(target.name, 1.0)
        measured = conducts if target is CONDUCTIVITY else value
        table = table.assign(**{target.lower_column: measured, target.upper_column: measured})
        table[target.lower_column.replace("_lower", "")] = measured
    return table


@pytest.fixture
def changed(record):
    """Returns the record with some cells of one row changed."""

    def change(name, **cells):
        row = record.index[record["record_id"] == name]
        changed = record.copy()
        for column, value in cells.items():
            changed.loc[row, column] = value
        return changed

    return change
