import pytest

from features import Library
from features.architecture import describe_additives, describe_tags, dictionary


def test_each_tag_has_its_column_and_says_whether_it_applies(library):
    described = describe_tags("framework;aerogel", library)
    assert {name for name, number in described.items() if number} == {
        "architecture_framework",
        "architecture_aerogel",
    }
    assert len(described) == len(library.tags)


def test_without_tags_and_additives_every_column_is_zero(library):
    described = describe_tags("", library) | describe_additives("", library)
    assert list(described) == [feature.name for feature in dictionary(library)]
    assert set(described.values()) == {0.0}


def test_additives_are_counted_by_their_kind(library):
    described = describe_additives("DMF;EC;SN", library)
    assert {name: number for name, number in described.items() if number} == {
        "additive_plasticiser": 1.0,
        "additive_solvent": 2.0,
    }


@pytest.mark.parametrize(
    ("tag", "implied"),
    [("sandwich", "layered"), ("janus", "layered"), ("aerogel", "framework"), ("printed_3d", "framework")],
)
def test_a_tag_brings_those_that_it_implies(library, tag, implied):
    assert library.with_implied([tag]) == sorted([tag, implied])


def test_implication_reaches_through_tags_and_ends_in_a_circle():
    tags = {"a": {"implies": "b"}, "b": {"implies": "c;a"}, "c": {"implies": ""}, "d": {"implies": ""}}
    assert Library({}, {}, {}, {}, tags).with_implied(["a"]) == ["a", "b", "c"]


def test_every_implied_tag_of_the_library_is_itself_a_tag(library):
    assert library.with_implied(list(library.tags)) == sorted(library.tags)
