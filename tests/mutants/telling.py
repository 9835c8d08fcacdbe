"""What became of the mutants: the page docs/MUTANTS.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

PAGE = Path("docs/MUTANTS.md")
REASONS = Path("tests/mutants/survivors.yaml")
_BEFORE_CHANGE, _AFTER_CHANGE = 24, 12
_HEAD = """\
# How much the tests notice

`make mutants` changes the code in one place at a time, runs the tests of that module and counts how often one of them
fails. What no test notices is listed below, each looked at, with the reason why it stands.

The changes are those of [Cosmic Ray](https://cosmic-ray.readthedocs.io) (an operator for its opposite, a limit for the
next one, a number one higher and one lower, a condition turned round, a decorator, an exception or a loop left out) and
three of ours, since much of what is tested here is patterns and tables, which Cosmic Ray and mutmut leave alone: a
character of a pattern, an entry of a table, or a statement left out. Not made, or not counted:

- changes to type annotations, to what only the type checker imports, and to decorators that only make code faster
  (`cache`, `compiled`): no run evaluates them, or says anything else without them;
- changes to the words of messages: the tests look for the word that matters and not for the sentence;
- replacements by an unrelated operator (`a + b` by `a >> b`), which die of a type error whatever is tested;
- {n_stillborn} mutants that could not be imported, for the same reason.

A module that numba compiles runs as plain Python here (`NUMBA_DISABLE_JIT=1`). A mutant that takes five times as long
as the tests do counts as killed. The settings stand in `pyproject.toml` under `[tool.mutants]`, the code in
`tests/mutants/`. Cosmic Ray's own runner starts a fresh interpreter for each mutant, eight seconds of imports here;
mutmut leaves out decorated functions, which all compiled ones are, and module constants. So its operators run in
processes forked from one that has imported the libraries, and no file is changed while they do.
"""


@dataclass(frozen=True)
class Survivor:
    """A change that no test noticed."""

    path: str
    line: int
    before: str
    after: str

    @property
    def change(self):
        """The place that differs, with a little around it."""
        both = min(len(self.before), len(self.after))
        start = next((n for n in range(both) if self.before[n] != self.after[n]), both)
        end = next((n for n in range(both - start) if self.before[-1 - n] != self.after[-1 - n]), both - start)
        left = max(0, start - _BEFORE_CHANGE)
        cut = [text[left : len(text) - max(0, end - _AFTER_CHANGE)] for text in (self.before, self.after)]
        return " → ".join(cut)


def read_reasons():
    """Return why survivors stand, by path and by the line before and after the change."""
    listed = yaml.safe_load(REASONS.read_text(encoding="utf-8")) or {}
    entries = [(path, entry) for path, listed_here in listed.items() for entry in listed_here]
    return {(path, change): entry["why"] for path, entry in entries for change in entry["changes"]}


def page(modules, results, reasons):
    """Write the page.

    Args:
        modules: The settings, in order.
        results: By path, the fates of its mutants.
        reasons: As `read_reasons` returns them.
    """
    n_stillborn = sum(mutant["fate"] == "stillborn" for fates in results.values() for mutant in fates)
    lines = [_HEAD.format(n_stillborn=n_stillborn), *_table(modules, results), "", "## What survives", ""]
    for module in modules:
        survivors = survivors_of(module["path"], results)
        if survivors:
            lines += [f"### {module['path']}", "", "| line | change | why it stands |", "| ---: | --- | --- |"]
            for one in survivors:
                why = reasons.get((one.path, one.change), "**not looked at**")
                lines.append(f"| {one.line} | `{_cell(one.change)}` | {why} |")
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def survivors_of(path, results):
    return [
        Survivor(path, mutant["line"], mutant["before"], mutant["after"])
        for mutant in results.get(path, ())
        if mutant["fate"] == "survived"
    ]


def shares(modules, results):
    """Return the counted and the killed mutants of each group and of each module, by (group, path or '')."""
    counts = {}
    for module in modules:
        fates = [mutant["fate"] for mutant in results[module["path"]] if mutant["fate"] != "stillborn"]
        for key in ((module["group"], ""), (module["group"], module["path"])):
            n, n_killed = counts.get(key, (0, 0))
            counts[key] = n + len(fates), n_killed + fates.count("killed")
    return counts


def _table(modules, results):
    rows = ["| group | module | mutants | killed | share |", "| --- | --- | ---: | ---: | ---: |"]
    for (group, path), (n, n_killed) in shares(modules, results).items():
        names = (f"**{group}**", "") if not path else ("", f"`{path}`")
        rows.append(f"| {names[0]} | {names[1]} | {n} | {n_killed} | {n_killed / max(n, 1):.1%} |")
    return rows


def _cell(text):
    return text.replace("|", "\\|").replace("`", "ˋ")
