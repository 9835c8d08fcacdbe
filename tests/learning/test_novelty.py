import numpy as np
import pandas as pd
import pytest

from pipeline.learning import CONDUCTIVITY, Evidence, leave_each_out
from pipeline.learning.novelty import filler_families, repeat_units


@pytest.fixture
def evidence(sample):
    n = len(sample.labels)
    keys = pd.DataFrame({"record_id": [f"record {number}" for number in range(n)], "work_id": sample.work_ids})
    is_judged = np.arange(n) % 4 > 0
    return Evidence(keys, sample.features, sample.labels, is_judged, np.zeros(n, bool), np.ones(n))


@pytest.fixture
def held(sample):
    names = [frozenset({"garnet"}), frozenset({"nasicon"}), frozenset({"garnet", "clay"})]
    return [names[int(work[-2:]) % 3] for work in sample.work_ids]


def leave(evidence, held):
    return leave_each_out(evidence, held, CONDUCTIVITY, 0, 1)


def test_chains_of_one_repeat_unit_are_one_polymer(library):
    assert repeat_units("PEO", library) == repeat_units("PEG", library) == repeat_units("*CCO*", library)
    assert repeat_units("PEO + PVDF", library) == repeat_units("PEO", library) | repeat_units("PVDF", library)
    assert repeat_units("PU", library) == {"PU"}
    assert repeat_units("", library) == frozenset()


def test_fillers_of_one_structure_are_one_family(library):
    assert filler_families("LLZO", library) == filler_families("Li6.5La3Zr1.5Ta0.5O12", library) == {"garnet"}
    assert filler_families("LATP + SiO2", library) == {"nasicon", "inert_oxide"}
    assert filler_families("LaF3", library) == {"LaF3"}


def test_each_judged_record_is_predicted_once_for_each_of_its_components(evidence, held):
    rows = leave(evidence, held)
    for name in ("garnet", "nasicon", "clay"):
        holds = np.array([name in names for names in held]) & evidence.is_judged
        assert sorted(rows["record_id"][rows["component"] == name]) == sorted(evidence.keys["record_id"][holds])
    assert len(rows) == sum(len(names) for names, judged in zip(held, evidence.is_judged, strict=True) if judged)


def test_nothing_that_holds_the_component_or_is_of_its_works_is_learned_from(evidence, held):
    rows = leave(evidence, held)
    holds = np.array(["garnet" in names for names in held])
    works = set(evidence.work_ids[holds & evidence.is_judged])
    is_hidden = holds | np.isin(evidence.work_ids, list(works))
    changed = Evidence(
        evidence.keys,
        evidence.features,
        np.where(is_hidden, evidence.labels - 3, evidence.labels),
        evidence.is_judged,
        evidence.is_public,
        evidence.weights,
    )
    before, after = (table[table["component"] == "garnet"] for table in (rows, leave(changed, held)))
    assert before[["xgboost", "median"]].equals(after[["xgboost", "median"]])
    assert not before["measured"].equals(after["measured"])


def test_the_median_is_that_of_the_judged_records_that_are_left(evidence, held):
    rows = leave(evidence, held)
    left = np.array(["nasicon" not in names for names in held]) & evidence.is_judged
    assert set(rows["median"][rows["component"] == "nasicon"]) == {np.median(evidence.labels[left])}
