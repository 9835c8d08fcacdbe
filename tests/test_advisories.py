"""Nothing that requirements.lock installs, and no floor of pyproject.toml, has a known advisory, but as explained."""

from __future__ import annotations

import datetime
import importlib.util
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
KNOWN = yaml.safe_load((ROOT / "tests/advisories.yaml").read_text())
SHORTEST_REASON = 80


def locked():
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = (line.partition("==") for line in lines if "==" in line and not line.lstrip().startswith("#"))
    return {canonicalize_name(name.partition("[")[0]): Version(version) for name, _, version in pins}


def floors():
    """The lowest version that pyproject.toml allows of each dependency that it names."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    found = {}
    for line in (*project["dependencies"], *extras):
        wanted = Requirement(line)
        lowest = [Version(one.version) for one in wanted.specifier if one.operator == ">="]
        found[canonicalize_name(wanted.name)] = max(lowest, default=Version("0"))
    return found


def affected(versions):
    return {
        one["id"]: f"{one['package']} {versions[one['package']]}: {one['what']}; fixed in {one['fixed']}"
        for one in KNOWN["advisories"]
        if one["package"] in versions
        and SpecifierSet(one["affected"], prereleases=True).contains(versions[one["package"]])
    }


def excepted():
    return {one["id"]: one for one in KNOWN["exceptions"]}


def test_nothing_that_is_installed_has_an_advisory_but_what_is_excepted():
    assert {key: words for key, words in affected(locked()).items() if key not in excepted()} == {}


def test_no_floor_lets_an_affected_version_in():
    assert affected(floors()) == {}


@pytest.mark.parametrize("exception", KNOWN["exceptions"], ids=lambda one: one["id"])
def test_an_exception_is_explained_needed_and_not_forgotten(exception):
    assert len(exception["reason"]) >= SHORTEST_REASON
    assert exception["id"] in affected(locked()), "no longer needed: remove it"
    assert datetime.date.today() <= exception["until"], "look whether there is a fix by now, then give a new date"


@pytest.mark.parametrize(
    ("package", "version", "found"),
    [
        ("mlflow", "3.9.0", "CVE-2026-2614"),
        ("mlflow", "3.15.2", "CVE-2026-71211"),
        ("starlette", "0.49.0", "CVE-2025-62727"),
        ("pyarrow", "23.0.0", "CVE-2026-25087"),
    ],
)
def test_an_affected_version_is_found(package, version, found):
    assert found in affected({package: Version(version)})


@pytest.mark.parametrize("advisory", KNOWN["advisories"], ids=lambda one: one["id"])
def test_an_entry_is_whole_and_of_a_package_that_is_installed(advisory):
    assert set(advisory) == {"id", "package", "affected", "fixed", "what"}
    assert advisory["package"] in locked()
    if advisory["fixed"] != "none":
        assert not SpecifierSet(advisory["affected"]).contains(str(advisory["fixed"]))


@pytest.fixture
def audit():
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci/audit.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


REPORT = {
    "dependencies": [
        {"name": "safe", "version": "1.0", "vulns": []},
        {"name": "skipped", "skip_reason": "not on PyPI"},
        {
            "name": "old",
            "version": "1.0",
            "vulns": [{"id": "GHSA-x", "aliases": ["CVE-1"], "fix_versions": ["2.0"], "description": "long"}],
        },
    ]
}


def test_what_pip_audit_finds_is_told_and_what_is_excepted_is_not(audit):
    assert audit.findings(REPORT, set()) == ["old 1.0: GHSA-x (CVE-1), fixed in 2.0"]
    assert audit.findings(REPORT, {"CVE-1"}) == []


def test_a_finding_fails_and_no_network_does_not(audit, monkeypatch, capsys):
    monkeypatch.setattr(audit, "reached", lambda: "osv")
    monkeypatch.setattr(audit, "report_of", lambda _: REPORT)
    assert audit.main() == 1
    assert "old 1.0" in capsys.readouterr().err
    monkeypatch.setattr(audit, "reached", lambda: None)
    assert audit.main() == 0
    assert "tests/advisories.yaml" in capsys.readouterr().out
