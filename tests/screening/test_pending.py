import pytest

from features import INPUT_COLUMNS
from pipeline.common.errors import UserError
from pipeline.screening import load_pending

HEADER = "polymer,salt,filler,filler_amount,filler_unit,architecture,additives,temperature_C,reason\n"


def test_no_file_is_nothing_being_made(tmp_path, vocabulary):
    pending = load_pending(tmp_path / "pending.csv", vocabulary)
    assert pending.empty
    assert list(pending) == list(INPUT_COLUMNS)


def test_what_is_being_made_is_read_as_mixtures_are(tmp_path, vocabulary):
    path = tmp_path / "pending.csv"
    path.write_text(HEADER + "poly(ethylene oxide),LiTFSI,Li7La3Zr2O12,10,wt%,wires;aligned,SN,30,why not\n")
    (row,) = load_pending(path, vocabulary).to_dict("records")
    assert (row["polymer"], row["filler"], row["filler_wt_fraction"]) == ("PEO", "LLZO", 0.1)
    assert (row["architecture_tags"], row["additives"], row["temperature_C"]) == ("aligned;wires", "SN", 30)


def test_every_cell_that_cannot_be_read_is_told(tmp_path, vocabulary):
    path = tmp_path / "pending.csv"
    path.write_text(HEADER + "PEOO,LiTFSI,LLZO,10,wt%,wires,,30,\nPEO,LiTFSI,LLZO,much,wt%,spirals,,30,\n")
    with pytest.raises(UserError) as caught:
        load_pending(path, vocabulary)
    message = str(caught.value)
    assert "pending.csv, row 2, column polymer: 'PEOO'" in message
    assert "row 3, column filler_amount: 'much'" in message
    assert "row 3, column architecture: 'spirals'" in message
