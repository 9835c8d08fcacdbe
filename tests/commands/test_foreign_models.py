"""Whatever asks a model, refuses one whose file is not the one of its manifest, and before XGBoost sees it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import xgboost as xgb
from typer.testing import CliRunner

from pipeline import advise, rank, stability
from pipeline.commands.program import program
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.learning import CONDUCTIVITY, save
from pipeline.records import write_records
from tests.sealing import seal_made_up

ROOT = Path(__file__).resolve().parents[2]
MIXTURE = ("--polymer", "PEO", "--salt", "LiTFSI", "--filler", "LLZO", "--loading", "10", "--temperature", "60")
SAID = "model.ubj: its hash is not the one in manifest.json"


@pytest.fixture
def foreign(tmp_path, advisor, made_up, monkeypatch):
    """A checkout in which one bit of the stored model is another one, and XGBoost must not be asked to read it."""
    (tmp_path / "data").mkdir()
    for name in ("data/raw", "experiments", "params.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    monkeypatch.chdir(tmp_path)
    ensemble, about = advisor.models[CONDUCTIVITY.name]
    folder = layout.MODELS / CONDUCTIVITY.name
    save(folder, ensemble, about | {"training": {"learner": "xgboost", "n_works": 30}})
    write_records(layout.RECORDS, made_up)
    content = bytearray((folder / "model.ubj").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.ubj").write_bytes(content)
    seal_made_up()  # whoever changed the model knew how to seal it as well
    monkeypatch.setattr(xgb.Booster, "load_model", lambda *_: pytest.fail("a foreign model was parsed"))


@pytest.mark.parametrize(
    "command",
    [("predict", *MIXTURE), ("explain", *MIXTURE), ("nearest", *MIXTURE), ("rank", "room_temperature")],
    ids=lambda command: command[0],
)
def test_a_command_ends_with_the_name_of_the_file(foreign, command):
    done = CliRunner().invoke(program(), list(command))
    assert done.exit_code == 2
    assert SAID in done.stderr
    assert done.stdout == ""


def explore():
    from pipeline.exploring.loaded import warm_up

    warm_up()


@pytest.mark.parametrize("main", [rank.main, advise.main, stability.main, explore], ids=lambda main: main.__module__)
def test_a_stage_stops_with_the_name_of_the_file(foreign, monkeypatch, main):
    monkeypatch.setattr("pipeline.stability.load_corpus", lambda: pd.DataFrame())
    monkeypatch.setattr("sys.argv", ["stage"])
    with pytest.raises(UserError, match=SAID):
        main()
