"""`make mutants`: change the code in one place at a time and count how often a test fails.

python -m tests.mutants                      all modules of [tool.mutants] in pyproject.toml
python -m tests.mutants units export         some groups or modules
python -m tests.mutants --survivors units    what survived or was not reached the last time, and what is new
"""

from __future__ import annotations

import json
import sys
import time
import tomllib
from pathlib import Path

MEMORY = Path(".mutants.json")
UNTRIED = "untried"


def main(arguments):
    """Try the mutants that were asked for and write the page; returns the exit code."""
    from tests.mutants import telling

    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutants"]
    results = json.loads(MEMORY.read_text(encoding="utf-8")) if MEMORY.exists() else {}
    again = "--survivors" in arguments
    wanted = {argument for argument in arguments if not argument.startswith("--")}
    for module in settings["modules"]:
        if not wanted or wanted & {module["group"], module["path"]}:
            for fates in _tried(module, settings, results.get(module["path"], []) if again else []):
                results[module["path"]] = fates
                MEMORY.write_text(json.dumps(results, indent=1), encoding="utf-8")
    untried = [module["path"] for module in settings["modules"] if not _is_whole(results.get(module["path"], []))]
    if untried:
        print(f"not tried yet, or not all of it: {', '.join(untried)}")
        return 1
    reasons = telling.read_reasons()
    telling.PAGE.write_text(telling.page(settings["modules"], results, reasons), encoding="utf-8")
    return _judged(settings, results, reasons)


def _is_whole(fates):
    return bool(fates) and all(one["fate"] != UNTRIED for one in fates)


def _tried(module, settings, known):
    """Try the mutants of a module that are not known to be killed; yields what became of all, after each of them."""
    from tests.mutants import making, trying

    trying.compile_nothing(module.get("is_compiled", False))
    start, old = time.monotonic(), {_key(one): one["fate"] for one in known}
    changes = settings["operators"], settings["left_out"], module.get("only", ())
    mutants = making.mutants_of(module["path"], *changes)
    told = [{key: getattr(mutant, key) for key in ("line", "operator", "before", "after")} for mutant in mutants]
    fates = [one | {"fate": old.get(_key(one), UNTRIED)} for one in told]
    clean = trying.run_clean(module["tests"])
    for mutant, one in zip(mutants, fates, strict=True):
        if one["fate"] in (UNTRIED, "survived"):
            one["fate"] = trying.fate(mutant, module["tests"], clean)
            yield fates
        if one["fate"] == "survived":
            print(f"  {mutant.path}:{mutant.line} {mutant.operator}: {mutant.before} → {mutant.after}", flush=True)
    n_counted = sum(one["fate"] != "stillborn" for one in fates)
    n_killed = sum(one["fate"] == "killed" for one in fates)
    seconds = time.monotonic() - start
    print(f"{module['path']}: {n_killed} of {n_counted} killed in {seconds:.0f} s", flush=True)
    yield fates


def _key(one):
    """What tells a change from the others, also after lines were put in above it."""
    return one["before"], one["after"], one["operator"]


def _judged(settings, results, reasons):
    """Say which groups fall short and which survivors nobody looked at; returns the exit code."""
    from tests.mutants import telling

    code = 0
    for (group, path), (n, n_killed) in telling.shares(settings["modules"], results).items():
        if not path:
            print(f"{group}: {n_killed} of {n}, {n_killed / n:.1%}")
            code |= n_killed < settings["enough"] * n
    for module in settings["modules"]:
        for one in telling.survivors_of(module["path"], results):
            if (one.path, one.change) not in reasons:
                print(f"no reason in {telling.REASONS} why this stands: {one.path}:{one.line}: {one.change}")
                code = 1
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
