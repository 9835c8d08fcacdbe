import numpy as np
import pandas as pd
import pytest

from features import INPUT_COLUMNS, dictionary, featurize

LOADING = ["filler_wt_fraction", "filler_vol_fraction"]


@pytest.fixture(scope="module")
def table(records, library):
    return featurize(records, library)


def _record(**cells):
    empty = {"filler_wt_fraction": np.nan, "filler_vol_fraction": np.nan, "temperature_C": np.nan}
    return pd.DataFrame([dict.fromkeys(INPUT_COLUMNS, "") | empty | {"polymer": "PEO"} | cells])


def test_the_table_has_the_columns_of_the_dictionary_and_no_others(table, library):
    names = [feature.name for feature in dictionary(library)]
    assert list(table.columns) == names
    assert len(set(names)) == len(names)


def test_every_feature_has_a_block_a_unit_a_meaning_and_a_source(library):
    for feature in dictionary(library):
        assert feature.block in {"polymer", "salt", "filler", "architecture", "condition"}
        assert feature.unit
        assert feature.meaning
        assert feature.source


def test_every_number_is_a_float_and_every_record_keeps_its_place(table, records):
    assert set(table.dtypes) == {np.dtype("float64")}
    assert table.index.equals(records.index)
    assert not np.isinf(table.to_numpy()).any()


def test_a_record_alone_is_described_bit_for_bit_as_in_the_table(table, records, library):
    for position in range(0, len(records), 4):
        alone = featurize(records.iloc[[position]], library)
        assert alone.to_numpy().tobytes() == table.iloc[[position]].to_numpy().tobytes()


def test_the_order_of_the_records_does_not_matter(table, records, library):
    shuffled = featurize(records.iloc[::-1], library)
    pd.testing.assert_frame_equal(shuffled.iloc[::-1], table, check_exact=True)


def test_the_records_are_left_as_they_were(records, library):
    before = records.copy(deep=True)
    featurize(records, library)
    pd.testing.assert_frame_equal(records, before, check_exact=True)


def test_without_a_filler_the_loading_is_zero_and_its_composition_unknown(library):
    row = featurize(_record(), library).iloc[0]
    assert row[LOADING].tolist() == [0, 0]
    assert row["filler_is_present"] == 0
    assert np.isnan(row["filler_lithium_fraction"])


def test_with_a_filler_a_loading_that_is_not_stated_is_unknown(library):
    row = featurize(_record(filler="LLZTO", filler_wt_fraction=0.4), library).iloc[0]
    assert row["filler_wt_fraction"] == 0.4
    assert np.isnan(row["filler_vol_fraction"])


@pytest.mark.parametrize("printed", [np.nan, 0.8])
def test_without_a_polymer_the_loading_is_one(library, printed):
    cells = {"polymer": "", "filler": "LLZO", "filler_wt_fraction": printed, "filler_vol_fraction": printed}
    assert featurize(_record(**cells), library).iloc[0][LOADING].tolist() == [1, 1]


def test_a_sintered_ceramic_is_a_record_without_a_polymer(library):
    row = featurize(_record(polymer="", filler="LLZO"), library).iloc[0]
    assert row["polymer_n_components"] == 0
    assert row["filler_lithium_fraction"] == pytest.approx(7 / 24)


@pytest.mark.parametrize("cells", [{"polymer": "unobtainium"}, {"salt": "NaCl"}, {"additives": "gin"}])
def test_a_name_that_the_library_does_not_hold_is_an_error(library, cells):
    with pytest.raises(KeyError):
        featurize(_record(**cells), library)
