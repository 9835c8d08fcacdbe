import pytest

from features import dictionary, featurize
from features.dictionary import BLOCKS, NEVER


@pytest.fixture(scope="module")
def features(library):
    return dictionary(library)


@pytest.mark.parametrize("said", ["name", "unit", "meaning", "formula", "source", "missing"])
def test_every_feature_is_explained_in_words(features, said):
    assert not [feature.name for feature in features if not getattr(feature, said).strip()]


def test_no_two_features_have_one_name(features):
    names = [feature.name for feature in features]
    assert sorted(set(names)) == sorted(names)


def test_every_block_has_features_and_every_feature_is_of_a_block(features):
    assert {feature.block for feature in features} == set(BLOCKS)


def test_every_feature_has_room_between_its_limits(features):
    assert not [feature.name for feature in features if not feature.lowest < feature.highest]


def test_a_yes_or_no_is_0_or_1(features):
    answers = [feature for feature in features if feature.unit == "0/1"]
    assert {(feature.lowest, feature.highest) for feature in answers} == {(0, 1)}


@pytest.mark.parametrize(
    ("ending", "unit"), [("_nm", "nm"), ("_eV", "eV"), ("_g_cm3", "g/cm³"), ("_K", "K"), ("_C", "°C"), ("_V", "V")]
)
def test_the_unit_that_ends_a_name_is_the_unit_of_the_number(features, ending, unit):
    ending_so = [
        feature
        for feature in features
        if feature.name.endswith(ending) and not feature.name.endswith(("_per_K", "_25C", "_per_nm"))
    ]
    assert ending_so
    assert {feature.unit for feature in ending_so} == {unit}


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("filler_is_present", False),
        ("polymer_n_components", False),
        ("architecture_framework", False),
        ("polymer_Tg_C", True),
        ("filler_lithium_fraction", True),
        ("physics_host_log10_conductivity", True),
        ("reciprocal_temperature_1000_per_K", True),
    ],
)
def test_the_dictionary_says_whether_a_number_can_be_missing(features, name, missing):
    (feature,) = (feature for feature in features if feature.name == name)
    assert (feature.missing != NEVER) == missing


def test_what_is_never_missing_is_known_of_every_record(features, library, records):
    table = featurize(records, library)
    never = [feature.name for feature in features if feature.missing == NEVER]
    assert len(never) > 30
    assert not [name for name in never if table[name].isna().any()]
