import time
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features import INPUT_COLUMNS, architecture, dictionary, featurize, filler, polymer, salt

NUMBERS = ("salt_ratio", "filler_wt_fraction", "filler_vol_fraction", "particle_size_nm", "temperature_C")


@pytest.fixture(scope="module")
def table(records, library):
    return featurize(records, library)


@pytest.fixture(scope="module")
def many(library):
    """Draw 100,000 mixtures of the library's components, of every shape and loading."""
    generator, n = np.random.default_rng(3), 100_000
    salts, tags, additives = list(library.salts), ["particles", "wires", "framework;aerogel"], ["", "SN", "EC;PC"]
    return pd.DataFrame(
        {
            "polymer": generator.choice(list(library.polymers), n),
            "salt": generator.choice([*salts, ""], n),
            "salt_ratio": generator.uniform(0.1, 50, n),
            "salt_ratio_unit": generator.choice(["wt%", "EO:Li", ""], n),
            "filler": generator.choice([*library.fillers, ""], n),
            "filler_wt_fraction": generator.uniform(0, 1, n),
            "filler_vol_fraction": generator.choice([np.nan, 0.1, 0.5], n),
            "particle_size_nm": generator.choice([np.nan, 5.0, 200.0, 20_000.0], n),
            "architecture_tags": generator.choice(tags, n),
            "additives": generator.choice(additives, n),
            "temperature_C": generator.uniform(-60, 150, n),
        }
    ).astype(dict.fromkeys(set(INPUT_COLUMNS) - set(NUMBERS), "str"))


def record(**cells):
    empty = dict.fromkeys(INPUT_COLUMNS, "") | dict.fromkeys(NUMBERS, np.nan)
    return pd.DataFrame([empty | {"polymer": "PEO"} | cells])


def outside(table, library):
    return [
        feature.name
        for feature in dictionary(library)
        if ((table[feature.name] < feature.lowest) | (table[feature.name] > feature.highest)).any()
    ]


def test_the_table_has_the_columns_of_the_dictionary_and_no_others(table, library):
    assert list(table.columns) == [feature.name for feature in dictionary(library)]


def test_every_number_is_a_float_and_every_record_keeps_its_place(table, records):
    assert set(table.dtypes) == {np.dtype("float64")}
    assert table.index.equals(records.index)


def test_every_number_of_the_records_lies_within_the_limits_of_the_dictionary(table, library):
    assert outside(table, library) == []
    assert not np.isinf(table.to_numpy()).any()


def test_most_of_a_record_is_known(table):
    assert table.notna().to_numpy().mean() > 0.7


def test_every_number_of_any_mixture_lies_within_the_limits_of_the_dictionary(many, library):
    table = featurize(many.iloc[:20_000], library)
    assert outside(table, library) == []
    assert not np.isinf(table.to_numpy()).any()


def test_a_hundred_thousand_mixtures_take_less_than_three_seconds(many, library):
    featurize(many, library)
    start = time.process_time()
    featurize(many, library)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("block", "columns"),
    [
        (polymer, ["polymer"]),
        (salt, ["salt"]),
        (filler, ["filler"]),
        (architecture, ["architecture_tags", "additives"]),
    ],
)
def test_a_component_is_described_once_however_many_records_hold_it(monkeypatch, many, library, block, columns):
    asked = []
    describe = block.describe
    monkeypatch.setattr(block, "describe", lambda *names: asked.append(names[:-1]) or describe(*names))
    featurize(many, library)
    assert len(asked) == len(set(asked))
    assert set(asked) == set(many[columns].itertuples(index=False, name=None))


def test_what_a_component_is_made_of_is_described_once_for_a_library(many, library):
    fresh = replace(library)
    before = polymer.describe_one.cache_info().misses, filler.describe_one.cache_info().misses
    held = many[many["polymer"].isin(["PEO", "PVDF"]) & many["filler"].isin(["LLZO", "LATP", "SiO2"])].assign(salt="")
    for _ in range(2):
        featurize(held, fresh)
    after = polymer.describe_one.cache_info().misses, filler.describe_one.cache_info().misses
    assert (after[0] - before[0], after[1] - before[1]) == (2, 3)


def test_a_record_alone_is_described_bit_for_bit_as_in_the_table(table, records, library):
    differing = [
        position
        for position in range(0, len(records), 4)
        if featurize(records.iloc[[position]], library).to_numpy().tobytes()
        != table.iloc[position].to_numpy().tobytes()
    ]
    assert differing == []


def test_the_order_of_the_records_does_not_matter(table, records, library):
    shuffled = records.sample(frac=1, random_state=4)
    pd.testing.assert_frame_equal(featurize(shuffled, library).loc[records.index], table, check_exact=True)


def test_the_records_are_left_as_they_were(records, library):
    before = records.copy(deep=True)
    featurize(records, library)
    pd.testing.assert_frame_equal(records, before, check_exact=True)


def test_a_sintered_ceramic_is_a_record_without_a_polymer(library):
    row = featurize(record(polymer="", filler="LLZO"), library).iloc[0]
    assert row["polymer_n_components"] == 0
    assert row["filler_lithium_fraction"] == pytest.approx(7 / 24)


def test_a_neat_polymer_is_a_record_without_a_filler(library):
    row = featurize(record(), library).iloc[0]
    assert row["filler_is_present"] == 0
    assert np.isnan(row["filler_lithium_fraction"])
    assert row["polymer_ether_O_per_backbone_atom"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("loading", NUMBERS[1:3])
def test_a_filler_of_which_there_is_none_is_no_filler(library, loading):
    neat = featurize(record(polymer="PEO", salt="LiTFSI"), library)
    none = featurize(record(polymer="PEO", salt="LiTFSI", filler="LLZTO", **{loading: 0.0}), library)
    little = featurize(record(polymer="PEO", salt="LiTFSI", filler="LLZTO", **{loading: 0.01}), library)
    assert none.equals(neat)
    assert not little.equals(neat)


def test_a_repeat_unit_and_a_formula_stand_where_names_stand(library):
    named = featurize(record(filler="LLZO", filler_vol_fraction=0.2), library).iloc[0]
    written = featurize(record(polymer="*CCO*", filler="Li7La3Zr2O12", filler_vol_fraction=0.2), library).iloc[0]
    for name in ("polymer_donor_number", "filler_lithium_fraction", "filler_family_garnet", "filler_lithium_excess"):
        assert written[name] == named[name] > 0, name


@pytest.mark.parametrize("column", INPUT_COLUMNS)
def test_a_column_that_is_missing_is_an_error_that_names_it(library, column):
    with pytest.raises(KeyError, match=column):
        featurize(record().drop(columns=column), library)


@pytest.mark.parametrize("cells", [{"polymer": "unobtainium"}, {"salt": "NaCl"}, {"additives": "gin"}])
def test_a_name_that_the_library_does_not_hold_is_an_error(library, cells):
    with pytest.raises(KeyError):
        featurize(record(**cells), library)
