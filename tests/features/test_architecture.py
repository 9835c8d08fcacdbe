import math

import pandas as pd
import pytest

from features import Library
from features.architecture import describe, dictionary

SYSTEMS = {
    "symmetric sandwich": ("sandwich", ""),
    "Janus": ("janus", ""),
    "electrode-integrated": ("electrode_integrated", ""),
    "ceramic-in-polymer": ("ceramic_in_polymer", ""),
    "polymer-in-ceramic": ("polymer_in_ceramic", ""),
    "particles": ("particles", ""),
    "wires": ("wires", ""),
    "aligned wires": ("wires;aligned", ""),
    "sheets": ("sheets", ""),
    "ice-templated aligned particles": ("particles;ice_templated", ""),
    "field-aligned particles": ("particles;field_aligned", ""),
    "electrospun framework": ("framework;electrospun", ""),
    "templated framework": ("framework;templated", ""),
    "3D-printed framework": ("printed_3d", ""),
    "framework from a hydrogel": ("hydrogel_derived", ""),
    "aerogel framework": ("aerogel", ""),
    "sintered framework": ("framework;sintered", ""),
    "self-healing": ("self_healing", ""),
    "gel": ("gel", ""),
    "polymerised in situ": ("in_situ_polymerised", ""),
    "cross-linked": ("cross_linked", ""),
    "single-ion": ("single_ion", ""),
    "polymer-in-salt": ("polymer_in_salt", ""),
    "plasticised by succinonitrile": ("plasticised", "SN"),
    "plasticised by an ionic liquid": ("plasticised", "ionic liquid"),
    "plasticised by fluoroethylene carbonate": ("plasticised", "FEC"),
    "plasticised by a glyme": ("plasticised", "TEGDME"),
    "plasticised by carbonates": ("plasticised", "EC;PC"),
    "with residual DMF": ("residual_solvent", "DMF"),
    "treated with dopamine": ("surface_treated", "dopamine"),
    "treated with a silane": ("surface_treated", "APTES"),
    "treated with a molecular brush": ("surface_treated", "MB"),
    "coated with an oxide": ("surface_treated", "Al2O3 ALD"),
    "coated with a nitride": ("surface_treated", "g-C3N4 layer"),
    "freed of carbonate": ("surface_treated", "CF4 etching"),
    "grafted with an ionic liquid": ("surface_treated", "SCA-IL"),
    "heterojunction": ("heterojunction", ""),
    "vacancies": ("vacancies", ""),
    "supported by a mesh": ("supported", "nylon mesh"),
}


def described(tags, additives, vocabulary):
    """Describe what people write, as the records keep it."""
    return describe(";".join(vocabulary.tags(tags)), ";".join(vocabulary.additives(additives)), vocabulary.library)


def test_no_two_of_the_systems_have_one_description(vocabulary):
    table = pd.DataFrame({name: described(*system, vocabulary) for name, system in SYSTEMS.items()}).T
    twins = table.index[table.duplicated(keep=False)]
    assert twins.empty, list(twins)


@pytest.mark.parametrize(("tags", "additives"), SYSTEMS.values(), ids=SYSTEMS)
def test_a_system_differs_from_one_of_which_nothing_is_said(vocabulary, tags, additives):
    nothing = describe("", "", vocabulary.library)
    assert described(tags, additives, vocabulary) != nothing


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("residual_solvent", "DMF"), ("residual_solvent", "NMP")),
        (("supported", "nylon mesh"), ("supported", "PP separator")),
        (("surface_treated", "dopamine"), ("surface_treated", "polydopamine")),
        (("wires;aligned", ""), ("aligned;wires;aligned", "")),
        (("sandwich", "EC;SN"), ("layered;sandwich", "succinonitrile;ethylene carbonate")),
    ],
)
def test_what_does_the_same_is_described_alike(vocabulary, one, other):
    numbers = [described(*system, vocabulary) for system in (one, other)]
    assert numbers[0] == pytest.approx(numbers[1], nan_ok=True)


@pytest.mark.parametrize(
    ("tags", "dimensions"),
    [
        ("particles", 0),
        ("particles;ice_templated", 0),
        ("wires", 1),
        ("wires;aligned", 1),
        ("sheets", 2),
        ("framework", 3),
        ("aerogel", 3),
        ("printed_3d", 3),
        ("hydrogel_derived", 3),
        ("particles;wires", 1),
        ("framework;wires", 3),
    ],
)
def test_the_filler_runs_through_the_film_in_as_many_directions(vocabulary, tags, dimensions):
    assert described(tags, "", vocabulary)["architecture_dimensionality"] == dimensions


