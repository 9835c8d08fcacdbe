import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xgboost as xgb

from pipeline.common.errors import UserError
from pipeline.learning import CONDUCTIVITY, load, load_all, read_manifest, save
from pipeline.learning.boosting import CONSTANT
from pipeline.learning.ensemble import fit_ensemble
from pipeline.learning.kept import fit_kept
from pipeline.learning.manifest import write_manifest
from pipeline.learning.splits import folds_by_work

ABOUT = {"confidence": 0.8, "training": {"n_works": 24, "polymers": ["PEO", "κ-carrageenan"]}}
MEMBERS = [f"member_{number}.ubj" for number in range(4)]
PHASES = ["host_by_public_set.ubj", "filler_by_public_set.ubj"]
STORED = ["model.ubj", "model.json", *MEMBERS, *PHASES, "references.parquet"]


@pytest.fixture(scope="module")
def with_phases(supported, task):
    return fit_kept("xgboost_with_phases", supported, 4, task)


@pytest.fixture
def folder(tmp_path, with_phases):
    save(tmp_path / "model", with_phases, ABOUT)
    return tmp_path / "model"


@pytest.fixture
def nothing_is_parsed(monkeypatch):
    def fail(*arguments, **named):
        pytest.fail("a file was parsed before its hash was checked")

    monkeypatch.setattr(xgb.Booster, "load_model", fail)
    monkeypatch.setattr(pd, "read_parquet", fail)


def flip_a_bit(path, position):
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)


