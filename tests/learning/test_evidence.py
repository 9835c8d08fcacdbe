import numpy as np
import pandas as pd
import pytest

from features import RECIPROCAL_TEMPERATURE, dictionary, featurize
from pipeline.learning import CONDUCTIVITY, Bounds, Corpus, gather_evidence
from pipeline.learning.evidence import Evidence


def features(n):
    return pd.DataFrame({"x": np.arange(n, dtype=float)})


@pytest.fixture(scope="module")
def corpus(records, library):
    used = tuple(feature.name for feature in dictionary(library) if feature.is_learned)
    return Corpus(records, featurize(records, library), used, library)


@pytest.fixture(scope="module")
def gathered_evidence(corpus):
    return gather_evidence(CONDUCTIVITY, corpus)


def test_every_work_weighs_as_one_where_errors_are_counted(evidence_of):
    evidence = evidence_of(features(6), np.arange(6), ["a", "a", "a", "b", "b", "c"])
    assert evidence.work_weights == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1 / 2, 1 / 2, 1])


def test_a_mixture_that_a_work_measured_twice_weighs_as_one_where_models_learn(evidence_of):
    evidence = evidence_of(
        features(5), np.arange(5), ["a", "a", "a", "b", "b"], filler_wt_fraction=[0.1, 0.1, 0.2, 0.1, 0.1]
    )
    assert evidence.weights == pytest.approx([1 / 2, 1 / 2, 1, 1 / 2, 1 / 2])


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("temperature_C", [25.0, 60.0]),
        ("salt", ["LiTFSI", "LiClO4"]),
        ("salt_ratio", [0.1, np.nan]),
        ("additives", ["", "SN"]),
        ("architecture_tags", ["particles", "wires"]),
        ("particle_size_nm", [np.nan, 50.0]),
    ],
)
def test_another_mixture_of_one_work_weighs_by_itself(evidence_of, column, cells):
    assert evidence_of(features(2), [-4, -5], ["a", "a"], **{column: cells}).weights.tolist() == [1, 1]


def test_a_work_of_a_public_set_weighs_as_one_however_many_mixtures_it_lists(evidence_of):
    loading = np.linspace(0, 0.5, 5)
    evidence = evidence_of(
        features(5), np.arange(5), ["set"] * 4 + ["lab"], is_public=[True] * 4 + [False], filler_wt_fraction=loading
    )
    assert evidence.weights == pytest.approx([1 / 4] * 4 + [1])


def test_a_record_that_is_to_be_predicted_does_not_hold_what_was_measured(sample):
    unlabelled = sample.unlabelled()
    assert np.isnan(unlabelled.labels).all()
    assert np.isnan(unlabelled.bounds.lower).all()
    assert np.isnan(unlabelled.bounds.upper).all()
    assert unlabelled.features.equals(sample.features)


def test_only_numbers_are_kept_as_numbers_and_a_range_counts_as_its_middle(evidence_of):
    bounds = Bounds(np.array([-4.0, -6.0, -np.inf, -5.0]), np.array([-4.0, -5.0, -8.0, np.inf]))
    numbers = evidence_of(features(4), bounds, list("abcd")).numbers()
    assert numbers.labels.tolist() == [-4, -5.5]
    assert numbers.bounds.is_exact.all()
    assert numbers.work_ids.tolist() == ["a", "b"]
    assert numbers.features["x"].tolist() == [0, 1]


def test_public_records_are_among_the_numbers_only_where_asked_for(supported):
    assert not supported.numbers().is_public.any()
    assert supported.numbers(with_public=True).is_public.sum() == supported.is_public.sum() > 0
    assert len(supported.without_public()) == len(supported) - supported.is_public.sum()


def test_taking_rows_takes_them_from_every_column(supported):
    rows = np.array([5, 0, 120])
    taken = supported.take(rows)
    assert taken.keys["record_id"].tolist() == supported.keys["record_id"].iloc[rows].tolist()
    assert taken.features.equals(supported.features.iloc[rows].reset_index(drop=True))
    assert taken.labels.tolist() == supported.labels[rows].tolist()
    assert (taken.is_judged.tolist(), taken.is_public.tolist()) == ([True, True, False], [False, False, True])


def test_composites_of_the_literature_are_judged_and_neat_phases_support(gathered_evidence):
    keys = gathered_evidence.keys
    is_composite = ((keys["polymer"] != "") & (keys["filler"] != "")).to_numpy()
    assert gathered_evidence.is_judged.tolist() == is_composite.tolist()
    assert 0 < is_composite.sum() < len(keys)


def test_every_record_has_something_known_of_the_target(gathered_evidence):
    bounds = gathered_evidence.bounds
    assert (np.isfinite(bounds.lower) | np.isfinite(bounds.upper)).all()
    assert (bounds.lower <= bounds.upper).all()


def test_public_sets_support_and_are_never_judged(corpus):
    is_public = np.arange(len(corpus.records)) % 2 == 0
    records = corpus.records.assign(origin=np.where(is_public, "public", corpus.records["origin"]))
    evidence = gather_evidence(CONDUCTIVITY, Corpus(records, corpus.described, corpus.used, corpus.library))
    assert evidence.is_public.any()
    assert not (evidence.is_public & evidence.is_judged).any()


def test_a_feature_that_never_varies_is_not_learned_from(corpus, gathered_evidence):
    described = corpus.described.assign(constant=3.0, unknown=np.nan)
    more = Corpus(corpus.records, described, (*corpus.used, "constant", "unknown"), corpus.library)
    assert gather_evidence(CONDUCTIVITY, more).features.equals(gathered_evidence.features)


def test_a_feature_that_varies_among_public_records_alone_is_not_learned_from(corpus):
    is_public = np.arange(len(corpus.records)) % 2 == 0
    records = corpus.records.assign(origin=np.where(is_public, "public", corpus.records["origin"]))
    described = corpus.described.assign(tells_sets_apart=is_public.astype(float))
    evidence = gather_evidence(
        CONDUCTIVITY, Corpus(records, described, (*corpus.used, "tells_sets_apart"), corpus.library)
    )
    assert "tells_sets_apart" not in evidence.features
    assert RECIPROCAL_TEMPERATURE.name in evidence.features


def test_what_physics_says_is_the_rule_that_knows_most(corpus, gathered_evidence):
    described = corpus.described.assign(record_id=corpus.records["record_id"]).set_index("record_id")
    described = described.loc[gathered_evidence.keys["record_id"]]
    most, least = "physics_interphase_log10_conductivity", "physics_filler_log10_conductivity"
    rule = gathered_evidence.keys["mixing_rule"].to_numpy()
    is_whole = described[most].notna().to_numpy()
    assert rule[is_whole].tolist() == described[most][is_whole].tolist()
    of_filler = described[[name for name in described if name.endswith("_log10_conductivity")]]
    is_filler_alone = (of_filler[least].notna() & (of_filler.notna().sum(axis=1) == 1)).to_numpy()
    assert is_whole.any()
    assert is_filler_alone.any()
    assert rule[is_filler_alone].tolist() == described[least][is_filler_alone].tolist()


def test_a_record_set_without_the_target_is_empty_evidence(corpus):
    columns = [CONDUCTIVITY.lower_column, CONDUCTIVITY.upper_column]
    nothing = gather_evidence(
        CONDUCTIVITY,
        Corpus(corpus.records.assign(**dict.fromkeys(columns, np.nan)), corpus.described, corpus.used, corpus.library),
    )
    assert isinstance(nothing, Evidence)
    assert len(nothing) == 0
