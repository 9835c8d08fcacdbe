import numpy as np
import pandas as pd
import pytest

from pipeline.common import layout
from pipeline.screening import Knowledge, load_facts
from pipeline.screening.supply import SUPPLY_COLUMNS, supply


@pytest.fixture
def told(library, vocabulary):
    """What is told of one mixture."""
    facts = load_facts(layout.COMPONENTS)

    def of(stock=None, **cells):
        mixture = {"polymer": "PEO", "salt": "LiTFSI", "filler": "SiO2", "additives": ""} | cells
        row = pd.DataFrame([mixture])
        return supply(row, np.array([12.5]), Knowledge(library, facts, None, stock)).iloc[0]

    return of


@pytest.mark.parametrize(
    ("cells", "elements"),
    [
        ({"filler": "LLZTO"}, "La;Ta"),
        ({"filler": "LATP"}, ""),  # Al, Ti and P are listed as ore, metal and rock
        ({"filler": "LAGP"}, "Ge"),
        ({"filler": "BaTiO3 + LLTO"}, "La"),
        ({"filler": "SiO2", "salt": "LiBOB"}, "B"),
        ({"filler": "Bi-LATP", "salt": "LiDFOB"}, "B;Bi"),  # dopants count
        ({"filler": "LICGC"}, "unknown"),
        ({"filler": "LLZO + LICGC", "salt": "none"}, "La;unknown"),
        ({"filler": "", "salt": ""}, ""),
    ],
)
def test_critical_elements_are_those_that_the_limit_counts(told, cells, elements):
    assert told(**cells)["critical_elements"] == elements


def test_what_is_missing_of_a_mixture_is_named(told):
    stock = frozenset({"PEO", "PVDF", "LiTFSI", "SiO2"})
    assert told(stock)["in_stock"] == "yes"
    assert told(stock, salt="none", filler="")["in_stock"] == "yes"
    missing = told(stock, polymer="PEO:0.5 + PAN:0.5", filler="LLZTO + SiO2", additives="SN;dopamine")
    assert missing["in_stock"] == "no: PAN, LLZTO, SN, dopamine"
    assert told(None)["in_stock"] == "", "nobody said what is there"


def test_the_columns_are_the_ones_that_are_explained(told):
    assert list(told().index) == list(SUPPLY_COLUMNS)
    assert told()["element_cost_USD_kg"] == 12.5