def edit_manifest(folder, sign=False, **changes):
    """Change the manifest; signed, it states the right hash of its own."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text()) | changes
    if sign:
        del manifest["manifest_sha256"]
        write_manifest(folder, manifest)
    else:
        path.write_text(json.dumps(manifest))


def test_what_is_read_back_predicts_the_same_to_the_last_bit(folder, with_phases, supported):
    again, manifest = load(folder)
    features = supported.features
    assert again.predict(features).tobytes() == with_phases.predict(features).tobytes()
    for level in (0.6, 0.9):
        np.testing.assert_array_equal(again.interval(features, level), with_phases.interval(features, level))
    np.testing.assert_array_equal(again.leaves(features), with_phases.leaves(features))
    np.testing.assert_array_equal(again.distance(features), with_phases.distance(features))
    pd.testing.assert_frame_equal(again.references, with_phases.references, check_exact=True)
    extended = (each.phases.extend(features) for each in (again, with_phases))
    pd.testing.assert_frame_equal(*extended, check_like=True, check_exact=True)
    for name in ("target", "feature_names", "hyperparameters", "difficulty"):
        assert getattr(again, name) == getattr(with_phases, name), name
    assert {name: manifest[name] for name in ABOUT} == ABOUT


def test_a_model_without_phases_comes_back_without(tmp_path, ensemble, sample):
    save(tmp_path, ensemble, ABOUT)
    again, _ = load(tmp_path)
    assert again.phases is None
    assert again.predict(sample.features).tobytes() == ensemble.predict(sample.features).tobytes()


def test_a_median_of_one_work_comes_back(tmp_path, sample, task):
    one_work = sample.take(sample.work_ids == "work 03")
    median = fit_kept("median", one_work, 4, task)
    save(tmp_path, median, ABOUT)
    again, _ = load(tmp_path)
    assert again.members == again.scores == ()
    assert again.predict(sample.features).tolist() == median.predict(sample.features).tolist()
    assert again.interval(sample.features[:1], 0.8) == median.interval(sample.features[:1], 0.8)


def test_twelve_members_come_back_in_their_order(tmp_path, sample, task):
    many = fit_ensemble(sample, folds_by_work(sample, 12, 0), replace(task, hyperparameters=CONSTANT))
    distinct = replace(many, scores=tuple(np.full(9, 0.1 * number) for number in range(12)))
    save(tmp_path, distinct, {})
    again, _ = load(tmp_path)
    for before, after in zip(many.members, again.members, strict=True):
        assert before.save_raw() == after.save_raw()
    np.testing.assert_array_equal(again.interval(sample.features, 0.6), distinct.interval(sample.features, 0.6))


def test_a_model_is_made_of_these_files_alone_and_each_has_its_hash(folder):
    assert {path.name for path in folder.iterdir()} == {*STORED, "manifest.json"}
    assert set(read_manifest(folder)["sha256"]) == set(STORED)


@pytest.mark.parametrize("position", [0, 1000, -1])
@pytest.mark.parametrize("name", STORED)
def test_one_changed_bit_is_refused_by_the_name_of_the_file_before_anything_is_parsed(
    folder, nothing_is_parsed, name, position
):
    flip_a_bit(folder / name, position)
    with pytest.raises(UserError, match=rf"{name}: its hash is not the one in manifest.json"):
        load(folder)


def test_what_is_no_model_at_all_is_refused_before_it_is_parsed(folder, nothing_is_parsed):
    (folder / "member_0.ubj").write_bytes(b"not a model")
    with pytest.raises(UserError, match=r"member_0\.ubj: its hash"):
        load(folder)


@pytest.mark.parametrize("name", [*STORED, "manifest.json"])
def test_an_absent_file_is_named(folder, nothing_is_parsed, name):
    (folder / name).unlink()
    with pytest.raises(UserError, match=rf"{name}: no such file"):
        load(folder)


def test_half_a_manifest_is_refused_by_name(folder, nothing_is_parsed):
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:200])
    with pytest.raises(UserError, match=r"manifest\.json: not valid JSON"):
        load(folder)


@pytest.mark.parametrize(
    "change",
    [
        {"scores": [[0.0]]},
        {"difficulty": {"at_zero": 0.0, "slope": 0.0, "least": 0.0}},
        {"target": "stability_window_V"},
        {"features": []},
        {"phases": {}},
        {"confidence": 0.99},
        {"sha256": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_manifest_is_refused_by_name(folder, nothing_is_parsed, change):
    edit_manifest(folder, **change)
    with pytest.raises(UserError, match=r"manifest\.json: its hash is not the one that it states"):
        load(folder)


@pytest.mark.parametrize("number", [1, 99, "2", None])
def test_another_format_is_refused_by_name(folder, nothing_is_parsed, number):
    edit_manifest(folder, sign=True, format=number)
    with pytest.raises(UserError, match=rf"manifest\.json: format {number!r}, 2 was expected"):
        load(folder)


def test_a_manifest_that_is_a_list_is_refused_by_name(folder, nothing_is_parsed):
    (folder / "manifest.json").write_text("[]")
    with pytest.raises(UserError, match=r"manifest\.json: format None"):
        load(folder)


MAJOR, MINOR = (int(part) for part in xgb.__version__.split(".")[:2])


@pytest.mark.parametrize("version", [f"{MAJOR}.{MINOR + 1}.0", f"{MAJOR + 1}.0.0", f"{MAJOR - 1}.9.0"])
def test_what_a_newer_xgboost_or_another_major_version_wrote_is_refused(folder, nothing_is_parsed, version):
    edit_manifest(folder, sign=True, versions={"xgboost": version})
    with pytest.raises(UserError, match=rf"written by XGBoost {version}, {xgb.__version__} is installed"):
        load(folder)


def test_what_another_patch_of_this_version_wrote_is_read(folder):
    edit_manifest(folder, sign=True, versions={"xgboost": f"{MAJOR}.{MINOR}.99"})
    assert load(folder)[1]["versions"]["xgboost"] == f"{MAJOR}.{MINOR}.99"


@pytest.mark.parametrize("column", ["filler_is_active", "polymer_ether_O_per_atom"])
def test_a_stored_model_names_the_feature_that_this_version_no_longer_describes(folder, supported, column):
    model, _ = load(folder)
    for use in (model.predict, model.leaves, lambda features: model.interval(features, 0.8)):
        with pytest.raises(UserError, match=rf"reads {column}, which this version does not describe"):
            use(supported.features.drop(columns=column))


def test_the_same_ensemble_gives_the_same_bytes(folder, tmp_path, with_phases):
    save(tmp_path / "again", with_phases, dict(reversed(ABOUT.items())))
    before, after = ({p.name: p.read_bytes() for p in f.iterdir()} for f in (folder, tmp_path / "again"))
    assert before.keys() == after.keys()
    assert all(before[name] == after[name] for name in STORED)


def test_the_readable_model_holds_what_the_other_one_holds(folder, with_phases, supported):
    readable = xgb.Booster(model_file=folder / "model.json")
    inputs = with_phases.columns(supported.features).to_numpy(np.float32)
    expected = with_phases.predict(supported.features)
    np.testing.assert_array_equal(readable.inplace_predict(inputs, validate_features=False), expected)
    assert json.loads((folder / "model.json").read_text())["learner"]["feature_names"] == list(
        with_phases.feature_names
    )


def test_models_are_found_by_the_name_of_their_target(tmp_path, ensemble, sample):
    save(tmp_path / CONDUCTIVITY.name, ensemble, {})
    models = load_all(tmp_path)
    assert list(models) == [CONDUCTIVITY.name]
    assert models[CONDUCTIVITY.name][0].predict(sample.features).tolist() == ensemble.predict(sample.features).tolist()


def test_no_models_are_an_error_that_says_what_to_run(tmp_path):
    with pytest.raises(UserError, match="no trained models; run `make screen`"):
        load_all(tmp_path)
