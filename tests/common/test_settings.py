from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from pipeline.common.errors import UserError
from pipeline.common.settings import Settings, load_settings

SHIPPED = Path(__file__).parents[2] / "params.yaml"


@pytest.fixture
def params(tmp_path):
    """Write the shipped settings with one section changed; None removes a key."""

    def write(section="train", **changes):
        content = yaml.safe_load(SHIPPED.read_text("utf-8"))
        content[section] = {k: v for k, v in (content[section] | changes).items() if v is not None}
        path = tmp_path / "params.yaml"
        path.write_text(yaml.safe_dump(content), "utf-8")
        return path

    return write


def test_the_shipped_settings_are_sound():
    settings = load_settings(SHIPPED)
    assert isinstance(settings, Settings)
    assert 0.5 < settings.train.confidence < 1


def test_settings_do_not_change_once_read():
    settings = load_settings(SHIPPED)
    with pytest.raises(ValidationError, match="frozen"):
        settings.train.seed = 2


@pytest.mark.parametrize(
    ("section", "key", "value", "reason"),
    [
        ("train", "sed", 1, "no such key"),
        ("train", "seed", None, "this key is missing"),
        ("train", "seed", -1, "greater than or equal to 0"),
        ("train", "seed", "many", "valid integer"),
        ("train", "seed", 1.5, "valid integer"),
        ("train", "confidence", 1.0, "less than 1"),
        ("train", "confidence", 0.5, "greater than 0.5"),
        ("train", "confidence", float("nan"), "than"),
        ("train", "n_outer_folds", 1, "greater than or equal to 2"),
        ("train", "n_trials", 0, "greater than or equal to 1"),
        ("train", "n_threads", 0, "greater than or equal to 1"),
        ("ingest", "max_rejected_rows", -1, "greater than or equal to 0"),
        ("rank", "n_ranked", 0, "greater than or equal to 1"),
        ("rank", "n_neighbours", 51, "less than or equal to 50"),
    ],
)
def test_a_fault_is_told_with_file_key_and_value(params, section, key, value, reason):
    path = params(section, **{key: value})
    with pytest.raises(UserError, match=reason) as refusal:
        load_settings(path)
    (problem,) = refusal.value.problems
    assert problem.file == str(path)
    assert problem.column == f"{section}.{key}"
    assert problem.value == ("" if value is None else str(value))


def test_all_faults_are_told_at_once(params):
    with pytest.raises(UserError) as refusal:
        load_settings(params(seed=-1, n_trials=0, colour="red"))
    assert {problem.column for problem in refusal.value.problems} == {"train.seed", "train.n_trials", "train.colour"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("train: [1, 2\n", "line 2, column 1: not valid YAML"),
        ("train:\n\tseed: 1\n", "line 2, column 1: not valid YAML"),
        ("a: b: c\n", "line 1, column 5: not valid YAML"),
        ("", "keys and values were expected"),
        ("- 1\n- 2\n", "keys and values were expected"),
        ("just words\n", "keys and values were expected"),
        ("!!python/object/apply:os.getcwd []\n", "not valid YAML"),
    ],
)
def test_what_is_no_settings_file_is_named_with_the_place(tmp_path, text, reason):
    path = tmp_path / "params.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UserError, match=reason) as refusal:
        load_settings(path)
    assert str(path) in str(refusal.value)


def test_settings_that_are_not_utf_8_are_refused(tmp_path):
    (tmp_path / "params.yaml").write_bytes("train: {}".encode("utf-16"))
    with pytest.raises(UserError, match=r"params\.yaml: not valid YAML"):
        load_settings(tmp_path / "params.yaml")
