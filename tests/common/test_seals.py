import json
import random

import pandas as pd
import pytest

from pipeline.common import files, layout, seals
from pipeline.common.errors import UserError


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A folder in which a stage has written a table and a folder, and sealed both."""
    monkeypatch.chdir(tmp_path)
    files.write_parquet(layout.RECORDS, pd.DataFrame({"a": [1.5]}))
    files.write_json(layout.RANKINGS / "deep" / "one.json", {"a": 1})
    seals.seal("made", [layout.RECORDS, layout.RANKINGS])
    return tmp_path


def test_what_a_stage_wrote_is_read(written):
    assert files.read_parquet(layout.RECORDS)["a"].tolist() == [1.5]
    assert files.read_json(layout.RANKINGS / "deep" / "one.json") == {"a": 1}
    assert seals.broken() == []


@pytest.mark.parametrize(
    "read", [files.read_parquet, files.read_csv, files.read_json, files.digest, lambda p: files.read_gapped_csv(p, ())]
)
def test_a_flipped_bit_is_named_before_anything_is_parsed(written, read):
    generator = random.Random(2)
    whole = layout.RECORDS.read_bytes()
    for _ in range(20):
        flipped = bytearray(whole)
        flipped[generator.randrange(len(whole))] ^= 1 << generator.randrange(8)
        layout.RECORDS.write_bytes(flipped)
        with pytest.raises(UserError, match=r"records\.parquet: not what `made` wrote.*dvc repro"):
            read(layout.RECORDS)
    assert seals.broken() == [("made", layout.RECORDS)]


def test_a_file_that_no_stage_wrote_is_refused(written):
    files.write_json(layout.RANKINGS / "two.json", {})
    with pytest.raises(UserError, match=r"two\.json: no stage of the last run wrote it"):
        files.read_json(layout.RANKINGS / "two.json")


def test_a_file_by_its_whole_path_is_held_against_its_seal_too(written):
    (written / layout.RECORDS).write_bytes(b"")
    with pytest.raises(UserError, match="not what `made` wrote"):
        files.digest(written / layout.RECORDS)


def test_files_elsewhere_need_no_seal(written):
    files.write_json(written / "mine.json", [1])
    assert files.read_json(written / "mine.json") == [1]


def test_what_is_being_written_needs_no_seal(written):
    with files.replacing(layout.METRICS) as temporary:
        temporary.write_text("{}")
        assert files.read_json(temporary) == {}


def test_a_missing_output_is_broken(written):
    layout.RECORDS.unlink()
    assert seals.broken() == [("made", layout.RECORDS)]


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"format": 1, "stage": "made"}', '{"format": 1, "stage": "other", "sha256": {}}', "\xff"],
)
def test_a_damaged_seal_is_named(written, content):
    path = layout.SEALS / "made.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(UserError, match=r"seals/made\.json: "):
        files.read_parquet(layout.RECORDS)
    assert seals.broken() == [("made", path)]


def test_a_damaged_seal_does_not_keep_what_others_wrote_from_being_read(written):
    files.write_json(layout.METRICS, {"a": 1})
    seals.seal("evaluate", [layout.METRICS])
    (layout.SEALS / "made.json").write_text("")
    assert files.read_json(layout.METRICS) == {"a": 1}


def test_a_seal_of_another_version_is_refused_with_the_remedy(written):
    path = layout.SEALS / "made.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(UserError, match=r"made\.json: format 2.* 1 .*another version wrote it. Run `dvc repro`"):
        files.read_parquet(layout.RECORDS)


def test_a_stage_that_stops_can_tell_of_what_it_wrote_until_then(written):
    files.write_json(layout.RANKINGS / "deep" / "one.json", {"a": 2})
    seals.renew("made", [layout.RANKINGS])
    assert seals.broken() == []
    assert files.read_json(layout.RANKINGS / "deep" / "one.json") == {"a": 2}


def test_before_any_good_run_there_is_nothing_to_renew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_json(layout.METRICS, {})
    seals.renew("evaluate", [layout.METRICS])
    assert not layout.SEALS.exists()
