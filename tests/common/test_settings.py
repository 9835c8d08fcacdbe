from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from pipeline.common.errors import UserError
from pipeline.common.settings import Budget, Settings, load_settings

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
        ("train", "confidence", float("nan"), "finite"),
        ("train", "measured_confidences", [], "at least 1 item"),
        ("train", "budget", None, "this key is missing"),
        ("train", "n_workers", 0, "greater than or equal to 1"),
        ("train", "n_threads", 0, "greater than or equal to 1"),
        ("train", "device", "gpu", "should match pattern"),
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
        load_settings(params(seed=-1, n_threads=0, colour="red"))
    assert {problem.column for problem in refusal.value.problems} == {"train.seed", "train.n_threads", "train.colour"}


def test_each_budget_spends_more_than_the_one_before():
    budgets = load_settings(SHIPPED).train.budgets
    assert list(budgets) == ["quick", "default", "thorough"]
    for fewer, more in pairwise(budgets.values()):
        spent = [(getattr(fewer, name), getattr(more, name)) for name in Budget.model_fields]
        assert all(less <= much for less, much in spent)
        assert any(less < much for less, much in spent)


@pytest.mark.parametrize("name", ["quick", "thorough"])
def test_the_budget_that_is_named_is_the_one_that_is_spent(params, name):
    settings = load_settings(params(budget=name)).train
    assert settings.spent == settings.budgets[name]
    assert settings.spent != load_settings(SHIPPED).train.spent


def test_a_budget_of_ones_own_can_be_added(params):
    own = {"n_partitions": 1, "n_outer_folds": 2, "n_inner_folds": 2, "n_trials": 1, "batch_size": 1, "patience": 1}
    settings = load_settings(params(budget="own", budgets={"own": own | {"n_forest_trees": 5}})).train
    assert settings.spent.n_forest_trees == 5


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"budget": "generous"}, ["'generous' is none of default, quick, thorough"]),
        ({"confidence": 0.85}, ["0.85", "measured_confidences"]),
        ({"measured_confidences": [0.8, 1.0]}, ["measured_confidences", "between 0 and 1"]),
        ({"measured_confidences": [0.8, 0]}, ["measured_confidences", "between 0 and 1"]),
    ],
)
def test_settings_that_contradict_each_other_are_refused_with_what_was_expected(params, changes, words):
    path = params(**changes)
    with pytest.raises(UserError) as refusal:
        load_settings(path)
    for word in [f"{path}, column train: ", *words]:
        assert word in str(refusal.value)
    assert len(str(refusal.value)) < 100 + len(str(path))


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("n_outer_folds", 1, "greater than or equal to 2"),
        ("n_inner_folds", 1, "greater than or equal to 2"),
        ("n_trials", 0, "greater than or equal to 1"),
        ("n_partitions", 51, "less than or equal to 50"),
        ("n_tries", 3, "no such key"),
    ],
)
def test_a_fault_in_a_budget_is_told_with_the_budget(params, key, value, reason):
    budgets = yaml.safe_load(SHIPPED.read_text("utf-8"))["train"]["budgets"]
    budgets["quick"][key] = value
    with pytest.raises(UserError, match=rf"train\.budgets\.quick\.{key}: '{value}': .*{reason}"):
        load_settings(params(budgets=budgets))


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


@pytest.mark.parametrize(("section", "key"), [("train", "seed"), ("rank", "n_ranked"), ("ingest", "max_rejected_rows")])
def test_a_truth_is_no_number(params, section, key):
    with pytest.raises(UserError, match="true, yes and on are none"):
        load_settings(params(section, **{key: True}))
