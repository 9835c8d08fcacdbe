"""What `python -m pipeline.train` is asked, before it trains anything."""

import sys
from pathlib import Path

import pytest

from pipeline import train
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.settings import load_settings

ROOT = Path(__file__).parents[1]


@pytest.fixture
def ask(monkeypatch):
    def with_options(*options):
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr(sys, "argv", ["train", *options])

    return with_options


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--scheduler", "node1"), "--scheduler node1: tcp://host:port was expected"),
        (("--study", "postgresql://127.0.0.1:1/none"), "--study postgresql://127.0.0.1:1/none: cannot be used"),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_read(ask, options, said, monkeypatch):
    ask(*options)
    monkeypatch.setattr(train, "load_corpus", lambda: pytest.fail("it went on"))
    with pytest.raises(UserError) as caught:
        train.main()
    assert said in str(caught.value)


def test_a_gpu_that_is_not_there_is_refused(ask, monkeypatch):
    ask()
    settings = load_settings()
    on_gpu = settings.model_copy(update={"train": settings.train.model_copy(update={"device": "cuda"})})
    monkeypatch.setattr(train, "load_settings", lambda: on_gpu)
    monkeypatch.setattr(train, "has_cuda", lambda: False)
    monkeypatch.setattr(train, "load_corpus", lambda: pytest.fail("it went on"))
    with pytest.raises(UserError, match=r"train\.device cuda: this machine has no NVIDIA GPU"):
        train.main()


def test_searches_are_noted_in_a_folder_of_this_run_unless_others_work_for_it(ask, tmp_path):
    asked = {
        (): layout.SEARCHES,
        ("--scheduler", "tcp://node1:8786"): None,
        ("--study", str(tmp_path)): tmp_path,
        ("--scheduler", "tcp://node1:8786", "--study", f"sqlite:///{tmp_path}/a.db"): f"sqlite:///{tmp_path}/a.db",
    }
    for options, notes in asked.items():
        ask(*options)
        assert train._notes(train._arguments()) == notes


def test_a_relative_folder_is_the_same_one_for_every_worker(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["train", "--study", "searches"])
    assert train._notes(train._arguments()) == tmp_path / "searches"
