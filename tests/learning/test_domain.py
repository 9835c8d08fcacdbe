import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import dictionary, featurize, filler_family, polymer_family
from pipeline.learning import boosting
from pipeline.learning.bounds import Bounds
from pipeline.learning.domain import EDGE, INSIDE, MEASURED_APART, MEASURED_TOGETHER, OUTSIDE, Domain, fit_domain, judge
from pipeline.learning.evidence import Evidence
from pipeline.learning.similarity import Located
from pipeline.learning.targets import CONDUCTIVITY

FAR = (9.0, 9.0)


def mixture(polymer, filler, salt="LiTFSI", temperature=25.0, loading=0.1):
    return {
        "polymer": polymer,
        "salt": salt,
        "salt_ratio": np.nan,
        "salt_ratio_unit": "",
        "filler": filler,
        "filler_wt_fraction": loading if filler else np.nan,
        "filler_vol_fraction": np.nan,
        "particle_size_nm": np.nan,
        "architecture_tags": "particles" if filler else "",
        "additives": "",
        "temperature_C": temperature,
    }


MEASURED = pd.DataFrame(
    [
        mixture("PEO", "LLZTO", temperature=-20.0),
        mixture("PEO", "LLZTO", loading=0.4, temperature=60.0),
        mixture("PEO", "LLZTO", salt="LiClO4"),
        mixture("PEO", "LLZO", temperature=120.0),
        mixture("PEO", "", temperature=40.0),
        mixture("PVDF", "LATP"),
        mixture("PVDF", "LATP", loading=0.3),
        mixture("PAN", "LLZTO", salt=""),
        mixture("PEO + PVDF", "LLZO", temperature=60.0),
        mixture("PEO", "LLZTO", loading=0.2, temperature=np.nan),
    ]
)


@pytest.fixture(scope="module")
def evidence(library):
    n = len(MEASURED)
    works = np.array([f"work {number:02d}" for number in range(n)], dtype=object)
    keys = MEASURED.assign(
        record_id=works,
        work_id=works,
        polymer_family=[polymer_family(name, library) for name in MEASURED["polymer"]],
        filler_family=[filler_family(name, library) for name in MEASURED["filler"]],
    )
    bounds = Bounds.exactly(np.linspace(-6, -3, n))
    is_judged = (MEASURED["filler"] != "").to_numpy()
    return Evidence(keys, featurize(MEASURED, library), bounds, is_judged, np.zeros(n, dtype=bool))


@pytest.fixture(scope="module")
def located(evidence):
    booster = boosting.fit(evidence.features, evidence.bounds, CONDUCTIVITY, boosting.UNTUNED, 0, 1)
    return lambda features: Located(features, boosting.leaves(booster, features))


@pytest.fixture(scope="module")
def domain(evidence, located, library):
    blocks = {feature.name: feature.block for feature in dictionary(library)}
    return fit_domain(evidence, located(evidence.features), library, blocks)


@pytest.fixture(scope="module")
def judged(domain, evidence, located, library):
    """Judge by names alone: no distance is too large."""
    unlimited = replace(domain, leaf_limits=FAR, descriptor_limits=FAR)

    def one(*cells, of=unlimited, **columns):
        table = pd.DataFrame([mixture(*cells, **columns)])
        row = judge(of, table, located(featurize(table, library)), located(evidence.features), library).iloc[0]
        return row["verdict"], row["reason"]

    return one


@pytest.mark.parametrize(
    ("polymer", "filler", "verdict", "reason"),
    [
        ("PEO", "LLZTO", INSIDE, MEASURED_TOGETHER),
        ("PEO", "", INSIDE, MEASURED_TOGETHER),
        ("PEO", "LATP", EDGE, MEASURED_APART),
        ("PVDF", "", EDGE, "measured, but never without a filler"),
        ("PEO:0.9 + PVDF:0.1", "LLZO", INSIDE, MEASURED_TOGETHER),
        ("PEO + PAN", "LLZTO", INSIDE, MEASURED_TOGETHER),
        ("PEO + PAN", "LATP", EDGE, MEASURED_APART),
        ("PEG", "LLZTO", EDGE, "polymer PEG never measured, but one of the same repeat unit"),
        ("PVDF-TrFE", "LATP", EDGE, "polymer PVDF-TrFE never measured, but others of its family (fluoropolymer)"),
        ("PMMA", "LATP", OUTSIDE, "polymer PMMA never measured, nor any of its family (polyacrylate)"),
        ("PEO", "LAGP", EDGE, "filler LAGP never measured, but others of its family (nasicon)"),
        ("PEO", "LGPS", OUTSIDE, "filler LGPS never measured, nor any of its family (thio-lisicon)"),
        ("*CC(C)C(=O)O*", "LATP", EDGE, "polymer *CC(C)C(=O)O* never measured, and of no named family"),
        ("", "LLZTO", OUTSIDE, "nothing without a polymer measured"),
    ],
)
def test_a_verdict_says_what_was_measured_and_what_was_not(judged, polymer, filler, verdict, reason):
    assert judged(polymer, filler) == (verdict, reason)


