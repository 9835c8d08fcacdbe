import numpy as np
import pandas as pd
import pytest

from features import INPUT_COLUMNS, dictionary, featurize, join_lists
from features.joining import READS, compute
from features.product import tabulate

N_MIXTURES = 400
LISTS = ("architecture_tags", "additives")


@pytest.fixture(scope="module")
def levels():
    table = pd.DataFrame
    return {
        "polymer": table({"polymer": ["PEO", "PVDF:0.3 + PEO:0.7", "*CCO*", "PAN", "PDOL", "", "PMMA"]}),
        "filler": table({"filler": ["", "LLZO", "SiO2", "LATP + BaTiO3", "Li6PS5Cl", "LLZTO"]}),
        "salt": table({"salt": ["LiTFSI", "none", "LiClO4", ""]}),
        "architecture": table(
            {
                "architecture_tags": ["particles", "wires;aligned", "framework;polymer_in_salt", "", "sandwich"],
                "additives": ["", "", "SN", "APTES", ""],
            }
        ),
        "additive": table({"architecture_tags": ["", "plasticised", "gel"], "additives": ["", "SN", "FEC"]}),
        "salt_ratio": table(
            {"salt_ratio": [16.0, np.nan, 8.0, 40.0], "salt_ratio_unit": ["EO:Li", "", "EO:Li", "wt%"]}
        ),
        "particle_size_nm": table({"particle_size_nm": [np.nan, 40.0, 700.0]}),
        "filler_wt_fraction": table({"filler_wt_fraction": [0.02, 0.1, 0.35, 0.8]}),
        "temperature_C": table({"temperature_C": [-20.0, 30.0, 60.0]}),
    }


@pytest.fixture(scope="module")
def drawn(levels):
    generator = np.random.default_rng(7)
    return {axis: generator.integers(0, len(table), N_MIXTURES) for axis, table in levels.items()}


@pytest.fixture(scope="module")
def mixtures(levels, drawn):
    taken = {axis: table.iloc[drawn[axis]].reset_index(drop=True) for axis, table in levels.items()}
    plain = pd.concat([table.drop(columns=list(LISTS), errors="ignore") for table in taken.values()], axis=1)
    lists = {
        name: [join_lists(both) for both in zip(taken["architecture"][name], taken["additive"][name], strict=True)]
        for name in LISTS
    }
    return plain.assign(filler_vol_fraction=np.nan, **lists)[list(INPUT_COLUMNS)]


def test_a_table_holds_bit_for_bit_what_the_listed_mixtures_have(levels, drawn, mixtures, library):
    names = [feature.name for feature in dictionary(library)]
    features, tables = featurize(mixtures, library), tabulate(names, levels, library)
    assert list(tables) == names
    differing = [name for name in names if tables[name].at(drawn).tobytes() != features[name].to_numpy().tobytes()]
    assert differing == []


def test_a_table_is_no_larger_than_the_levels_that_differ(levels, library):
    tables = tabulate(["polymer_donor_number", "filler_vol_fraction", "salt_outweighs_polymer"], levels, library)
    assert tables["polymer_donor_number"].axes == ("polymer",)
    assert tables["filler_vol_fraction"].axes == ("polymer", "filler", "filler_wt_fraction")
    # of 15 ways to build and add, two differ in whether there is more salt than polymer
    assert tables["salt_outweighs_polymer"].numbers.shape[2:4] == (2, 1)


def test_neither_axis_order_nor_further_levels_change_a_number(levels, drawn, library):
    names = ["filler_vol_fraction", "salt_molality_mol_kg", "architecture_is_wet", "physics_host_log10_conductivity"]
    backwards = tabulate(names, dict(reversed(levels.items())), library)
    alone = tabulate(names, {axis: table.iloc[[drawn[axis][0]]] for axis, table in levels.items()}, library)
    for name, table in tabulate(names, levels, library).items():
        np.testing.assert_array_equal(backwards[name].at(drawn), table.at(drawn))
        assert np.array_equal(alone[name].numbers.ravel(), table.at(drawn)[:1], equal_nan=True)


def test_what_no_axis_gives_is_not_known(levels, library):
    tables = tabulate(["filler_wt_fraction", "salt_wt_fraction"], {"polymer": levels["polymer"]}, library)
    assert np.isnan(tables["salt_wt_fraction"].numbers).all()
    # but a mixture without filler has none, whatever else is not known of it
    assert (tables["filler_wt_fraction"].numbers == 0).all()


def test_one_column_in_two_axes_is_refused(levels, library):
    doubled = {"polymer": levels["polymer"], "other": levels["polymer"]}
    with pytest.raises(ValueError, match="polymer stands in 2 axes: polymer, other"):
        tabulate(["polymer_donor_number"], doubled, library)


def test_what_joins_components_is_moved_by_nothing_but_what_it_reads(mixtures, library):
    names = list(READS)
    whole = featurize(mixtures, library)
    stranger = featurize(mixtures.sample(frac=1, random_state=1).set_axis(mixtures.index), library)
    moved = {name: not whole[name].equals(stranger[name]) for name in names}
    assert all(moved.values())
    generator = np.random.default_rng(3)
    for name in names:
        unread = {other: generator.uniform(0.1, 0.9, N_MIXTURES) for reads in READS.values() for other in reads}
        described = {**unread, "salt_ratio_unit": np.full(N_MIXTURES, "wt%", dtype=object)}
        read = {column: described[column] for column in READS[name]}
        np.testing.assert_array_equal(
            compute([name], described, N_MIXTURES)[name], compute([name], read, N_MIXTURES)[name], err_msg=name
        )
