import numpy as np
import pytest
from pymatgen.core import Composition

from features import featurize
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW
from pipeline.screening import screen
from pipeline.screening.screen import aim_of, confirm
from pipeline.screening.search import Best

LIMITS = {"exclude_elements": ("Ge", "Ti"), "min_stability_window_V": 4.5, "require_known_components": True}
EVERYTHING = ("polymer", "filler", "salt", "architecture", "filler_wt_fraction")


@pytest.fixture
def screened(ask, models, knowledge):
    return lambda n=1000, **changes: screen(ask(**changes), models, knowledge, n)


def listed(space):
    return space.mixtures(np.arange(space.size))


def buildable(mixtures):
    return (mixtures["architecture"] != "cross-linked") | (mixtures["polymer"] == "PEO")


@pytest.mark.parametrize("order_by", ["lower", "mean"])
def test_the_order_is_that_of_scoring_every_mixture(screened, models, library, order_by):
    result = screened(order_by=order_by)
    mixtures = listed(result.space)
    features = featurize(mixtures, library)
    ensemble = models[CONDUCTIVITY.name][0]
    reached = ensemble.predict(features) if order_by == "mean" else ensemble.interval(features, 0.8)[0]
    scored = mixtures.assign(reached=reached, index=mixtures.index)[buildable(mixtures)]
    ordered = scored.sort_values(["reached", "index"], ascending=[False, True])
    best = ordered.drop_duplicates(["polymer", "filler"])
    assert result.indices.tolist() == best["index"].tolist()
    assert result.reached.tolist() == best["reached"].tolist()


def test_each_gate_lets_through_what_listing_lets_through(screened, models, measured, library):
    result = screened(limits=LIMITS, distinct=EVERYTHING)
    mixtures = listed(result.space)
    known = measured.records
    window = models[STABILITY_WINDOW.name][0].predict(featurize(mixtures, library))
    gates = {
        "all combinations": np.ones(len(mixtures), dtype=bool),
        "only_with": buildable(mixtures),
        "exclude_elements": ~mixtures["filler"].isin(["LAGP", "LATP"]),
        "require_known_components": mixtures["polymer"].isin(known["polymer"])
        & mixtures["filler"].isin(known["filler"]),
        "min_stability_window_V": window >= 4.5,
    }
    passed = np.logical_and.accumulate([np.asarray(gate) for gate in gates.values()])
    last = {gate.name: gate.n_left for gate in result.gates}
    assert last == dict(zip(gates, passed.sum(axis=1).tolist(), strict=True))
    assert sorted(result.indices) == np.flatnonzero(passed[-1]).tolist()
    assert len(set(last.values())) == len(gates)
    assert all(gate.reason for gate in result.gates)
    assert result.gates[-1].alone == len(mixtures) - (window >= 4.5).sum()


def test_forms_and_their_fillers_are_a_gate_of_their_own(screened, ask):
    ways = ask().model_dump()["architectures"]
    result = screened(architectures=ways | {"wires": {"tags": "wires", "only_fillers": ("LLZO",)}}, distinct=EVERYTHING)
    mixtures = listed(result.space)
    has_form = (mixtures["architecture"] != "wires") | (mixtures["filler"] == "LLZO")
    gate = next(gate for gate in result.gates if gate.name == "only_fillers")
    assert gate.n_left == (buildable(mixtures) & has_form).sum()
    assert sorted(result.indices) == np.flatnonzero(buildable(mixtures) & has_form).tolist()


def test_a_limit_on_what_is_the_same_for_all_says_so(ask, models, constant, knowledge):
    asked = ask(limits={"min_stability_window_V": 4.5})
    of_constant = models | {STABILITY_WINDOW.name: (constant, {"confidence": 0.8})}
    said = [screen(asked, known, knowledge, 5).gates[-1].reason for known in (models, of_constant)]
    assert ["the same for all" in reason for reason in said] == [False, True]


@pytest.mark.parametrize("element", ["Ge", "Al", "Zr", "Ti", "S"])
def test_an_excluded_element_removes_exactly_the_fillers_that_hold_it(screened, library, element):
    fillers = ("LLZO", "LAGP", "Al2O3", "LATP", "Li6PS5Cl", "Al2O3 + BaTiO3", "GeO2", "BN")
    result = screened(fillers=fillers, salts=("LiClO4",), limits={"exclude_elements": (element,)})
    formulas = {name: library.fillers[name]["formula"] for name in fillers if name in library.fillers}
    formulas |= {"Al2O3 + BaTiO3": "BaAl2TiO6", "GeO2": "GeO2"}
    free = {name for name, formula in formulas.items() if element not in Composition(formula).as_dict()}
    assert set(result.space.mixtures(result.indices)["filler"]) == free


@pytest.mark.parametrize(
    ("filler", "element"),
    [("Al-LLZTO", "Al"), ("Sn-LATP", "Sn"), ("GDC", "Gd"), ("LICGC", "Ge"), ("LLZO + Bi-LATP", "Bi")],
)
def test_a_dopant_or_an_unknown_composition_counts_as_holding_the_element(screened, filler, element):
    result = screened(fillers=(filler, "BN"), limits={"exclude_elements": (element,)})
    assert set(result.space.mixtures(result.indices)["filler"]) == {"BN"}


def test_candidates_are_better_warm_than_cold(screened):
    cold, warm = (screened(temperature_C=celsius) for celsius in (20, 80))
    by_index = [dict(zip(one.indices, one.reached, strict=True)) for one in (cold, warm)]
    assert max(warm.reached) > max(cold.reached)
    shared = set(by_index[0]) & set(by_index[1])
    assert shared
    assert all(by_index[1][index] >= by_index[0][index] for index in shared)


def test_nothing_left_is_nothing_ranked(screened):
    result = screened(fillers=("LAGP",), limits={"exclude_elements": ("Ge",)})
    assert (len(result.indices), result.gates[-1].n_left) == (0, 0)


def test_the_same_campaign_comes_to_the_same_twice(screened):
    first, again = screened(), screened()
    assert first.indices.tolist() == again.indices.tolist()
    assert first.reached.tobytes() == again.reached.tobytes()


def test_what_xgboost_does_not_confirm_is_no_result(ask, screened, models, knowledge):
    result = screened()
    off = np.nextafter(result.reached, 0)
    with pytest.raises(RuntimeError, match=f"for mixture {result.indices[0]}, XGBoost predicts"):
        confirm(Best(result.indices, off, 0, 0), result.space, aim_of(ask(), models), knowledge)


def test_of_blends_of_the_same_polymers_only_the_best_is_ranked(screened):
    blends = ("PEO", "PEO:0.3 + PVDF:0.7", "PEO:0.6 + PVDF:0.4", "PEO + PVDF", "PVDF")
    result = screened(polymers=blends)
    ranked = result.space.mixtures(result.indices)
    parts = ranked["polymer"].str.replace(r":[0-9.]+", "", regex=True)
    assert sorted(set(parts)) == ["PEO", "PEO + PVDF", "PVDF"]
    assert not parts.to_frame().assign(filler=ranked["filler"]).duplicated().any()
    apart = screened(polymers=blends, distinct=EVERYTHING)
    best_of_all = apart.space.mixtures(apart.indices[:1])
    assert ranked.iloc[0]["polymer"] == best_of_all.iloc[0]["polymer"]