@pytest.mark.parametrize("tags", ["", "aligned", "cross_linked;gel"])
def test_without_a_shape_the_dimensionality_is_unknown(vocabulary, tags):
    assert math.isnan(described(tags, "", vocabulary)["architecture_dimensionality"])


@pytest.mark.parametrize(
    ("tags", "n_layers"), [("", 1), ("particles", 1), ("layered", 2), ("janus", 2), ("sandwich", 3)]
)
def test_a_film_has_one_layer_a_janus_two_and_a_sandwich_three(vocabulary, tags, n_layers):
    assert described(tags, "", vocabulary)["architecture_n_layers"] == n_layers


@pytest.mark.parametrize(
    ("tags", "is_continuous"),
    [
        ("framework", 1),
        ("aerogel", 1),
        ("sintered", 1),
        ("polymer_in_ceramic", 1),
        ("particles", 0),
        ("wires;aligned", 0),
        ("ceramic_in_polymer", 0),
        ("", 0),
    ],
)
def test_the_ceramic_runs_through_the_film_or_not(vocabulary, tags, is_continuous):
    assert described(tags, "", vocabulary)["architecture_is_continuous"] == is_continuous


@pytest.mark.parametrize(
    ("tags", "additives", "is_wet"),
    [
        ("gel", "", 1),
        ("residual_solvent", "", 1),
        ("", "NMP", 1),
        ("", "EC", 1),
        ("", "TEGDME", 1),
        ("", "ionic liquid", 1),
        ("", "liquid electrolyte", 1),
        ("plasticised", "SN", 0),
        ("surface_treated", "SCA-IL", 0),
        ("supported", "PP separator", 0),
        ("particles", "", 0),
        ("", "", 0),
    ],
)
def test_an_electrolyte_holds_a_liquid_or_is_dry(vocabulary, tags, additives, is_wet):
    assert described(tags, additives, vocabulary)["architecture_is_wet"] == is_wet


def test_additives_are_counted_by_their_kind(vocabulary):
    numbers = described("", "DMF;EC;PC;SN", vocabulary)
    assert {name: n for name, n in numbers.items() if name.startswith("additive_") and n} == {
        "additive_carbonate": 2,
        "additive_casting_solvent": 1,
        "additive_nitrile": 1,
    }


@pytest.mark.parametrize(
    ("tag", "implied"),
    [
        ("sandwich", {"layered"}),
        ("janus", {"layered"}),
        ("aerogel", {"framework"}),
        ("hydrogel_derived", {"framework"}),
        ("printed_3d", {"framework"}),
        ("field_aligned", {"aligned"}),
        ("ice_templated", {"aligned", "templated"}),
        ("electrospun", set()),
    ],
)
def test_a_tag_brings_those_that_it_implies(library, tag, implied):
    numbers = describe(tag, "", library)
    assert {name for name in library.tags if numbers[f"architecture_{name}"]} == {tag} | implied


def test_implication_reaches_through_tags_and_ends_in_a_circle():
    tags = {"a": {"implies": "b"}, "b": {"implies": "c;a"}, "c": {"implies": ""}, "d": {"implies": ""}}
    assert Library({}, {}, {}, {}, tags).with_implied(["a"]) == ["a", "b", "c"]


def test_every_tag_is_defined_and_implies_only_tags(library):
    assert library.with_implied(list(library.tags)) == sorted(library.tags)
    assert all(row["definition"] for row in library.tags.values())


def test_every_tag_and_every_kind_of_additive_has_its_column(library):
    names = [feature.name for feature in dictionary(library)]
    assert names == list(describe("", "", library))
    kinds = {row["kind"] for row in library.additives.values()}
    assert {f"architecture_{tag}" for tag in library.tags} | {f"additive_{kind}" for kind in kinds} < set(names)


@pytest.mark.parametrize(("tags", "additives"), [("gilded", ""), ("", "gin")])
def test_a_word_that_the_library_does_not_hold_is_an_error(library, tags, additives):
    with pytest.raises(KeyError):
        describe(tags, additives, library)
