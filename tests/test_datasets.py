import hashlib
import re
import sys
from pathlib import Path

import pytest

from pipeline import datasets
from pipeline.common import layout
from pipeline.common.errors import UserError
from pipeline.common.stage import run
from pipeline.records.files import PUBLIC_SETS

ROOT = Path(__file__).parents[1]
CONTENT = {"garnets": b"a,b\n1,2\n", "polymers": b"a,b\n3,4\n"}


def _listed(name, content):
    return (
        f"- name: {name}\n  title: {name} measured\n  address: https://127.0.0.1/{name}.csv\n"
        f"  also_named: [{name}_train.csv, train_{name}.csv]\n  n_bytes: {len(content)}\n"
        f"  md5: {hashlib.md5(content).hexdigest()}\n  sha256: {hashlib.sha256(content).hexdigest()}\n"
        f'  licence: MIT\n  citation: "Doe et al., 2026"\n'
    )


@pytest.fixture
def external(tmp_path, monkeypatch):
    """A tree that lists two data sets and has neither, and a folder for copies."""
    monkeypatch.chdir(tmp_path)
    layout.EXTERNAL.mkdir(parents=True)
    (layout.EXTERNAL / "sources.yaml").write_text("".join(_listed(*pair) for pair in CONTENT.items()))
    Path("copies").mkdir()
    return layout.EXTERNAL


@pytest.fixture
def bring(external, monkeypatch, capsys):
    """Bring as from the command line; returns the exit code and all that was said."""

    def start(*arguments):
        monkeypatch.setattr(sys, "argv", ["datasets", *arguments])
        code = 0
        try:
            run("datasets", datasets.main)
        except SystemExit as end:
            code = end.code
        said = capsys.readouterr()
        return code, said.out + said.err

    return start


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("name", ["{}.csv", "{}_train.csv", "train_{}.csv"])
def test_copies_are_brought_under_any_of_their_names(bring, external, name):
    for key, content in CONTENT.items():
        (Path("copies") / name.format(key)).write_bytes(content)
    code, said = bring("--from", "copies")
    assert code == 0
    assert said.count("the recorded file; MIT, Doe et al., 2026") == 2
    assert {key: (external / f"{key}.csv").read_bytes() for key in CONTENT} == CONTENT
    assert _names(external) == ["garnets.csv", "polymers.csv", "sources.yaml"]


def test_a_copy_under_the_files_own_name_goes_before_the_others(bring, external):
    Path("copies/garnets.csv").write_bytes(CONTENT["garnets"])
    Path("copies/garnets_train.csv").write_bytes(b"other")
    bring("--from", "copies")
    assert (external / "garnets.csv").read_bytes() == CONTENT["garnets"]


def test_another_version_of_a_file_is_used_and_named_as_such(bring, external):
    (external / "garnets.csv.dvc").write_text("md5: of the recorded file")
    Path("copies/garnets.csv").write_bytes(b"a,b\n1,2\n5,6\n")
    Path("copies/polymers.csv").write_bytes(CONTENT["polymers"])
    code, said = bring("--from", "copies")
    assert code == 0
    garnets, polymers = said.splitlines()
    assert "garnets.csv, a part or another version of the recorded file" in garnets
    assert "polymers.csv, the recorded file" in polymers
    assert (external / "garnets.csv").read_bytes() == b"a,b\n1,2\n5,6\n"
    assert _names(external) == ["garnets.csv", "polymers.csv", "sources.yaml"]


def test_where_one_copy_is_absent_its_file_stays_and_the_other_is_brought(bring, external):
    (external / "garnets.csv").write_bytes(b"brought before")
    Path("copies/polymers.csv").write_bytes(CONTENT["polymers"])
    code, said = bring("--from", "copies")
    assert code == 0
    assert "garnets: no copy in copies" in said
    assert (external / "garnets.csv").read_bytes() == b"brought before"
    assert (external / "polymers.csv").read_bytes() == CONTENT["polymers"]


def test_a_folder_without_any_copy_is_refused_with_the_names_that_were_looked_for(bring, external):
    (external / "garnets.csv").write_bytes(b"brought before")
    Path("copies/garnets.csv").mkdir()
    code, said = bring("--from", "copies")
    assert code == 2
    for name in ("garnets.csv", "garnets_train.csv", "train_garnets.csv", "polymers.csv"):
        assert name in said
    assert (external / "garnets.csv").read_bytes() == b"brought before"
    assert _names(external) == ["garnets.csv", "sources.yaml"]


def test_a_folder_that_is_none_is_refused(bring):
    Path("file").write_text("")
    for name in ("gone", "file"):
        code, said = bring("--from", name)
        assert code == 2
        assert f"{name}: no such folder" in said


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("licence: MIT", "licens: MIT", ["sources.0.licens", "no such key", "sources.0.licence", "missing"]),
        ("address: https", "address: file", ["sources.0.address", "file://127.0.0.1/garnets.csv"]),
        ("name: garnets", "name: ../garnets", ["sources.0.name", "'../garnets'"]),
        ("n_bytes: 8", "n_bytes: eight", ["sources.0.n_bytes", "'eight'"]),
        ("  title: garnets measured\n", "", ["sources.0.title", "missing"]),
        ("- name", "name", ["not valid YAML", "line 2"]),
    ],
)
def test_a_list_with_a_fault_is_refused_by_file_key_and_value(bring, external, old, new, words):
    path = external / "sources.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    code, said = bring("--from", "copies")
    assert code == 2
    for word in (str(path), *words):
        assert word in said
    assert "Traceback" not in said


@pytest.mark.parametrize("content", ["", "garnets", "name: garnets"])
def test_what_is_no_list_of_data_sets_is_refused(external, content):
    path = external / "sources.yaml"
    path.write_text(content)
    with pytest.raises(UserError, match=re.escape(str(path))):
        datasets.load_sources(path)


def test_the_shipped_list_names_the_sets_that_are_read_and_a_test_split_with_hash_licence_and_citation():
    sources = datasets.load_sources(ROOT / layout.EXTERNAL / "sources.yaml")
    learned_from = {known.name for known in PUBLIC_SETS}
    assert {source.name for source in sources} == {*learned_from, "obelix_test"}
    assert "obelix_test" not in learned_from
    for source in sources:
        assert re.fullmatch("[0-9a-f]{64}", source.sha256)
        assert re.fullmatch("[0-9a-f]{32}", source.md5)
        assert source.licence
        assert source.citation
        assert source.address.startswith("https://")


@pytest.mark.parametrize("name", ["../x.csv", "/x.csv", "a/b.csv", "..", "x.csv\\n", "C:\\\\x.csv", "x" * 5])
def test_a_copy_has_the_name_of_a_file_and_leads_nowhere_else(external, name):
    path = external / "sources.yaml"
    path.write_text(path.read_text().replace("train_garnets.csv", f'"{name}"'))
    with pytest.raises(UserError, match=r"also_named.*should match pattern"):
        datasets.load_sources(path)


@pytest.mark.parametrize("name", ["../x", "/x", "X", "x.csv", "CON"])
def test_a_data_set_has_a_plain_name(external, name):
    path = external / "sources.yaml"
    path.write_text(path.read_text().replace("name: garnets", f'name: "{name}"'))
    with pytest.raises(UserError, match=r"name.*should match pattern"):
        datasets.load_sources(path)
