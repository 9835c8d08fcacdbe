"""Tables of mixtures that people wrote, predicted: whatever stands in them, each row has an answer or its faults."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.advising import predict_sheet
from pipeline.records import COMPOSITION
from tests.hostile import SOME, again_if_slow, fragments, mutated, refused_at_most

SOUND = ("PEO", "LiTFSI", "LLZO", "10", "wt%", "wires;aligned", "SN", "60")
NAMES = ("note", "lower", "upper", "given_lower", "given_given_lower", "flags", "problems", "log10_conductivity", "row")


def decoded(cells):
    """Cells as a UTF-8 file can hold them."""
    return tuple(cell.encode("utf-8", "replace").decode() for cell in cells)


@pytest.fixture(scope="module")
def asked(advisor):
    """The advisor behind a function: hypothesis would print all of it."""
    return lambda: advisor


@pytest.mark.fault("7 input: tables of mixtures")
@SOME
@given(
    st.lists(st.tuples(*(mutated((cell,)) for cell in SOUND)).map(decoded), min_size=1, max_size=2),
    st.lists(fragments, max_size=2),
)
@again_if_slow
def test_each_row_is_predicted_or_has_faults(tally, asked, rows, headers):
    table = pd.DataFrame(rows, columns=list(COMPOSITION), index=range(2, len(rows) + 2), dtype=object)
    table = table.assign(**{header: "x" for header in headers if header not in COMPOSITION and header.isprintable()})
    with tally.attempt(), refused_at_most():
        found = predict_sheet(table, "typed.csv", asked())
        assert list(found.index) == list(table.index)
        assert found.columns.is_unique
        for _, row in found.iterrows():
            assert row["problems"] or pd.notna(row["log10_conductivity"])
            assert pd.isna(row["log10_conductivity"]) or row["lower"] <= row["log10_conductivity"] <= row["upper"]


def test_no_column_takes_the_name_of_another(advisor):
    """A sheet that was predicted before, and predicted again, holds columns under the names of predictions."""
    table = pd.DataFrame([[*SOUND, *NAMES]], columns=[*COMPOSITION, *NAMES], index=[2])
    found = predict_sheet(predict_sheet(table, "typed.csv", advisor).astype(str), "typed.csv", advisor)
    assert found.columns.is_unique
    assert set(NAMES) <= set(found.loc[2].astype(str))
    assert found.to_dict("index")
