"""Asks pip-audit what is known of requirements.lock, where a service that knows it can be reached; else says so.

Exceptions are those of tests/advisories.yaml, whose own list tests/test_advisories.py compares without a network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
LOCK = "requirements.lock"
PIP_AUDIT = "pip-audit==2.10.1"
SERVICES = {"osv": "https://api.osv.dev/v1/vulns/GHSA-462w-v97r-4m45", "pypi": "https://pypi.org/pypi/jinja2/2.10/json"}
"""What pip-audit can ask, with a question that each of them answers where it is there."""
TIMEOUT_S = 5


def main() -> int:
    """Return 1 if something was found that is not excepted."""
    service = reached()
    if service is None:
        print("audit: no service for pip-audit can be reached from here; tests/advisories.yaml alone was compared")
        return 0
    exceptions = yaml.safe_load((ROOT / "tests/advisories.yaml").read_text())["exceptions"]
    found = findings(report_of(service), {one["id"] for one in exceptions})
    for line in found:
        print(f"audit: {line}", file=sys.stderr)
    print(f"audit: pip-audit asked {service}; {len(found)} found that no exception explains")
    return int(bool(found))


def reached() -> str | None:
    """Return the first service that answers with advisories."""
    for name, question in SERVICES.items():
        try:
            with urllib.request.urlopen(question, timeout=TIMEOUT_S) as answer:
                told = json.load(answer)
        except (OSError, ValueError):
            continue
        if told.get("id") or told.get("vulnerabilities"):
            return name
    return None


def report_of(service: str) -> dict[str, Any]:
    """Run pip-audit in an environment of its own, so that it changes nothing of what it looks at."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", PIP_AUDIT], check=True)
        how = ["--requirement", LOCK, "--no-deps", "--disable-pip", "--vulnerability-service", service]
        command = [python, "-m", "pip_audit", *how, "--format", "json", "--progress-spinner", "off"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise SystemExit(f"audit: pip-audit failed: {done.stderr}") from None
    return report


def findings(report: dict[str, Any], excepted: set[str]) -> list[str]:
    """Return a line for each advisory of pip-audit's report that is not excepted, by its id or an alias."""
    return [
        f"{package['name']} {package['version']}: {one['id']} ({', '.join(one['aliases'])}), "
        f"fixed in {', '.join(one['fix_versions']) or 'no version'}"
        for package in report["dependencies"]
        for one in package.get("vulns", ())
        if not excepted & {one["id"], *one["aliases"]}
    ]


if __name__ == "__main__":
    sys.exit(main())
