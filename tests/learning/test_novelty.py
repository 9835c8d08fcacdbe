import numpy as np
import pytest

from features import filler_families, repeat_units
from pipeline.common.errors import UserError
from pipeline.learning import NOVELTIES, Bounds, leave_each_out


@pytest.fixture(scope="module")
def evidence(supported):
    """Every fourth composite supports only, as the neat phases and the public records do."""
    is_judged = supported.is_judged & (np.arange(len(supported)) % 4 > 0)
    return type(supported)(supported.keys, supported.features, supported.bounds, is_judged, supported.is_public)


@pytest.fixture(scope="module")
def held(evidence):
    names = [frozenset({"garnet"}), frozenset({"nasicon"}), frozenset({"garnet", "clay"})]
    return [names[sum(work.encode()) % 3] for work in evidence.work_ids]


@pytest.fixture(scope="module")
def rows(evidence, held, task):
    return leave_each_out(evidence, held, task)


def test_chains_of_one_repeat_unit_are_one_polymer(library):
    assert repeat_units("PEO", library) == repeat_units("PEG", library) == repeat_units("*CCO*", library)
    assert repeat_units("PEO + PVDF", library) == repeat_units("PEO", library) | repeat_units("PVDF", library)
    assert repeat_units("PU", library) == {"PU"}
    assert repeat_units("", library) == frozenset()


def test_fillers_of_one_structure_are_one_family(library):
    assert filler_families("LLZO", library) == filler_families("Li6.5La3Zr1.5Ta0.5O12", library) == {"garnet"}
    assert filler_families("LATP + SiO2", library) == {"nasicon", "inert_oxide"}
    assert filler_families("LaF3", library) == {"LaF3"}


def test_polymers_are_left_out_by_repeat_unit_and_fillers_by_family():
    assert NOVELTIES["new_polymer"] == ("polymer", repeat_units)
    assert NOVELTIES["new_filler_family"] == ("filler", filler_families)


def test_each_judged_record_is_predicted_once_for_each_of_its_components(rows, evidence, held):
    for name in ("garnet", "nasicon", "clay"):
        holds = np.array([name in names for names in held]) & evidence.is_judged
        assert holds.any()
        assert sorted(rows["record_id"][rows["component"] == name]) == sorted(evidence.keys["record_id"][holds])
    assert len(rows) == sum(len(names) for names, judged in zip(held, evidence.is_judged, strict=True) if judged)
    assert np.isfinite(rows[["xgboost", "median"]].to_numpy()).all()


def test_nothing_that_holds_the_component_or_is_of_its_works_is_learned_from(rows, evidence, held, task):
    holds = np.array(["garnet" in names for names in held])
    works = set(evidence.work_ids[holds & evidence.is_judged])
    is_hidden = holds | np.isin(evidence.work_ids, list(works))
    changed = evidence.with_bounds(Bounds.exactly(np.where(is_hidden, evidence.labels - 3, evidence.labels)))
    before, after = (each[each["component"] == "garnet"] for each in (rows, leave_each_out(changed, held, task)))
    assert before[["xgboost", "median"]].equals(after[["xgboost", "median"]])
    assert not before["measured"].equals(after["measured"])


def test_the_median_is_that_of_the_judged_records_that_are_left(rows, evidence, held):
    left = np.array(["nasicon" not in names for names in held]) & evidence.is_judged
    assert set(rows["median"][rows["component"] == "nasicon"]) == {np.median(evidence.labels[left])}


def test_a_component_that_every_work_holds_cannot_be_left_out(evidence, task):
    everywhere = [frozenset({"PEO"})] * len(evidence)
    with pytest.raises(UserError, match="holds PEO"):
        leave_each_out(evidence, everywhere, task)
