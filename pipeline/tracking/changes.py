"""What changed between two runs, in words: the name of the newer one, and the list in its description."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.tracking.inputs import Flat, Inputs
from pipeline.tracking.words import counted, listed, one_line

FIRST = "first run"
_N_NAMED = 2
_N_LETTERS_OF_COMMIT = 7


@dataclass(frozen=True)
class RecordChanges:
    """Which records two runs do not share.

    Attributes:
        added: Ids that the newer one alone holds.
        removed: Ids that the older one alone holds.
        changed: Ids that say something else in the newer one.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def record_changes(before: Inputs, now: Inputs) -> RecordChanges:
    """Compare the records of two runs."""
    both = before.records.keys() & now.records.keys()
    return RecordChanges(
        tuple(sorted(now.records.keys() - both)),
        tuple(sorted(before.records.keys() - both)),
        tuple(sorted(key for key in both if before.records[key][1] != now.records[key][1])),
    )


def changes(before: Inputs, now: Inputs) -> list[str]:
    """Say what changed from one run to the next, what a person did first: campaign, records, settings, files, code."""
    said = [*_in_settings(before.campaign, now.campaign), *_in_records(before, now)]
    said += _in_settings(
        _without_unspent(before.settings, now.settings), _without_unspent(now.settings, before.settings)
    )
    if files := sorted(name for name in before.files | now.files if before.files.get(name) != now.files.get(name)):
        said.append(f"{listed(files)} changed")
    said += [
        f"{name} {before.versions[name]} → {now.versions[name]}"
        for name in sorted(before.versions.keys() & now.versions.keys())
        if before.versions[name] != now.versions[name]
    ]
    if before.code["numbers"] != now.code["numbers"]:
        said.append(f"code changed{_commits(before, now)}")
    if before.code.get("pages") != now.code.get("pages"):
        said.append("the report is written anew")
    return said


def name_of(said: list[str]) -> str:
    """Name a run after its changes, the first ones."""
    if not said:
        return "other numbers from the same records, settings and code"
    more = f" and {counted(len(said) - _N_NAMED, 'more change')}" if len(said) > _N_NAMED else ""
    return one_line("; ".join(one_line(change, 80) for change in said[:_N_NAMED]) + more)


def _in_records(before: Inputs, now: Inputs) -> list[str]:
    found = record_changes(before, now)
    added = Counter(now.records[key][0] for key in found.added)
    removed = Counter(before.records[key][0] for key in found.removed)
    changed = Counter(now.records[key][0] for key in found.changed)
    return [
        *(f"+{counted(n, 'record')} of {place}" for place, n in sorted(added.items())),
        *(f"−{counted(n, 'record')} of {place}" for place, n in sorted(removed.items())),
        *(f"{counted(n, 'record')} of {place} changed" for place, n in sorted(changed.items())),
    ]


def _in_settings(before: Flat, now: Flat) -> list[str]:
    keys = [*now, *(key for key in before if key not in now)]
    return [said for key in keys if (said := _change_of(key, before.get(key), now.get(key)))]


def _change_of(key: str, before: str | list[str] | None, now: str | list[str] | None) -> str:
    if before == now:
        return ""
    if now is None:
        return f"{key} removed"
    if before is None:
        return f"{key}: {listed(now) if isinstance(now, list) else now}"
    if isinstance(now, str) and isinstance(before, str):
        return f"{key} {one_line(before, 40)} → {one_line(now, 40)}"
    return _change_of_list(key, _as_list(before), _as_list(now))


def _change_of_list(key: str, before: list[str], now: list[str]) -> str:
    plus, minus = [entry for entry in now if entry not in before], [entry for entry in before if entry not in now]
    parts = [f"+ {listed(plus)}" if plus else "", f"− {listed(minus)}" if minus else ""]
    return f"{key} {', '.join(filter(None, parts)) or 'in another order'}"


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _without_unspent(settings: Flat, others: Flat) -> Flat:
    """Return settings without the budgets that are not spent; without all, where the other run spends another one."""
    budget = settings.get("train.budget")
    kept = f"train.budgets.{budget}." if budget == others.get("train.budget") else None
    return {
        key: value
        for key, value in settings.items()
        if not key.startswith("train.budgets.") or (kept and key.startswith(kept))
    }


def _commits(before: Inputs, now: Inputs) -> str:
    first, second = (inputs.commit[:_N_LETTERS_OF_COMMIT] for inputs in (before, now))
    return f" ({first} → {second})" if first and second and first != second else ""
