import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Composition

from features import featurize
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW
from pipeline.screening import Campaign, Scored, Space, best_of_each_pair, equal_loadings, predictions, score
from pipeline.screening.ranking import INDISTINGUISHABLE

LIMITS = {"exclude_elements": ("Ge", "Ti"), "min_stability_window_V": 4.5, "require_known_components": True}


@pytest.fixture
def screen(ask, models, library):
    def ask_and_score(**changes):
        space = Space(ask(**changes))
        return space, score(space, models, library, print)

    return ask_and_score


def listed(space):
    return space.mixtures(np.arange(space.size))


def buildable(mixtures):
    return (mixtures["architecture"] != "cross-linked") | (mixtures["polymer"] == "PEO")


def test_scores_are_the_lower_bounds_of_the_listed_candidates(screen, models, library):
    space, scored = screen()
    lower, _ = models[CONDUCTIVITY.name][0].interval(featurize(space.mixtures(scored.indices), library), 0.8)
    assert scored.lower.tolist() == lower.tolist()
    assert len(set(scored.lower)) > 10


def test_each_gate_lets_through_what_listing_lets_through(screen, models, measured, library):
    space, scored = screen(limits=LIMITS)
    mixtures = listed(space)
    known = measured.records
    window = models[STABILITY_WINDOW.name][0].predict(featurize(mixtures, library))
    gates = [
        np.ones(space.size, dtype=bool),
        buildable(mixtures),
        ~mixtures["filler"].isin(["LAGP", "LATP"]),
        mixtures["polymer"].isin(known["polymer"]) & mixtures["filler"].isin(known["filler"]),
        window >= 4.5,
    ]
    passed = np.logical_and.accumulate([np.asarray(gate) for gate in gates])
    assert [gate.n_left for gate in scored.funnel] == passed.sum(axis=1).tolist()
    assert scored.indices.tolist() == np.flatnonzero(passed[-1]).tolist()
    assert len(set(passed.sum(axis=1))) == len(gates)


def test_a_gate_names_its_limit(screen):
    reasons = [gate.reason for gate in screen(limits=LIMITS)[1].funnel]
    assert any("Ge or Ti" in reason for reason in reasons)
    assert any("4.5 V" in reason for reason in reasons)


def test_a_limit_on_what_is_the_same_for_all_says_so(ask, models, constant, library):
    space = Space(ask(limits={"min_stability_window_V": 4.5}))
    of_constant = models | {STABILITY_WINDOW.name: (constant, {"confidence": 0.8})}
    said = [score(space, known, library, print).funnel[-1].reason for known in (models, of_constant)]
    assert ["the same for all" in reason for reason in said] == [False, True]


def test_without_limits_only_what_cannot_be_built_is_left_out(screen):
    space, scored = screen()
    assert scored.indices.tolist() == np.flatnonzero(buildable(listed(space))).tolist()


@pytest.mark.parametrize("element", ["Ge", "Al", "Zr", "Ti", "O", "S"])
def test_an_excluded_element_removes_exactly_the_fillers_that_hold_it(screen, library, element):
    fillers = ("LLZO", "LAGP", "Al2O3", "LATP", "Li6PS5Cl", "Al2O3 + BaTiO3", "GeO2")
    space, scored = screen(fillers=(*fillers, "BN"), limits={"exclude_elements": (element,)})
    formulas = {name: library.fillers[name]["formula"] for name in fillers if name in library.fillers}
    formulas |= {"Al2O3 + BaTiO3": "BaAl2TiO6", "GeO2": "GeO2", "BN": "BN"}
    free = {name for name, formula in formulas.items() if element not in Composition(formula).as_dict()}
    assert set(space.mixtures(scored.indices)["filler"]) == free


def test_an_architecture_is_built_only_with_its_polymers(screen):
    space, scored = screen()
    kept = space.mixtures(scored.indices)
    assert set(kept.loc[kept["architecture"] == "cross-linked", "polymer"]) == {"PEO"}
    assert set(kept.loc[kept["architecture"] == "wires", "polymer"]) == {"PEO", "PVDF", "PAN"}


def test_known_components_are_those_that_were_measured_with_any_partner(screen):
    space, scored = screen(limits={"require_known_components": True})
    kept = space.mixtures(scored.indices)
    assert (set(kept["polymer"]), set(kept["filler"])) == ({"PEO", "PVDF"}, {"LLZO", "LATP", "Al2O3"})


def test_the_same_space_is_scored_the_same_twice(screen):
    first, again = screen()[1], screen()[1]
    assert first.lower.tolist() == again.lower.tolist()
    assert first.funnel == again.funnel


small_spaces = st.tuples(*[st.integers(1, 3)] * 5)


