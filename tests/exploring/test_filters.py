from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.exploring.filters import ORDERS, Wanted, components, filtered, ordered, orders

RANKING = pd.DataFrame(
    {
        "rank": [1, 2, 3, 4],
        "polymer": ["PEO", "PEO:0.7 + PVDF:0.3", "PAN", "pvdf"],
        "filler": ["LLZTO", "LATP", "BaTiO3 + LLTO", "LLZTO"],
        "architecture": ["particles", "nanowires", "particles", "sandwich"],
        "verdict": ["inside", "edge", "outside", "inside"],
        "conductivity_S_cm": [1e-4, 3e-4, 2e-4, 1e-5],
        "element_cost_USD_kg": [np.nan, 10.0, 30.0, 20.0],
        "desirability": np.nan,
    }
)


@pytest.mark.parametrize(
    ("wanted", "ranks"),
    [
        (Wanted(), [1, 2, 3, 4]),
        (Wanted(polymers=("PEO",)), [1, 2]),
        (Wanted(polymers=("PVDF", "PAN")), [2, 3]),
        (Wanted(fillers=("LLTO",)), [3]),
        (Wanted(architectures=("particles",), verdicts=("inside",)), [1]),
        (Wanted(least_conductivity_S_cm=1e-4), [1, 2, 3]),
        (Wanted(polymers=("PEO",), fillers=("BaTiO3",)), []),
    ],
)
def test_a_row_has_to_hold_all_that_is_asked_for(wanted, ranks):
    assert filtered(RANKING, wanted)["rank"].tolist() == ranks


def test_the_parts_of_blends_can_be_asked_for():
    assert components(RANKING["polymer"]) == ["PAN", "PEO", "PVDF", "pvdf"]
    assert components(RANKING["filler"]) == ["BaTiO3", "LATP", "LLTO", "LLZTO"]


@pytest.mark.parametrize(
    ("order", "ranks"),
    [
        ("rank", [1, 2, 3, 4]),
        ("conductivity, highest first", [2, 3, 1, 4]),
        ("cost of the elements, lowest first", [2, 4, 3, 1]),
        ("polymer", [3, 1, 2, 4]),
        ("filler", [3, 2, 1, 4]),
    ],
)
def test_what_is_not_known_comes_last_and_equal_rows_stay_in_place(order, ranks):
    assert ordered(RANKING, order)["rank"].tolist() == ranks


def test_a_ranking_can_be_ordered_by_what_it_holds():
    assert "desirability, highest first" in ORDERS
    assert not {"desirability, highest first", "loading, lowest first"} & set(orders(RANKING))
