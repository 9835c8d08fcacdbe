import numpy as np
import pandas as pd
import pytest

from features import featurize
from pipeline.learning import CONDUCTIVITY
from pipeline.screening import describe, nearest

RECORD = pd.Series(
    {
        "polymer": "PEO",
        "filler": "LLZTO",
        "filler_amount": "12.5 wt%",
        "conductivity_lower_S_cm": 1.17e-4,
        "conductivity_upper_S_cm": 1.17e-4,
        "temperature_C": 30.0,
        "is_temperature_stated": True,
        "citation": "Zhang et al., Nano Energy 28, 447 (2016)",
        "reference": "12",
        "origin": "literature",
        "source": "003",
        "locator": "Table 1, row 4",
    }
)


@pytest.fixture
def neighbours(measured, models, library):
    def find(mixtures, n_neighbours):
        return nearest(featurize(mixtures, library), measured.described, models[CONDUCTIVITY.name][0], n_neighbours)

    return find


def test_a_measured_mixture_is_its_own_nearest_record(neighbours, measured, models):
    leaves = models[CONDUCTIVITY.name][0].leaves(measured.described)
    nearest_of_each = neighbours(measured.records, 1)[:, 0]
    # Where two records end in the same leaves of all trees the earlier one comes first; elsewhere it is the record.
    assert (leaves[nearest_of_each] == leaves).all()
    assert (nearest_of_each == np.arange(len(leaves))).mean() > 0.9


def test_records_are_ordered_by_the_share_of_trees_that_treat_them_alike(neighbours, measured, models, library):
    mixtures = measured.records.iloc[:10].assign(temperature_C=55.0, salt="LiFSI", architecture_tags="sheets")
    ensemble = models[CONDUCTIVITY.name][0]
    leaves, own = ensemble.leaves(measured.described), ensemble.leaves(featurize(mixtures, library))
    for positions, of_mixture in zip(neighbours(mixtures, len(leaves)), own, strict=True):
        shared = [sum(mine == theirs for mine, theirs in zip(of_mixture, leaves[k], strict=True)) for k in positions]
        assert shared == sorted(shared, reverse=True)
        assert len(set(shared)) > 5


def test_of_equally_near_records_the_earlier_one_comes_first(measured, models):
    features = pd.concat([measured.described.iloc[[0]]] * 6, ignore_index=True)
    order = nearest(features, features, models[CONDUCTIVITY.name][0], 6)
    assert order.tolist() == [list(range(6))] * 6


def test_a_model_that_tells_nothing_apart_names_the_first_records(measured, constant):
    assert nearest(measured.described, measured.described, constant, 3).tolist() == [[0, 1, 2]] * len(measured.records)


def test_every_record_is_listed_once(neighbours, measured):
    order = neighbours(measured.records.iloc[:4], len(measured.records))
    assert (np.sort(order, axis=1) == np.arange(len(measured.records))).all()


def test_fewer_neighbours_are_the_first_of_more(neighbours, measured):
    mixtures = measured.records.iloc[:4]
    assert neighbours(mixtures, 3).tolist() == neighbours(mixtures, 20)[:, :3].tolist()


def test_a_record_in_one_line():
    assert describe(RECORD) == (
        "PEO / LLZTO 12.5 wt%: 1.17×10⁻⁴ S/cm at 30 °C "
        "[Zhang et al., Nano Energy 28, 447 (2016); review 003, Table 1, row 4]"
    )


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"filler_amount": "20–80 vol%"}, "LLZTO 20–80 vol%:"),
        ({"filler_amount": ""}, "PEO / LLZTO:"),
        ({"polymer": "", "filler_amount": "100 wt%"}, "LLZTO 100 wt%:"),
        ({"filler": "", "filler_amount": ""}, "PEO:"),
        ({"conductivity_lower_S_cm": -np.inf}, "PEO / LLZTO 12.5 wt%: below 1.17×10⁻⁴ S/cm"),
        ({"conductivity_upper_S_cm": 3e-4}, "1.17×10⁻⁴ to 3.0×10⁻⁴ S/cm"),
        ({"conductivity_upper_S_cm": np.inf}, "above 1.17×10⁻⁴ S/cm"),
        ({"is_temperature_stated": False}, "at a temperature not stated"),
        ({"citation": ""}, "[reference 12 of review 003; review 003, Table 1, row 4]"),
        ({"origin": "lab", "source": "lab", "locator": "cells.csv, row 7"}, "; cells.csv, row 7]"),
    ],
)
def test_what_is_not_known_of_a_record_is_left_out_or_said(changes, shown):
    line = describe(pd.Series({**RECORD, **changes}))
    assert shown in line
    assert "nan" not in line


def test_a_polymer_without_filler_is_described_by_itself():
    line = describe(pd.Series({**RECORD, "filler": "", "filler_amount": ""}))
    assert line.startswith("PEO: ")
