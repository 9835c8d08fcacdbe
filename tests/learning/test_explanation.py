import math

import numpy as np
import pandas as pd
import pytest

from features import featurize
from pipeline.learning import boosting
from pipeline.learning.bounds import Bounds
from pipeline.learning.domain import Domain
from pipeline.learning.explanation import (
    BASE,
    TEMPERATURE,
    Change,
    by_block,
    contributions,
    counterfactuals,
    possible_changes,
    strongest,
)
from pipeline.learning.similarity import DescriptorScale
from pipeline.learning.targets import CONDUCTIVITY

GENERATOR = np.random.default_rng(5)
N = 120
FEATURES = pd.DataFrame(
    {
        "polymer_size": GENERATOR.normal(size=N),
        "filler_wt_fraction": GENERATOR.uniform(0, 0.8, N),
        "filler_family_garnet": np.ones(N),
        "reciprocal_temperature_1000_per_K": GENERATOR.uniform(2.7, 3.6, N),
    }
).mask(GENERATOR.random((N, 4)) < 0.1)
FEATURES["filler_family_garnet"] = 1.0
BLOCKS = {
    "polymer_size": "polymer",
    "filler_wt_fraction": "filler",
    "filler_family_garnet": "filler",
    "reciprocal_temperature_1000_per_K": "condition",
}
LABELS = (
    -4.0
    + FEATURES["polymer_size"].fillna(0)
    + FEATURES["filler_wt_fraction"].fillna(0.4)
    - (FEATURES["reciprocal_temperature_1000_per_K"].fillna(3.1) - 3.1)
).to_numpy()
BOOSTER = boosting.fit(FEATURES, Bounds.exactly(LABELS), CONDUCTIVITY, boosting.UNTUNED, 0, 1)
ADDED = contributions(BOOSTER, FEATURES)


def test_what_features_add_sums_to_the_prediction():
    np.testing.assert_allclose(ADDED.sum(axis=1), boosting.margin(BOOSTER, FEATURES), atol=1e-5)
    np.testing.assert_allclose(by_block(ADDED, BLOCKS).sum(axis=1), boosting.margin(BOOSTER, FEATURES), atol=1e-5)


def test_the_base_is_the_same_for_every_mixture():
    assert ADDED[BASE].nunique() == 1


def test_a_feature_that_no_tree_reads_adds_nothing():
    assert (ADDED["filler_family_garnet"] == 0).all()
    assert (ADDED["polymer_size"] != 0).any()


def test_what_is_larger_adds_more_where_the_model_has_learned_so():
    known = FEATURES["polymer_size"].notna()
    assert np.corrcoef(FEATURES["polymer_size"][known], ADDED["polymer_size"][known])[0, 1] > 0.9


def test_a_constant_is_all_base():
    constant = boosting.fit(FEATURES, Bounds.exactly(LABELS), CONDUCTIVITY, boosting.CONSTANT, 0, 1)
    added = contributions(constant, FEATURES)
    assert (added.drop(columns=BASE) == 0).all(axis=None)
    np.testing.assert_allclose(added[BASE], boosting.margin(constant, FEATURES), atol=1e-5)


def test_no_mixtures_have_no_contributions():
    assert contributions(BOOSTER, FEATURES[:0]).shape == (0, 5)


def test_blocks_are_those_of_the_dictionary_and_what_it_does_not_list_is_physics():
    blocks = {name: block for name, block in BLOCKS.items() if name != "filler_wt_fraction"}
    grouped = by_block(ADDED, blocks)
    assert list(grouped) == [BASE, "polymer", "physics", "filler", TEMPERATURE]
    assert grouped["physics"].tolist() == ADDED["filler_wt_fraction"].tolist()


def test_the_strongest_features_come_first_and_those_that_add_nothing_do_not_come():
    row = pd.Series({BASE: -4.0, "a": 0.1, "b": -0.3, "c": 0.0, "d": 0.2, "e": 0.2, "f": 0.0})
    found = strongest(row, dict.fromkeys("abcd", "polymer") | {"e": "condition", "f": "salt"}, 3)
    assert {block: list(rows.index) for block, rows in found.items()} == {
        "polymer": ["b", "d", "a"],
        TEMPERATURE: ["e"],
    }
    assert list(strongest(row, dict.fromkeys("abcdef", "polymer"), 2)["polymer"].index) == ["b", "d"]


def test_a_mixture_written_in_another_order_is_explained_the_same(vocabulary, library):
    table = pd.DataFrame([mixture()] * 2).assign(
        polymer=[vocabulary.polymer(text) for text in ("PVDF:0.3 + PEO:0.7", "PEO:0.7 + PVDF:0.3")],
        filler=[vocabulary.filler(text) for text in ("LLZO + LATP", "LATP + LLZO")],
        architecture_tags=[";".join(vocabulary.tags(text)) for text in ("wires;aligned", "aligned;wires")],
    )
    features = featurize(table, library)[["polymer_donor_number", "filler_wt_fraction", "filler_oxygen_fraction"]]
    booster = boosting.fit(
        FEATURES.iloc[:, :3].set_axis(features.columns, axis=1),
        Bounds.exactly(LABELS),
        CONDUCTIVITY,
        boosting.UNTUNED,
        0,
        1,
    )
    one, other = contributions(booster, features).to_numpy()
    assert one.tolist() == other.tolist()


