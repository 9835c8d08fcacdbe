"""What another version wrote is refused in one line: which file, which format, which one is read, what to do."""

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

from pipeline.common import files, formats, layout, seals
from pipeline.common.errors import UserError
from pipeline.common.formats import require_format

ROOT = Path(__file__).parents[2]
PATH = Path("data/processed/thing.json")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "no format, as of an older version; this version reads format 2: run `dvc repro` to write it anew"),
        (1, "format 1 of another version; this version reads format 2: run `dvc repro` to write it anew"),
        (
            3,
            "format 3 of a newer version; this version reads format 2: `git pull`, or run `dvc repro` to write it anew",
        ),
        ("2", "format '2' of another version; this version reads format 2: run `dvc repro` to write it anew"),
        (True, "format True of another version; this version reads format 2: run `dvc repro` to write it anew"),
        (2.0, "format 2.0 of another version; this version reads format 2: run `dvc repro` to write it anew"),
    ],
)
def test_another_format_is_refused_in_one_line(found, said):
    with pytest.raises(UserError) as caught:
        require_format(PATH, found, 2)
    assert str(caught.value) == f"{PATH}: {said}"


def test_the_format_that_is_read_is_not_refused():
    require_format(PATH, 2, 2)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of two stages: the second is still to write anew what it wrote before an upgrade."""
    monkeypatch.chdir(tmp_path)
    files.write_csv(layout.TRIALS, pd.DataFrame({"trial": [1]}))
    files.write_json(layout.METRICS, {"a": 1})
    seals.seal("train", [layout.TRIALS])
    seals.seal("evaluate", [layout.METRICS])
    return tmp_path


def restate(stage, **changed):
    path = layout.SEALS / f"{stage}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changed))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"outputs": 0}, r"format 0 of another version; this version reads format 1"),
        ({"outputs": None}, r"no format, as of an older version; this version reads format 1"),
        ({"outputs": 2}, r"format 2 of a newer version; this version reads format 1: `git pull`"),
        ({"format": 0}, r"format 0 of stage 'train', 1 of 'train' was expected: another version wrote it"),
    ],
)
def test_a_table_of_another_version_is_refused_by_the_seal_of_its_stage(run, changed, said):
    restate("train", **changed)
    with pytest.raises(UserError, match=rf"seals/train\.json: {said}.*(?i:run `dvc repro`)"):
        files.read_csv(layout.TRIALS)


@pytest.mark.parametrize("changed", [{"outputs": 0}, {"format": 0}])
def test_a_stage_that_ran_anew_is_read_while_the_seals_of_later_ones_are_old(run, changed):
    """Else no `dvc repro` would lead out of it: its stages read while seals of an older version lie there."""
    for stage in ("evaluate", "train"):
        restate(stage, **changed)
    seals.seal("train", [layout.TRIALS])
    assert files.read_csv(layout.TRIALS)["trial"].tolist() == [1]
    with pytest.raises(UserError, match=r"seals/evaluate\.json"):
        files.read_json(layout.METRICS)
    assert seals.broken() == [("evaluate", layout.SEALS / "evaluate.json")]


def test_a_stage_that_stops_after_an_upgrade_says_its_own_reason(run):
    """Ingest lists what it refused before it stops, also beside a seal of an older version."""
    restate("train", outputs=0)
    seals.renew("train", [layout.TRIALS])
    with pytest.raises(UserError, match=r"seals/train\.json: format 0"):
        files.read_csv(layout.TRIALS)


def test_a_raised_number_refuses_what_was_written_before(run, monkeypatch):
    monkeypatch.setattr(formats, "OUTPUTS", {"train": 2})
    with pytest.raises(UserError, match="format 1 of another version; this version reads format 2"):
        files.read_csv(layout.TRIALS)
    assert files.read_json(layout.METRICS) == {"a": 1}


def test_numbers_are_those_of_stages():
    assert set(formats.OUTPUTS) <= set(yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"])
