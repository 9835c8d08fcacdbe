import pandas as pd
import pytest

from features import dictionary, featurize
from pipeline.common.settings import AblationSettings
from pipeline.learning import CONDUCTIVITY, compare_sets, feature_sets
from pipeline.learning.ablation import ALL, BY_WORK, NAMES, RECORD_MEDIAN


@pytest.fixture(scope="module")
def described(library):
    features = dictionary(library)
    return pd.DataFrame(
        {
            "name": [feature.name for feature in features],
            "block": [feature.block for feature in features],
            "is_learned": [feature.is_learned for feature in features],
            "is_used": [feature.is_learned for feature in features],
        }
    )


@pytest.fixture(scope="module")
def sets(records, library, described):
    return feature_sets(featurize(records, library), records, described)


def test_the_first_set_is_what_models_learn_from(sets, described):
    assert next(iter(sets)) == ALL
    assert list(sets[ALL].columns) == list(described["name"][described["is_used"]])


@pytest.mark.parametrize("block", ["polymer", "salt", "filler", "architecture", "physics", "condition"])
def test_without_a_block_none_of_its_features_is_left_and_all_others_are(sets, described, block):
    of_block = set(described["name"][described["block"] == block])
    assert set(sets[f"without {block}"].columns) == set(sets[ALL].columns) - of_block


def test_every_set_differs_from_what_models_learn_from(sets):
    for name, table in sets.items():
        columns = set(table.columns)
        if name.startswith("with "):
            assert columns > set(sets[ALL].columns), name
        elif name.startswith("without "):
            assert columns < set(sets[ALL].columns), name


def test_every_feature_that_describes_only_is_tried(sets, described):
    tried = set().union(*(table.columns for name, table in sets.items() if name.startswith("with ")))
    assert set(described["name"][~described["is_learned"]]) <= tried


def test_names_stand_for_what_each_mixture_is_made_of(sets, records):
    names = sets[NAMES]
    blends = records["polymer"] == "PEO:0.7 + PVDF:0.3"
    assert names.loc[blends, ["polymer: PEO", "polymer: PVDF"]].to_numpy().tolist() == [[0.7, 0.3]]
    assert (names["filler: LLZTO"] > 0).sum() == records["filler"].str.contains(r"(?:^| )LLZTO", regex=True).sum()
    assert not [column for column in names if column.startswith(("polymer_", "physics_", "salt_"))]


@pytest.fixture(scope="module")
def compared(sample, quick):
    told = sample.features.assign(answer=sample.labels)
    held = {"new_polymer": [frozenset({work[-1]}) for work in sample.work_ids]}
    settings, lines = AblationSettings(n_partitions=2, n_repeats=2), list[str]()
    table = compare_sets(
        sample, {"all": sample.features, "told": told}, held, CONDUCTIVITY, quick, settings, lines.append
    )
    assert [line.split(":")[0] for line in lines] == ["all", "told"]
    return table.set_index(["features", "held_out"])


@pytest.mark.parametrize("held_out", [BY_WORK, "new_polymer"])
def test_a_feature_that_gives_the_answer_away_lowers_the_error(compared, held_out):
    row = compared.loc[("told", held_out)]
    assert row["change"] < 0
    assert row["lower"] <= row["change"] <= row["upper"] < 0
    assert row["mean_absolute_error"] == pytest.approx(
        compared.loc[("all", held_out), "mean_absolute_error"] + row["change"]
    )


def test_the_first_set_does_not_differ_from_itself(compared):
    assert (compared.loc["all", ["change", "lower", "upper"]].to_numpy() == 0).all()


def test_the_median_reads_no_features(compared):
    assert (compared.loc[RECORD_MEDIAN, "n_features"] == 0).all()
    assert (compared.loc[RECORD_MEDIAN, "mean_absolute_error"] > compared.loc["told", "mean_absolute_error"]).all()