def mixture(**cells):
    return {
        "polymer": "PEO",
        "salt": "LiTFSI",
        "salt_ratio": math.nan,
        "salt_ratio_unit": "",
        "filler": "LLZTO",
        "filler_wt_fraction": 0.4,
        "filler_vol_fraction": math.nan,
        "filler_amount": "40 wt%",
        "particle_size_nm": math.nan,
        "architecture_tags": "particles",
        "additives": "",
        "temperature_C": 25.0,
    } | cells


def loading_times_minus_two(table):
    return -2 * table["filler_wt_fraction"].to_numpy() + table["temperature_C"].to_numpy() / 100


def outside_when_hot(table):
    hot = table["temperature_C"] > 50
    return pd.DataFrame({"verdict": np.where(hot, "outside", "inside"), "reason": np.where(hot, "hot", "cold")})


def compared(*changes):
    return counterfactuals(mixture(), changes, loading_times_minus_two, outside_when_hot)


def test_a_difference_is_that_of_two_predictions():
    found = compared(Change("loading", "10 wt% instead of 40 wt%", {"filler_wt_fraction": 0.1}))
    one, other = loading_times_minus_two(pd.DataFrame([mixture(filler_wt_fraction=0.1), mixture()]))
    assert found["difference"].tolist() == [one - other]
    assert found["predicted"].tolist() == [one]


def test_changes_are_ordered_by_size_and_small_ones_are_not_told():
    found = compared(
        Change("loading", "a little less", {"filler_wt_fraction": 0.391}),
        Change("loading", "less", {"filler_wt_fraction": 0.3}),
        Change("loading", "more", {"filler_wt_fraction": 0.6}),
    )
    assert found["words"].tolist() == ["more", "less"]
    assert compared(Change("nothing", "the same", {})).empty


def test_a_change_that_leaves_the_domain_is_marked():
    hot = Change("temperature", "80 °C instead of 25 °C", {"temperature_C": 80.0})
    warm = Change("temperature", "40 °C instead of 25 °C", {"temperature_C": 40.0})
    found = compared(hot, warm)
    assert found["is_less_known"].tolist() == [True, False]
    assert found["verdict"].tolist() == ["outside", "inside"]


KNOWN = Domain(
    polymers=("PEO",),
    repeat_units=(),
    polymer_families=(),
    fillers=("", "LATP", "LLZTO"),
    filler_families=(),
    salts=("", "LiFSI", "LiTFSI", "none"),
    pairs=(),
    temperature_C=(20.0, 70.0),
    scale=DescriptorScale((), (), (), ()),
    leaf_limits=(1.0, 1.0),
    descriptor_limits=(1.0, 1.0),
)


def changes_of(library, **cells):
    return list(possible_changes(mixture(**cells), KNOWN, library))


def test_one_thing_is_changed_at_a_time(library):
    together = {("filler_wt_fraction", "filler_vol_fraction"), ("additives", "architecture_tags")}
    for change in changes_of(library):
        assert len(change.columns) == 1 or tuple(change.columns) in together
        own = mixture()
        assert any(cell != own[name] for name, cell in change.columns.items() if cell == cell)


def test_changes_are_of_what_was_measured(library):
    changes = changes_of(library)
    assert [change.words for change in changes if change.kind == "filler"] == ["LATP instead of LLZTO"]
    assert [change.words for change in changes if change.kind == "salt"] == ["LiFSI instead of LiTFSI"]
    assert [change.columns["temperature_C"] for change in changes if change.kind == TEMPERATURE] == [40, 60]
    assert "10 wt% instead of 40 wt%" in [change.words for change in changes]


def test_another_shape_takes_what_made_the_old_one_with_it(library):
    tags = "aligned;electrospun;framework;ice_templated;surface_treated;templated"
    found = {
        change.words: change.columns["architecture_tags"]
        for change in changes_of(library, architecture_tags=tags)
        if change.kind == "architecture"
    }
    assert found == {
        "particles instead of a 3D framework": "electrospun;particles;surface_treated",
        "wires instead of a 3D framework": "electrospun;surface_treated;wires",
        "sheets instead of a 3D framework": "electrospun;sheets;surface_treated",
    }


@pytest.mark.parametrize("change", ["loading", "architecture"])
def test_a_neat_polymer_has_no_filler_to_change_and_is_offered_one(library, change):
    changes = changes_of(library, filler="", filler_wt_fraction=math.nan, filler_amount="", architecture_tags="")
    assert change not in {one.kind for one in changes}
    assert "10 wt% LATP added" in {one.words for one in changes}


def test_every_change_is_a_mixture_that_can_be_described(library):
    changes = changes_of(library)
    table = pd.DataFrame([{**mixture(), **change.columns} for change in changes])
    assert len(featurize(table, library)) == len(changes) > 10
