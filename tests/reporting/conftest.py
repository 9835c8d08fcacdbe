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
            "log10_tensile_strength": [1.0, 1.0],
            "element_cost_USD_kg": [150.0, float("nan")],
            "critical_elements": ["La;Ta", ""],
            "in_stock": ["no: LLZTO", "yes"],
            "rank_by_predicted_value": [2, 1],
            "next_best_loading": [0.26, float("nan")],
            "next_best_loading_difference": [-0.04, float("nan")],
            "nearest_1": ["PEO / BaTiO3: 1.0×10⁻⁵ S/cm", "x"],
        }
    )


@pytest.fixture
def advice() -> list:
    """What `advise` writes of the two, with curves at two places each and one measurement on the pair of the first."""

    def of(adds: float) -> dict:
        parts = [
            {"choice": "polymer", "words": "PEO:0.7 + PVDF:0.3", "adds": adds},
            {"choice": "filler", "words": "Al2O3, 50 nm", "adds": -0.1},
            {"choice": "architecture", "words": "wires", "adds": 0.05},
            {"choice": "salt", "words": "LiTFSI", "adds": 0.01},
        ]
        ends = {"predicted": [-4.0, -3.0], "lower": [-5.0, -4.0], "upper": [-3.0, -2.0]}
        return {
            "drivers": {"base": -3.5, "predicted": -3.0, "n_background": 40, "parts": parts},
            "loading": {"filler_wt_fraction": [0.1, 0.2], **ends},
            "arrhenius": {
                "temperature_C": [0.0, 25.0],
                "reciprocal_temperature_1000_K": [3.66, 3.35],
                "is_known": [False, True],
                **ends,
            },
            "measured": {
                "record_id": ["a", "b"],
                "citation": ["Doe et al.", "Roe et al."],
                "temperature_C": [30.0, None],
                "filler_wt_fraction": [None, 0.15],
                "conductivity_S_cm": [2e-4, 5e-5],
                "reciprocal_temperature_1000_K": [3.3, None],
            },
        }

    return [{"rank": 1, **of(0.3)}, {"rank": 2, **of(-0.2)}]


@pytest.fixture
def fits() -> dict:
    """What `stability` writes: of two, ten fits to other papers name a fifth again, five with another seed all."""
    newcomer = {"polymer": "PVDF", "filler": "SiO2", "n_times": 8}
    return {
        "resampled": {
            "overlaps": [0.2] * 10,
            "mean_overlap": 0.2,
            "mean_shortfall": 0.12,
            "n_times_in_top": [3, 1],
            "newcomers": [newcomer],
        },
        "reseeded": {
            "overlaps": [1.0] * 5,
            "mean_overlap": 1.0,
            "mean_shortfall": 0.0,
            "n_times_in_top": [5, 5],
            "newcomers": [],
        },
    }
