"""Model files from elsewhere: whatever stands in them, it is refused by its hash before any parser sees it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import struct
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xgboost as xgb

from pipeline.common.errors import UserError
from pipeline.learning import CONDUCTIVITY, STABILITY_WINDOW, load, load_all, read_manifest, save
from pipeline.learning.kept import fit_kept
from pipeline.learning.manifest import hash_of, write_manifest

OTHER = STABILITY_WINDOW.name
OURS = CONDUCTIVITY.name
MANIFEST = "manifest.json"


@pytest.fixture(scope="module")
def good(tmp_path_factory, supported, task):
    """Models of two targets, one of them with models of its phases."""
    folder = tmp_path_factory.mktemp("models")
    save(folder / OURS, fit_kept("xgboost_with_phases", supported, 3, task), {"confidence": 0.8})
    window = replace(task, target=STABILITY_WINDOW)
    save(folder / OTHER, fit_kept("median", supported, 3, window), {"confidence": 0.8})
    return folder


@pytest.fixture
def nothing_is_parsed(monkeypatch):
    def fail(*arguments, **named):
        pytest.fail("a foreign file reached a parser")

    for parser in (xgb.Booster, pd, pq):
        for name in ("load_model", "unserialize", "read_parquet", "read_table", "ParquetFile"):
            if hasattr(parser, name):
                monkeypatch.setattr(parser, name, fail)


def flipped_bits(folder, path, generator):
    content = bytearray(path.read_bytes())
    for place in generator.integers(0, len(content), generator.integers(1, 9)):
        content[place] ^= 1 << int(generator.integers(0, 8))
    if bytes(content) == path.read_bytes():
        content[0] ^= 1
    path.write_bytes(content)


def truncated(folder, path, generator):
    content = path.read_bytes()
    path.write_bytes(content[: int(generator.integers(0, len(content)))])


def empty(folder, path, generator):
    path.write_bytes(b"")


def lengthened(folder, path, generator):
    more = [b"\n", b" ", b"\0", generator.bytes(100), path.read_bytes()]
    path.write_bytes(path.read_bytes() + more[int(generator.integers(len(more)))])


def random_bytes(folder, path, generator):
    path.write_bytes(generator.bytes(int(generator.integers(1, 5000))))


def of_another_file(folder, path, generator):
    others = [other for other in sorted(folder.rglob("*")) if other.is_file() and other.name != path.name]
    others = [other for other in others if other.read_bytes() != path.read_bytes()]
    path.write_bytes(others[int(generator.integers(len(others)))].read_bytes())


def of_another_target(folder, path, generator):
    name = ["model.ubj", "member_0.ubj", "references.parquet", MANIFEST][int(generator.integers(4))]
    shutil.copy(folder / OTHER / name, folder / OURS / name)


def targets_swapped(folder, path, generator):
    (folder / OURS).rename(folder / "aside")
    (folder / OTHER).rename(folder / OURS)
    (folder / "aside").rename(folder / OTHER)


def members_swapped(folder, path, generator):
    first, second = (folder / OURS / f"member_{number}.ubj" for number in (0, 1))
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)


def ubjson_bomb(folder, path, generator):
    """Arrays in arrays, or an array that says that it holds as many numbers as 64 bits can count."""
    deep = b"{L" + struct.pack(">q", 7) + b"learner" + b"[" * int(generator.integers(1000, 200_000))
    count = [2**31 - 1, 2**62, 2**63 - 1, -1][int(generator.integers(4))]
    long = b"{L" + struct.pack(">q", 7) + b"learner" + b"[$d#L" + struct.pack(">q", count)
    key = b"{L" + struct.pack(">q", count) + b"learner"
    path.write_bytes([deep, long, key][int(generator.integers(3))])


def parquet_with_a_huge_footer(folder, path, generator):
    (folder / OURS / "references.parquet").write_bytes(b"PAR1" + b"\0" * 64 + struct.pack("<I", 2**32 - 1) + b"PAR1")


def pickle_in_its_place(folder, path, generator):
    path.write_bytes(b"cposix\nsystem\n(S'touch pickled'\ntR.")


def link_out_of_the_folder(folder, path, generator):
    outside = folder.parent / "outside"
    outside.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to([outside, outside.relative_to("/"), "/dev/zero", "nowhere"][int(generator.integers(4))])


def linked_folder(folder, path, generator):
    outside = folder.parent / "elsewhere"
    (folder / OURS).rename(outside)
    (folder / OURS).symlink_to(outside)


def folder_in_its_place(folder, path, generator):
    path.unlink()
    path.mkdir()


def pipe_in_its_place(folder, path, generator):
    path.unlink()
    os.mkfifo(path)


def socket_in_its_place(folder, path, generator):
    path.unlink()
    here = os.open(folder, os.O_RDONLY)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"/proc/self/fd/{here}/{path.relative_to(folder)}")
    finally:
        os.close(here)


def huge_file(folder, path, generator):
    with path.open("r+b") as file:
        file.truncate(10**12)


def absent(folder, path, generator):
    path.unlink()


def edited_manifest(folder, generator, signed=True):
    """Return what changes a manifest; signed, it states the right hash of its own, as somebody who knows how would."""

    def write(**changes):
        path = folder / OURS / MANIFEST
        manifest = {key: value for key, value in json.loads(path.read_text()).items() if key != "manifest_sha256"}
        manifest |= changes
        if signed:
            write_manifest(folder / OURS, manifest)
        else:
            path.write_text(json.dumps(manifest | {"manifest_sha256": "0" * 64}))

    return write


def names_that_climb(folder, path, generator):
    hashes = read_manifest(folder / OURS)["sha256"]
    outside = folder.parent / "passwd"
    outside.write_text("secret")
    climbing = ["../passwd", str(outside), f"../{OTHER}/model.ubj", "model.ubj\0", "./model.ubj", "", "..", "a/b.ubj"]
    name = climbing[int(generator.integers(len(climbing)))]
    known = hashlib.sha256(outside.read_bytes()).hexdigest()
    instead = {key: value for key, value in hashes.items() if key != "model.ubj" or generator.random() < 0.5}
    edited_manifest(folder, generator)(sha256=instead | {name: known})


def other_files(folder, path, generator):
    hashes = dict(read_manifest(folder / OURS)["sha256"])
    del hashes[sorted(hashes)[int(generator.integers(len(hashes)))]]
    edited_manifest(folder, generator)(sha256=hashes)


def other_phases(folder, path, generator):
    phases = [{"../host_by_public_set": []}, {"manifest": []}, {"model": ["x"]}, {"host_by_public_set": "x"}, [], None]
    edited_manifest(folder, generator)(phases=phases[int(generator.integers(len(phases)))])


def other_members(folder, path, generator):
    scores = [[], [[0.1]] * 40, [[0.1]] * 101, {}, "four", None, [["x"]], 3]
    edited_manifest(folder, generator)(scores=scores[int(generator.integers(len(scores)))])


def hashes_that_are_none(folder, path, generator):
    hashes = dict(read_manifest(folder / OURS)["sha256"])
    wrong = ["", None, "0" * 63, "Z" * 64, 0, ["0" * 64], True]
    edited_manifest(folder, generator)(sha256=hashes | {"model.ubj": wrong[int(generator.integers(len(wrong)))]})


def nonsense_in_the_manifest(folder, path, generator):
    changes = [
        {"format": 1}, {"format": "2"}, {"target": "elsewhere"}, {"target": None}, {"features": [1]}, {"versions": {}},
        {"versions": {"xgboost": "../3"}}, {"versions": {"xgboost": "9" * 5000}}, {"hyperparameters": {"eta": "x"}},
        {"difficulty": {}}, {"sha256": {}}, {"sha256": None}, {"target": OTHER},
    ]  # fmt: skip
    edited_manifest(folder, generator)(**changes[int(generator.integers(len(changes)))])


def unsigned_manifest(folder, path, generator):
    changes = [{"confidence": 0.99}, {"scores": []}, {"features": ["x"]}]
    edited_manifest(folder, generator, signed=False)(**changes[int(generator.integers(len(changes)))])


def without_its_own_hash(folder, path, generator):
    path = folder / OURS / MANIFEST
    manifest = json.loads(path.read_text())
    del manifest["manifest_sha256"]
    path.write_text(json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def doubled_keys(folder, path, generator):
    """The last one of two keys wins in JSON, so that what is hashed stays the same."""
    path = folder / OURS / MANIFEST
    text = path.read_text()
    keys = ["confidence", "features", "sha256", "manifest_sha256", "format"]
    key = keys[int(generator.integers(len(keys)))]
    path.write_text(text.replace("{", f'{{\n  "{key}": "../../elsewhere",', 1))


def not_a_number(folder, path, generator):
    """NaN and infinity, which JSON has not, under a hash that fits."""
    path = folder / OURS / MANIFEST
    manifest = {key: value for key, value in json.loads(path.read_text()).items() if key != "manifest_sha256"}
    number = [float("nan"), float("inf"), float("-inf")][int(generator.integers(3))]
    manifest |= [{"confidence": number}, {"scores": [[number]] * 3}][int(generator.integers(2))]
    signed = manifest | {"manifest_sha256": hash_of(manifest)}
    path.write_text(json.dumps(signed, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def deep_manifest(folder, path, generator):
    depth = int(generator.integers(10_000, 100_000))
    opening, closing = [("[", "]"), ('{"a":', "}")][int(generator.integers(2))]
    text = opening * depth + "0" + closing * depth
    texts = [text, f'{{"format": 2, "manifest_sha256": "0", "x": {text}}}']
    (folder / OURS / MANIFEST).write_text(texts[int(generator.integers(2))])


def long_numbers(folder, path, generator):
    (folder / OURS / MANIFEST).write_text(f'{{"format": {"9" * int(generator.integers(5000, 100_000))}}}')


def not_json(folder, path, generator):
    texts = [b"[]", b"null", b"2", b'"x"', b"{", b"\xff\xfe{\0}\0", b"\xef\xbb\xbf{}", b"{}{}", b"format: 2\n"]
    (folder / OURS / MANIFEST).write_bytes(texts[int(generator.integers(len(texts)))])


OF_A_FILE = (
    flipped_bits, truncated, empty, lengthened, random_bytes, of_another_file, ubjson_bomb, pickle_in_its_place,
    link_out_of_the_folder, folder_in_its_place, pipe_in_its_place, socket_in_its_place, huge_file, absent,
)  # fmt: skip
OF_A_MODEL = (
    of_another_target, targets_swapped, members_swapped, parquet_with_a_huge_footer, linked_folder, names_that_climb,
    other_files, other_phases, other_members, hashes_that_are_none, nonsense_in_the_manifest, unsigned_manifest,
    without_its_own_hash, doubled_keys, not_a_number, deep_manifest, long_numbers, not_json,
)  # fmt: skip
MUTATIONS = OF_A_FILE * 2 + OF_A_MODEL


@pytest.mark.fault("5 model files from elsewhere")
def test_a_mutated_model_is_refused_by_its_name_before_anything_is_parsed(good, nothing_is_parsed, tmp_path, tally):
    generator = np.random.default_rng(5)
    for number in range(tally.n(100, 1000)):
        mutate, place = MUTATIONS[number % len(MUTATIONS)], tmp_path / str(number)
        folder = shutil.copytree(good, place / "models")
        files = sorted((folder / OURS).iterdir())
        path = files[int(generator.integers(len(files)))]
        mutate(folder, path, generator)
        with tally.attempt(), pytest.raises(UserError) as refused:
            load_all(folder)
        assert str(folder) in str(refused.value), mutate.__name__
        assert "dvc repro" in str(refused.value), mutate.__name__
        assert len(str(refused.value)) < 1000, mutate.__name__
        shutil.rmtree(place)


def test_what_is_parsed_are_the_bytes_that_were_hashed(good, tmp_path, monkeypatch):
    """Whoever changes the files after they were hashed changes nothing: by then all of them have been read."""
    folder = shutil.copytree(good, tmp_path / "models")
    hashes = {value for path in folder.iterdir() for value in read_manifest(path)["sha256"].values()}
    parsed, parse, read = [], xgb.Booster.load_model, pd.read_parquet

    def seen(content):
        shutil.rmtree(folder, ignore_errors=True)
        parsed.append(hashlib.sha256(content).hexdigest())

    def load_model(booster, content):
        seen(content)
        parse(booster, content)

    def read_parquet(source, *arguments, **named):
        seen(source.getvalue())
        return read(source, *arguments, **named)

    monkeypatch.setattr(xgb.Booster, "load_model", load_model)
    monkeypatch.setattr(pd, "read_parquet", read_parquet)
    assert set(load_all(folder)) == {OURS, OTHER}
    assert not folder.exists()
    assert set(parsed) < hashes
    assert len(parsed) == 12  # a model, three members and the references of both, and the two models of the phases


def test_a_model_whose_hashes_fit_but_which_reads_other_features_is_refused(good, tmp_path, nothing_is_predicted):
    folder = shutil.copytree(good, tmp_path / "models")
    (folder / OURS / "model.ubj").write_bytes((folder / OURS / "host_by_public_set.ubj").read_bytes())
    hashes = read_manifest(folder / OURS)["sha256"]
    hashes["model.ubj"] = hashes["host_by_public_set.ubj"]
    edited_manifest(folder, None)(sha256=hashes)
    with pytest.raises(UserError, match=r"model\.ubj: reads other features than the manifest names"):
        load(folder / OURS)


@pytest.fixture
def nothing_is_predicted(monkeypatch):
    monkeypatch.setattr(xgb.Booster, "inplace_predict", lambda *_: pytest.fail("a foreign model was used"))


@pytest.mark.parametrize(
    ("name", "said"), [("model.ubj", "not a model that XGBoost reads"), ("references.parquet", "cannot be read")]
)
def test_nonsense_whose_hash_fits_ends_with_a_message(good, tmp_path, name, said):
    folder = shutil.copytree(good, tmp_path / "models")
    (folder / OURS / name).write_bytes(b"nonsense")
    hashes = read_manifest(folder / OURS)["sha256"] | {name: hashlib.sha256(b"nonsense").hexdigest()}
    edited_manifest(folder, None)(sha256=hashes)
    with pytest.raises(UserError, match=rf"{name}: {said}"):
        load(folder / OURS)


@pytest.mark.parametrize("name", ["model.ubj", "references.parquet", MANIFEST])
def test_a_link_out_of_the_folder_is_refused_even_to_the_very_same_bytes(good, tmp_path, nothing_is_parsed, name):
    folder = shutil.copytree(good, tmp_path / "models")
    (folder / OURS / name).rename(tmp_path / "outside")
    (folder / OURS / name).symlink_to(tmp_path / "outside")
    with pytest.raises(UserError, match=rf"{name}: a plain file was expected"):
        load_all(folder)


def test_a_device_in_the_place_of_a_file_is_refused(good, tmp_path, nothing_is_parsed):
    folder = shutil.copytree(good, tmp_path / "models")
    path = folder / OURS / "model.ubj"
    path.unlink()
    try:
        os.mknod(path, 0o20666, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("only root makes devices")
    with pytest.raises(UserError, match=r"model\.ubj: a plain file was expected"):
        load_all(folder)
