"""A ranking of two mixtures, as `rank` writes it."""

import pandas as pd
import pytest


@pytest.fixture
def ranking() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rank": [1, 2],
            "polymer": ["PEO", "PEO"],
            "filler": ["LLZTO", "Al2O3"],
            "salt": ["LiTFSI", "LiTFSI"],
            "filler_wt_fraction_from": [0.1, 0.1],
            "filler_wt_fraction_to": [0.2, 0.1],
            "architecture": ["wires", "particles"],
            "additives": ["", "SN;dopamine"],
            "log10_conductivity": [-3.0, -4.0],
            "log10_conductivity_lower": [-4.0, -5.0],
            "log10_conductivity_upper": [-2.0, -3.0],
            "conductivity_S_cm": [1e-3, 1e-4],
            "stability_window_V": [4.9, 5.0],
            "transference_number": [0.5, 0.5],
            "verdict": ["edge", "outside"],
            "domain": ["measured together; salt LiTFSI never measured", "filler Al2O3 never measured"],
            "nearest_1": ["PEO / BaTiO3: 1.0×10⁻⁵ S/cm", "x"],
        }
    )