@given(small_spaces, st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_best_of_each_pair_is_what_listing_and_sorting_gives(shape, n_best, seed):
    space = space_of(shape)
    generator = np.random.default_rng(seed)
    indices = np.flatnonzero(generator.random(space.size) < 0.7)
    lower = generator.integers(-5, 5, len(indices)) / 100  # many ties, many within what cannot be told apart
    table = space.mixtures(indices).assign(index=indices, lower=lower)
    best = table.groupby(["polymer", "filler"])["lower"].transform("max")
    named = table[table["lower"] >= best - INDISTINGUISHABLE].groupby(["polymer", "filler"]).head(1)
    expected = named.sort_values(["lower", "index"], ascending=[False, True])["index"].head(n_best)
    assert best_of_each_pair(space, Scored(indices, lower, []), n_best).tolist() == expected.tolist()


def space_of(shape):
    polymers, fillers, salts, architectures, loadings = shape
    return Space(
        Campaign(
            question="Which?",
            temperature_C=60,
            polymers=tuple(f"polymer {k}" for k in range(polymers)),
            fillers=tuple(f"filler {k}" for k in range(fillers)),
            salts=tuple(f"salt {k}" for k in range(salts)),
            architectures={f"way {k}": {} for k in range(architectures)},
            filler_wt_fractions=tuple((k + 1) / 10 for k in range(loadings)),
        )
    )


def test_what_the_model_cannot_tell_apart_the_campaign_decides():
    space = space_of((1, 1, 1, 1, 4))
    lower = np.array([-5.0, -4.015, -4.0, -4.01])
    assert best_of_each_pair(space, Scored(np.arange(4), lower, []), 5).tolist() == [1]


def test_nothing_left_is_nothing_ranked():
    nothing = Scored(np.array([], dtype=np.intp), np.array([]), [])
    assert best_of_each_pair(space_of((2, 2, 1, 1, 1)), nothing, 5).tolist() == []


def test_equal_loadings_are_the_ends_of_what_is_predicted_alike(screen, models, library):
    grid = (0.1, 0.02, 0.05, 0.2, 0.3, 0.45, 0.6, 0.8)
    space, scored = screen(filler_wt_fractions=grid)
    best = best_of_each_pair(space, scored, 8)
    ensemble = models[CONDUCTIVITY.name][0]
    found = equal_loadings(space, best, ensemble, library)
    for (_, mixture), (lowest, highest) in zip(space.mixtures(best).iterrows(), found.to_numpy(), strict=True):
        variants = pd.DataFrame([mixture] * len(grid)).assign(filler_wt_fraction=grid)
        predicted = pd.Series(ensemble.predict(featurize(variants, library)), index=grid)
        alike = [w for w in grid if abs(predicted[w] - predicted[mixture["filler_wt_fraction"]]) <= INDISTINGUISHABLE]
        assert (lowest, highest) == (min(alike), max(alike))
    assert (found["filler_wt_fraction_to"] < 0.8).any() or (found["filler_wt_fraction_from"] > 0.02).any()


def test_a_model_that_knows_no_loading_finds_all_loadings_equal(screen, constant, library):
    space, scored = screen()
    found = equal_loadings(space, scored.indices[:5], constant, library)
    assert set(found["filler_wt_fraction_from"]) == {0.02}
    assert set(found["filler_wt_fraction_to"]) == {0.5}


def test_every_prediction_stands_between_its_bounds_beside_a_verdict(screen, models, library):
    space, scored = screen()
    mixtures = space.mixtures(scored.indices)
    table = predictions(mixtures, featurize(mixtures, library), models, library)
    for name in models:
        assert (table[f"{name}_lower"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_upper"]).all()
    assert table[f"{CONDUCTIVITY.name}_lower"].tolist() == scored.lower.tolist()
    assert set(table["verdict"]) <= {"inside", "edge", "outside"}
    assert (table["domain"] != "").all()


def test_a_candidate_is_judged_by_what_was_measured_of_its_parts(models, measured, library):
    known = measured.records.iloc[[0, 0, 0, 0]].reset_index(drop=True)
    asked = known.assign(polymer=["PEO", "PEO", "PAN", "PAN"], filler=["LLZO", "LAGP", "LLZO", "LAGP"], salt="LiTFSI")
    judged = predictions(asked, featurize(asked, library), models, library)
    named = [{name for name in ("PAN", "LAGP") if f" {name} never measured" in line} for line in judged["domain"]]
    assert named == [set(), {"LAGP"}, {"PAN"}, {"PAN", "LAGP"}]
    assert judged["domain"][0].startswith("measured together")
    assert judged["verdict"].tolist()[1:] == ["edge", "outside", "outside"]


def test_a_temperature_beyond_all_measured_is_outside_of_what_is_known(screen, models, library):
    space, scored = screen(temperature_C=200)
    mixtures = space.mixtures(scored.indices)
    judged = predictions(mixtures, featurize(mixtures, library), models, library)
    assert set(judged["verdict"]) == {"outside"}
    assert judged["domain"].str.contains("200 °C, measured from").all()


def test_candidates_are_better_warm_than_cold(ask, models, library):
    cold, warm = (score(Space(ask(temperature_C=t)), models, library, print).lower for t in (20, 80))
    assert (warm >= cold).all()
    assert (warm > cold).any()


@pytest.mark.parametrize(
    ("filler", "element"),
    [("Al-LLZTO", "Al"), ("Sn-LATP", "Sn"), ("GDC", "Gd"), ("LICGC", "Ge"), ("LLZO + Bi-LATP", "Bi")],
)
def test_a_dopant_or_an_unknown_composition_counts_as_holding_the_element(screen, filler, element):
    space, scored = screen(fillers=(filler, "BN"), limits={"exclude_elements": (element,)})
    assert set(space.mixtures(scored.indices)["filler"]) == {"BN"}
