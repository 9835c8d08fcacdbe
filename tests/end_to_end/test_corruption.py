"""A flipped byte in a file of the last run is noticed before the file is used, and the file is named."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import backtest, evaluate, featurize, package, publish, report
from pipeline.commands.program import program
from pipeline.common import seals
from pipeline.common.errors import UserError
from tests.end_to_end.trees import DVC

PREDICT = ("predict", "--polymer", "PEO", "--salt", "LiTFSI", "--filler", "LLZTO", "--loading", "10")
CACHE = ".dvc/cache/files/md5"


def _predict() -> None:
    done = CliRunner().invoke(program(), list(PREDICT))
    if done.exit_code != 0:
        raise UserError(done.stderr)


USED_BY: tuple[tuple[str, Callable[[], None]], ...] = (
    ("models/*/model.ubj", _predict),
    ("models/*/member_*.ubj", _predict),
    ("models/*/model.json", _predict),
    ("models/*/references.parquet", _predict),
    ("models/*/manifest.json", _predict),
    ("records.parquet", featurize.main),
    ("records.parquet", _predict),
    ("conflicts.csv", package.main),
    ("features.parquet", backtest.main),
    ("feature_dictionary.csv", backtest.main),
    ("out_of_fold.csv", evaluate.main),
    ("new_components.csv", evaluate.main),
    ("noise_floor.csv", evaluate.main),
    ("backtest.csv", evaluate.main),
    ("metrics.json", report.main),
    ("rankings/*.csv", report.main),
    ("rankings/*.json", report.main),
    ("rankings/batches/*.csv", report.main),
    ("stability.json", report.main),
    ("advice/*.json", report.main),
    ("trials.csv", publish.main),
    ("reports/*/index.html", publish.main),
    ("reports/*/ranking.csv", publish.main),
    ("seals/train.json", _predict),
    ("seals/rank.json", report.main),
)
"""Which files are read by what, as they are matched in data/processed."""


def _flip(path: Path, generator: random.Random) -> None:
    """Change one byte and nothing that a look at the file's size and time would tell."""
    path.chmod(0o644)
    state, content = path.stat(), bytearray(path.read_bytes())
    content[generator.randrange(len(content))] ^= 1 << generator.randrange(8)
    path.write_bytes(content)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


@pytest.mark.fault("4 a flipped byte")
def test_a_flipped_byte_is_noticed_and_named_before_the_file_is_used(harmed, tally, monkeypatch):
    tree, generator = harmed(), random.Random(4)
    monkeypatch.setattr("sys.argv", ["publish"])
    with contextlib.chdir(tree.folder):
        used = [(path, use) for place, use in USED_BY for path in sorted(Path("data/processed").glob(place))]
        used = [pair for pair in used if tally.is_full or pair[0].stat().st_size]
        chosen = used if tally.is_full else generator.sample(used, 12)
        for path, use in chosen:
            sound = path.read_bytes()
            with tally.attempt():
                _flip(path, generator)
                with pytest.raises(UserError) as refused:
                    use()
                assert str(path) in str(refused.value) or path.parent.name == "seals", refused.value
                assert path.parent.name == "seals" or path in {broken for _, broken in seals.broken()}
            path.write_bytes(sound)
    assert {name: (tree.folder / name).read_bytes() for name in tree.sound} == tree.sound


@pytest.mark.fault("4 a flipped byte that only DVC would see")
def test_what_dvc_takes_for_unchanged_is_named_and_made_anew(harmed, tally):
    tree, generator = harmed(), random.Random(5)
    assert tree.run(DVC, "repro").returncode == 0
    for name in ("package/records.csv", "published.json", "rejected.csv")[: tally.n(1, 3)]:
        path = tree.folder / "data/processed" / name
        with tally.attempt():
            _flip(path, generator)
            done = tree.run(DVC, "repro")
            assert done.returncode == 0, done.stdout
            assert f"data/processed/{name}: not what" in done.stdout
            tree.assert_sound()


@pytest.mark.fault("4 a flipped byte in DVC's cache")
def test_what_comes_damaged_from_dvcs_cache_is_named_and_removed_from_there(harmed, tally):
    tree, generator = harmed(), random.Random(6)
    for name in ("models/log10_conductivity/model.ubj", "metrics.json", "features.parquet")[: tally.n(1, 3)]:
        path = tree.folder / "data/processed" / name
        md5 = hashlib.md5(path.read_bytes()).hexdigest()
        cached = tree.folder / CACHE / md5[:2] / md5[2:]
        kept = cached.read_bytes()
        with tally.attempt():
            _flip(cached, generator)
            cached.chmod(0o444)
            path.unlink()
            done = tree.run(DVC, "checkout")
            assert done.returncode != 0, done.stdout
            assert f"data/processed/{name}" in done.stdout
            if path.is_file():
                assert not cached.exists(), done.stdout
        cached.unlink(missing_ok=True)
        cached.write_bytes(kept)
        path.write_bytes(kept)