def test_a_polymer_and_a_filler_that_are_both_new_are_two_steps_away(judged):
    verdict, reason = judged("PVDF-TrFE", "LAGP")
    assert verdict == OUTSIDE
    assert "PVDF-TrFE never measured" in reason
    assert "LAGP never measured" in reason


@pytest.mark.parametrize(("temperature", "verdict"), [(-40, OUTSIDE), (-20, INSIDE), (120, INSIDE), (121, OUTSIDE)])
def test_nothing_is_known_beyond_the_coldest_and_the_hottest_measurement(judged, temperature, verdict):
    assert judged("PEO", "LLZTO", temperature=float(temperature))[0] == verdict


def test_a_temperature_that_nobody_measured_at_is_said_beside_the_rest(judged):
    assert judged("PEO", "LLZTO", temperature=-40.0)[1] == f"{MEASURED_TOGETHER}; −40 °C, measured from −20 to 120 °C"
    assert judged("PEO", "LLZTO", temperature=np.nan) == (INSIDE, MEASURED_TOGETHER)


@pytest.mark.parametrize(("salt", "verdict"), [("LiClO4", INSIDE), ("", INSIDE), ("none", INSIDE), ("LiBOB", EDGE)])
def test_a_new_salt_leads_to_the_edge(judged, salt, verdict):
    found = judged("PEO", "LLZTO", salt=salt)
    assert found[0] == verdict
    assert ("salt LiBOB never measured" in found[1]) == (verdict == EDGE)


@pytest.mark.parametrize("space", ["leaf_limits", "descriptor_limits"])
@pytest.mark.parametrize(("limits", "verdict"), [((0.0, 9.0), EDGE), ((0.0, 0.0), OUTSIDE)])
def test_what_is_further_off_than_a_limit_is_less_trusted(judged, domain, space, limits, verdict):
    strict = replace(domain, **({"leaf_limits": FAR, "descriptor_limits": FAR} | {space: limits}))
    found = judged("PEO", "LLZTO", of=strict, loading=0.75, temperature=90.0)
    assert found[0] == verdict
    assert found[1].startswith(f"{MEASURED_TOGETHER}; like ")
    assert "new papers" in found[1]


def test_a_new_paper_lies_beyond_the_limits_as_often_as_they_say(library):
    generator = np.random.default_rng(0)
    n = 400
    table = pd.DataFrame(generator.normal(size=(n, 4)), columns=list("abcd"))
    works = np.array([f"work {number}" for number in range(n)], dtype=object)
    keys = pd.DataFrame([mixture("PEO", "LLZTO")] * n).assign(work_id=works, record_id=works)
    bounds = Bounds.exactly(table["a"].to_numpy() - 4)
    evidence = Evidence(keys, table, bounds, np.ones(n, dtype=bool), np.zeros(n, dtype=bool))
    booster = boosting.fit(table, bounds, CONDUCTIVITY, boosting.UNTUNED, 0, 1)
    known, new = evidence.take(np.arange(200)), evidence.take(np.arange(200, n))
    here, there = (Located(rows.features, boosting.leaves(booster, rows.features)) for rows in (known, new))
    domain = fit_domain(known, here, library, {})
    judged = judge(domain, new.keys, there, here, library)
    beyond = judged["descriptor_distance"] > domain.descriptor_limits[0]
    # Four standard errors of a tenth of 200 are 0.085.
    assert 0.015 < beyond.mean() < 0.185
    assert (judged["verdict"] != INSIDE).mean() < 0.35
    assert domain.descriptor_limits[0] < domain.descriptor_limits[1]


def test_a_model_without_trees_judges_by_names_and_descriptors(evidence, library):
    constant = boosting.fit(evidence.features, evidence.bounds, CONDUCTIVITY, boosting.CONSTANT, 0, 1)
    here = Located(evidence.features, boosting.leaves(constant, evidence.features))
    judged = judge(fit_domain(evidence, here, library, {}), evidence.keys, here, here, library)
    assert (judged["leaf_distance"] == 0).all()
    assert judged["verdict"].tolist() == [INSIDE] * len(evidence)


def test_what_was_measured_is_inside(domain, evidence, located, library):
    here = located(evidence.features)
    assert set(judge(domain, evidence.keys, here, here, library)["verdict"]) == {INSIDE}


def test_a_domain_survives_json(domain):
    assert Domain.from_dict(json.loads(json.dumps(domain.to_dict()))) == domain


def test_each_mixture_has_its_own_verdict_under_its_own_index(domain, evidence, located, library):
    table = pd.DataFrame([mixture("PMMA", "LLZTO"), mixture("PEO", "LLZTO")], index=[7, 3])
    features = featurize(table, library)
    judged = judge(domain, table, located(features), located(evidence.features), library)
    assert judged["verdict"].to_dict() == {7: OUTSIDE, 3: INSIDE}
