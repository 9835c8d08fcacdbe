import numpy as np
import pandas as pd

from features import INPUT_COLUMNS
from pipeline.screening.mixtures import by_content, canonical, differences, is_among, kinds

PEO_LLZTO = {
    "polymer": "PEO",
    "salt": "LiTFSI",
    "salt_ratio": np.nan,
    "salt_ratio_unit": "",
    "filler": "LLZTO",
    "filler_wt_fraction": 0.1,
    "filler_vol_fraction": np.nan,
    "particle_size_nm": np.nan,
    "architecture_tags": "particles;wires",
    "additives": "",
    "temperature_C": 30.0,
}


def rows(*changes):
    return pd.DataFrame([PEO_LLZTO | change for change in changes])[list(INPUT_COLUMNS)]


def test_one_mixture_written_twice_is_one():
    written = canonical(rows({}, {"architecture_tags": "wires;particles", "filler_wt_fraction": 0.3 - 0.2}))
    assert written.iloc[0].equals(written.iloc[1])


def test_amounts_and_temperatures_make_no_other_kind_but_components_do():
    same = kinds(canonical(rows({}, {"filler_wt_fraction": 0.2}, {"temperature_C": 60.0}, {"salt_ratio": 12.0})))
    others = ({"polymer": "PAN"}, {"salt": ""}, {"filler": "LATP"}, {"architecture_tags": ""}, {"additives": "SN"})
    assert len(set(same)) == 1
    assert len(set(kinds(canonical(rows({}, *others))))) == 6


def test_a_mixture_is_measured_at_whatever_temperature_it_was():
    candidates = canonical(rows({}, {"filler_wt_fraction": 0.2}))
    assert is_among(candidates, canonical(rows({"temperature_C": 60.0}))).tolist() == [True, False]


def test_the_order_of_content_does_not_depend_on_the_order_of_rows():
    table = canonical(rows(*({"filler_wt_fraction": wt} for wt in (0.3, 0.1, np.nan, 0.2))))
    turned = table.iloc[::-1].reset_index(drop=True)
    assert (
        table.iloc[by_content(table)]
        .reset_index(drop=True)
        .equals(turned.iloc[by_content(turned)].reset_index(drop=True))
    )


def test_differences_are_named_as_people_name_them():
    table = canonical(rows({}, {"architecture_tags": "sheets", "filler": "LATP", "filler_wt_fraction": 0.5}))
    assert differences(table.iloc[0], table.iloc[1]) == ["filler", "architecture"]
