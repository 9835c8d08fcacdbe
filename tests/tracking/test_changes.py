"""Runs are named after what changed, in the words of those who changed it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.tracking.changes import changes, name_of
from pipeline.tracking.inputs import Inputs, flat

BEFORE = Inputs(
    settings=flat({"train": {"budget": "default", "seed": 1, "budgets": {"default": {"n": 1}, "quick": {"n": 2}}}}),
    records={"a-1": ("004: literature", "x"), "a-2": ("004: literature", "y")},
    files={"polymers.csv": "1"},
    code={"numbers": "1", "pages": "1"},
    versions={"xgboost": "3.2.0"},
    commit="a" * 40,
    campaign=flat({"temperature_C": 30, "fillers": ["LLZTO", {"all": {"family": "garnet"}}], "limits": {"x": True}}),
)


def campaign(**changed):
    return replace(BEFORE, campaign=BEFORE.campaign | flat(changed))


def settings(**changed):
    return replace(BEFORE, settings=BEFORE.settings | flat({"train": changed}))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (replace(BEFORE, records=BEFORE.records | {"b": ("march: lab", "z")}), "+1 record of march: lab"),
        (replace(BEFORE, records={"a-1": ("004: literature", "x")}), "−1 record of 004: literature"),
        (replace(BEFORE, records={}), "−2 records of 004: literature"),
        (
            replace(BEFORE, records=BEFORE.records | {"a-2": ("004: literature", "?")}),
            "1 record of 004: literature changed",
        ),
        (settings(budget="quick"), "train.budget default → quick"),
        (settings(seed=2), "train.seed 1 → 2"),
        (settings(budgets={"quick": {"n": 3}}), ""),
        (campaign(temperature_C=60), "temperature_C 30 → 60"),
        (campaign(limits={"exclude_elements": ["Ge"]}), "limits.exclude_elements: Ge"),
        (campaign(fillers=["LLZTO", "Al2O3"]), 'fillers + Al2O3, − {"all": {"family": "garnet"}}'),
        (campaign(fillers=[{"all": {"family": "garnet"}}, "LLZTO"]), "fillers in another order"),
        (replace(BEFORE, campaign={}), "temperature_C removed; fillers removed and 1 more change"),
        (replace(BEFORE, files={"polymers.csv": "2"}), "polymers.csv changed"),
        (replace(BEFORE, versions={"xgboost": "3.3.0"}), "xgboost 3.2.0 → 3.3.0"),
        (replace(BEFORE, code={"numbers": "2", "pages": "1"}), "code changed"),
        (
            replace(BEFORE, code={"numbers": "2", "pages": "1"}, commit="b" * 40),
            "code changed (aaaaaaa → bbbbbbb)",
        ),
        (replace(BEFORE, code={"numbers": "1", "pages": "2"}), "the report is written anew"),
    ],
)
def test_a_change_has_its_words(now, said):
    found = changes(BEFORE, now)
    assert name_of(found) == said if said else found == []


def test_the_same_inputs_with_other_numbers_say_so():
    assert name_of(changes(BEFORE, BEFORE)) == "other numbers from the same records, settings and code"


def test_inputs_are_what_they_were_after_json():
    assert Inputs.from_dict(BEFORE.as_dict()) == BEFORE


def test_a_name_is_one_line_of_printable_letters_whatever_was_typed():
    name = name_of([f"question{letter}: {'x' * 500}" for letter in "\n\t\x00"])
    assert name.isprintable()
    assert len(name) <= 160
