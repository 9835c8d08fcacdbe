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


def test_pending_rows_of_the_lab_count_once_beside_the_list(tmp_path, vocabulary):
    listed, sheet, plain = (tmp_path / name for name in ("pending.csv", "march.csv", "april.csv"))
    row = "PEO,LiTFSI,LLZO,10,wt%,wires,,30,"
    listed.write_text(HEADER + row + "\n")
    results = HEADER.replace("reason", "conductivity,conductivity_unit")
    plain.write_text(results + row + "1e-4,S/cm\n")
    done = row.replace("PEO", "PAN") + "1e-4,S/cm"
    sheet.write_text(f"status,{results}PENDING,{row},S/cm\nPENDING,{row.replace('PEO', 'PVDF')},S/cm\nDONE,{done}\n")
    pending = load_pending(listed, vocabulary, [plain, sheet])
    assert pending["polymer"].tolist() == ["PEO", "PVDF"]
    assert load_pending(tmp_path / "none.csv", vocabulary, [sheet])["polymer"].tolist() == ["PEO", "PVDF"]


def test_a_pending_row_with_a_result_stops_the_ranking(tmp_path, vocabulary):
    sheet = tmp_path / "march.csv"
    sheet.write_text(f"status,{HEADER.replace('reason', 'conductivity')}PENDING,PEO,LiTFSI,LLZO,10,wt%,,,30,1e-4\n")
    with pytest.raises(UserError, match="row 2, column status: 'PENDING': a result stands in conductivity; write DONE"):
        load_pending(tmp_path / "pending.csv", vocabulary, [sheet])
