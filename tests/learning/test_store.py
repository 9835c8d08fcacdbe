import json
from dataclasses import replace

import numpy as np
import pytest

from pipeline.common.errors import UserError
from pipeline.learning import CONDUCTIVITY, CONSTANT, fit_ensemble, folds_by_work, load, load_all, save


@pytest.fixture
def folder(tmp_path, ensemble):
    save(tmp_path / "model", ensemble, 0.8, {"n_works": 24, "polymers": ["PEO", "κ-carrageenan"]})
    return tmp_path / "model"


def flip_a_bit(path, position):
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def test_what_is_read_back_predicts_the_same_to_the_last_bit(folder, ensemble, sample):
    again, manifest = load(folder)
    assert again.predict(sample.features).tobytes() == ensemble.predict(sample.features).tobytes()
    np.testing.assert_array_equal(again.interval(sample.features, 0.9), ensemble.interval(sample.features, 0.9))
    np.testing.assert_array_equal(again.leaves(sample.features), ensemble.leaves(sample.features))
    assert (again.target, again.feature_names) == (ensemble.target, ensemble.feature_names)
    assert again.hyperparameters == ensemble.hyperparameters
    assert manifest["confidence"] == 0.8
    assert manifest["training"] == {"n_works": 24, "polymers": ["PEO", "κ-carrageenan"]}


def test_twelve_members_come_back_in_their_order(tmp_path, sample):
    folds = folds_by_work(sample.work_ids, 12, 0)
    many = fit_ensemble(sample.features, sample.labels, CONDUCTIVITY, folds, CONSTANT, 0, 1)
    distinct = replace(many, residuals=tuple(np.full(9, 0.1 * number) for number in range(12)))
    save(tmp_path, distinct, 0.8, {})
    again, _ = load(tmp_path)
    for before, after in zip(many.members, again.members, strict=True):
        assert before.save_raw() == after.save_raw()
    np.testing.assert_array_equal(again.interval(sample.features, 0.6), distinct.interval(sample.features, 0.6))


@pytest.mark.parametrize("name", ["model.ubj", "member_2.ubj"])
@pytest.mark.parametrize("position", [0, 1000, -1])
def test_one_changed_bit_is_refused_by_the_name_of_the_file(folder, name, position):
    flip_a_bit(folder / name, position)
    with pytest.raises(UserError, match=rf"{name}: its hash is not the one in manifest.json"):
        load(folder)


def test_what_is_no_model_at_all_is_refused_before_it_is_parsed(folder):
    (folder / "member_0.ubj").write_bytes(b"not a model")
    with pytest.raises(UserError, match=r"member_0\.ubj: its hash"):
        load(folder)


@pytest.mark.parametrize("name", ["model.ubj", "member_1.ubj", "manifest.json"])
def test_an_absent_file_is_named(folder, name):
    (folder / name).unlink()
    with pytest.raises(UserError, match=rf"{name}: no such file"):
        load(folder)


def test_half_a_manifest_is_refused_by_name(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:200])
    with pytest.raises(UserError, match=r"manifest\.json: not valid JSON"):
        load(folder)


def test_another_format_is_refused_by_name(folder):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(UserError, match=r"manifest\.json: format 99, 1 was expected"):
        load(folder)


def test_the_same_ensemble_gives_the_same_bytes(folder, tmp_path, ensemble):
    save(tmp_path / "again", ensemble, 0.8, {"polymers": ["PEO", "κ-carrageenan"], "n_works": 24})
    before, after = ({p.name: p.read_bytes() for p in f.iterdir()} for f in (folder, tmp_path / "again"))
    assert before == after


def test_a_model_is_made_of_ubjson_and_json_alone(folder):
    assert {path.suffix for path in folder.iterdir()} == {".ubj", ".json"}


def test_models_are_found_by_the_name_of_their_target(tmp_path, ensemble, sample):
    save(tmp_path / CONDUCTIVITY.name, ensemble, 0.8, {})
    models = load_all(tmp_path)
    assert list(models) == [CONDUCTIVITY.name]
    assert models[CONDUCTIVITY.name][0].predict(sample.features).tolist() == ensemble.predict(sample.features).tolist()


def test_no_models_are_an_error_that_says_what_to_run(tmp_path):
    with pytest.raises(UserError, match="no trained models; run `make screen`"):
        load_all(tmp_path)


@pytest.mark.parametrize("change", [{"residuals": [[0.0]]}, {"target": "stability_window_V"}, {"features": []}])
def test_an_edited_manifest_is_refused_by_name(folder, change):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UserError, match=r"manifest\.json: its hash"):
        load(folder)
